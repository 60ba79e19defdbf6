# SPDX-License-Identifier: AGPL-3.0-or-later
# storm.py: all storms one after the other, or some; how a part is called: README
#
#	storm.py PROGRAM BUILD [short|long|SECONDS] [PART…] [--json]        SEED=N repeats one
import json
import os
import random
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
from ending import unwind_when_told

# NAME: program, arguments of its own, what comes upon the server
PARTS = {
    "kill": ("kill.py", [], "kill -9 of a server on a folder"),
    "kill-postgres": ("kill.py", ["--postgres"], "kill -9 of a server, or of its database"),
    "disk": ("disk.py", [], "a disk that fills up, and has room again"),
    "fsync": ("fsync.py", [], "a cut of the power at every fsync; one that fails"),
    "memory": ("memory.py", [], "every allocation of a server fails"),
    "slow": ("slow.py", [], "slow clients by the thousand"),
    "flood": ("flood.py", [], "floods of bad proofs"),
    "mutate": ("mutate.py", [], "damaged lines and proofs, through both implementations"),
}
USAGE = "storm.py PROGRAM BUILD [short|long|SECONDS] [PART…] [--json]; parts: " + " ".join(PARTS)


def arguments(argv):
    """form, parts, whether as JSON"""
    rest = [a for a in argv if a != "--json"]
    form = ["--long"]
    if rest and (rest[0] in ("short", "long") or rest[0].isdigit()):
        first = rest.pop(0)
        form = ["--seconds", first] if first.isdigit() else ["--" + first]
    wrong = [a for a in rest if a not in PARTS]
    if wrong or form == ["--seconds", "0"]:
        sys.exit("storm: no such part or time: %s\n%s" % (" ".join(wrong or form), USAGE))
    return form, rest or list(PARTS), "--json" in argv


def read(lines, show):
    """what a part says, until it ends: its counts, what went wrong"""
    counts, wrong, planned, done = {}, [], None, 0
    remarks = []
    for line in lines:
        line = line.rstrip("\n")
        if line.startswith("# storm {"):
            try:
                counts = json.loads(line[8:])
            except ValueError:
                wrong.append("not JSON: " + line)
        elif line.startswith("#"):
            show(line[1:].strip())
            remarks = remarks[-20:] + [line[1:].strip()]
        elif re.match(r"not ok\b(?!.*# (TODO|SKIP)\b)", line):
            wrong.append(line[7:].lstrip("0123456789- ") + "".join("; " + r for r in remarks[-4:]))
            done += 1
        elif re.match(r"ok\b", line):
            show(line)
            done += 1
        elif re.match(r"1\.\.\d+$", line):
            planned = int(line[3:])
    if planned != done or done == 0:
        wrong.append("%d tests of %s" % (done, planned))
    if not isinstance(counts, dict) or not isinstance(counts.get("rounds"), int) or counts["rounds"] < 1 or not isinstance(counts.get("said"), str):
        wrong.append("it did not say what it counted")
        counts = {}
    return counts, wrong


class Storm:
    def __init__(self, program, build, form, seed, say):
        self.args, self.form, self.seed, self.say, self.p = [program, build], form, seed, say, None

    def run(self, name):
        file, more, what = PARTS[name]
        self.say("==== %s: %s" % (name, what))
        began = time.monotonic()
        path = os.path.join(HERE, file)
        if not os.path.exists(path):
            return {"part": name, "ok": False, "seconds": 0.0, "wrong": ["there is no %s" % file], "rounds": 0, "said": ""}
        self.p = subprocess.Popen([sys.executable, path] + self.args + more + self.form + ["--seed", str(self.seed)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace")
        counts, wrong = read(self.p.stdout, lambda line: self.say("  %6.0f s  %s" % (time.monotonic() - began, line)))
        code = self.p.wait()
        self.p = None
        if code != 0:
            wrong.append("exit %d" % code)
        return dict(counts, part=name, ok=not wrong, wrong=wrong, seconds=round(time.monotonic() - began, 1), rounds=counts.get("rounds", 0), said=counts.get("said", ""))

    def end(self):
        """the part that runs, if any: it cleans up"""
        if self.p is not None:
            self.p.terminate()
            self.p.communicate()


def table(results):
    yield "%-14s %9s  %-7s %9s  %s" % ("part", "rounds", "verdict", "time", "")
    for r in results:
        yield "%-14s %9s  %-7s %7d s  %s" % (r["part"], format(r["rounds"], ","), "holds" if r["ok"] else "FAILED", r["seconds"], r["said"])
        for w in r["wrong"]:
            yield "    " + w[:2000]


def main():
    if len(sys.argv) < 3:
        sys.exit(USAGE)
    form, parts, as_json = arguments(sys.argv[3:])
    seed = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 1 << 31)

    def say(line):
        print(line, file=sys.stderr if as_json else sys.stdout, flush=True)

    storm = Storm(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), form, seed, say)
    unwind_when_told()
    say("SEED=%d" % seed)
    try:
        results = [storm.run(name) for name in parts]
    finally:
        storm.end()
    say("")
    for line in table(results):
        say(line)
    good = all(r["ok"] for r in results)
    if as_json:
        print(json.dumps({"ok": good, "parts": results, "seed": seed}, indent=1))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
