# SPDX-License-Identifier: AGPL-3.0-or-later
# scale.py: how time and memory grow with the size of a roll and of a letter: ./dev scale
#
#	scale.py PROGRAM BENCH FOLDER [--quick] [--json] [--into FILE] [--people N,…] [PART…]     BENCH: where bench_crowd and bench_measure are; FOLDER: for rolls and letters, which are kept for the next time
#
# Parts: rolls letters serve page; all without a name. Each run of the command is a process of its own, measured by bench_measure: processor time (user and system), clock, largest resident memory, and the
# yardstick V (one Ed25519 verification) before and after it. What takes less than two seconds of processor time is run three times, and the middle one counts. Figures go into FILE after each run.
import os
import random
import shutil
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from serve_lib import *

TOP = os.path.abspath(os.path.join(HERE, "..", ".."))
BENCH, FOLDER = os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3])
ARGS = sys.argv[4:]
QUICK, JSON = "--quick" in ARGS, "--json" in ARGS
INTO = os.path.abspath(ARGS.pop(ARGS.index("--into") + 1)) if "--into" in ARGS else os.path.join(FOLDER, "figures.json")
# people, bodies; a tenth of the people sign, each in the ring of the own body
WORLDS = [(4000, 40), (10000, 80), (30000, 160), (100000, 400), (300000, 600), (1000000, 1000)]
SERVED_MAX, PAGE_KEYS_MAX = 100000, 1000000
STARS = 200  # signatures in the ring of all, in a letter of their own
if QUICK:
    WORLDS = WORLDS[:2]
if "--people" in ARGS:  # these sizes only
    only = ARGS.pop(ARGS.index("--people") + 1).split(",")
    WORLDS = [w for w in WORLDS if str(w[0]) in only]
PARTS = [a for a in ARGS if not a.startswith("--")] or ["rolls", "letters", "serve", "page"]
CROWD, MEASURE = os.path.join(BENCH, "bench_crowd"), os.path.join(BENCH, "bench_measure")
MEASURED, SAID = "measured.%d" % os.getpid(), "said.%d" % os.getpid()  # two runs of different parts may go on side by side
SHORT_S, PATIENCE_S = 2, 24 * 3600
figures = {"machine": {}, "figures": []}


def tell(text):
    print(text, file=sys.stderr, flush=True)


