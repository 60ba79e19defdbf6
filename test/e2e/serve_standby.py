# SPDX-License-Identifier: AGPL-3.0-or-later
# serve_standby.py: a server whose database does not confirm what it kept, comes back without it, or holds a letter that nobody can read: what is answered, and what is shown
import hashlib
import html
import threading

from serve_lib import *

sys.path.insert(0, os.path.join(HERE, "..", "store"))
from cluster import Cluster

PATH, FILE = "/api/v1/letters/our/records", "/letters/our.letter"
folder = enter_scratch()
shell("town && ini -e 's/^mayor.key.*/mayor.key =/' >letter.ini && letter our")
clusters, servers = [Cluster().start()], []
OTHERS = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


def until(ask, wanted, what=""):
    end = time.time() + 120
    while (got := ask()) != wanted and time.time() < end:
        time.sleep(0.02)
    same(got, wanted, what)


def published(outlet):
    """a record: an outlet published the letter"""
    run(U, "publication", "our.letter", "--outlet", outlet, "--on", day(-9), "--source", "https://courier.example/1", "--authority", "o1", "-o", "made", "--force")
    run(U, "cosign", "made", "--authority", "o2")
    return read("made")


def page():
    status, _, body = servers[0].get("/letters/our?lang=en")
    same(status, 200)
    return html.unescape(body.decode())


def file():
    """b"": not now, or it ends too soon: until the server has looked it promises more than there is"""
    try:
        status, _, body = servers[0].ask("GET", "/letters/our.letter", keep=False)
    except http.client.IncompleteRead:
        return b""
    return body if status == 200 else b""


def hashed():
    status, _, body = servers[0].get("/letters/our/sha256.txt")
    same(status, 200)
    return body.decode().split()[0]


def want_standby(primary, names):
    primary.sql("ALTER SYSTEM SET synchronous_standby_names = '%s'" % names)
    primary.sql("SELECT pg_reload_conf()")
    until(lambda: primary.sql("SHOW synchronous_standby_names"), names)


def unconfirmed():
    """a record that no standby has is not answered as kept: not when its wait was cancelled, and not when it is handed in again and is here already"""
    primary = clusters[0]
    servers.append(Server(store=primary.url()))
    same(create(servers[0], "our", "our.letter")[0], 201)
    record, answers = published("The First Courier"), []

    def hand_in():
        answers.append(servers[0].ask("POST", PATH, record, {"Content-Type": "application/x-ndjson"}, keep=False))

    def begin():
        t = threading.Thread(target=hand_in)
        t.start()
        until(lambda: bool(answers) or int(primary.sql("SELECT count(*) " + OTHERS)) > 0, True)
        same(answers, [], "nobody confirmed it")
        return t

    want_standby(primary, "nobody")
    first = begin()
    same(primary.sql("SELECT count(pg_cancel_backend(pid)) " + OTHERS), "1")
    first.join()
    same(answers.pop()[0], 503)
    second = begin()
    want_standby(primary, "")
    second.join()
    status, _, body = answers.pop()
    same((status, json.loads(body)["known"]), (200, 1))


