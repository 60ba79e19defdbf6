#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# demo_terminal.py: ./dev demo on a terminal: the story, then a server on this machine that shows the letter, until Ctrl-C
#
#	demo_terminal.py DEV
import json
import os
import pty
import re
import select
import signal
import sys
import time
import urllib.error
import urllib.request

PATIENCE = 600  # seconds: a machine may be slow, and this is no measure of it

child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], [sys.argv[1], "demo"])
seen, ended = b"", None
deadline = time.monotonic() + PATIENCE


def fail(why):
    if ended is None:
        os.kill(child, signal.SIGTERM)
    sys.stdout.write(seen.decode(errors="replace").replace("\r", "") + "\n")
    sys.exit("demo_terminal.py: " + why)


def read_until(done):
    """takes what the terminal shows until done() or the end of the program"""
    global seen, ended
    while not done() and ended is None:
        if time.monotonic() > deadline:
            fail("waited for too long")
        pid, status = os.waitpid(child, os.WNOHANG)
        ended = os.waitstatus_to_exitcode(status) if pid else None
        while select.select([terminal], [], [], 0.1)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:  # nobody writes to it any more
                break


read_until(lambda: b"Ctrl-C ends the server" in seen)
if ended is not None:
    fail("ended by itself, with %d" % ended)
if b"400 people from 40 bodies signed." not in seen:
    fail("the story does not end in 400 of 40")
page = re.search(rb"http://127\.0\.0\.1:\d+/letters/demo", seen)
if not page:
    fail("names no address")
address = page.group().decode()
with urllib.request.urlopen(address, timeout=60) as answer:
    html = answer.read().decode()
with urllib.request.urlopen(address.replace("/letters/", "/api/v1/letters/"), timeout=60) as answer:
    state = json.load(answer)
if "On the reports of our inspectors" not in html or "Reports will be published again, within ninety days" not in html or (state["signers"], state["bodies"]) != (400, 40):
    fail("the server shows another letter: %s" % state)
named = re.findall(r"http://127\.0\.0\.1:\d+\S*", seen.split(b"The letter is served on this machine")[-1].decode())
if len(named) < 6:
    fail("names too few pages: %s" % named)
for other in named:
    try:
        with urllib.request.urlopen(other, timeout=60) as answer:
            if len(answer.read()) < 1000:
                fail("hardly anything at " + other)
    except urllib.error.HTTPError as e:
        fail("%s answers with %d" % (other, e.code))
os.write(terminal, b"\x03")
read_until(lambda: False)
if ended != 0:
    fail("Ctrl-C ended it with %s" % ended)
try:
    urllib.request.urlopen(address, timeout=60)
    fail("the server is still there")
except OSError:
    pass
print("on a terminal: the server showed the letter at an address of this machine, and ended by Ctrl-C")
