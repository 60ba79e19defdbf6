# SPDX-License-Identifier: AGPL-3.0-or-later
# client_hostile.py PROGRAM NAMES: push, pull and submit against servers that lie, break off and never end; what goes out and what is never asked, with a proxy and without
from client_lib import *

NAMES = os.path.abspath(sys.argv[2])
folder = enter_scratch()
shell("town && letter our")
for n in range(1, 5):
    sign("our.letter", "harbour-%d" % n, "harbour", "s%d" % n)
write("small", read("our.letter"))
run(U, "add", "our.letter", "s1", "s2", "s3", "s4")
LETTER = read("our.letter")
true(len(LETTER) > 5000, "long enough for a part")


def submit(fake, *more):
    return ["submit", "s1", "--to", fake.url(), *more]


# ---- what goes out ----

def what_is_sent():
    fake = Fake([KEPT])
    told(0, *submit(fake))
    head, body = fake.requests[0]
    same(head.split("\r\n")[0], "POST /api/v1/letters/our/submissions HTTP/1.1")
    same(sorted(l.split(":")[0].lower() for l in head.split("\r\n")[1:]), ["accept", "content-length", "content-type", "host"], "nothing that tells who asks")
    same((body.rstrip(b"\n") + b"\n", len(body)), (read("s1"), 4096), "its length tells nothing")
    fake = Fake([answer(200, LINES, LETTER)])
    told(0, "pull", fake.url(), "-o", "sent")
    same(sorted(l.split(":")[0].lower() for l in fake.requests[0][0].split("\r\n")[1:]), ["accept", "host"])
    # cookies are not given back
    fake = Fake([answer(404, "application/problem+json", b"{}", "Set-Cookie: who=you; Path=/\r\n"), answer(201, "application/json", b'{"created":true}\n')])
    told(0, "push", "small", "--to", fake.url(), "--authority", "o1")
    same([("cookie" in head.lower()) for head, _ in fake.requests], [False, False])
    true(fake.requests[1][1].endswith(read("small")) and b'"act":"create"' in fake.requests[1][1])
    # a .netrc, and proxies of the environment, count for nothing
    os.mkdir("home")
    write("home/.netrc", b"default login me password secret\n")
    trap, fake = Fake([KEPT]), Fake([KEPT])
    env = {"HOME": os.path.abspath("home"), "NETRC": os.path.abspath("home/.netrc")}
    for name in ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"):
        env[name] = trap.url("")
    told(0, *submit(fake), env=env)
    true("authorization" not in fake.requests[0][0].lower(), "no password")
    same(trap.connections, 0, "the environment's proxy")
    fake = Fake([KEPT], at="here.sock")
    told(0, "submit", "s1", "--to", "http://letters.example.org/letters/our", "--unix", "here.sock")
    true("Host: letters.example.org" in fake.requests[0][0])


# ---- answers that are none ----

def refused_answers():
    elsewhere = Fake([KEPT])
    for what, reply in (
            ("sends elsewhere (302)", answer(302, None, b"", "Location: %s\r\n" % elsewhere.url())),
            ("sends elsewhere (307)", answer(307, "application/json", b'{"kept":true}\n', "Location: %s\r\n" % elsewhere.url())),
            ("of another type", answer(202, "text/html", b'{"kept":true}\n')),
            ("of another type", answer(202, None, b'{"kept":true}\n')),
            ("something else", answer(202, "application/json", b'{"kept":false}\n')),
            ("something else", answer(202, "application/json", b"")),
            ("larger than any", answer(202, "application/json", b"x" * 70000, length=False)),
            ("broke", answer(202, "application/json", b'{"kept":', length=100)),
            ("none of those", answer(204, None, b"", length=False)),
            ("speak HTTP", b"SSH-2.0-OpenSSH_9.2\r\n"),
            ("speak HTTP", b"\0" * 5000),
            ("broke", b""),
            ("broke", b"HTTP/1.1 202 Accep"),
            ("begins without end", b"HTTP/1.1 202 X\r\n" + b"".join(b"A%d: %s\r\n" % (i, b"b" * 1000) for i in range(90)) + b"\r\n"),
            ("refuses that (400)", answer(400, "text/html", b"<h1>no</h1>")),
            ("no such thing (404)", answer(404, "application/problem+json", b"nonsense")),
            ("so much at once (413)", answer(413, "application/problem+json", b'{"type":"about:blank"}')),
            ("cannot answer now (502)", answer(502, "text/html", b"")),
            ("refuses that (422)", answer(422, "application/problem+json", b'{"detail":"Line 1.","type":"/problems/no-such-word"}\n')),
            ("refuses that (422)", answer(422, "application/json", b'{"type":"/problems/proof"}\n'))):
        fake = Fake([reply])
        err = says(2, what, *submit(fake))
        true("Kept" not in err)
        same(len(fake.requests), 1, "asked once")
    same(elsewhere.connections, 0, "a redirect was followed")


