# SPDX-License-Identifier: AGPL-3.0-or-later
# serve_lib.py: what tests of the server share: an invented town (town.sh), a server of one's own on a free port, a plain HTTP client, TAP
import base64
import hashlib
import http.client
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
U = os.path.abspath(sys.argv[1])


# ---- TAP ----

class Tap:
    def __init__(self):
        self.n = self.failed = self.checks = 0

    def case(self, title, run, *args):
        self.n += 1
        self.checks = 0
        try:
            run(*args)
            good = self.checks > 0
            if not good:
                print("# a case that checks nothing cannot fail")
        except Exception as e:  # told as a failure, with its place
            good = False
            where = e.__traceback__
            while where.tb_next and where.tb_next.tb_frame.f_code.co_filename == sys.argv[0]:
                where = where.tb_next
            print("# line %d: %s: %s" % (where.tb_lineno, type(e).__name__, str(e).replace("\n", "\n#   ")))
        self.failed += not good
        print("%sok %d - %s" % ("" if good else "not ", self.n, title), flush=True)

    def end(self):
        print("1..%d" % self.n)
        sys.exit(self.failed != 0)


tap = Tap()


def same(got, wanted, what=""):
    tap.checks += 1
    if got != wanted:
        raise AssertionError("%s: got %.400r, wanted %.400r" % (what, got, wanted))


def true(v, what=""):
    tap.checks += 1
    if not v:
        raise AssertionError(what)


# ---- bytes ----

def b64(b):
    return base64.urlsafe_b64encode(b).rstrip(b"=").decode()


def canonical(v):
    return json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def day(n):
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + n * 86400))


DAMM = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"]


def typed_code(drawn):
    """28 digits with their check digits: spec/cards.md §1"""
    out = []
    for i in range(7):
        c = i
        for d in drawn[4 * i:4 * i + 4]:
            c = int(DAMM[c][int(d)])
        out.append(drawn[4 * i:4 * i + 4] + str(c))
    return " ".join(out)


def code_hash(series, drawn):
    return hashlib.sha256(b"undersigned/1 card\0" + series.encode() + b"\0" + drawn.encode()).digest()


# ---- the town ----

def run(*args, code=0, **more):
    p = subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, **more)
    if code is not None and p.returncode != code:
        raise AssertionError("%s: exit %d: %s" % (" ".join(args), p.returncode, p.stderr.decode()))
    return p.stdout


def shell(text):
    run("sh", "-c", 'U=$1; . "$2/town.sh"; ' + text, "sh", U, HERE)


def public(name):
    return run("sh", "-c", 'U=$1; . "$2/town.sh"; public "$3"', "sh", U, HERE, name).decode().strip()


# A test may be killed before it can clean up: a shell of its own waits for its end, then ends what runs in its folder still, and removes it
GUARD = """read -r said
[ -e "$1" ] || exit
for p in /proc/[0-9]*; do [ "$p/cwd" -ef "$1" ] && [ "${p#/proc/}" != "$PPID" ] && kill -9 "${p#/proc/}"; done
grep -o " $1/[^ ]*" /proc/self/mounts | while read -r at; do umount -l "$at"; done
rm -rf -- "$1\""""
guards = []


def enter_scratch():
    folder = tempfile.mkdtemp(prefix="undersigned-serve.")
    if "UND_KEEP" not in os.environ:
        guards.append(subprocess.Popen(["sh", "-c", GUARD, "sh", folder], cwd="/", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True))
    os.chdir(folder)
    return folder


def lines_of(path):
    with open(path, "rb") as f:
        return f.read().splitlines()


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)


def read(path):
    with open(path, "rb") as f:
        return f.read()


# ---- what doc/openapi.json tells ----

DOCUMENT = json.load(open(os.path.join(HERE, "..", "..", "doc", "openapi.json")))
PATHS = [(re.compile(re.sub(r"\\\{[a-z]+\\\}", "[A-Za-z0-9_-]+", re.escape(path)) + "$"), methods) for path, methods in DOCUMENT["paths"].items()]


def resolve(v):
    return DOCUMENT["components"]["responses"][v["$ref"].split("/")[-1]] if "$ref" in v else v


def as_told(method, path, status, headers, body):
    """every answer of the interface that any test gets is one that the document tells: status, media type, form of problems"""
    for pattern, methods in PATHS:
        if not pattern.match(path.split("?")[0]):
            continue
        responses = methods.get("get" if method == "HEAD" else method.lower(), {"responses": {}})["responses"]
        kind = headers.get("content-type", "").split(";")[0]
        if status == 503 and not body and not kind:  # where memory is out
            return
        if kind == "application/problem+json":
            v = json.loads(body) if method != "HEAD" else {"status": status, "title": "", "type": "about:blank"}
            schema = resolve({"$ref": "Problem"})["content"][kind]["schema"]
            if not set(schema["required"]) <= set(v) <= set(schema["properties"]) or v["status"] != status or not re.match(schema["properties"]["type"]["pattern"], v["type"]):
                raise AssertionError("%s %s: not the problem that is told: %r" % (method, path, v))
            if v["type"] == "about:blank" and status in DOCUMENT["info"]["x-faults"]:
                return
        if str(status) not in responses:
            raise AssertionError("%s %s: %d is not told in doc/openapi.json: %r" % (method, path, status, body[:200]))
        content = resolve(responses[str(status)]).get("content")
        if method != "HEAD" and (bool(body) != bool(content) or body and kind not in content):
            raise AssertionError("%s %s: %d with %s is not told in doc/openapi.json" % (method, path, status, kind or "nothing"))


