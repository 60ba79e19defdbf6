# SPDX-License-Identifier: AGPL-3.0-or-later
# storm_test.py: the driver can say no: a part that fails, ends early, counts nothing or dies is no storm that held; and the model of the disk forgets what was not synced
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import power
import storm

COUNTED = '# storm {"rounds": 3, "said": "three"}'
n = failed = 0


def case(title, holds):
    global n, failed
    n += 1
    failed += not holds
    print("%sok %d - %s" % ("" if holds else "not ", n, title))


def wrong(*lines):
    return storm.read(iter([l + "\n" for l in lines]), lambda line: None)[1]


def verdict(program):
    """of a part that is this program"""
    around = dict(os.environ, SEED="7", PYTHONPATH=os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "part.py"), "w") as f:
            f.write(program)
        with open(os.path.join(folder, "storm.py"), "w") as f, open(storm.__file__) as source:
            f.write(source.read().replace("PARTS = {", 'PARTS = {"part": ("part.py", ["x"], "a part"), "none": ("none.py", [], "nothing"),', 1))
        p = subprocess.run([sys.executable, os.path.join(folder, "storm.py"), "p", "b", "short", "part"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=around)
        none = subprocess.run([sys.executable, os.path.join(folder, "storm.py"), "p", "b", "short", "none"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=around)
        return p.returncode, p.stdout, none.returncode


case("a part that holds", wrong("ok 1 - a", COUNTED, "1..1") == [])
case("one that does not", len(wrong("ok 1 - a", "not ok 2 - b", COUNTED, "1..2")) == 1)
case("one that says fewer than it planned", len(wrong("ok 1 - a", COUNTED, "1..2")) == 1)
case("one that has no plan", len(wrong("ok 1 - a", COUNTED)) == 1)
case("one that tests nothing", len(wrong(COUNTED, "1..0")) == 1)
case("one that counts nothing", len(wrong("ok 1 - a", "1..1")) == 1)
case("one that counts no rounds", len(wrong("ok 1 - a", '# storm {"rounds": 0, "said": ""}', "1..1")) == 1)
case("one whose counts are no JSON", len(wrong("ok 1 - a", "# storm {rounds", "1..1")) > 0)

good = "import sys\nassert sys.argv[1].endswith('/p') and sys.argv[2].endswith('/b') and sys.argv[3:] == ['x', '--short', '--seed', '7'], sys.argv\nprint('''ok 1 - a\n%s\n1..1''')\n" % COUNTED
code, said, none = verdict(good)
case("called as the README says, and it holds", code == 0 and "SEED=7" in said and "holds" in said and none == 1)
code, said, none = verdict(good + "sys.exit(1)\n")
case("one that ends with an error", code == 1 and "FAILED" in said)
code, said, none = verdict(good + "import os\nos.kill(os.getpid(), 9)\n")
case("one that is killed", code == 1 and "FAILED" in said)

KILLED = """import sys; sys.path.insert(0, %r)
from serve_lib import *
print(enter_scratch(), subprocess.Popen(["sleep", "600"], stdout=subprocess.DEVNULL, start_new_session=True).pid, flush=True)
os.kill(os.getpid(), 9)
""" % os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e")


def cleaned():
    """what a test that is killed leaves: its folder and what runs there go"""
    folder, pid = subprocess.run([sys.executable, "-c", KILLED, "program"], stdout=subprocess.PIPE, text=True).stdout.split()
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            runs = os.readlink("/proc/%s/cwd" % pid) == folder
        except OSError:
            runs = False
        if not runs and not os.path.exists(folder):
            return True
        time.sleep(0.02)
    return False


case("a test that is killed leaves no folder, and nothing that runs there", cleaned())


def left(disk, thing=lambda t: bytes(t.certain) if not t.is_folder() else t.certain):
    return {name: thing(t) for name, t in disk.root.certain.items()}


with tempfile.TemporaryDirectory() as root:
    top = os.stat(root).st_ino

    def disk(*records, **how):
        d = power.Disk(root, **how)
        for r in records:
            d.take(*r)
        return d

    made = [("c", 1, top, 0, b"f"), ("w", 1, 0, 0, b"abc")]
    folder, file = [("b", top, 8, 3, b""), ("e", top, 8, 0, b"")], [("b", 1, 9, 5, b""), ("e", 1, 9, 0, b"")]
    case("a name that was not synced is lost", left(disk(*made, *file)) == {})
    case("so are bytes", left(disk(*made, *folder)) == {"f": b""})
    case("both are certain", left(disk(*made, *file, *folder)) == {"f": b"abc"})
    case("what came after a sync began is not", left(disk(*made, *folder, file[0], ("w", 1, 1, 0, b"x"), file[1])) == {"f": b"abc"})
    case("a sync that failed makes nothing certain", left(disk(*made, *folder, file[0], ("e", 1, 9, 5, b""))) == {"f": b""})
    case("a later one makes up for it", left(disk(*made, *folder, file[0], ("e", 1, 9, 5, b""), *file)) == {"f": b"abc"})
    case("or not", left(disk(*made, *folder, file[0], ("e", 1, 9, 5, b""), *file, forgets=True)) == {"f": b""})
    case("a sync of the folder by another than its owner counts or not", (left(disk(folder[0], folder[1], *made, ("b", top, 7, 4, b""), ("e", top, 7, 0, b""))),
         left(disk(folder[0], folder[1], *made, ("b", top, 7, 4, b""), ("e", top, 7, 0, b""), own=True))) == ({"f": b""}, {}))
    case("a file that was cut", left(disk(*made, ("t", 1, 1, 0, b""), *file, *folder)) == {"f": b"a"})
    case("a name that is gone", left(disk(*made, *file, *folder, ("u", 0, top, 0, b"f"), *folder)) == {})
    case("a name that took another's place", left(disk(*made, *file, ("c", 2, top, 0, b"g"), ("r", 0, top, top, b"f\0g"), *folder)) == {"g": b"abc"})
    try:
        disk(("x", 0, 0, 0, b"link"))
        case("what is not recorded is told", False)
    except AssertionError:
        case("what is not recorded is told", True)
print("1..%d" % n)
sys.exit(failed != 0)