def endless():
    def pour(first):
        def run(c):
            c.sendall(first)
            while True:
                c.sendall(b"x\n" * 30000)
        return run
    says(2, "larger than any", *submit(Fake([pour(b"HTTP/1.1 202 X\r\nContent-Type: application/json\r\n\r\n")])))
    head = b"HTTP/1.1 200 X\r\nContent-Type: application/x-ndjson\r\nContent-Length: 99999999999\r\n\r\n"
    says(1, ".letter: line 1", "pull", Fake([pour(head)]).url(), "-o", "endless")
    says(1, ".letter: line %d" % (len(LETTER.splitlines()) + 1), "pull", Fake([pour(head + LETTER)]).url(), "-o", "endless")
    same([f for f in os.listdir(".") if f.startswith("endless")], [])

    def drip(c):
        c.sendall(b"HTTP/1.1 202 X\r\nContent-Type: application/json\r\nA: ")
        while True:
            c.sendall(b"b")
            time.sleep(0.2)
    says(2, "does not answer", *submit(Fake([drip]), "--timeout", "1"))
    says(2, "--timeout", *submit(Fake([KEPT]), "--timeout", "0"))


def problems():
    said = lambda detail, name, status=422: answer(status, "application/problem+json", json.dumps({"detail": detail, "status": status, "title": "Run rm -rf", "type": "/problems/" + name},
                                                                                                  sort_keys=True, separators=(",", ":")).encode() + b"\n")
    write("two", read("s2") + read("s3"))
    two = lambda reply, code, what: says(code, what, "submit", "s1", "two", "--to", Fake([reply]).url())
    two(said("Line 3, member proof.", "proof"), 1, "two: line 2, member proof: ")
    two(said("Line 1.", "ring-above-share", 409), 1, "s1: line 1: ")
    two(said("Line 1.", "closed", 409), 1, "the last day for this has passed")
    two(said("", "stopped", 503), 2, "Try again in a moment")
    two(said("", "store-full", 507), 2, "no room")
    for detail in ("Line 4.", "Line 99999999999999999999.", "Line 0.", "Line -1.", "\x1b[2J", "Line 1, member \x1b[2J.", "Line 1, member " + "a" * 100 + ".", "Call the helpdesk"):
        err = two(said(detail, "proof"), 1, "the proof is wrong")
        true("\x1b" not in err and "helpdesk" not in err and "rm -rf" not in err and "aaaa" not in err, err)


# ---- going on ----

def part(asked, whole=LETTER, at=None):
    """what a server answers to bytes=N-"""
    begin = int(asked.split("bytes=")[1].split("-")[0])
    body = whole[begin:]
    return answer(206, LINES, body, "Content-Range: bytes %d-%d/%d\r\n" % ((at if at is not None else begin), len(whole) - 1, len(whole)))


