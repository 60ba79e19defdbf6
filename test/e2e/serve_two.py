# SPDX-License-Identifier: AGPL-3.0-or-later
# serve_two.py: two servers on one database: what is handed in at both is in one letter, of two lines of one tag one, and both serve the same bytes
#
#	serve_two.py PROGRAM [PAIRS]
import threading
from concurrent.futures import ThreadPoolExecutor

from serve_lib import *

sys.path.insert(0, os.path.join(HERE, "..", "store"))
from cluster import Cluster

PAIRS = int(sys.argv[2]) if len(sys.argv) > 2 else 24
ALONE = 12  # hand in at one server alone
RELEASE = 5
NONCES = 12
folder = enter_scratch()
cluster = Cluster(settings=["fsync=off"]).start()


def member(i):
    run(U, "key", "new", "-o", "m%d.key" % i, "--series", "town", "--edition", "1", "--no-passphrase")
    write("m%d.enrol" % i, run(U, "key", "enrol", "m%d.key" % i, "--body", "harbour"))


MEMBERS = PAIRS + ALONE
ENROLLED = MEMBERS + 8  # else the ring is full in the end, and refuses all alike
SHARE = 2200 // ENROLLED  # of the second letter, in percent
ROOM = SHARE * ENROLLED // 100
shell("authorities && bodies")
with ThreadPoolExecutor(4) as pool:
    list(pool.map(member, range(ENROLLED)))
    write("bodies.csv", b"id,name,headcount\nharbour,The Harbour,%d\n" % ENROLLED)
    shell('roster 1 "$FROM" "$UNTIL" staff.roster && printf "We ask.\\n" >text.md && ini -e "s/^release = .*/release = %d/; s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/" >letter.ini && letter our' % RELEASE)
    ones = list(pool.map(lambda i: sign("our.letter", "m%d" % i, "harbour", "s%d" % i), range(MEMBERS)))
    others = list(pool.map(lambda i: sign("our.letter", "m%d" % i, "harbour", "t%d" % i), range(PAIRS)))
    shell('ini -e "s/^release = .*/release = %d/; s/^max_share = .*/max_share = %d/; s/^max_share_all = .*/max_share_all = %d/" >letter.ini && letter tight' % (RELEASE, SHARE, SHARE))
    tight = list(pool.map(lambda i: sign("tight.letter", "m%d" % i, "harbour", "u%d" % i), range(36)))

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
    end = time.time() + 120
    while (got := ask()) != wanted and time.time() < end:
        time.sleep(0.05)
    same(got, wanted)


def post(server, line, slug="our"):
    c = http.client.HTTPConnection(server.host, int(server.port), timeout=120)
    end = time.time() + 120
    while True:
        c.request("POST", "/api/v1/letters/%s/submissions" % slug, line, {"Content-Type": "application/x-ndjson"})
        r = c.getresponse()
        answer = r.status, r.read()
        if answer[0] != 503 or time.time() > end:
            break
        time.sleep(0.1)  # as it is told to, only sooner
    c.close()
    return answer


def raced():
    """each pair at the same moment, one line at each server: both hear the same"""
    wrong, barrier = [], threading.Barrier(2)

    def hand_in(k):
        for i in range(PAIRS):
            barrier.wait(120)
            line = (ones, others)[(k + i) % 2][i]
            got = post(servers[k], line)
            if got[0] != 202:
                wrong.append((i, k, got))

    threads = [threading.Thread(target=hand_in, args=(k,)) for k in (0, 1)]
    for t in threads:
        t.start()
    for i in range(PAIRS, MEMBERS):
        same(post(servers[i % 2], ones[i])[0], 202)
    for t in threads:
        t.join()
    same(wrong, [])


def tags_of(file):
    return [json.loads(l)["tag"] for l in file.splitlines() if b'"type":"signature"' in l]


def one_each():
    """every tag is there once, with one of the two lines; both serve the same file and count the same"""
    wanted = sorted(json.loads(l)["tag"] for l in ones)
    until(lambda: min(len(tags_of(s.get("/letters/our.letter")[2])) for s in servers) > MEMBERS - RELEASE, True)
    # fewer than a batch may wait: they come when the letter closes
    until(lambda: servers[0].get("/letters/our.letter")[2] == servers[1].get("/letters/our.letter")[2], True)
    file = servers[0].get("/letters/our.letter")[2]
    tags = tags_of(file)
    same(len(tags), len(set(tags)), "none twice")
    true(set(tags) <= set(wanted))
    lines = set(ones) | set(others)
    true(all(l + b"\n" in lines for l in file.splitlines() if b'"type":"signature"' in l))
    write("now.letter", file)
    run(U, "verify", "now.letter")
    same(servers[0].state("our"), servers[1].state("our"))
    print("# %d of %d released in %d batches" % (len(tags), MEMBERS, int(cluster.sql("SELECT max(generation) - 1 FROM undersigned.letter"))))


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
            c = http.client.HTTPConnection(servers[k].host, int(servers[k].port), timeout=120)
            c.connect()
            barrier.wait(120)
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
    c = http.client.HTTPConnection(servers[0].host, int(servers[0].port), timeout=120)
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
    for case in (started, raced, one_each, at_rest, shares, collected_once, quiet, broken, loaded, refused):
        tap.case(case.__doc__, case)
finally:
    for s in servers:
        if s.p.poll() is None:
            s.stop(signal.SIGKILL)
    cluster.end()
    os.chdir("/")
    shutil.rmtree(folder, ignore_errors=True)
tap.end()
