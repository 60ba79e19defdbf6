# SPDX-License-Identifier: AGPL-3.0-or-later
# drill.py: two servers, a database with a synchronous standby, people who sign; the database is killed and the standby takes its place. Nothing acknowledged is lost, nothing is there twice
#
#	drill.py PROGRAM CROWD [ROUNDS [SIGNATURES]] [--async]
#
# CROWD: test/bench/crowd.c, which signs for everybody at once.
# A round: the standby is made, the load runs, at a third of it the primary is killed (kill -9, all its processes), the standby is promoted, the load goes on to its end. The next round is the other way round:
# a new standby lies where the old primary was. SIGNATURES: of each round, for half of them two lines
# of one tag, each for another server. Meanwhile the letter's file is read at both: what was seen once must stay.
# --async: the standby is not waited for, and cut off shortly before; then the drill must find what was lost, and says so (exit 1).
import glob
import random
import threading

from serve_lib import *

sys.path.insert(0, os.path.join(HERE, "..", "store"))
from cluster import Cluster
from ending import unwind_when_told

ASYNC = "--async" in sys.argv
CROWD = os.path.abspath(sys.argv[2])
NUMBERS = [int(a) for a in sys.argv[3:] if a.isdigit()]
ROUNDS = NUMBERS[0] if NUMBERS else 3
SIGNATURES = NUMBERS[1] if len(NUMBERS) > 1 else 120
CLIENTS, RELEASE, PATIENCE = 8, 5, 300
SETTINGS = ["wal_keep_size=256MB", "wal_retrieve_retry_interval=500ms"]  # else a standby takes up to five seconds to give up
folder = enter_scratch()
clusters, servers = [], []
state = {"primary": 0}


def primary():
    return clusters[state["primary"]]


def standby():
    return clusters[1 - state["primary"]]


def until(ask, wanted, what=""):
    end = time.time() + PATIENCE
    while (got := ask()) != wanted and time.time() < end:
        time.sleep(0.02)
    same(got, wanted, what)


# ---- what is handed in ----

def prepare():
    """people, a letter that takes them all, and the lines that each hands in, all of one tag"""
    count = ROUNDS * SIGNATURES
    enrolled = count + 8  # a full ring refuses all alike

    def crowd(*what):
        return run(CROWD, *map(str, what))

    shell("authorities")
    write("bodies.csv", b"id,name,headcount\nb0,The Harbour,%d\n" % enrolled)
    write("all.enrol", crowd("enrol", enrolled, 1))
    shell('"$U" roster new --series crowd --name Crowd --edition 1 --from "$FROM" --until "$UNTIL" --bodies bodies.csv --enrolments all.enrol -o staff.roster && "$U" cosign staff.roster --authority r1 && "$U" cosign staff.roster --authority r2')
    shell('printf "We ask.\n" >text.md && ini -e "s/^release = .*/release = %d/; s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/" >letter.ini && letter our' % RELEASE)
    ones, others = ([l + b"\n" for l in crowd("sign", "our.letter", enrolled, 1, 0, count, 0).splitlines()] for _ in (0, 1))
    return [(one, other) if i % 2 else (one,) for i, (one, other) in enumerate(zip(ones, others))]


def post(server, line):
    """status; 0: no answer"""
    c = http.client.HTTPConnection(server.host, int(server.port), timeout=PATIENCE)
    try:
        c.request("POST", "/api/v1/letters/our/submissions", line, {"Content-Type": "application/x-ndjson"})
        r = c.getresponse()
        r.read()
        return r.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        c.close()


