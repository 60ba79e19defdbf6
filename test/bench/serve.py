# SPDX-License-Identifier: AGPL-3.0-or-later
# serve.py: what the server must reach, measured over loopback on one machine, beside yardsticks of the same run: ./dev bench serve
#
#	serve.py PROGRAM HTTP_LOAD [--json]
#
# Yardsticks: an echo (http_load -e: as many bytes as a page, and no more work than that), and the command's own verification of one batch. What the load itself takes of the
# processor is told apart: it is not the server's. Ends by itself within three minutes; every process that it starts it ends, by its own number.
import os
import resource
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from serve_lib import *

LOAD = os.path.abspath(sys.argv[2])
JSON = "--json" in sys.argv[3:]
CORES = os.cpu_count()
MEMBERS, SIGNATURES = 1024, 448
HANDED, HANDING_IN = 112, 900  # different signatures, sent round, and requests under way: together less than a ring's keys, else it is full
IDLE, TRICKLES, HEAD_SECONDS = 10000, 500, 10
SECONDS_MAX = 175
figures, started = [], []


def figure(name, value, unit, of=None, least=None, most=None):
    """value; of: (value, name) of a yardstick"""
    f = {"name": name, "value": round(value, 3), "unit": unit}
    said = "%-48s %10s %s" % (name, "{:,.0f}".format(value) if value >= 100 else "%.2f" % value, unit)
    if of:
        f.update(ratio=round(value / of[0], 4), yardstick=of[1])
        said += ", %.0f %% of %s" % (100 * value / of[0], of[1])
    if least is not None or most is not None:
        f.update(good=value >= least if most is None else value <= most, **({"least": least} if most is None else {"most": most}))
        said += "   (%s %s: %s)" % ("at least" if most is None else "at most", "{:,}".format(least if most is None else most), "good" if f["good"] else "NOT GOOD")
    figures.append(f)
    if not JSON:
        print(said, flush=True)


# ---- the letter ----

def member(i):
    run(U, "key", "new", "-o", "m%d.key" % i, "--series", "town", "--edition", "1", "--no-passphrase")
    write("m%d.enrol" % i, run(U, "key", "enrol", "m%d.key" % i, "--body", "harbour"))


def make_letter():
    shell("authorities")
    with ThreadPoolExecutor(CORES) as pool:
        list(pool.map(member, range(MEMBERS)))
        write("bodies.csv", b"id,name,headcount\nharbour,The Harbour,%d\n" % MEMBERS)
        shell('roster 1 "$FROM" "$UNTIL" staff.roster && printf "We ask.\\n" >text.md && '
              'ini -e "s/^release = .*/release = 1000/; s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/" >letter.ini && letter our')
        run(U, "bundle", "our.letter", "--ring", "harbour", "-o", "b")
        signatures = list(pool.map(lambda i: sign("b", "m%d" % i, "harbour", "s%d" % i), range(SIGNATURES)))
    write("lines", b"".join(signatures[:HANDED]))
    write("full.letter", read("our.letter") + b"".join(signatures))


# ---- watches ----

def cpu_of(pid):
    f = read("/proc/%d/stat" % pid).rsplit(b")", 1)[1].split()
    return (int(f[11]) + int(f[12])) / os.sysconf("SC_CLK_TCK")


def peak_of(pid):
    """MiB of memory that were resident at most"""
    return int([l for l in read("/proc/%d/status" % pid).splitlines() if l.startswith(b"VmHWM")][0].split()[1]) / 1024


def verification():
    """signatures a second of one core's time, in one batch"""
    def took(path):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run(U, "verify", path, "--threads", "1")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return SIGNATURES / (min(took("full.letter") for _ in range(5)) - min(took("our.letter") for _ in range(5)))


def verification_together():
    """signatures a second when every core verifies such batches and nothing else: what the machine can do, by the clock"""
    def took(path):
        began = time.monotonic()
        with ThreadPoolExecutor(CORES) as pool:
            list(pool.map(lambda _: run(U, "verify", path, "--threads", "1"), range(16 * CORES)))
        return time.monotonic() - began
    return 16 * CORES * SIGNATURES / (min(took("full.letter") for _ in range(3)) - min(took("our.letter") for _ in range(3)))