def keep(part, what, world, got, **more):
    """one figure: of this world, what was measured"""
    people, bodies = world
    f = dict(part=part, what=what, people=people, bodies=bodies, signatures=people // 10, **got, **more)
    if "cpu_s" in got:
        f["v"] = round(got["cpu_s"] * 1e9 / got["v_ns"])
    figures["figures"] = [g for g in figures["figures"] if (g["part"], g["what"], g["people"]) != (part, what, people)] + [f]
    order = {p: i for i, p in enumerate(["rolls", "letters", "serve", "page"])}
    figures["figures"].sort(key=lambda g: (order[g["part"]], g["what"], g["people"]))
    with open(INTO + ".new", "w") as out:
        json.dump(figures, out, indent=1, sort_keys=True)
        out.write("\n")
    os.rename(INTO + ".new", INTO)
    if not JSON:
        print("%9s people  %-8s %-24s %s" % ("{:,}".format(people), part, what, ", ".join("%s %s" % (k, v) for k, v in sorted(got.items()) if k != "code")), flush=True)


def once(args, stdin=None):
    with open(stdin or "/dev/null", "rb") as given, open(SAID, "wb") as said:
        code = subprocess.run([MEASURE, MEASURED, U] + args, stdin=given, stdout=subprocess.DEVNULL, stderr=said).returncode
    got = json.load(open(MEASURED))
    if code != 0 or got.pop("code") != 0:
        raise SystemExit("%s: %s" % (" ".join(args), read(SAID).decode()))
    return got


def measured(part, what, world, args, before=lambda: None, **more):
    runs = []
    while not runs or (runs[-1]["cpu_s"] < SHORT_S and len(runs) < 3):
        before()
        runs.append(once(args))
    middle = sorted(runs, key=lambda r: r["cpu_s"] / r["v_ns"])[len(runs) // 2]
    middle = dict(middle, peak_kib=max(r["peak_kib"] for r in runs), wall_s=min(r["wall_s"] for r in runs), v_ns=middle["v_ns"])
    keep(part, what, world, dict(middle, runs=len(runs)), **more)
    return middle


# ---- rolls and letters, made once and kept ----

def crowd(path, *args):
    with open(path + ".new", "wb") as out:
        subprocess.run([CROWD] + [str(a) for a in args], stdout=out, check=True)
    os.rename(path + ".new", path)


def roster_arguments(out):
    return ["roster", "new", "--series", "crowd", "--name", "The crowd", "--edition", "1", "--from", day(-30), "--until", day(300), "--bodies", "bodies.csv", "--enrolments", "crowd.enrol", "-o", out, "--force"]


def joined(out, *paths):
    with open(out + ".new", "wb") as f:
        for p in paths:
            with open(p, "rb") as g:
                shutil.copyfileobj(g, f, 1 << 20)
    os.rename(out + ".new", out)


def enter(world):
    """in the folder of this world, with all that it needs"""
    people, bodies = world
    folder = os.path.join(FOLDER, "%d-%d" % world)
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    if os.path.exists("whole") and time.time() - os.path.getmtime("whole") > 20 * 86400:  # the letter closes
        for name in os.listdir("."):
            os.path.isdir(name) or os.unlink(name)
    if os.path.exists("whole"):
        return
    tell("making a roll of %s in %s …" % ("{:,}".format(people), folder))
    os.path.exists("o1") or shell("authorities")
    write("bodies.csv", b"id,name,headcount\n" + b"".join(b"b%d,Body %d,%d\n" % (b, b, people // bodies + 100) for b in range(bodies)))
    write("code", run(CROWD, "code", "0"))
    run(U, "key", "restore", "-o", "me.key", "--series", "crowd", "--code-file", "code", "--no-passphrase", "--force")
    os.path.exists("crowd.enrol") or crowd("crowd.enrol", "enrol", people, bodies)
    if not os.path.exists("our.letter"):
        subprocess.run([U] + roster_arguments("staff.roster"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        for r in ("r1", "r2"):
            subprocess.run([U, "cosign", "staff.roster", "--authority", r], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        write("text.md", b"We ask.\n")
        shell('ini -e "s/^release = .*/release = 100/; s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/" >letter.ini')
        subprocess.run(["sh", "-c", 'U=$1; . "$2/town.sh"; rm -f new.letter new.link; letter new && mv new.letter our.letter', "sh", U, HERE], check=True)
    n = people // 10
    os.path.exists("lines") or crowd("lines", "sign", "our.letter", people, bodies, 0, n, 0)
    os.path.exists("stars") or crowd("stars", "sign", "our.letter", people, bodies, n, STARS, 1)
    os.path.exists("more") or crowd("more", "sign", "our.letter", people, bodies, n + STARS, 3, 0)
    lines = lines_of("lines")
    random.Random(1).shuffle(lines)
    third = n // 3
    for name, some in (("most", lines[:2 * third]), ("rest", lines[third:])):  # two copies, each with two thirds
        write("some", b"".join(l + b"\n" for l in some))
        joined(name + ".letter", "our.letter", "some")
    joined("stars.letter", "our.letter", "stars")
    joined("full.letter", "our.letter", "lines")
    write("whole", b"")


# ---- what is measured ----

def rolls(world):
    measured("rolls", "roster new", world, roster_arguments("again.roster"))
    empty = measured("rolls", "verify, nobody signed", world, ["verify", "--threads", "1", "--json", "our.letter"], bytes=os.path.getsize("our.letter"))
    stars = measured("rolls", "verify, %d in *" % STARS, world, ["verify", "--threads", "1", "--json", "stars.letter"])
    keep("rolls", "one of them", world, {"cpu_s": round((stars["cpu_s"] - empty["cpu_s"]) / STARS, 6), "v_ns": stars["v_ns"]})
    for ring, what in (("b0", "sign in the body"), ("*", "sign in *")):
        measured("rolls", what, world, ["sign", "our.letter", "--key", "me.key", "--ring", ring, "--yes", "-o", "signed"], lambda: os.path.exists("signed") and os.unlink("signed"))


def letters(world):
    size = os.path.getsize("full.letter")
    one = measured("letters", "verify, one thread", world, ["verify", "--threads", "1", "--json", "full.letter"], bytes=size)
    two = measured("letters", "verify, two threads", world, ["verify", "--threads", "2", "--json", "full.letter"], bytes=size)
    tell("two threads: %.2f times as fast by the clock" % (one["wall_s"] / two["wall_s"]))
    measured("letters", "show", world, ["show", "full.letter"])
    measured("letters", "add", world, ["add", "x.letter", "lines"], lambda: joined("x.letter", "our.letter"))
    measured("letters", "add the other copy", world, ["add", "x.letter", "rest.letter"], lambda: joined("x.letter", "most.letter"))
    os.unlink("x.letter")


def cpu_of(pid):
    f = read("/proc/%d/stat" % pid).rsplit(b")", 1)[1].split()
    return (int(f[11]) + int(f[12])) / os.sysconf("SC_CLK_TCK")


def peak_of(pid):
    return int([l for l in read("/proc/%d/status" % pid).splitlines() if l.startswith(b"VmHWM")][0].split()[1])


def yardstick():
    run(MEASURE, MEASURED, "true")
    return json.load(open(MEASURED))["v_ns"]


class Watch:
    """of a server: what it takes from here on"""

    def __init__(self, server, fresh=False):
        self.server, self.v = server, yardstick()
        self.cpu, self.began = 0 if fresh else cpu_of(server.pid()), time.monotonic()

    def end(self):
        wall, cpu = time.monotonic() - self.began, cpu_of(self.server.pid()) - self.cpu
        return {"cpu_s": round(cpu, 6), "wall_s": round(wall, 6), "peak_kib": peak_of(self.server.pid()), "v_ns": min(self.v, yardstick())}


def hand_in(server, lines):
    """16 in a request, four at a time"""
    requests, lock, bad = [b"".join(l + b"\n" for l in lines[i:i + 16]) for i in range(0, len(lines), 16)], threading.Lock(), []

    def work():
        c = http.client.HTTPConnection(server.host, int(server.port), timeout=600)
        while True:
            with lock:
                if not requests or bad:
                    return
                body = requests.pop()
            while True:
                c.request("POST", "/api/v1/letters/our/submissions", body, {"Content-Type": "application/x-ndjson"})
                r = c.getresponse()
                said = r.read()
                if r.status != 503:
                    break
                time.sleep(0.2)  # it says that it has too much to do
            if r.status != 202:
                bad.append((r.status, said))
                return
    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if bad:
        raise SystemExit("handing in: %d %s" % bad[0])


def released(server, least):
    end = time.monotonic() + 600
    while server.state("our")["signers"] < least:
        if time.monotonic() > end:
            raise SystemExit("only %d of %d were released" % (server.state("our")["signers"], least))
        time.sleep(0.1)


def serve(world):
    n = world[0] // 10
    if n > SERVED_MAX:
        return
    shutil.rmtree("store", ignore_errors=True)
    server = Server()
    try:
        w = Watch(server)
        same(create(server, "our", "our.letter")[0], 201)
        keep("serve", "a letter is brought", world, w.end())
        w = Watch(server)
        hand_in(server, lines_of("lines"))
        released(server, n - n % 100 - 99)
        keep("serve", "all sign", world, w.end())
    finally:
        server.stop()
    began = time.monotonic()
    server = Server()
    try:
        got = dict(Watch(server, fresh=True).end(), wall_s=round(time.monotonic() - began, 6))
        keep("serve", "opened again", world, got, bytes=sum(os.path.getsize(os.path.join("store", f)) for f in os.listdir("store")))
        w = Watch(server)
        status, _, page = server.get("/letters/our")
        same(status, 200)
        keep("serve", "page", world, w.end(), bytes=len(page))
        w = Watch(server)
        same(server.post("/api/v1/letters/our/submissions", lines_of("more")[0] + b"\n")[0], 202)
        keep("serve", "one more signs", world, w.end())
    finally:
        server.stop()
        shutil.rmtree("store", ignore_errors=True)


def page(world):
    if world[0] > PAGE_KEYS_MAX:
        return
    for what, letter in (("check, nobody signed", "our.letter"), ("check", "full.letter")):
        v = yardstick()
        p = subprocess.run(["node", os.path.join(TOP, "web/bench/scale.js"), letter], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=PATIENCE_S)
        if p.returncode != 0:
            raise SystemExit("the page: %s" % p.stdout.decode())
        got = json.loads(p.stdout)
        said = got.pop("said")
        keep("page", what, world, dict(got, v_ns=min(v, yardstick())), said=said, bytes=os.path.getsize(letter))


def machine():
    cpu = [l.split(b":")[1].strip().decode() for l in read("/proc/cpuinfo").splitlines() if l.startswith(b"model name")]
    memory = int(read("/proc/meminfo").split()[1])
    return {"cores": os.cpu_count(), "cpu": cpu[0] if cpu else "unknown", "memory_gib": round(memory / 2 ** 20), "load": list(os.getloadavg()), "on": day(0)}


def stopped(number, frame):
    raise SystemExit(128 + number)


def main():
    for number in (signal.SIGTERM, signal.SIGHUP):  # what runs ends with it, as after Ctrl-C
        signal.signal(number, stopped)
    os.makedirs(FOLDER, exist_ok=True)
    if os.path.exists(INTO):
        figures.update(json.load(open(INTO)))
    figures["machine"] = machine()
    if PARTS == ["inputs"]:
        for world in WORLDS:
            enter(world)
        return
    for part in PARTS:
        for world in WORLDS:
            enter(world)
            {"rolls": rolls, "letters": letters, "serve": serve, "page": page}[part](world)
            for path in (MEASURED, SAID):
                os.path.exists(path) and os.unlink(path)
    if JSON:
        print(open(INTO).read(), end="")


main()