def going_on():
    half = len(LETTER) * 3 // 4
    cut = answer(200, LINES, LETTER[:half], length=len(LETTER))

    def try_with(second, *rest):
        for f in ("got", "got.part"):
            if os.path.exists(f):
                os.unlink(f)
        fake = Fake([cut, (lambda c: c.sendall(second(fake.requests[-1][0]))), *rest])
        says(2, "What came is kept in got.part", "pull", fake.url(), "-o", "got")
        same(read("got.part"), LETTER[:half])
        same(os.path.exists("got"), False)
        return fake

    def good(fake, requests):
        told(0, "pull", fake.url(), "-o", "got")
        same(read("got"), LETTER)
        same(os.path.exists("got.part"), False)
        same(len(fake.requests), requests)
        true("range: bytes=%d-" % (half - 1024) in fake.requests[1][0].lower(), "asked for the rest")

    whole = answer(200, LINES, LETTER)
    good(try_with(part), 2)
    good(try_with(lambda asked: whole), 2)
    good(try_with(lambda asked: answer(416, "application/problem+json", b"{}"), whole), 3)
    good(try_with(lambda asked: part(asked, LETTER[:half - 300] + b"!" + LETTER[half - 299:]), whole), 3)  # other bytes where both have some
    good(try_with(lambda asked: part(asked, LETTER[:half + 300] + b"!" + LETTER[half + 301:]), whole), 3)  # and behind
    # the beginning of the part is spoilt: all is asked for
    fake = try_with(lambda asked: whole)
    write("got.part", b"x" + read("got.part")[1:])
    told(0, "pull", fake.url(), "-o", "got")
    same(read("got"), LETTER)
    true("range:" not in fake.requests[1][0].lower())
    # another part than was asked for
    for reply in (lambda asked: part(asked, at=0), lambda asked: answer(206, LINES, LETTER[half - 1024:]),
                  lambda asked: answer(206, LINES, LETTER[half - 1024:-1], "Content-Range: bytes %d-%d/%d\r\n" % (half - 1024, len(LETTER) - 2, len(LETTER)))):
        fake = try_with(reply)
        says(2, "another part than", "pull", fake.url(), "-o", "got")
        same(os.path.exists("got"), False)
    # broken off again: more is kept
    fake = try_with(lambda asked: part(asked)[:-500])
    says(2, "What came is kept", "pull", fake.url(), "-o", "got")
    same(read("got.part"), LETTER[:-500])
    os.unlink("got.part")


def whole_or_not():
    write("mine", read("small"))
    for what, code, reply in (
            ("how long", 2, answer(200, LINES, LETTER, length=False)),
            ("another type", 2, answer(200, "text/plain", LETTER)),
            ("broke", 2, answer(200, LINES, LETTER[:900], length=len(LETTER))),
            ("cut off", 1, answer(200, LINES, LETTER[:-9])),
            ("letter record is missing", 1, answer(200, LINES, b"")),
            ("line ", 1, answer(200, LINES, LETTER.replace(b"Open the harbour", b"Shut the harbour"))),
            ("line ", 1, answer(200, LINES, LETTER + LETTER)),
            ("another type", 2, answer(200, "application/x-ndjsonp", LETTER))):
        says(code, what, "pull", Fake([reply]).url(), "-o", "mine")
        same(read("mine"), read("small"), what)
        true(not os.path.exists("mine.part"), what)
    # a server that has less than we
    told(0, "pull", Fake([answer(200, LINES, LETTER)]).url(), "-o", "mine")
    same(read("mine"), LETTER)
    says(0, "as it was", "pull", Fake([answer(200, LINES, read("small"))]).url(), "-o", "mine")
    same(read("mine"), LETTER)
    # enrolments of another series, or none at all
    for body in (b"{}\n", read("small"), b'{"code":"' + b"A" * 43 + b'","enrolment":' + read("harbour-1.enrol").strip() + b"}\n"):
        fake = Fake([answer(200, LINES, body)])
        says(2, "not enrolments of this series", "pull", fake.url(""), "--series", "city", "--authority", "r1", "-o", "came")
        same(os.path.exists("came"), False)


# ---- names, proxies ----

def asked_names(*args, code, what="", env=None):
    """the names that somebody was, or would have been, asked for"""
    if os.path.exists("names"):
        os.unlink("names")
    asan = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    err = says(code, what, *args, env=dict(env or {}, LD_PRELOAD=NAMES, UND_NAMES=os.path.abspath("names"), ASAN_OPTIONS=asan))
    return (lines_of("names") if os.path.exists("names") else []), err


