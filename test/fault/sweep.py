#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# sweep.py PROGRAM SHIM COMMANDS STAGE [NAME…]: runs each command of the table COMMANDS with its n-th call of each kind failing, for n = 1, 2, 3, …, in TAP
#
# STAGE is a shell script that fills an empty folder with what the commands need ($U is the program). Every run has a fresh copy of it.
# What must hold whichever call fails, and what 'undersigned' promises (cli.md): it ends by itself with 0 (it could do without) or 2 and a word on
# stderr; a file that it writes is whole or untouched; nothing else changes and nothing is left behind. UND_SWEEP_LIMIT=n: so many places of each
# kind, spread evenly (100).
#
# A folder "served" of the stage stands behind a socket, whose path is @socket: GET /letters/NAME.letter gives its file NAME, POST what a file says that has the last word of the path as its name.
import os
import shlex
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

LIMIT = int(os.environ.get("UND_SWEEP_LIMIT", "100"))
# kind of fault.c, whether all later calls fail too
KINDS = [("alloc", False), ("alloc", True), ("open", False), ("read", False), ("write", False), ("write", True), ("sync", False),
         ("close", False), ("name", False), ("stat", False), ("random", False), ("random", True), ("thread", True), ("map", False),
         ("eintr", False), ("short", True), ("kill", False), ("int", False), ("stdout", False)]
TOLERATED = ("short",)  # no failure at all: must end as without
INTERRUPTED = ("int", "eintr")  # may end with 130
LATE = ("sync", "close", "name", "kill", "int", "eintr", "stdout")  # may come when the new file stands there already
TEMPORARY = ".undersigned-"


