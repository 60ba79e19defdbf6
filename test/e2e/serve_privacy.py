# SPDX-License-Identifier: AGPL-3.0-or-later
# serve_privacy.py: what members send beside their records is nowhere afterwards: addresses, programs, languages, hours, codes, order; in no file, no output, no memory
import random
import re
import shutil
import struct

from serve_lib import *

seed = int(os.environ.get("UND_SEED", "0")) or random.randrange(1, 1 << 31)
print("# UND_SEED=%d" % seed)
chance = random.Random(seed)
folder = enter_scratch()

MEMBERS = 40
SENT = {  # header: a word that stands nowhere else
    "User-Agent": "zebrabrowser/77.3",
    "Accept-Language": "tlh-XX",
    "X-Forwarded-For": "203.0.113.171",
    "X-Real-IP": "198.51.100.213",
    "Forwarded": "for=192.0.2.199",
    "Cookie": "quagga=unmistakable",
    "Referer": "https://okapi.example.net/",
    "Via": "1.1 tapir-proxy",
}
SOURCE = "127.201.13.177"
CODE = "9182736455463728190018273645"
NOT_AN_AUTHORITY = [w.encode() for w in ("zebrabrowser", "tlh-XX", "203.0.113.171", "198.51.100.213", "192.0.2.199", "quagga", "unmistakable", "okapi", "tapir-proxy", SOURCE)]
BINARY_ADDRESSES = [bytes(map(int, SOURCE.split("."))), bytes(map(int, SOURCE.split(".")))[::-1]]


def ask(method, path, body=None, content_type=None, code=None):
    """each request on a connection of its own, from an address of its own"""
    c = http.client.HTTPConnection(server.host, int(server.port), timeout=30, source_address=(SOURCE, 0))
    headers = dict(SENT)
    if body is not None:
        headers["Content-Type"] = content_type or "application/x-ndjson"
    c.request(method, path, body, headers)
    r = c.getresponse()
    data = r.read()
    c.close()
    same(r.status, code or 200, path)
    return data


def member(i):
    run(U, "key", "new", "-o", "m%d.key" % i, "--series", "town", "--edition", "1", "--no-passphrase")
    write("m%d.enrol" % i, run(U, "key", "enrol", "m%d.key" % i, "--body", "harbour"))


shell("authorities && bodies")
for i in range(MEMBERS):
    member(i)
write("bodies.csv", b"id,name,headcount\nharbour,The Harbour,%d\n" % MEMBERS)
shell('roster 1 "$FROM" "$UNTIL" staff.roster && printf "We ask.\\n" >text.md && ini -e "s/^release = .*/release = 20/; s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/" >letter.ini && letter our')
signatures = [sign("our.letter", "m%d" % i, "harbour", "s%d" % i) for i in range(MEMBERS)]
order = list(range(MEMBERS))
chance.shuffle(order)
server = Server()
same(create(server, "our", "our.letter")[0], 201)
began = int(time.time())


def a_life():
    """reading, enrolling, signing, withdrawing, with everything that a browser might tell"""
    for path in ("/api/v1/letters", "/api/v1/letters/our", "/letters/our.letter", "/api/v1/letters/our/bundle?ring=harbour", "/counters", "/healthz"):
        ask("GET", path)
    ask("GET", "/nowhere/okapi", code=404)
    entry = {"body": "harbour", "code": b64(code_hash("town", CODE)), "state": "open"}
    write("cards", canonical({"cards": [entry], "series": "town", "signatures": [], "type": "cards", "v": 1}) + b"\n")
    run(U, "cosign", "cards", "--authority", "r1")
    ask("POST", "/api/v1/series/town/cards", read("cards"))
    enrolling = b'{"code":"%s","enrolment":%s}' % (typed_code(CODE).encode(), read("m0.enrol").strip())
    ask("POST", "/api/v1/series/town/enrolments", enrolling, "application/json", 202)
    for n, i in enumerate(order[:30]):
        ask("POST", "/api/v1/letters/our/submissions", signatures[i], code=202)
        if n == 4:
            write("seen", read("our.letter") + signatures[i])
            run(U, "withdraw", "seen", "--key", "m%d.key" % i, "-o", "w")
            ask("POST", "/api/v1/letters/our/submissions", read("w"), code=202)
    ask("POST", "/api/v1/letters/our/submissions", b"{}", code=422)
    end = time.time() + 30
    while server.state("our")["signers"] < 20 and time.time() < end:
        time.sleep(0.02)
    true(server.state("our")["signers"] >= 20, "a batch is released")