class Load:
    """clients hand in their lines, each until it is acknowledged, and never again: a third, then (with go) the second, and once the primary is killed the rest"""

    def __init__(self, people):
        jobs = []
        for lines in random.sample(people, len(people)):
            at = random.randrange(2)
            jobs += [(line, at + k) for k, line in enumerate(lines)]  # of a pair each at another server, and about at once
        self.jobs, self.lock, self.total = iter(jobs), threading.Lock(), len(jobs)
        self.taken, self.under_way, self.refused, self.acknowledged, self.wrong, self.moments = 0, 0, 0, [], [], []
        self.third, self.go, self.killed = threading.Event(), threading.Event(), threading.Event()
        if not ASYNC:
            self.go.set()
        self.threads = [threading.Thread(target=self.client, daemon=True) for _ in range(CLIENTS)]
        for t in self.threads:
            t.start()

    def take(self):
        if 3 * self.taken >= self.total:
            self.go.wait()
        if 3 * self.taken >= 2 * self.total:
            self.killed.wait()
        with self.lock:
            self.taken += 1
            return next(self.jobs, (None, 0))

    def client(self):
        while True:
            line, at = self.take()
            if line is None:
                return
            end = time.time() + PATIENCE
            with self.lock:
                self.under_way += 1
            while (status := post(servers[at % 2], line)) in (0, 503) and time.time() < end:
                at += 1
                with self.lock:
                    self.refused += 1
                time.sleep(0.05)
            with self.lock:
                self.under_way -= 1
                if status != 202:
                    self.wrong.append(status)
                    continue
                self.acknowledged.append(json.loads(line)["tag"])
                self.moments.append(time.monotonic())
                if 3 * len(self.acknowledged) >= self.total:
                    self.third.set()

    def end(self):
        for t in self.threads:
            t.join()


class Reader(threading.Thread):
    """takes the letter's file again and again, at both servers: what was seen once stays as it was"""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen, self.wrong, self.times, self.over = [b"", b""], [], 0, threading.Event()

    def run(self):
        while not self.over.is_set():
            for k in (0, 1):
                c = http.client.HTTPConnection(servers[k].host, int(servers[k].port), timeout=PATIENCE)
                try:
                    c.request("GET", "/letters/our.letter")
                    r = c.getresponse()
                    body = r.read()
                    status = r.status
                except (OSError, http.client.HTTPException):
                    continue
                finally:
                    c.close()
                if status != 200:
                    self.wrong += [] if status == 503 else [status]
                    continue
                self.times += 1
                longest = max(self.seen, key=len)
                if not (body.startswith(longest) or longest.startswith(body)) or not body.startswith(self.seen[k]):
                    self.wrong.append("what server %d had shown changed" % k)
                self.seen[k] = body
            time.sleep(0.02)


# ---- the drill ----

def begin():
    """a database, with a standby that each commit waits for; two servers"""
    clusters.append(Cluster(settings=SETTINGS).start())
    clusters.append(None)
    make_standby()
    where = "postgresql://und@/postgres?host=%s,%s" % (clusters[0].folder, clusters[1].folder)
    for _ in (0, 1):
        servers.append(Server(store=where))
    same(create(servers[0], "our", "our.letter")[0], 201)
    until(lambda: servers[1].get("/api/v1/letters/our")[0], 200)


def make_standby():
    """a copy of the primary that follows it; the primary starts again, so that it waits for it from the first commit on"""
    at = 1 - state["primary"]
    old = clusters[at]
    if old is not None:
        shutil.rmtree(old.data)
        for left in glob.glob(old.folder + "/.s.PGSQL.*"):
            os.unlink(left)
    clusters[at] = Cluster(folder=old.folder if old else None, settings=SETTINGS, copy_of=primary())
    if not ASYNC:
        primary().sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary().stop("fast")
    primary().start()
    standby().start()
    until(lambda: primary().sql("SELECT string_agg(sync_state, ' ') FROM pg_stat_replication WHERE state = 'streaming'"), "async" if ASYNC else "sync")


def cut_off(load):
    """with --async: the standby hears nothing from now on, and some are acknowledged meanwhile"""
    standby().sql("ALTER SYSTEM SET primary_conninfo = ''")
    standby().sql("SELECT pg_reload_conf()")
    until(lambda: standby().sql("SELECT count(*) FROM pg_stat_wal_receiver"), "0")
    before = len(load.acknowledged)
    load.go.set()
    until(lambda: len(load.acknowledged) >= before + CLIENTS, True)