def names():
    to = lambda url, *more: ["submit", "s1", "--to", url, *more]
    # the one that asks: this list can be filled
    asked, err = asked_names(*to("https://letters.invalid/letters/our"), code=2, what="no machine has the name")
    true(asked and set(asked) == {b"letters.invalid"}, asked)
    true("sees the address of this machine" in err, err)
    # refused before anybody is asked
    onion = "http://" + "a" * 56 + ".onion"
    for url, more, what in (
            (onion + "/letters/our", [], "through Tor only"),
            (onion.replace("http", "https").upper().replace("HTTPS", "https") + "./letters/our", [], "through Tor only"),
            ("http://letters.invalid/letters/our", [], "http to letters.invalid"),
            ("http://127.0.0.1.invalid/letters/our", [], "http to 127.0.0.1.invalid"),
            ("http://localhost.invalid/letters/our", [], "http to"),
            ("ftp://letters.invalid/letters/our", [], "not the address"),
            ("file:///etc/passwd", [], "not the address"),
            ("letters.invalid", [], "not the address"),
            ("https://me:secret@letters.invalid/letters/our", [], "not the address"),
            ("https://letters.invalid/letters/our?x=y", [], "not the address"),
            ("https://letters.invalid/letters/our#card:x", [], "not the address"),
            ("https://letters.invalid/letters/Our", [], "not the address"),
            ("https://" + "a" * 300 + ".invalid/letters/our", ["--proxy", "socks5h://127.0.0.1:9"], "too long"),
            ("https://letters.invalid/letters/our", ["--proxy", "socks5://127.0.0.1:9"], "socks5h"),
            ("https://letters.invalid/letters/our", ["--proxy", "http://127.0.0.1:9"], "socks5h"),
            ("https://letters.invalid/letters/our", ["--proxy", "socks5h://127.0.0.1"], "socks5h"),
            ("https://letters.invalid/letters/our", ["--proxy", "127.0.0.1:9050"], "socks5h"),
            ("https://letters.invalid/letters/our", ["--proxy", "socks5h://127.0.0.1:9", "--unix", "x"], "goes without")):
        asked, err = asked_names(*to(url, *more), code=2, what=what)
        same(asked, [], url)
        true("secret" not in err, err)
    # through the proxy: it is given the name, nobody else is asked, the environment does not divert it
    fake, trap = Fake([KEPT]), Fake([KEPT])
    socks = Socks(fake.port)
    env = {n: trap.url("") for n in ("http_proxy", "ALL_PROXY", "all_proxy")}
    env.update(no_proxy="*", NO_PROXY="*")
    asked, err = asked_names(*to(onion + "/letters/our", "--proxy", socks.url()), code=0, what="Kept: 1 line", env=env)
    same(asked, [])
    true("sees the address" not in err, err)
    asked, err = asked_names(*to("http://letters.invalid/letters/our", "--proxy", socks.url(), "--insecure-http"), code=0, env=env)
    same(asked, [])
    same(socks.asked, [(3, onion[7:].encode()), (3, b"letters.invalid")])
    same((len(fake.requests), trap.connections), (2, 0))
    # no proxy there, or one that says no
    gone = listening()
    port = gone.getsockname()[1]
    gone.close()
    asked, err = asked_names(*to(onion + "/letters/our", "--proxy", "socks5h://127.0.0.1:%d" % port), code=2, what="proxy takes no connection")
    same(asked, [])
    says(2, "", *to(onion + "/letters/our", "--proxy", "socks5h://127.0.0.1:%d" % Fake([b"no"]).port, "--timeout", "1"))


# ---- TLS ----

def certificate(name, where):
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", name + ".pem", "-out", name + ".crt", "-days", "2", "-subj", "/CN=" + name,
        "-addext", "subjectAltName=" + where)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(name + ".crt", name + ".pem")
    return tls


def certificates():
    fake = Fake([KEPT], tls=certificate("ours", "IP:127.0.0.1"))
    url = fake.url(scheme="https")
    says(2, "does not prove that it is who it says", "submit", "s1", "--to", url)
    certificate("theirs", "IP:127.0.0.1")
    says(2, "does not prove", "submit", "s1", "--to", url, "--ca", "theirs.crt")
    says(2, "--ca", "submit", "s1", "--to", url, "--ca", "s1")
    says(2, "does not prove", "submit", "s1", "--to", url.replace("127.0.0.1", "localhost"), "--ca", "ours.crt")
    says(2, "does not prove", "submit", "s1", "--to", url, "--insecure-http")
    same(fake.requests, [], "nothing was sent to whom nobody knows")
    log = os.path.abspath("keylog")
    told(0, "submit", "s1", "--to", url, "--ca", "ours.crt", env={"SSLKEYLOGFILE": log})
    same(len(fake.requests), 1)
    same(os.path.exists(log), False, "the keys of the connection on disk")
    says(2, "", "submit", "s1", "--to", Fake([KEPT]).url(scheme="https"), "--ca", "ours.crt", "--timeout", "1")  # no TLS there


tap.case("what is sent says nothing about who sends", what_is_sent)
tap.case("answers that are none are refused, and followed nowhere", refused_answers)
tap.case("answers without end, end", endless)
tap.case("problems are told in our words, with our files' places", problems)
tap.case("a broken line goes on, from the same bytes only", going_on)
tap.case("the file is the union, valid, or as it was", whole_or_not)
tap.case("names are asked of the proxy alone", names)
tap.case("who a server is, is proved", certificates)
os.chdir("/")
shutil.rmtree(folder)
tap.end()