class Served(socketserver.StreamRequestHandler):
    """one request, one answer; a client that goes away goes away"""

    def handle(self):
        try:
            method, path, _ = self.rfile.readline().decode("latin-1").split(" ", 2)
            length = 0
            for line in iter(self.rfile.readline, b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.rfile.read(length)
            with open(os.path.join(self.server.folder, os.path.basename(path).partition(".")[0]), "rb") as f:
                body = f.read()
            kind = "application/x-ndjson" if path.endswith((".letter", "/collections")) else "application/json"
            self.wfile.write(("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (kind, len(body))).encode() + body)
        except (OSError, ValueError):
            pass


class Command:
    def __init__(self, line):
        self.name, outputs, text = (part.strip() for part in line.split("|", 2))
        self.outputs = [] if outputs == "-" else [o.rstrip("?") for o in outputs.split()]
        self.first = [o.rstrip("?") for o in outputs.split() if o.endswith("?")]
        words = shlex.split(text)
        self.stdin = None
        if "<" in words:
            at = words.index("<")
            self.stdin = words[at + 1]
            del words[at:at + 2]
        self.words = words


def contents(folder):
    found = {}
    for place, folders, files in os.walk(folder):
        for f in files:
            path = os.path.join(place, f)
            with open(path, "rb") as stream:
                found[os.path.relpath(path, folder)] = stream.read()
        for d in folders:
            if not os.listdir(os.path.join(place, d)):
                found[os.path.relpath(os.path.join(place, d), folder) + "/"] = b""
    return found


class Run:
    """one run in a copy of the stage"""

    def __init__(self, sweep, command, kind, at, stays):
        self.kind, self.at, self.stays = kind, at, stays
        with tempfile.TemporaryDirectory(dir=sweep.scratch) as home:
            folder, log = os.path.join(home, "here"), os.path.join(home, "log")
            shutil.copytree(sweep.stage, folder, symlinks=True)
            env = dict(os.environ, LC_ALL="C.UTF-8", UND_FAULT_LOG=log, UND_FAULT_AT=str(at))
            if kind not in (None, "stdout"):
                env.update(LD_PRELOAD=sweep.shim, UND_FAULT_KINDS=kind)
            if stays:
                env["UND_FAULT_STAYS"] = "1"
            stdin = open(os.path.join(folder, command.stdin), "rb") if command.stdin else subprocess.DEVNULL
            out = open("/dev/full", "wb") if kind == "stdout" else subprocess.PIPE
            try:
                words = [w if not w.startswith("@") else sweep.before[w[1:]].decode().strip() for w in command.words]
                p = subprocess.run([sweep.program] + words, cwd=folder, env=env, stdin=stdin, stdout=out, stderr=subprocess.PIPE,
                                   timeout=120, start_new_session=True)
                self.code, self.out, self.err = p.returncode, p.stdout or b"", p.stderr
            except subprocess.TimeoutExpired:
                self.code, self.out, self.err = "hangs", b"", b""
            for stream in (stdin, out):
                if hasattr(stream, "close"):
                    stream.close()
            self.files = contents(folder)
            try:
                with open(log, encoding="utf-8") as f:
                    lines = f.read().split("\n")
            except FileNotFoundError:
                lines = []
            counts = [int(l[6:]) for l in lines if l.startswith("calls ")]
            self.calls = counts[-1] if counts else None
            self.failed = [l for l in lines if l and not l.startswith("calls ")]

    def faults(self, command, before, good):
        """what this run did wrong, given the stage and a run without failure"""
        killed = self.kind == "kill" and self.failed and self.code == -9
        if isinstance(self.code, str) or self.code < 0 and not killed:
            yield f"ends by {self.code}" if isinstance(self.code, str) else f"ends by signal {-self.code}"
        elif self.kind in INTERRUPTED and self.code == 130:
            pass
        elif self.code not in (good.code, 2) and not killed:
            yield f"exit {self.code}"
        elif self.code == 2 and good.code != 2 and not self.err.strip():
            yield "exit 2 without a word"
        if self.kind in TOLERATED and self.code != good.code:
            yield f"exit {self.code} where nothing had failed"
        if self.kind == "stdout" and self.code == 0 and good.out:
            yield "exit 0 although nothing could be printed"
        if self.code == good.code and self.kind != "stdout" and len(self.out) != len(good.out) and "--json" not in command.words:
            if self.kind != "thread" and not any(o.endswith("/") for o in command.outputs):
                yield f"printed {len(self.out)} bytes, otherwise {len(good.out)}"
        for name in sorted(set(before) | set(self.files) | set(good.files)):
            if name.startswith(tuple(o for o in command.outputs if o.endswith("/"))):
                continue  # a folder of its own, which may remain unfinished
            now, old, new = self.files.get(name), before.get(name), good.files.get(name)
            if name not in command.outputs:
                if now != old and not (old is None and any(part.startswith(TEMPORARY) for part in name.split(os.sep)) and self.kind in ("kill", "name")):
                    yield f"{name} is {'left behind' if old is None else 'changed' if now is not None else 'gone'}"
                continue
            is_old, is_new = now == old, now is not None and new is not None and len(now) == len(new)
            if self.code == good.code and not is_new:
                yield f"says that it is done, but {name} is {'as before' if is_old else 'half-written'}"
            elif not is_old and not is_new:
                yield f"{name} is half-written"
            elif not is_old and self.code != good.code and self.kind not in LATE and not killed and name not in command.first:
                yield f"{name} was written although it failed"


class Sweep:
    def __init__(self, program, shim, stage_script, scratch):
        self.program, self.scratch = os.path.abspath(program), scratch
        self.shim = os.path.join(scratch, "fault.so")  # LD_PRELOAD cannot hold a path with spaces
        if os.path.exists(shim):
            shutil.copy(shim, self.shim)
        self.stage = os.path.join(scratch, "stage")
        os.mkdir(self.stage)
        p = subprocess.run(["sh", "-eu", os.path.abspath(stage_script)], cwd=self.stage, env=dict(os.environ, U=self.program, LC_ALL="C.UTF-8"),
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
        if p.returncode != 0:
            print("Bail out! the stage cannot be set: " + p.stdout.strip().replace("\n", " / "))
            sys.exit(1)
        self.serve(os.path.join(self.stage, "served"), os.path.join(scratch, "socket"))
        self.before = contents(self.stage)

    def serve(self, folder, path):
        if not os.path.isdir(folder):
            return
        server = socketserver.ThreadingUnixStreamServer(path, Served)
        server.daemon_threads, server.folder = True, folder
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with open(os.path.join(self.stage, "socket"), "w", encoding="utf-8") as f:
            f.write(path)

    def command(self, command):
        """(places tried, {fault: an example}) for each kind"""
        good = Run(self, command, None, 0, False)
        missing = [o for o in command.outputs if o not in good.files and not o.endswith("/")]
        if good.code != 0 or missing:
            yield "a run without failures", 1, {f"exit {good.code}, without {missing}: {good.err.decode('utf-8', 'replace')[:300]}": "none"}
            return
        for kind, stays in KINDS:
            if kind == "stdout":
                places = [1]
            elif kind == "short":
                places = [1]
            else:
                total = Run(self, command, kind, 0, False).calls
                if total is None:
                    print(f"Bail out! {self.shim} was not loaded")
                    sys.exit(1)
                places = list(range(1, total + 1))
                if total > LIMIT:
                    places = sorted(set(range(1, LIMIT // 3)) | set(range(1, total + 1, total * 3 // (2 * LIMIT) + 1)))
            with ThreadPoolExecutor(max_workers=2) as pool:
                runs = list(pool.map(lambda at: Run(self, command, kind, at, stays), places))
            found = {}
            for run in runs:
                for fault in run.faults(command, self.before, good):
                    found.setdefault(fault, []).append(f"{kind} {run.at}{' and on' if stays else ''} ({', '.join(run.failed[:1])})")
            yield kind + (" and all after it" if stays else ""), len(places), \
                {fault: f"{len(where)} times, such as {', '.join(where[:3])}" for fault, where in found.items()}


def main(program, shim, table, stage, names):
    with open(table, encoding="utf-8") as f:
        commands = [Command(l) for l in f if l.strip() and not l.startswith("#")]
    unknown = set(names) - {c.name for c in commands}
    if unknown:
        sys.exit(f"no such command: {', '.join(sorted(unknown))}")
    commands = [c for c in commands if not names or c.name in names]
    failed = 0
    print(f"1..{len(commands)}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        sweep = Sweep(program, shim, stage, scratch)
        for i, command in enumerate(commands, 1):
            runs, bad = 0, False
            for kind, places, found in sweep.command(command):
                runs += places
                for fault, example in found.items():
                    bad = True
                    print(f"# {command.name}: {kind}: {fault}: {example}")
            failed += bad
            print(f"{'not ok' if bad else 'ok'} {i} - {command.name}: {runs} failures", flush=True)
    return 1 if failed or not commands else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5], sys.argv[5:]))