def one_round(number, people, known):
    reader = Reader()
    reader.start()
    until(lambda: reader.times >= 2, True, "the file was read before")
    load = Load(people)
    load.third.wait(PATIENCE)
    if ASYNC:
        cut_off(load)
    under_way, killed = load.under_way, time.monotonic()
    primary().kill()
    load.killed.set()
    standby().promote()
    state["primary"] = 1 - state["primary"]
    promoted = time.monotonic()
    load.end()
    read = reader.times
    until(lambda: reader.times >= read + 4, True, "the file was read afterwards, at both")
    reader.over.set()
    reader.join()
    known.update(load.acknowledged)
    before = sum(m <= killed for m in load.moments)
    times = sorted(load.moments)
    after = [killed] + times[before:]
    gap = max(b - a for a, b in zip(after, after[1:] or [killed]))
    print("# round %d: the gap: nothing acknowledged for %.2f s (promoting took %.2f s), %d times 'not now' meanwhile; killed with %d acknowledged and %d under way; %d acknowledged afterwards; the file read %d times"
          % (number, gap, promoted - killed, load.refused, before, under_way, len(times) - before, reader.times), flush=True)
    account(known)
    same(load.wrong, [], "answers")
    same(reader.wrong, [], "the file")
    true(0 < before < len(times) == load.total, "the load ran before and afterwards")


def signatures_in(file):
    return [l for l in file.splitlines() if b'"type":"signature"' in l]


def account(known):
    """every tag that was acknowledged is there, and none twice"""
    rows = primary().sql("SELECT encode(tag, 'hex') FROM undersigned.waiting WHERE kind = 0 UNION ALL SELECT encode(tag, 'hex') FROM undersigned.act WHERE kind = 0").split()
    held = [b64(bytes.fromhex(r)) for r in rows]
    lost, twice = known - set(held), len(held) - len(set(held))
    print("# %d were acknowledged; lost: %d; there twice: %d" % (len(known), len(lost), twice), flush=True)
    same(len(lost), 0, "lost")
    same(twice, 0, "there twice")
    same(set(held) - known, set(), "there, and never handed in to the end")


def end(known, people):
    """both serve the same bytes, which verify and have each tag once with a line that was handed in, and all but what waits for a batch"""
    until(lambda: min(len(signatures_in(s.get("/letters/our.letter")[2])) for s in servers) > len(known) - RELEASE, True, "released")
    until(lambda: len(set(s.get("/letters/our.letter")[2] for s in servers)), 1, "both serve the same bytes")
    file = servers[0].get("/letters/our.letter")[2]
    lines = signatures_in(file)
    tags = [json.loads(l)["tag"] for l in lines]
    same(len(tags), len(set(tags)), "there twice")
    true(set(tags) <= known)
    all_lines = {line.strip() for p in people for line in p}
    true(set(lines) <= all_lines)
    write("now.letter", file)
    run(U, "verify", "now.letter")
    for s in servers:
        same(s.stop(), 0)


unwind_when_told()
try:
    people = prepare()
    known = set()
    tap.case("a database with a synchronous standby, and two servers", begin)
    for n in range(ROUNDS):
        if n:
            tap.case("round %d: a new standby" % (n + 1), make_standby)
        tap.case("round %d: the primary is killed, the standby takes its place: nothing acknowledged is lost, nothing is there twice" % (n + 1), one_round, n + 1, people[n * SIGNATURES:(n + 1) * SIGNATURES], known)
    if not tap.failed:  # else what was lost is waited for
        tap.case(end.__doc__, end, known, people)
finally:
    for s in servers:
        if s.p.poll() is None:
            s.stop(signal.SIGKILL)
    for c in clusters:
        if c is not None:
            c.end()
    os.chdir("/")
    shutil.rmtree(folder, ignore_errors=True)
tap.end()