def came_back():
    """a database in whose place another comes, which lacks the last that was shown: what is shown then is made of what is there, and so is its hash"""
    primary = clusters[0]
    clusters.append(Cluster(copy_of=primary))  # as it is now
    same(servers.pop().stop(), 0)
    servers.append(Server(store="postgresql://und@/postgres?host=%s,%s" % (clusters[0].folder, clusters[1].folder)))
    before = file()
    same(servers[0].post(PATH, published("The Lost Courier"))[0], 200)
    true("The Lost Courier" in page(), "it is shown")
    _, lost, _ = servers[0].get(FILE)
    same(hashed(), hashlib.sha256(file()).hexdigest(), "and the hash")
    primary.hang()
    c = http.client.HTTPConnection(servers[0].host, int(servers[0].port), timeout=120)
    c.request("GET", FILE)
    begun = c.getresponse()  # the head: it tells what comes
    same(begun.headers["etag"], lost["etag"])
    clusters[1].start()
    clusters[1].promote()
    servers.append(Server(store=clusters[1].url()))
    same(servers[1].get(FILE)[2], before, "it is gone")
    same(servers[1].post(PATH, published("The Other Courier of the Harbour, which writes much more"))[0], 200)
    same(servers.pop().stop(), 0)
    primary.kill()
    try:
        got = begun.read()
    except http.client.IncompleteRead as e:
        got = e.partial
    except ConnectionError:
        got = b""
    c.close()
    same(got, b"", "what began as one file does not go on as another")
    until(lambda: "The Other Courier" in page(), True, "what is there is shown")
    true("The Lost Courier" not in page(), "what is not there is not")
    same(hashed(), hashlib.sha256(file()).hexdigest(), "the hash of the file")
    _, here, whole = servers[0].get(FILE)
    same(here["etag"].split(".")[0], lost["etag"].split(".")[0], "by count it is the same")
    same(servers[0].get(FILE, If_None_Match=lost["etag"])[::2], (200, whole), "but other bytes have another name")
    same(servers[0].get(FILE, Range="bytes=100-", If_Range=lost["etag"])[::2], (200, whole))
    same(servers[0].get(FILE, Range="bytes=100-", If_Range=here["etag"])[::2], (206, whole[100:]))
    same(servers[0].post(PATH, published("The Third Courier"))[0], 200)
    true("The Third Courier" in page(), "and it goes on")


def unreadable():
    """a letter in the database that a server cannot read keeps no other from it that comes later"""
    here = clusters[1]
    words = "no letter\n".encode().hex()
    here.sql("INSERT INTO undersigned.letter VALUES (sha256('aaa'), 1, 10, ''); INSERT INTO undersigned.name VALUES ('aaa', sha256('aaa')); INSERT INTO undersigned.segment VALUES (sha256('aaa'), 1, 10);"
             "INSERT INTO undersigned.piece VALUES (sha256('aaa'), 0, '\\x%s', sha256('\\x%s'))" % (words, words))
    here.sql("UPDATE undersigned.name SET slug = 'zzz' WHERE slug = 'our'")  # as if another server had taken it in just now
    until(lambda: servers[0].get("/api/v1/letters/zzz")[0], 200)
    same(servers[0].get("/api/v1/letters/aaa")[0], 404)


def hangs():
    """a database that hangs keeps nobody waiting who asks for what it is not needed for, however many wait for it; when it goes on, so do they"""
    here, server, begun, files = clusters[1], servers[0], [], []
    pages = ["/letters/zzz?lang=en", "/"]
    for path in pages:
        same(server.get(path)[0], 200)
    whole = server.get("/letters/zzz.letter")[2]

    def download():
        c = http.client.HTTPConnection(server.host, int(server.port), timeout=120)
        try:
            c.request("GET", "/letters/zzz.letter")
            r = c.getresponse()
            begun.append(r.status)
            files.append(r.read())
        except (http.client.HTTPException, OSError):
            files.append(b"")  # it hung for longer than the server waits
        c.close()

    threads = [threading.Thread(target=download) for _ in range(12)]
    stopped = here.hang()
    try:
        for t in threads:
            t.start()
        until(lambda: len(begun) + len(files), 12, "all have begun")
        for path in pages * 6:
            same(server.ask("GET", path, keep=False)[0], 200, "while it hangs")
    finally:
        here.go_on(stopped)
    for t in threads:
        t.join()
    true(set(files) <= {whole, b""}, "what came is the file")
    same(server.get("/letters/zzz.letter")[2], whole, "afterwards")


try:
    for case in (unconfirmed, came_back, unreadable, hangs):
        tap.case(case.__doc__, case)
finally:
    for s in servers:
        if s.p.poll() is None:
            s.stop(signal.SIGKILL)
    for c in clusters:
        c.end()
    os.chdir("/")
    shutil.rmtree(folder, ignore_errors=True)
tap.end()
