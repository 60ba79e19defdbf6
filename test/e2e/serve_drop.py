# SPDX-License-Identifier: AGPL-3.0-or-later
# serve_drop.py: organisers drop a sealed letter and start again: what is refused, what is left (nothing), who is in the middle of it, a kill
import random
import threading

from serve_lib import *

folder = enter_scratch()
shell("town && ini >letter.ini && letter our && letter sealed --seal --link-out the.link")
shell("ini -e 's/^quorum = 2/quorum = 1/; s/^title = .*/title = Alone/' >letter.ini && letter alone --seal --link-out key.alone")
ID, FILE = letter_id("sealed.letter"), read("sealed.letter")
LETTER = "/api/v1/letters/secret"
LINES = []
for m in ("harbour-1", "harbour-2", "mint-1", "mint-2", "works-1", "works-2"):
    run(U, "sign", "sealed.letter", "--key", m + ".key", "--ring", m.split("-")[0], "--link-file", "the.link", "--yes", "-o", "line", "--force")
    LINES.append(read("line"))
server = Server()


def dropping(by=("o1", "o2"), act="drop", subject="secret", letter=None, **more):
    request(act, subject, by[0], ID if letter is None else letter, **more)
    for name in by[1:]:
        run(U, "cosign", "request", "--authority", name)
    return read("request")


def drop(line=None, slug="secret", to=None):
    return (to or server).post("/api/v1/letters/%s/drop" % slug, line or dropping(subject=slug))


def begin(to=None):
    same(create(to or server, "secret", "sealed.letter")[0], 201)


def sign_some(at=None):
    """three are released, two wait"""
    at = at or server
    for line in LINES[:3]:
        same(at.post(LETTER + "/submissions", line)[0], 202)
    at.await_state("secret", "signers", 3)
    for line in LINES[3:5]:
        same(at.post(LETTER + "/submissions", line)[0], 202)


def refusing():
    begin()
    same(create(server, "our", "our.letter")[0], 201)
    problem(drop(dropping(("o1",))), 422, "quorum-organisers")
    problem(drop(dropping(("o2",))), 403, "no-role")
    problem(drop(dropping(("r1", "r2"))), 403, "no-role")
    problem(drop(dropping(("o1", "r1"))), 422, "quorum-organisers")
    problem(drop(dropping(act="create")), 403, "request-other")
    problem(drop(dropping(subject="our")), 403, "request-other")
    problem(drop(dropping(letter=letter_id("our.letter"))), 403, "request-other")
    problem(drop(dropping(letter="", act="drop")), 403, "request-other")
    problem(drop(dropping(server="https://elsewhere.example.org")), 403, "request-other")
    problem(drop(dropping(on=day(-2))), 403, "request-date")
    problem(drop(dropping(on=day(2))), 403, "request-date")
    line = dropping()
    problem(drop(line + line), 422, "truncated")
    problem(drop(line.replace(b'"act":"drop"', b'"act":"dropp"')), 422, "choice")
    problem(drop(line.replace(b'"subject":"secret"', b'"subject":"public"')), 403, "request-other")
    problem(drop(re.sub(b'"nonce":"[^"]*"', b'"nonce":"' + b"A" * 43 + b'"', line)), 422, "authority-signature")
    problem(drop(FILE.split(b"\n")[0]), 422, "type")
    problem(drop(dropping(subject="none"), slug="none"), 404, "letter-unknown")
    refused = drop(dropping(subject="our", letter=letter_id("our.letter")), slug="our")
    problem(refused, 409, "not-sealed")
    same(server.get("/letters/secret.letter")[2], FILE)
    same(server.get(LETTER + "/drop")[0], 405)


