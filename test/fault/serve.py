# SPDX-License-Identifier: AGPL-3.0-or-later
# serve.py PROGRAM SHIM [--sites [--postgres]]: a server whose machine fails (fault.c): it answers or closes, never ends, never says that it kept what it did not, and works afterwards
#
# For each kind of request: the n-th call of a kind fails while it is handled, for n = 1, 2, 3, … (ten in turn, then ever fewer; all where UND_ALLOC_ALL is set), once alone and once with all
# that follow, until none does. After each the same request works. With --sites it is memory alone, and not the n-th call but one from each place in the program (fault.c), until no request finds another;
# with --postgres too the server has a database. At the end everything that was acknowledged is in the letters' files, once.
import mmap
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from serve_lib import *

sys.path.insert(0, os.path.join(HERE, "..", "store"))
from cluster import Cluster
from ending import unwind_when_told

SHIM = os.path.abspath(sys.argv[2])
SITES, POSTGRES = "--sites" in sys.argv, "--postgres" in sys.argv
QUICK = "--quick" in sys.argv  # some of the sites of one kind of request
KINDS = ("alloc", "open", "read", "write", "sync", "close", "name", "stat", "random", "thread", "map", "eintr", "short", "full", "kill", "int", "site")  # as fault.c has them
MEMBERS = 24
EXCUSES = (0, 500, 503, 507)  # closed; our fault; come again; no space
MEMORY = [("alloc", 0), ("alloc", 1)]
DISK = [("open", 0), ("read", 0), ("write", 0), ("write", 1), ("sync", 0), ("name", 0), ("stat", 0), ("full", 1)]
ALL_SITES, REST = 8 << 17, 3  # bytes of fault.c's table; so often a request must find no place that is new
folder = enter_scratch()
cluster = Cluster() if POSTGRES else None