# ---- a server ----

ADDRESS = "https://letters.example.org"


class Server:
    def __init__(self, store="store", config=None, at=None, listen="127.0.0.1:0", threads=None, more=(), env=None):
        self.store, self.at, self.listen, self.more, self.env = store, at, listen, list(more), env or {}
        self.config = config or ("[server]\naddress = %s\n%s[organisers]\n%s = council\n[registrars]\n%s = registry\n%s = court\n"
                                 % (ADDRESS, "threads = %d\n" % threads if threads else "", public("o1"), public("r1"), public("r2"))).encode()
        self.log = open("server.log", "ab")
        self.start()

    def start(self):
        write("serve.ini", self.config)
        r, w = os.pipe()
        os.set_inheritable(w, True)
        args = [U, "serve", "--config", "serve.ini", "--store", self.store, "--listen", self.listen, "--ready-fd", str(w)] + self.more
        env = dict(os.environ, **self.env)
        if self.at:
            env.update(NO_FAKE_STAT="1", FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1")
            env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
            args = [os.path.join(HERE, "at.sh"), "-m", (self.at if " " in self.at else self.at + " 12:00:00")] + args
        out = open("server.out", "wb")
        self.p = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=out, stderr=self.log, pass_fds=(w,), env=env)
        out.close()
        os.close(w)
        self.await_ready(r)
        where = [l for l in read("server.out").decode().splitlines() if l.startswith("Listening at ")][0].split()[2].rstrip(".")
        self.host, self.port = where.split("//")[1].split(":")
        self.c = None

    def await_ready(self, r):
        ready, _, _ = select.select([r], [], [], 600)
        said = os.read(r, 64) if ready else b""
        os.close(r)
        if said != b"READY=1\n":
            raise AssertionError("the server did not start: %s" % read("server.log").decode())

    def pid(self):
        """of the server itself, not of faketime"""
        if not self.at:
            return self.p.pid
        kids = run("pgrep", "-P", str(self.p.pid), code=None).split()
        return int(kids[0]) if kids else self.p.pid

    def stop(self, how=signal.SIGTERM):
        os.kill(self.pid(), how)
        code = self.p.wait(300)
        if self.c:
            self.c.close()
        return code

    def ask(self, method, path, body=None, headers=None, keep=True):
        headers = dict(headers or {})
        if body is not None and "Content-Type" not in headers:
            headers["Content-Type"] = "application/x-ndjson"
        for attempt in (0, 1):
            if self.c is None:
                self.c = http.client.HTTPConnection(self.host, int(self.port), timeout=60)
            try:
                self.c.request(method, path, body, headers)
                r = self.c.getresponse()
                data = r.read()
                break
            except (http.client.HTTPException, OSError):
                self.c.close()
                self.c = None
                if attempt:
                    raise
        answer = r.status, {k.lower(): v for k, v in r.getheaders()}, data
        as_told(method, path, *answer)
        return answer

    def get(self, path, **headers):
        return self.ask("GET", path, None, {k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, path, body, content_type=None):
        return self.ask("POST", path, body, {"Content-Type": content_type} if content_type else None)

    def state(self, slug):
        status, _, body = self.get("/api/v1/letters/" + slug)
        if status != 200:
            raise AssertionError("state: %d" % status)
        return json.loads(body)

    def await_state(self, slug, member, wanted):
        """releases come a moment after the answer"""
        end = time.time() + 120
        while time.time() < end:
            got = self.state(slug)
            if got[member] == wanted:
                return got
            time.sleep(0.02)
        raise AssertionError("%s stayed %r, not %r" % (member, got[member], wanted))


def request(act, subject, by, letter="", server=ADDRESS, on=None):
    """a signed request: spec/server.md"""
    v = {"act": act, "letter": letter, "nonce": b64(os.urandom(32)), "on": on or day(0), "server": server, "signatures": [], "subject": subject, "type": "request", "v": 1}
    write("request", canonical(v) + b"\n")
    run(U, "cosign", "request", "--authority", by)
    return read("request")


def letter_id(path):
    return json.loads(run(U, "show", path, "--json"))["letter"]


def create(server, slug, path, by="o1"):
    return server.post("/api/v1/letters?slug=" + slug, request("create", slug, by, letter_id(path)) + read(path))


def problem(answer, status, name):
    same(answer[0], status, answer[2])
    same(answer[1]["content-type"], "application/problem+json")
    same(json.loads(answer[2])["type"], "/problems/" + name)


def sign(letter, member, ring, out):
    run(U, "sign", letter, "--key", member + ".key", "--ring", ring, "--yes", "-o", out)
    return read(out)