def files():
    out = {}
    for where, _, names in os.walk(server.store):
        for name in names:
            path = os.path.join(where, name)
            out[path] = read(path)
    out["server.log"], out["server.out"] = read("server.log"), read("server.out")
    return out


def search(name, data, words):
    for w in words:
        at = data.find(w)
        if at >= 0:
            raise AssertionError("%r is in %s: %r" % (w, name, data[max(0, at - 60):at + 60]))


def disk():
    found = files()
    true(any(name.endswith("-wal") for name in found), "the log of SQLite is looked at too")
    everything = b"".join(found.values())
    true(any(json.loads(s)["tag"].encode() in everything for s in signatures), "what is kept can be found by this search")
    for name, data in found.items():
        search(name, data, NOT_AN_AUTHORITY + [CODE.encode(), typed_code(CODE).encode(), typed_code(CODE).replace(" ", "").encode()])
        search(name, data, BINARY_ADDRESSES)
    same(found["server.log"], b"")
    same(len(found["server.out"].splitlines()), 2)


def hours():
    """no second of the time in which it happened, as SQLite, C or people write it"""
    data = b"".join(files().values())
    for t in range(began, int(time.time()) + 1):
        for form in (struct.pack(">q", t), struct.pack("<q", t), str(t).encode(), time.strftime("%H:%M:%S", time.gmtime(t)).encode()):
            true(form not in data, "the second %d stands there as %r" % (t, form))


def memory():
    """of the living process, which can be told from a core dump by nothing"""
    pid, read_bytes, hits = server.pid(), 0, []
    words = NOT_AN_AUTHORITY + [typed_code(CODE).encode(), CODE.encode()]
    control = b'"generation":'  # stands in the list, which is kept
    seen = False
    with open("/proc/%d/maps" % pid) as maps, open("/proc/%d/mem" % pid, "rb", 0) as mem:
        for line in maps:
            m = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if not m or "[v" in line:
                continue
            start, end = int(m[1], 16), int(m[2], 16)
            if end - start > 1 << 30:
                continue  # a sanitizer's own
            try:
                mem.seek(start)
                data = mem.read(end - start)
            except OSError:
                continue
            read_bytes += len(data)
            seen |= control in data
            for w in words:
                at = data.find(w)
                if at >= 0:
                    hits.append((w, line.split()[-1], data[max(0, at - 40):at + 60]))
    print("# %d KiB looked at" % (read_bytes // 1024))
    true(seen, "what is there can be found by this search")
    same(hits, [], "in memory")


def ranks(values):
    by = sorted(range(len(values)), key=lambda i: values[i])
    out = [0] * len(values)
    for r, i in enumerate(by):
        out[i] = r
    return out


def correlation(a, b):
    n = len(a)
    return 1 - 6 * sum((x - y) ** 2 for x, y in zip(ranks(a), ranks(b))) / (n * (n * n - 1))


def order_is_lost():
    """where lines lie on disk says nothing about when they came: what is released, and what waits once it has been quiet"""
    time.sleep(3)  # the store lays out anew after two seconds of quiet
    shutil.copytree(server.store, "image")
    for name, data in files().items():
        places = [(data.find(json.loads(signatures[i])["tag"].encode()), n) for n, i in enumerate(order[:30])]
        places = [p for p in places if p[0] >= 0]
        if len(places) < 9:
            continue
        rho = correlation([p[0] for p in places], [p[1] for p in places])
        print("# %s: %d lines, rank correlation %.2f" % (os.path.basename(name).split("-")[0], len(places), rho))
        true(abs(rho) < (0.8 if len(places) > 15 else 0.97), "%s: order shows: %.2f" % (name, rho))
    tags = [json.loads(l)["tag"] for l in server.get("/letters/our.letter")[2].splitlines() if b'"type":"signature"' in l]
    raw = [base64.urlsafe_b64decode(t + "=") for t in tags]
    true(len(raw) >= 20, "a batch is there")
    same(raw, sorted(raw), "the batch is sorted by tag")


for title, test in (("a whole life, with everything that browsers tell", a_life), ("nothing of it is on disk, or was printed", disk), ("no hour is on disk", hours),
                    ("nothing of it is left in memory", memory), ("no order is on disk", order_is_lost)):
    tap.case(title, test)
tap.case("it stops when asked", lambda: same(server.stop(), 0))
os.chdir("/")
shutil.rmtree(folder)
tap.end()