def start_load(*args):
    started.append(subprocess.Popen([LOAD, "-j"] + [str(a) for a in args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE))
    return started[-1]


def end_load(p):
    out = p.communicate(timeout=120)[0]
    return json.loads(out)


def rate(told):
    return told["answers"] / told["seconds"]


# ---- what is measured ----

def echo_rate(size):
    p = subprocess.Popen([LOAD, "-e", str(size)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    started.append(p)
    port = int(p.stdout.readline())
    told = end_load(start_load(port, "/", 50, 4))
    p.stdin.close()
    p.wait(60)
    return rate(told)


def pages_alone(server, size):
    echo = (echo_rate(size), "an echo's")
    before = cpu_of(server.pid())
    told = end_load(start_load(server.port, PAGE, 50, 4))
    cpu = cpu_of(server.pid()) - before
    figure("pages, cached, 50 connections", rate(told), "/s", echo, least=10000)
    figure("  processor time of a page in the server", cpu / told["answers"] * 1e6, "us")
    same(told["failures"], 0)


def submissions(server, pure, together):
    """alone, then with pages beside"""
    url = "/api/v1/letters/our/submissions"
    before, began = cpu_of(server.pid()), time.monotonic()
    told = end_load(start_load("-l", "lines", server.port, url, HANDING_IN, 10))
    cpu, took = cpu_of(server.pid()) - before, time.monotonic() - began
    same(told["failures"], 0)
    figure("submissions, ring of 1,024, %d at once" % HANDING_IN, rate(told), "/s", (together, "all cores' verification"), least=round(0.8 * together))
    figure("  for each second of the server's processor", told["answers"] / cpu, "", (pure, "one core's verification"), least=round(0.8 * pure))
    figure("  cores that the load took for itself", told["cpu_seconds"] / took, "of %d" % CORES)
    figure("  median until it is on disk", told["median_ms"], "ms")


def pages_meanwhile(server):
    load = start_load("-l", "lines", server.port, "/api/v1/letters/our/submissions", HANDING_IN, 12)
    time.sleep(1)
    before = cpu_of(server.pid())
    told = end_load(start_load(server.port, PAGE, 50, 8))
    cores = (cpu_of(server.pid()) - before) / told["seconds"]
    handed = end_load(load)
    same(told["failures"] + handed["failures"], 0)
    figure("pages meanwhile, 50 connections", rate(told), "/s", least=10000)
    figure("  median", told["median_ms"], "ms", most=5)
    figure("  99 of 100 within", told["p99_ms"], "ms")
    figure("  cores that the server had", cores, "of %d" % CORES)
    figure("  submissions meanwhile", rate(handed), "/s")


def idle(server):
    before = peak_of(server.pid())
    told = end_load(start_load(server.port, PAGE, 1, 3, IDLE))
    same((told["failures"], told["idle_open"]), (0, IDLE))
    figure("memory with %s idle connections, at most" % "{:,}".format(IDLE), peak_of(server.pid()), "MiB", most=128)
    figure("  of it before they came", before, "MiB")


def trickles(server):
    load = start_load(server.port, PAGE, 0, 3 * HEAD_SECONDS, 0, TRICKLES)
    told = end_load(start_load(server.port, PAGE, 2, HEAD_SECONDS + 3))
    trickled = end_load(load)
    same((told["failures"], trickled["trickling"]), (0, 0))
    figure("%d heads that trickle: the last closed after" % TRICKLES, trickled["last_closed_s"], "s", most=HEAD_SECONDS + 2)
    figure("  pages meanwhile: median", told["median_ms"], "ms", most=50)
    figure("  pages meanwhile: the slowest", told["worst_ms"], "ms", most=50)


def full_disk():
    """the server's files may not grow, by a limit that SQLite calls a failed write: refused as a full disk is; with space again, kept. A disk that is really full is test/fault/serve.py's"""
    server = Server("full")
    try:
        same(create(server, "our", "our.letter")[0], 201)
        lines = lines_of("lines")
        resource.prlimit(server.pid(), resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        refused = [server.post("/api/v1/letters/our/submissions", l + b"\n")[0] for l in lines[:3]]
        resource.prlimit(server.pid(), resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        kept = [server.post("/api/v1/letters/our/submissions", l + b"\n")[0] for l in lines[:3]]
        figure("no space: refused, of 3", refused.count(507), "", least=3)
        figure("  with space again: kept, of 3", kept.count(202), "", least=3)
    finally:
        server.stop()


PAGE = "/letters/our"


def measure():
    make_letter()
    pure = verification()
    figure("verification alone, one batch of %d, one core" % SIGNATURES, pure, "/s")
    together = verification_together()
    figure("verification alone, all cores", together, "/s", (pure * CORES, "as many times one core's"))
    server = Server()
    try:
        same(create(server, "our", "our.letter")[0], 201)
        status, head, page = server.get(PAGE)
        same(status, 200)
        pages_alone(server, len(page) + sum(len(k) + len(v) + 4 for k, v in head.items()))
        submissions(server, pure, together)
        pages_meanwhile(server)
        idle(server)
        trickles(server)
    finally:
        server.stop()
    full_disk()


def too_long(signum, frame):
    raise SystemExit("%d seconds are over: this machine has too much else to do for figures that mean something" % SECONDS_MAX)


began = time.monotonic()
signal.signal(signal.SIGALRM, too_long)
signal.alarm(SECONDS_MAX)
folder = enter_scratch()
try:
    measure()
finally:
    signal.alarm(0)
    for p in started:
        if p.poll() is None:
            p.kill()
    os.chdir("/")
    shutil.rmtree(folder)
if JSON:
    print(json.dumps({"cores": CORES, "seconds": round(time.monotonic() - began, 1), "figures": figures}, indent=1))