class Machine:
    """what fails from now on"""

    def __init__(self):
        write("control", bytes(20))
        write("sites", bytes(ALL_SITES))
        with open("control", "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 20)

    def fails(self, kind, nth=1, stays=1):
        self.map[:] = struct.pack("=5I", 0, 0, 0, 0, 0)
        self.map[:] = struct.pack("=5I", 1 << KINDS.index(kind), nth, stays, 0, 0)

    def hits(self):
        """how many calls failed so far"""
        return struct.unpack("=5I", self.map[:])[4]

    def works(self):
        """again; how many calls failed"""
        hits = self.hits()
        self.map[:] = bytes(20)
        return hits


    def sites(self):
        """how many places failed so far"""
        with open("sites", "rb") as f:
            return sum(n != 0 for n, in struct.iter_unpack("=Q", f.read()))


def store():
    return cluster.url() if POSTGRES else "store"


def start():
    return Server(store(), env={"LD_PRELOAD": SHIM, "UND_FAULT_CONTROL": os.path.abspath("control"), **({"UND_FAULT_SITES": os.path.abspath("sites")} if SITES else {})})


def ask(method, path, body=None, content_type="application/x-ndjson"):
    """on a connection of its own: status (0: closed), and the problem's name or the body"""
    c = http.client.HTTPConnection(server.host, int(server.port), timeout=120)
    try:
        c.request(method, path, body, {"Content-Type": content_type} if body is not None else {})
        r = c.getresponse()
        data = r.read()
        return r.status, json.loads(data)["type"].split("/")[-1] if r.headers["content-type"] == "application/problem+json" else data
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        c.close()


def healthy(what):
    true(server.p.poll() is None, "%s: the server ended: %s; %s" % (what, server.p.returncode, read("server.log")))
    end = time.time() + 60
    while ask("GET", "/healthz")[0] != 200:
        true(server.p.poll() is None and time.time() < end, "%s: afterwards it does not answer; %s" % (what, read("server.log")))
        time.sleep(0.01)


def request_again(request):
    """what the failure left may have to be done first: 503, for a moment"""
    end = time.time() + 60
    while (answer := request())[0] == 503 and time.time() < end:
        time.sleep(0.01)
    return answer


def sweep(request, good, kinds=tuple(MEMORY + DISK), fresh=None, undo=None, settled=(), fewer=1):
    """request() asks; good: the statuses that say it was done, settled: that it was, in spite of an answer that said otherwise. fresh() makes another request, undo() makes it undone"""
    times = {}
    for kind, stays in [("site", 0)] if SITES else kinds:
        nth, hits, rest = 1, 1, REST
        while rest if SITES else hits:
            what = "%s %d%s" % (kind, nth, " and all after it" if stays else "")
            if fresh:
                fresh()
            machine.fails(kind, nth, stays)
            answer = request()
            hits = machine.works()
            true(answer[0] in good or hits and answer[0] in EXCUSES, "%s: %r" % (what, answer))
            healthy(what)
            answer = request_again(request)
            true(answer[0] in good + settled, "%s: afterwards %r" % (what, answer))
            if undo:
                undo()
            times[kind] = times.get(kind, 0) + (hits != 0)
            if SITES:
                rest = REST if hits else rest - 1
                if QUICK and times[kind] == 100:
                    break
                continue
            nth += 1 if "UND_ALLOC_ALL" in os.environ else fewer + nth // 10
    print("# " + ", ".join("%s %d" % t for t in times.items()))
    true(times["alloc"] > 3 if "alloc" in times else True, "calls failed")
    return times


# ---- what is asked ----

def submit(line, slug="our"):
    return ask("POST", "/api/v1/letters/%s/submissions" % slug, line)


def handing_in():
    def undo():
        same(submit(withdrawal)[0], 202)

    times = sweep(lambda: submit(signatures[0]), (202,), undo=undo)
    true(SITES or times["write"] > 0 and times["sync"] > 0 and times["full"] > 0)
    sweep(lambda: submit(withdrawal), (202,), fresh=lambda: submit(signatures[0]))
    body = b"line=" + signatures[0].strip().replace(b"+", b"%2B")
    sweep(lambda: ask("POST", "/letters/our/sign", body, "application/x-www-form-urlencoded"), (202,), MEMORY + [("full", 1)], undo=undo)


def voting():
    """a vote goes with its signature"""
    run(U, "question", "our.letter", "--text", "Half?", "--choice", "yes=Yes", "--choice", "no=No", "--closes", day(30), "--authority", "o1", "-o", "q")
    run(U, "cosign", "q", "--authority", "o2")
    same(ask("POST", "/api/v1/letters/our/records", read("q"))[0], 200)
    write("seen", read("our.letter") + read("q") + signatures[0])
    question = [json.loads(l) for l in run(U, "verify", "seen", "--json").splitlines()][0]["questions"][0]["id"]
    run(U, "vote", "seen", "--question", question, "--choice", "yes", "--key", "m0.key", "-o", "v")
    sweep(lambda: submit(read("v")), (202,), fresh=lambda: submit(signatures[0]), undo=lambda: submit(withdrawal))


def cards_list(codes):
    entries = sorted([{"body": "harbour", "code": code_hash("town", c), "state": "open"} for c in codes], key=lambda e: e["code"])
    for e in entries:
        e["code"] = b64(e["code"])
    write("cards", canonical({"cards": entries, "series": "town", "signatures": [], "type": "cards", "v": 1}) + b"\n")
    run(U, "cosign", "cards", "--authority", "r1")
    return read("cards")


enrolled = set()


def cards():
    numbers = iter(range(1, 1 << 30))
    asked = {}

    def fresh_list():
        asked["list"] = cards_list("%028d" % (next(numbers) * 7919 ** 6) for _ in range(2))

    def fresh_code():
        asked["code"] = "%028d" % (next(numbers) * 7919 ** 6)

    def enrol():
        answer = ask("POST", "/api/v1/series/town/enrolments", b'{"code":"%s","enrolment":%s}' % (typed_code(asked["code"]).encode(), read("m1.enrol").strip()), "application/json")
        if answer[0] == 202:
            enrolled.add(b64(code_hash("town", asked["code"])))
        return answer

    sweep(lambda: ask("POST", "/api/v1/series/town/cards", asked["list"]), (200,), fresh=fresh_list, fewer=2)
    first = next(numbers)
    same(ask("POST", "/api/v1/series/town/cards", cards_list("%028d" % (i * 7919 ** 6) for i in range(first, first + 2000)))[0], 200)
    sweep(enrol, (202,), fresh=fresh_code)


def collecting():
    asked = {}

    def fresh():
        asked["request"] = request("collect", "town", "r1")

    def collect():
        status, lines = ask("POST", "/api/v1/series/town/collections", asked["request"])
        if status == 200:
            same({json.loads(l)["code"] for l in lines.splitlines()}, enrolled, "what was acknowledged is given, and nothing else")
        return status, b"" if status == 200 else lines

    sweep(collect, (200,), fresh=fresh, settled=(403,), fewer=3)


def bringing():
    asked = {"n": 0}

    def fresh():
        asked["n"] += 1
        asked["slug"] = "other-%d" % asked["n"]
        shell("rm -f other.letter other.link; ini -e 's/^title = .*/title = Number %d/; s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/' >letter.ini && letter other" % asked["n"])
        asked["text"] = request("create", asked["slug"], "o1", letter_id("other.letter")) + read("other.letter")

    sweep(lambda: ask("POST", "/api/v1/letters?slug=" + asked["slug"], asked["text"]), (201,), MEMORY + [("write", 0), ("sync", 0), ("full", 1)], fresh, settled=(409,), fewer=20)


def dropping():
    asked = {}
    id = letter_id("sealed.letter")

    def fresh():
        true(create(server, "sealed", "sealed.letter")[0] in (201, 409))
        request("drop", "sealed", "o1", id)
        run(U, "cosign", "request", "--authority", "o2")
        asked["request"] = read("request")

    def gone():
        same([ask("GET", p)[0] for p in ("/letters/sealed", "/letters/sealed.letter", "/api/v1/letters/sealed")], [404] * 3)

    sweep(lambda: ask("POST", "/api/v1/letters/sealed/drop", asked["request"]), (200,), fresh=fresh, undo=gone, settled=(404,), fewer=15)


def pushing():
    asked = {"n": 0}

    def fresh():
        asked["n"] += 1
        notice = {"about": "", "closes": "", "kind": "note", "language": "en", "letter": letter_id("our.letter"), "on": day(0), "signatures": [], "text": "Note %d." % asked["n"], "type": "notice", "v": 1}
        write("n", canonical(notice) + b"\n")
        run(U, "cosign", "n", "--authority", "o1")
        run(U, "cosign", "n", "--authority", "o2")
        asked["line"] = read("n")

    sweep(lambda: ask("POST", "/api/v1/letters/our/records", asked["line"]), (200,), fresh=fresh, undo=lambda: true(asked["line"] in ask("GET", "/letters/our.letter")[1], "it stands"), fewer=5)


def reading():
    more = ("/guide", "/guide/signer", "/safe", "/check", "/letters/our.atom", "/letters/our/answer", "/letters/our/press", "/letters/our/signers.png", "/letters/our/qr.png", "/letters/our/sha256.txt") if SITES else ()
    for path in more + ("/", "/letters/our", "/letters/our/roster", "/letters/our/sign", "/letters/our/preview.png", "/enrol", "/api/v1/letters", "/api/v1/letters/our", "/api/v1/letters/our/bundle?ring=*",
                 "/letters/our.letter", "/counters", "/nowhere"):
        good = (404,) if path == "/nowhere" else (200,)
        nth = 1
        for stays in (0,) if SITES else (0, 1):  # what was made once is kept, so it is asked until it is
            hits, rest = 1, REST
            while rest if SITES else hits:
                machine.fails("site" if SITES else "alloc", 1 if SITES else nth, stays)
                answer = ask("GET", path)
                hits = machine.works()
                true(answer[0] in good or hits and answer[0] in EXCUSES, "%s: alloc %d: %r" % (path, nth, answer[0]))
                true(server.p.poll() is None, "%s: alloc %d: the server ended; %s" % (path, nth, read("server.log")))
                rest = REST if hits else rest - 1
                nth += 1 + nth // 10
            same(ask("GET", path)[0], good[0], path)


def by_form():
    """what people without a program do: enrol, a party's answer"""
    numbers, asked = iter(range(20000, 40000)), {}

    def fresh():
        asked["code"] = "%028d" % (next(numbers) * 7919 ** 6)
        same(ask("POST", "/api/v1/series/town/cards", cards_list([asked["code"]]))[0], 200)

    def form(**fields):
        return b"".join(b'--xyz\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (k.encode(), v) for k, v in fields.items()) + b"--xyz--\r\n"

    sweep(lambda: ask("POST", "/enrol", form(code=typed_code(asked["code"]).encode(), line=read("m2.enrol").strip()), "multipart/form-data; boundary=xyz"), (202,), fresh=fresh)
    run(U, "statement", "our.letter", "--party", "mayor", "--on", day(0), "--text", "No.", "--stance", "*=rejects", "--authority", "o1", "-o", "answer")
    run(U, "cosign", "answer", "--authority", "o2")
    sweep(lambda: ask("POST", "/letters/our/answer", form(line=read("answer")), "multipart/form-data; boundary=xyz"), (200, 202))


def releasing():
    """three make a batch: its release fails at a place, and again at the next, until it is done; each once"""
    lines = [sign("small.letter", "m%d" % i, "harbour", "small-%d" % i) for i in range(MEMBERS)]
    tags = [json.loads(l)["tag"].encode() for l in lines]
    failed = 0
    for batch in range(MEMBERS // 3 - 1):  # at the end the ring would be full
        mine = range(3 * batch, 3 * batch + 3)
        for i in list(mine)[:2]:
            same(submit(lines[i], "small")[0], 202)
        end = time.time() + 300
        while not all(t in ask("GET", "/letters/small.letter")[1] for t in tags[:mine[2] + 1]):
            true(time.time() < end, "batch %d is not released" % batch)
            machine.fails("site", 1, 0)
            answer = submit(lines[mine[2]], "small")
            ask("GET", "/letters/small")
            true(answer[0] in (202,) + EXCUSES, answer)
            failed += machine.works()
            healthy("batch %d" % batch)
    file = ask("GET", "/letters/small.letter")[1]
    same([t for t in tags[:-3] if file.count(b'"tag":"%s"' % t) != 1], [], "each once")
    write("small.now", file)
    run(U, "verify", "small.now")
    print("# %d failed" % failed)
    true(failed > 0)


# ---- a full disk ----

def no_space():
    """refused clearly; what is only read is read; as soon as there is space it works, without a restart"""
    machine.fails("full")
    status, _, body = (answer := server.post("/api/v1/letters/our/submissions", signatures[0]))
    problem(answer, 507, "store-full")
    same(json.loads(body)["title"], "no space is left for the store")
    same(answer[1]["retry-after"], "60")
    status, headers, page = server.post("/letters/our/sign", b"line=" + signatures[0].strip(), "application/x-www-form-urlencoded")
    same((status, b"Nothing was kept." in page), (507, True))
    more = ("/guide", "/guide/signer", "/safe", "/check", "/letters/our.atom", "/letters/our/answer", "/letters/our/press", "/letters/our/signers.png", "/letters/our/qr.png", "/letters/our/sha256.txt") if SITES else ()
    for path in more + ("/", "/letters/our", "/letters/our.letter", "/api/v1/letters/our", "/healthz"):
        same(server.get(path)[0], 200, path)
    same(submit(signatures[0]), (507, "store-full"))
    true(machine.works() > 0)
    same(submit(signatures[0])[0], 202)
    same(submit(withdrawal)[0], 202)


released = set()


def no_space_at_a_release():
    """three make a batch; the disk is full from the k-th write on: what was acknowledged before and during comes out when there is space"""
    lines = [sign("small.letter", "m%d" % i, "harbour", "small-%d" % i) for i in range(MEMBERS)]
    tags = [json.loads(l)["tag"] for l in lines]
    times = 0
    for batch in range(MEMBERS // 3 - 1):  # at the end the ring would be full
        mine = range(3 * batch, 3 * batch + 3)
        for i in list(mine)[:2]:
            same(submit(lines[i], "small")[0], 202)
        machine.fails("full", 1 + 2 * batch)
        answer = submit(lines[mine[2]], "small")
        true(answer[0] in (202, 507), answer)
        ask("GET", "/letters/small")
        out = lambda: all(t.encode() in ask("GET", "/letters/small.letter")[1] for t in tags[:mine[2] + 1])
        end = time.time() + 60
        while machine.hits() == 0 and not out():  # a release comes a moment after the answer
            true(time.time() < end, "batch %d: neither a failure nor a release" % batch)
        times += machine.works() != 0
        end = time.time() + 60
        while not out():
            true(time.time() < end, "batch %d is not released" % batch)
            same(submit(lines[mine[2]], "small")[0], 202)
        healthy("batch %d" % batch)
    print("# %d of %d batches met a full disk" % (times, MEMBERS // 3 - 1))
    true(times > 2)
    file = ask("GET", "/letters/small.letter")[1]
    same(sorted(t for t in tags[:-3] if file.count(b'"tag":"%s"' % t.encode()) == 1), sorted(tags[:-3]), "each once")
    write("small.now", file)
    run(U, "verify", "small.now")


# ---- at the end ----

def nothing_is_lost():
    """members hand in while calls fail; then it is killed; when signing has closed, what was acknowledged is there"""
    global server
    acknowledged = set()
    for i in range(1, MEMBERS):
        kind, stays = (MEMORY if SITES else MEMORY + DISK)[i % len(MEMORY if SITES else MEMORY + DISK)]
        machine.fails(kind, 1 + (25 * i if SITES else i // 4), stays)
        if submit(signatures[i])[0] == 202:
            acknowledged.add(i)
        machine.works()
        healthy("member %d" % i)
    print("# %d of %d acknowledged" % (len(acknowledged), MEMBERS - 1))
    true(3 < len(acknowledged) < MEMBERS - 1, "some were, some were not")
    same(server.stop(signal.SIGKILL), -9)
    server = Server(store(), at=day(31))
    end = time.time() + 60
    while True:
        file = server.get("/letters/our.letter")[2]
        lost = [i for i in acknowledged if signatures[i].strip() not in file]
        if not lost or time.time() > end:
            break
        time.sleep(0.02)
    same(lost, [], "lost")
    lines = [l for l in file.splitlines() if b'"type":"signature"' in l]
    same(len(lines), len(set(json.loads(l)["tag"] for l in lines)), "none doubled")
    same(set(lines) <= {s.strip() for s in signatures[1:]}, True)
    write("now.letter", file)
    run(U, "verify", "now.letter")


def starting():
    """it starts, or says why not; what it was told to keep is as it was"""
    same(server.stop(), 0)
    before = None
    good = bad = 0
    for kind in ("site",) if SITES else ("alloc", "open", "write", "random", "thread", "full"):
        nth = 1
        while True:
            env = dict(os.environ, LD_PRELOAD=SHIM, UND_FAULT_KINDS=kind, UND_FAULT_AT=str(nth), UND_FAULT_LOG=os.path.abspath("calls"), UND_FAULT_SITES=os.path.abspath("sites"))
            write("calls", b"")
            r, w = os.pipe()
            p = subprocess.Popen([U, "serve", "--config", "serve.ini", "--store", store(), "--listen", "127.0.0.1:0", "--ready-fd", str(w)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, pass_fds=(w,), env=env)
            os.close(w)
            ready = os.read(r, 64) == b"READY=1\n"
            os.close(r)
            if ready:
                p.terminate()
            out, err = p.communicate(timeout=120)
            true((ready and p.returncode in (0, 2)) or (p.returncode == 2 and err.startswith(b"undersigned: ")), "%s %d: exit %d: %r" % (kind, nth, p.returncode, err))
            good, bad = good + ready, bad + (not ready)
            if not [l for l in read("calls").split(b"\n") if l and not l.startswith(b"calls ")]:
                true(ready, "%s %d: %r" % (kind, nth, err))
                break
            if SITES:
                continue
            nth += 1 + (nth // 8 if "UND_ALLOC_ALL" in os.environ else 2 * nth)
    print("# %d times it started, %d times it said why not" % (good, bad))
    true(good > 4 and bad > 4)


def member(i):
    run(U, "key", "new", "-o", "m%d.key" % i, "--series", "town", "--edition", "1", "--no-passphrase")
    write("m%d.enrol" % i, run(U, "key", "enrol", "m%d.key" % i, "--body", "harbour"))


TESTS = (("what members hand in is kept, or not, and said so", handing_in), ("cards and enrolments", cards), ("collecting gives everything or nothing", collecting),
         ("a letter is brought whole or not at all", bringing), ("records are pushed or not", pushing), ("a sealed letter is dropped with all of it, or stays", dropping), ("what is read", reading),
         ("a full disk: refused clearly, and then it works again", no_space), ("a disk that fills up in a release", no_space_at_a_release),
         ("killed after all that: nothing that was acknowledged is lost", nothing_is_lost), ("it starts or says why not", starting))
if SITES:
    TESTS = TESTS[:2] + (("votes", voting),) + TESTS[2:7] + (("by form", by_form), ("a release", releasing)) + TESTS[9:]
if QUICK:
    TESTS = TESTS[:1]


def main():
    global machine, server
    machine = Machine()
    server = start()
    same(create(server, "our", "our.letter")[0], 201)
    same(create(server, "small", "small.letter")[0], 201)
    for title, test in TESTS:
        began, before = time.time(), machine.sites()
        tap.case(title, test)
        print("# %.1f s%s" % (time.time() - began, ", %d places" % (machine.sites() - before) if SITES else ""), flush=True)
        if tap.failed and server.p.poll() is not None:
            break


unwind_when_told()
server = None
try:
    if cluster:
        cluster.start()
    shell("authorities")
    for i in range(MEMBERS):
        member(i)
    write("bodies.csv", b"id,name,headcount\nharbour,The Harbour,%d\n" % MEMBERS)
    shell('roster 1 "$FROM" "$UNTIL" staff.roster && printf "We ask.\\n" >text.md && ini -e "s/^release = .*/release = %d/; s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/" >letter.ini &&'
          ' letter our && ini -e "s/^title = .*/title = Small/; s/^release = .*/release = 3/; s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/" >letter.ini && letter small && letter sealed --seal --link-out the.link' % MEMBERS)
    signatures = [sign("our.letter", "m%d" % i, "harbour", "s%d" % i) for i in range(MEMBERS)]
    write("seen", read("our.letter") + signatures[0])
    run(U, "withdraw", "seen", "--key", "m0.key", "-o", "w")
    withdrawal = read("w")
    main()
    if SITES:
        print("# %d places" % machine.sites())
finally:
    if server is not None and server.p.poll() is None:
        server.stop(signal.SIGKILL)
    if cluster:
        cluster.end()
    os.chdir("/")
    shutil.rmtree(folder)
tap.end()
