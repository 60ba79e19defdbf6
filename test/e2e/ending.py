# SPDX-License-Identifier: AGPL-3.0-or-later
# ending.py: a program that is told to end unwinds first, so that what it started and made goes with it
import signal

TOLD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def told(number, frame):
    for again in TOLD:  # a second one must not end the cleaning up
        signal.signal(again, lambda n, f: None)
    raise SystemExit(128 + number)


def unwind_when_told():
    for number in TOLD:
        signal.signal(number, told)
