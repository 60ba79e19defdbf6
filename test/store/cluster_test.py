# SPDX-License-Identifier: AGPL-3.0-or-later
# cluster_test.py: a test that is killed leaves no database behind; one that ends its database is not disturbed by what waits for that
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BEGIN = "import sys, time; sys.path.insert(0, %r); from cluster import *; c = Cluster(settings=['fsync=off']).start(); print(c.folder, c.pid(), flush=True)\n" % HERE
n = failed = 0


def case(title, holds):
    global n, failed
    n += 1
    failed += not holds
    print("%sok %d - %s" % ("" if holds else "not ", n, title), flush=True)


def begin(rest):
    """a test with a database: its process, and the database's folder and process"""
    p = subprocess.Popen([sys.executable, "-c", BEGIN + rest], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    folder, pid = p.stdout.readline().split()
    return p, folder, pid


def runs(folder, pid):
    try:
        return os.readlink("/proc/%s/cwd" % pid) == folder + "/data"
    except OSError:
        return False


def gone(folder, pid):
    end = time.monotonic() + 120
    while (os.path.exists(folder) or runs(folder, pid)) and time.monotonic() < end:
        time.sleep(0.05)
    return not os.path.exists(folder) and not runs(folder, pid)


p, *database = begin("sys.stdin.read()")
case("a database", runs(*database))
p.send_signal(signal.SIGKILL)
p.communicate()
case("whose test is killed ends, and its folder goes", p.returncode == -signal.SIGKILL and gone(*database))

# Another lies in the folder of the first, which nobody has any more: it stays until it is ended
p, *database = begin("f = c.folder; c.stop(); shutil.rmtree(c.data); c = Cluster(folder=f).start(); print(c.pid(), [g.poll() for g in guards.values()], flush=True); sys.stdin.read(); c.end(); print(guards, flush=True)")
database[1], waits = p.stdout.readline().split()
case("where one lay before, one shell waits for the test", waits == "[None]" and runs(*database))
said, _ = p.communicate("")
case("and is ended, and nothing waits for its test any more", (p.returncode, said) == (0, "{}\n") and gone(*database))
print("1..%d" % n)
sys.exit(failed != 0)