def gone(slug="secret"):
    for path in ("/letters/%s", "/letters/%s?lang=ar", "/letters/%s.letter", "/letters/%s.atom", "/letters/%s/roster", "/letters/%s/answer", "/letters/%s/press", "/letters/%s/sign", "/letters/%s/preview.png", "/api/v1/letters/%s", "/api/v1/letters/%s/bundle?ring=*"):
        same(server.get(path % slug)[0], 404, path)
    for what in ("submissions", "records", "drop"):
        problem(server.post("/api/v1/letters/%s/%s" % (slug, what), LINES[0]), 404, "letter-unknown")
    for form in ("sign", "answer"):
        same(server.post("/letters/%s/%s" % (slug, form), b"line=x", "application/x-www-form-urlencoded")[0], 404, form)
    same([l["slug"] for l in json.loads(server.get("/api/v1/letters")[2])["letters"] if l["slug"] == slug], [])
    same(slug.encode() in server.get("/")[2], False)


def being_listed():
    """who is listed must be one of the letter's organisers: somebody else who is lends them nothing"""
    def listing(*names):
        keys = "".join("%s = %s\n" % (public(n), n) for n in names)
        return Server(store="mixed", config=("[server]\naddress = %s\n[organisers]\n%s[registrars]\n%s = registry\n" % (ADDRESS, keys, public("r2"))).encode())

    def create_by_all(to):
        return to.post("/api/v1/letters?slug=secret", dropping(("r1", "o1", "o2"), act="create") + FILE)

    one = listing("r1")
    problem(create_by_all(one), 403, "no-role")
    same(one.stop(), 0)
    one = listing("r1", "o2")
    same(create_by_all(one)[0], 201)
    same(one.stop(), 0)
    one = listing("r1")
    problem(drop(dropping(("r1", "o1", "o2")), to=one), 403, "no-role")
    same(one.stop(), 0)
    one = listing("r1", "o2")
    same(drop(dropping(("r1", "o1", "o2")), to=one)[0], 200)
    same(one.stop(), 0)


ETAGS = {}


def leaving_nothing():
    sign_some()
    for path in ("/letters/secret.letter", LETTER, "/letters/secret", LETTER + "/bundle?ring=harbour"):
        ETAGS[path] = server.get(path)[1]["etag"]
    line = dropping()
    write("used", line)
    answer = drop(line)
    same((answer[0], answer[2]), (200, b'{"dropped":true}\n'))
    gone()
    problem(drop(line), 404, "letter-unknown")
    same(server.get("/letters/our")[0], 200)
    same(server.stop(), 0)
    server.start()
    gone()


def starting_again():
    begin()
    same([server.state("secret")[m] for m in ("signers", "sealed", "lines")], [0, True, len(FILE.splitlines())])
    problem(drop(read("used")), 403, "request-twice")
    for path, etag in ETAGS.items():
        same(server.get(path, If_None_Match=etag)[0], 200, "%s is another one now" % path)
    status, headers, body = server.get("/letters/secret.letter", Range="bytes=10-", If_Range=ETAGS["/letters/secret.letter"])
    same((status, body), (200, FILE), "no download goes on with another letter")
    same(server.stop(), 0)
    server.start()
    problem(drop(read("used")), 403, "request-twice")
    for line in LINES[:3]:
        same(server.post(LETTER + "/submissions", line)[0], 202)
    server.await_state("secret", "signers", 3)
    same(drop()[0], 200)
    begin()
    etag = server.get("/letters/secret")[1]["etag"]
    same(drop()[0], 200)
    begin()
    same(server.get("/letters/secret", If_None_Match=etag)[0], 200)
    sign_some()
    same(server.post(LETTER + "/submissions", LINES[5])[0], 202)
    server.await_state("secret", "signers", 6)


def opened():
    write("now.letter", server.get("/letters/secret.letter")[2])
    run(U, "letter", "open", "now.letter", "--link-file", "the.link", "--authority", "o1", "-o", "words")
    run(U, "cosign", "words", "--authority", "o2")
    same(server.post(LETTER + "/records", read("words"))[0], 200)
    problem(drop(), 409, "opened")
    same("its words are out" in told(1, "sealed.letter", "--to", "http://%s:%s/letters/secret" % (server.host, server.port), "--address", ADDRESS, "--request", "request", "--yes")[1], True)
    same(server.state("secret")["signers"], 6)


