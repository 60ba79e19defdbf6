# SPDX-License-Identifier: AGPL-3.0-or-later
# serve_two.py: two servers on one database: what is handed in at both is in one letter, of two lines of one tag one, and both serve the same bytes
#
#	serve_two.py PROGRAM CROWD [PAIRS]
#
# CROWD: test/bench/crowd.c, which signs for everybody at once. With PAIRS: the race alone, of so many pairs.
import threading
from concurrent.futures import ThreadPoolExecutor

from serve_lib import *

sys.path.insert(0, os.path.join(HERE, "..", "store"))
from cluster import Cluster

CROWD = os.path.abspath(sys.argv[2])
RACE = len(sys.argv) > 3
PAIRS = int(sys.argv[3]) if RACE else 24
ALONE = 12  # hand in at one server alone
LANES = 4  # pairs that race at a time
RELEASE = max(5, PAIRS // 200)
NONCES = 12
MEMBERS = PAIRS + ALONE
BODIES = MEMBERS // 40 + 1
ENROLLED = MEMBERS + 8 * BODIES  # else a ring is full in the end, and refuses all alike
SHARE = 2200 // ENROLLED  # of the second letter, in percent
ROOM = SHARE * ENROLLED // 100
PATIENCE = 600
folder = enter_scratch()
cluster = Cluster().start()


def crowd(*what):
    return run(CROWD, *map(str, what))


def make_letter(name, release, share):
    write("letter.sed", b"s/^release = .*/release = %d/; s/^max_share = .*/max_share = %d/; s/^max_share_all = .*/max_share_all = %d/" % (release, share, share))
    shell('ini -f letter.sed >letter.ini && letter ' + name)


def signatures(letter, first, count):
    return [l + b"\n" for l in crowd("sign", letter, ENROLLED, BODIES, first, count, 0).splitlines()]


shell("authorities && printf 'We ask.\\n' >text.md")
write("bodies.csv", b"id,name,headcount\n" + b"".join(b"b%d,Body %d,%d\n" % (i, i, ENROLLED) for i in range(BODIES)))
write("all.enrol", crowd("enrol", ENROLLED, BODIES))
shell('"$U" roster new --series crowd --name Crowd --edition 1 --from "$FROM" --until "$UNTIL" --bodies bodies.csv --enrolments all.enrol -o staff.roster && "$U" cosign staff.roster --authority r1 && "$U" cosign staff.roster --authority r2')
make_letter("our", RELEASE, 100)
ones = signatures("our.letter", 0, MEMBERS)
others = signatures("our.letter", 0, PAIRS)
if not RACE:
    make_letter("tight", RELEASE, SHARE)
    tight = signatures("tight.letter", 0, 36)

servers = []


def started():
    """a letter that one takes in the other has soon; one that is brought to both is taken once"""
    servers.append(Server(store=cluster.url()))
    servers.append(Server(store=cluster.url()))
    same(create(servers[0], "our", "our.letter")[0], 201)
    problem(create(servers[0], "our", "our.letter"), 409, "letter-taken")
    problem(create(servers[1], "our", "our.letter"), 409, "letter-taken")
    for s in servers:
        until(lambda: s.get("/api/v1/letters/our")[0], 200)


def until(ask, wanted):
    end = time.time() + PATIENCE
    while (got := ask()) != wanted and time.time() < end:
        time.sleep(0.05)
    same(got, wanted)


def connect(server):
    c = http.client.HTTPConnection(server.host, int(server.port), timeout=PATIENCE)
    c.connect()
    return c


def post(server, line, slug="our", c=None):
    c = c or connect(server)
    end = time.time() + PATIENCE
    while True:
        c.request("POST", "/api/v1/letters/%s/submissions" % slug, line, {"Content-Type": "application/x-ndjson"})
        r = c.getresponse()
        answer = r.status, r.read()
        if answer[0] != 503 or time.time() > end:
            break
        time.sleep(0.1)  # as it is told to, only sooner
    c.close()
    return answer


def line_at(i, k):
    """of pair i, what server k is handed"""
    return (ones, others)[(k + i) % 2][i]


def raced():
    """each pair at the same moment, one line at each server: both hear the same"""
    wrong, asked = [], []

    def hand_in(lane, k, barrier):
        for i in range(lane, PAIRS, LANES):
            try:
                c = connect(servers[k])
                barrier.wait(PATIENCE)
                got = post(servers[k], line_at(i, k), c=c)
            except Exception as e:
                barrier.abort()
                wrong.append((i, k, repr(e)))
                return
            asked.append(i)
            if got[0] != 202:
                wrong.append((i, k, got))

    threads = [threading.Thread(target=hand_in, args=(lane, k, barrier)) for lane in range(LANES) for barrier in [threading.Barrier(2)] for k in (0, 1)]
    began = time.monotonic()
    for t in threads:
        t.start()
    for i in range(PAIRS, MEMBERS):
        same(post(servers[i % 2], ones[i])[0], 202)
    for t in threads:
        t.join()
    same(wrong, [])
    same(len(asked), 2 * PAIRS)
    print("# %d pairs raced in %.0f s" % (PAIRS, time.monotonic() - began), flush=True)


def lines_in(file):
    return [l + b"\n" for l in file.splitlines() if b'"type":"signature"' in l]


def tags_of(file):
    return [json.loads(l)["tag"] for l in lines_in(file)]


def one_each():
    """of every tag one of its two lines was taken, and no other; both serve the same bytes, which verify, and count the same"""
    # fewer than a batch may wait: they come when the letter closes
    for s in servers:
        until(lambda: s.state("our")["signers"] > MEMBERS - RELEASE, True)
    until(lambda: servers[0].get("/letters/our.letter")[2] == servers[1].get("/letters/our.letter")[2], True)
    file = servers[0].get("/letters/our.letter")[2]
    released = lines_in(file)
    waiting = [bytes.fromhex(l) + b"\n" for l in cluster.sql("SELECT encode(line, 'hex') FROM undersigned.waiting WHERE kind = 0").split()]
    taken = released + waiting
    same(sorted(json.loads(l)["tag"] for l in taken), sorted(json.loads(l)["tag"] for l in ones), "each tag once, and no other")
    true(set(taken) <= set(ones) | set(others))
    write("now.letter", file)
    run(U, "verify", "now.letter")
    same(servers[0].state("our"), servers[1].state("our"))
    taken, firsts = set(taken), [0, 0]
    for i in range(PAIRS):
        kept = [line_at(i, k) in taken for k in (0, 1)]
        same(sum(kept), 1, "of pair %d" % i)
        firsts[kept.index(True)] += 1
    print("# of %d pairs one line each was kept: the first server's %d times, the second's %d times; %d of %d released in %d batches; both serve the same %d bytes"
          % (PAIRS, firsts[0], firsts[1], len(released), MEMBERS, int(cluster.sql("SELECT max(generation) - 1 FROM undersigned.letter")), len(file)), flush=True)


def shares():
    """a part of a ring may sign: of more that come at both servers at once, exactly that part is taken"""
    same(create(servers[1], "tight", "tight.letter")[0], 201)
    until(lambda: servers[0].get("/api/v1/letters/tight")[0], 200)
    with ThreadPoolExecutor(8) as many:
        got = list(many.map(lambda i: post(servers[i % 2], tight[i], "tight")[0], range(len(tight))))
    same(sorted(got), [202] * ROOM + [409] * (len(tight) - ROOM))
    refused = got.index(409)
    for s in servers:
        same(post(s, tight[refused], "tight")[0], 409)


def collected_once():
    """a registrar's request that comes to both at the same moment is answered by one; so are different ones, by both"""
    write("cards", canonical({"cards": [{"body": "harbour", "code": b64(code_hash("town", "%028d" % 7)), "state": "open"}], "series": "town", "signatures": [], "type": "cards", "v": 1}) + b"\n")
    run(U, "cosign", "cards", "--authority", "r1")
    lists = read("cards")
    requests = [request("collect", "town", "r1") for _ in range(3 * NONCES)]
    barrier = threading.Barrier(2)

    def at_once(bodies, path):
        def ask(k):
            c = http.client.HTTPConnection(servers[k].host, int(servers[k].port), timeout=PATIENCE)
            c.connect()
            barrier.wait(PATIENCE)
            c.request("POST", "/api/v1/series/town/" + path, bodies[k], {"Content-Type": "application/x-ndjson"})
            status = c.getresponse().status
            c.close()
            return status
        with ThreadPoolExecutor(2) as both:
            return sorted(both.map(ask, (0, 1)))

    same(at_once([lists, lists], "cards"), [200, 200])
    for i in range(NONCES):
        same(at_once([requests[i]] * 2, "collections"), [200, 403])
    for i in range(NONCES, 3 * NONCES, 2):
        same(at_once(requests[i:i + 2], "collections"), [200, 200])
    for i, r in enumerate(requests):
        same(servers[i % 2].post("/api/v1/series/town/collections", r)[0], 403, "used, wherever it was")


def at_rest():
    """what waits is in the order of its keys and of one transaction; what was released waits no more"""
    until(lambda: cluster.sql("SELECT count(DISTINCT xmin::text) <= 1 FROM undersigned.waiting"), "t")
    same(cluster.sql("SELECT array_agg(tag ORDER BY ctid) IS NOT DISTINCT FROM array_agg(tag ORDER BY kind, tag, question) FROM undersigned.waiting"), "t")
    same(cluster.sql("SELECT count(*) FROM undersigned.waiting JOIN undersigned.act USING (letter, kind, tag, question)"), "0")
    same(cluster.sql("SELECT count(*) FROM undersigned.waiting") , str(MEMBERS - len(tags_of(servers[0].get("/letters/our.letter")[2]))))


def named():
    """what has the same bytes has the same ETag at both, and says which they are: of what one took in and the other read, too"""
    for path in ("/letters/our.letter", "/api/v1/letters/our/bundle?ring=*"):
        (_, one, body), (_, two, other) = (s.get(path) for s in servers)
        same((body, one["etag"]), (other, two["etag"]), path)
        same(servers[1].get(path, If_None_Match=one["etag"])[0], 304)
        true(one["etag"].endswith("." + hashlib.sha256(body).hexdigest()[:32] + '"'), one["etag"])


def quiet():
    """the database's log names nothing that was asked; nor does what it tells of its sessions"""
    log = cluster.log()
    true("database system is ready" in log)
    for word in ("INSERT", "SELECT", "waiting", json.loads(ones[0])["tag"]):
        true(word not in log, word)
    same(cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND (application_name <> '' OR query <> '')"), "0")


def broken():
    """connections that break are made anew; the database that is away is 503, not a lie"""
    true(int(cluster.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")) > 0)
    for s in servers:
        same(post(s, ones[0])[0], 202)
        same(s.get("/letters/our.letter")[0], 200)
    cluster.stop("fast")
    c = http.client.HTTPConnection(servers[0].host, int(servers[0].port), timeout=PATIENCE)
    c.request("POST", "/api/v1/letters/our/submissions", ones[1], {"Content-Type": "application/x-ndjson"})
    same(c.getresponse().status, 503)
    c.close()
    cluster.start()
    same(post(servers[0], ones[1])[0], 202)


def loaded():
    """PostgreSQL's library is in the process that needs it, and in no other; where it cannot be loaded, the server says so and ends"""
    alone = Server(store="folder")
    for s, wanted in ((servers[0], True), (alone, False)):
        maps = read("/proc/%d/maps" % s.pid())
        true(b"libcurl.so" in maps)  # it can be seen
        same(b"libpq.so" in maps, wanted, s.store)
    same(alone.stop(), 0)
    os.mkdir("empty")
    write("empty/libpq.so.5", b"")
    p = subprocess.run([U, "serve", "--store", cluster.url(), "--listen", "127.0.0.1:0"], env=dict(os.environ, LD_LIBRARY_PATH=os.path.abspath("empty")), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, timeout=300)
    same(p.returncode, 2, p.stderr)
    true(b"apt install libpq5" in p.stderr and b"libpq.so.5" in p.stderr, p.stderr)


def refused():
    """a database that would write down statements is refused, and a password on the command line"""
    for s in servers:
        same(s.stop(), 0)
    cluster.sql("CREATE ROLE loud LOGIN; GRANT CREATE ON DATABASE postgres TO loud; ALTER ROLE loud SET log_statement = 'all'")
    for store, words in ((cluster.url(user="loud"), b"log_statement"), ("postgresql://und:secret@/postgres?host=" + cluster.folder, b"password on the command line"),
                         ("postgresql:///nothere?user=und&host=" + cluster.folder, b'"nothere" does not exist')):
        p = subprocess.run([U, "serve", "--store", store, "--listen", "127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        same(p.returncode, 2, p.stderr)
        true(words in p.stderr, p.stderr)
        true(b"secret" not in p.stderr + p.stdout)


try:
    for case in (started, raced, one_each, at_rest, named, quiet) if RACE else (started, raced, one_each, at_rest, named, shares, collected_once, quiet, broken, loaded, refused):
        tap.case(case.__doc__, case)
finally:
    for s in servers:
        if s.p.poll() is None:
            s.stop(signal.SIGKILL)
    cluster.end()
    os.chdir("/")
    shutil.rmtree(folder, ignore_errors=True)
tap.end()
