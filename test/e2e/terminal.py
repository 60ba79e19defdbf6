#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# terminal.py: runs a command on a terminal of its own and answers what it asks
#
#	terminal.py [PROMPT ANSWER]… -- COMMAND…
#
# Waits for each PROMPT in turn, then types ANSWER (with a line feed, unless it is ^C, ^D or ^\). What the terminal showed goes to
# standard output, followed by a line "echo on" or "echo off" about the terminal at the end. The exit code is the command's.
import os
import pty
import re
import select
import signal
import sys
import termios
import time

PATIENCE = 60
KEYS = {"^C": b"\x03", "^D": b"\x04", "^\\": b"\x1c"}


def main():
    cut = sys.argv.index("--")
    talk, command = sys.argv[1:cut], sys.argv[cut + 1:]
    ours, theirs = pty.openpty()  # held open here too, so that its settings can be looked at afterwards
    child = os.fork()
    if child == 0:
        os.close(ours)
        os.login_tty(theirs) if hasattr(os, "login_tty") else login(theirs)
        for ignored in (signal.SIGINT, signal.SIGQUIT):  # what a shell starts in the background inherits them so
            signal.signal(ignored, signal.SIG_DFL)
        os.execvp(command[0], command)
    seen, at, deadline = b"", 0, time.monotonic() + PATIENCE
    status = None
    while True:
        if talk and (place := seen.find(talk[0].encode(), at)) >= 0:
            at = place + len(talk[0].encode())
            os.write(ours, KEYS.get(talk[1], talk[1].encode() + b"\n"))
            talk = talk[2:]
            continue
        if select.select([ours], [], [], 0 if status is not None else 0.02)[0]:
            seen += os.read(ours, 65536)
            continue
        if status is not None:
            break
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid == 0:
            status = None
        if time.monotonic() > deadline:
            os.kill(child, 9)
            print("terminal.py: no end, or no prompt:", talk, seen.decode(errors="replace"))
            sys.exit(99)
    echo = termios.tcgetattr(theirs)[3] & termios.ECHO
    text = re.sub(r"\r+\n", "\n", seen.decode(errors="replace"))
    sys.stdout.write(text + ("" if text.endswith("\n") else "\n") + ("echo on\n" if echo else "echo off\n"))
    if talk:
        print("terminal.py: was never asked:", talk)
        sys.exit(99)
    sys.exit(os.waitstatus_to_exitcode(status))


def login(terminal):
    import fcntl
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(terminal, fd)
    if terminal > 2:
        os.close(terminal)


main()
