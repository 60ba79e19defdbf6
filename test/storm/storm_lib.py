# SPDX-License-Identifier: AGPL-3.0-or-later
# storm_lib.py: what parts of the storm share: how they are called (README), what they counted, cleaning up
import json
import os
import random
import shutil
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "store"))
from ending import unwind_when_told
from serve_lib import *

BUILD = os.path.abspath(sys.argv[2])
OPTIONS = sys.argv[3:]
SHORT, LONG = "--short" in OPTIONS, "--long" in OPTIONS
SECONDS = int(OPTIONS[OPTIONS.index("--seconds") + 1]) if "--seconds" in OPTIONS else None
SEED = int(OPTIONS[OPTIONS.index("--seed") + 1]) if "--seed" in OPTIONS else random.SystemRandom().randrange(1, 1 << 31)
if SHORT + LONG + (SECONDS is not None) != 1:
    sys.exit("usage: %s PROGRAM BUILD [ARG…] --short | --seconds N | --long [--seed S]" % sys.argv[0])
FAULT = os.path.join(BUILD, "test", "fault", "fault.so")
chance = random.Random(SEED)
began = time.monotonic()
clean_up = []  # calls, the last first


def rounds(short, long):
    """0, 1, 2, … for as long as the form says"""
    n = 0
    while n < (long if LONG else short) or (SECONDS is not None and time.monotonic() - began < SECONDS):
        yield n
        n += 1


def counted(number, said, **more):
    print("# storm " + json.dumps(dict(more, rounds=number, said=said), sort_keys=True), flush=True)


def storm(run):
    """a part: run() has its cases"""
    if "TMPDIR" not in os.environ and os.access("/dev/shm", os.W_OK):
        tempfile.tempdir = "/dev/shm"  # making a town is a thousand small files, each with its fsync
    folder = enter_scratch()
    unwind_when_told()
    try:
        print("# SEED=%d" % SEED, flush=True)
        run()
    finally:
        for call in reversed(clean_up):
            call()
        os.chdir("/")
        if "UND_KEEP" in os.environ:
            print("# kept: " + folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    tap.end()