# ---- the command ----

def told(code, *args):
    """exit code, and what it said on both channels, in one line"""
    p = subprocess.run([U, "letter", "drop"] + list(args), stdin=subprocess.DEVNULL, capture_output=True, timeout=300, start_new_session=True)
    said = re.sub(r"\s+", " ", p.stderr.decode())
    same(p.returncode, code, said)
    return p.stdout.decode(), said


def commanding():
    global server
    same(server.stop(), 0)
    server = Server(store="commanded")

    def says(words, code, *args):
        out, said = told(code, *args)
        same(words in said, True, said)
        return out

    for slug in ("again", "alone"):
        same(create(server, slug, "sealed.letter" if slug == "again" else "alone.letter")[0], 201)
    at, alone = ("http://%s:%s/letters/%s" % (server.host, server.port, slug) for slug in ("again", "alone"))
    here = ("--to", at, "--address", ADDRESS)
    for line in LINES[:3]:
        same(server.post("/api/v1/letters/again/submissions", line)[0], 202)
    server.await_state("again", "signers", 3)
    says("one of them", 2, "sealed.letter", *here)
    says("was never sealed", 1, "our.letter", *here, "--authority", "o1")
    says("not the key of an organiser", 1, "sealed.letter", *here, "--authority", "r1", "-o", "x")
    says("2 organisers must sign", 2, "sealed.letter", *here, "--authority", "o1")
    says("has 1 of 2 signatures", 0, "sealed.letter", *here, "--authority", "o1", "-o", "asked")
    same(json.loads(says("", 0, "sealed.letter", *here, "--authority", "o1", "-o", "asked", "--force", "--json")), {"dropped": False, "missing": 1})
    says("has 1 of 2 signatures", 1, "sealed.letter", *here, "--request", "asked", "--yes")
    run(U, "cosign", "asked", "--authority", "o2")
    says("is a request to drop another letter", 1, "alone.letter", *here, "--request", "asked", "--yes")
    says("is not a request", 1, "sealed.letter", *here, "--request", "line", "--yes")
    says("3 people have signed the letter at " + at, 2, "sealed.letter", *here, "--request", "asked")
    same(server.state("again")["signers"], 3, "not asked, not done")
    says("is another letter", 1, "alone.letter", *here[:1], at, "--address", ADDRESS, "--authority", "o1", "--yes")
    same(json.loads(says("", 0, "sealed.letter", *here, "--request", "asked", "--yes", "--json")), {"dropped": True, "signers": 3})
    gone("again")
    says("no such letter there", 2, "sealed.letter", *here, "--request", "asked", "--yes")
    same(create(server, "again", "sealed.letter")[0], 201)
    says("answered already", 1, "sealed.letter", *here, "--request", "asked", "--yes")
    says("Nobody has signed", 0, "alone.letter", "--to", alone, "--address", ADDRESS, "--authority", "o1", "--yes")
    gone("alone")
    same(server.get("/letters/again")[0], 200)
    same(drop(dropping(subject="again"), slug="again")[0], 200)


# ---- in the middle of it ----

class Crowd:
    """threads that ask without end until told; what they saw"""

    def __init__(self, at, *jobs):
        self.at, self.stop, self.seen, self.threads, self.lock = at, False, {}, [], threading.Lock()
        for job in jobs:
            t = threading.Thread(target=self.ask, args=(job,))
            t.start()
            self.threads.append(t)

    def ask(self, job):
        method, path, bodies = job
        c = http.client.HTTPConnection(self.at.host, int(self.at.port), timeout=120)
        n = 0
        while not self.stop:
            try:
                c.request(method, path, bodies[n % len(bodies)] if bodies else None, {"Content-Type": "text/plain"} if bodies else {})
                answer = c.getresponse()
                body = answer.read()
                status = answer.status
            except (http.client.HTTPException, OSError):  # a file whose letter went is cut off
                c.close()
                status, body = "cut", b""
            with self.lock:
                self.seen[(path, status)] = self.seen.get((path, status), 0) + 1
                if status == 200 and path.endswith(".letter") and not body.startswith(FILE):
                    self.seen[(path, "mixed")] = 1
            n += 1

    def end(self):
        self.stop = True
        for t in self.threads:
            t.join()
        return self.seen


