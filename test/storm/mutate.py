# SPDX-License-Identifier: AGPL-3.0-or-later
# mutate.py: damaged lines and proofs through both implementations, each a program that runs for long: test/storm/judge.c, and the page's modules in web/test/mutate.js, which compares
import re
import subprocess

from storm_lib import *

HERE = os.path.dirname(os.path.abspath(__file__))
kept = os.environ.get("UND_KEEP_CASES", os.path.join(HERE, "..", "..", "build"))  # where a case on which they disagree is left; it repeats by itself
COUNTS = ["--short"] if SHORT else ["--lines", "100000", "--proofs", "100000"] if LONG else ["--lines", "100000000", "--proofs", "100000000", "--seconds", str(SECONDS)]


found = {}  # kind: cases, taken by both, refused by both, disagreements


def agree():
    env = dict(os.environ, UND=U, JUDGE=os.path.join(BUILD, "test", "storm", "judge"))
    p = subprocess.Popen(["node", os.path.join(HERE, "..", "..", "web", "test", "mutate.js"), "--seed", str(SEED), "--keep", kept] + COUNTS,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    clean_up.append(lambda: (p.terminate(), p.wait()))
    for line in p.stdout:
        print("# " + line.rstrip("\n"), flush=True)
        m = re.match(r"mutate: (\d+) (lines|proofs): (\d+) taken by both, (\d+) refused by both, (\d+) disagreements", line)
        if m:
            found[m[2]] = [int(n) for n in (m[1], m[3], m[4], m[5])]
    same(p.wait(), 0, "mutate.js")
    for kind in ("lines", "proofs"):
        done, taken, refused, disagreed = found[kind]
        same((taken + refused, disagreed), (done, 0), kind)
        true(taken > done // 100 and refused > done // 3, "of both kinds")
        true(done >= (100_000 if LONG else 400), "enough %s: %d" % (kind, done))


def mutations():
    tap.case("the core and the page judge every line and every proof alike", agree)
    if len(found) == 2:
        counted(found["lines"][0] + found["proofs"][0], "%s lines and %s proofs, each with one verdict" % tuple(format(found[k][0], ",") for k in ("lines", "proofs")),
                lines=found["lines"][0], proofs=found["proofs"][0])


storm(mutations)