def dropping_under_load():
    one = Server(store="loaded", threads=2)
    begin(one)
    crowd = Crowd(one, *[("POST", LETTER + "/submissions", LINES[i:] + LINES[:i]) for i in (0, 2, 4)], ("GET", "/letters/secret", None), ("GET", "/letters/secret.letter", None),
                  ("GET", LETTER, None), ("GET", LETTER + "/bundle?ring=*", None), ("GET", "/", None))
    kept = (LETTER + "/submissions", 202)
    for _ in range(5):
        try:
            before, end = crowd.seen.get(kept, 0), time.time() + 60
            while crowd.seen.get(kept, 0) == before and time.time() < end:
                time.sleep(0.01)
            answer = drop(to=one)
            same(answer[0], 200, answer[2])
            same([one.get(p)[0] for p in ("/letters/secret", "/letters/secret.letter", LETTER)], [404] * 3)
            same(one.post(LETTER + "/submissions", LINES[0])[0], 404)
            begin(one)
        except BaseException:
            crowd.end()
            raise
    seen = crowd.end()
    allowed = {200, 202, 404, 409, 503, "cut"}  # 409: the ring is full
    same(sorted(str(k) for k in seen if k[1] not in allowed or k[1] == "cut" and not k[0].endswith(".letter")), [])
    true(seen[kept] > 4 and seen[(LETTER + "/submissions", 404)] > 0, seen)
    print("# " + ", ".join("%s %s %d" % (p.rsplit("/", 1)[1] or "/", s, n) for (p, s), n in sorted(seen.items(), key=str)))
    same(one.state("secret")["lines"] >= len(FILE.splitlines()), True)
    same(drop(to=one)[0], 200)
    begin(one)
    same(one.stop(), 0)
    one.start()
    same(one.state("secret")["signers"], 0)
    same(one.stop(), 0)


def killed():
    one = Server(store="killed")
    whole = gone = 0
    for i in range(6):
        begin(one)
        sign_some(one)
        before = one.state("secret")
        line = dropping()
        t = threading.Thread(target=lambda: quietly(one, line))
        t.start()
        time.sleep(random.random() * 0.02)
        os.kill(one.pid(), signal.SIGKILL)
        t.join()
        one.stop(signal.SIGKILL)
        one.start()
        if one.get(LETTER)[0] == 404:
            same(one.get("/letters/secret.letter")[0], 404)
            gone += 1
            continue
        same(one.state("secret"), before)
        same(one.post(LETTER + "/submissions", LINES[5])[0], 202)
        one.await_state("secret", "signers", 6)  # the two that waited are still there
        whole += 1
        same(drop(to=one)[0], 200)
    print("# killed: %d whole, %d gone" % (whole, gone))
    same(one.stop(), 0)


def quietly(at, line):
    try:
        c = http.client.HTTPConnection(at.host, int(at.port), timeout=60)
        c.request("POST", LETTER + "/drop", line, {"Content-Type": "text/plain"})
        c.getresponse().read()
    except (http.client.HTTPException, OSError):
        pass


tap.case("who may not, what is not meant, and a letter that never was sealed", refusing)
tap.case("one of the organisers is listed", being_listed)
tap.case("dropped: every path says 404, also after a restart", leaving_nothing)
tap.case("the same name and id begin anew; an old request drops nothing, an old copy is not taken for the new", starting_again)
tap.case("words that are out stay", opened)
tap.case("by the command: as many organisers as it takes, and not unasked", commanding)
tap.case("while people hand in and read", dropping_under_load)
tap.case("killed in the middle: all or nothing", killed)
same(server.stop(), 0)
shutil.rmtree(folder)
tap.end()
