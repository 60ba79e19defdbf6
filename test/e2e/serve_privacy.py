# SPDX-License-Identifier: AGPL-3.0-or-later
# serve_privacy.py: what members send beside their records is nowhere afterwards: addresses, programs, languages, hours, codes; in no file, no output, no answer, no memory
#
#	serve_privacy.py PROGRAM DUMP (dump.c)
import random
import re
import sqlite3
import struct
import urllib.parse

from serve_lib import *

seed = int(os.environ.get("UND_SEED", "0")) or random.randrange(1, 1 << 31)
print("# UND_SEED=%d" % seed)
chance = random.Random(seed)
DUMP = os.path.abspath(sys.argv[2])
folder = enter_scratch()

MEMBERS, RELEASE = 16, 6
SENT = {  # header: words that stand nowhere else
    "User-Agent": "zebrabrowser/77.3",
    "Accept-Language": "tlh-XX, en;q=0.3",
    "X-Forwarded-For": "203.0.113.171",
    "X-Real-IP": "198.51.100.213",
    "Forwarded": "for=192.0.2.199",
    "Cookie": "quagga=unmistakable",
    "Referer": "https://okapi.example.net/",
    "Origin": "https://wombat.example.net",
    "Via": "1.1 tapir-proxy",
    "Authorization": "Basic cXVva2thOm51bWJhdA==",
    "From": "numbat@example.net",
    "X-Anything": "narwhal",
    "Sec-CH-UA": '"Axolotl";v="9"',
}
WORDS = [w.encode() for w in ("zebrabrowser", "tlh-XX", "203.0.113.171", "198.51.100.213", "192.0.2.199", "quagga", "unmistakable", "okapi", "wombat", "tapir-proxy", "cXVva2thOm51", "numbat", "narwhal", "Axolotl",
                              "pangolin", "aardvark", "kinkajou", "markhor")]  # the last: a query, a file's name, a field, a part of a path
CODES = ["%028d" % chance.randrange(10 ** 27, 10 ** 28) for _ in range(5)]
WRONG_CODE = "%028d" % chance.randrange(10 ** 27, 10 ** 28)
CODE_WORDS = [form.encode() for c in CODES + [WRONG_CODE] for form in (c, typed_code(c), typed_code(c).replace(" ", ""), typed_code(c).replace(" ", "+"), typed_code(c).replace(" ", "-"))]
PLANTED = "kudu-in-the-environment"
sources, answers = [], []


def ask(method, path, body=None, content_type=None, code=None, echoes=False):
    """each request on a connection of its own, from an address of its own; echoes: the form comes back to whoever sent it, for mending"""
    source = "127.%d.%d.%d" % tuple(chance.randrange(31, 251) for _ in range(3))
    sources.append(source)
    c = http.client.HTTPConnection(server.host, int(server.port), timeout=120, source_address=(source, 0))
    headers = dict(SENT)
    if body is not None:
        headers["Content-Type"] = content_type or "application/x-ndjson"
    c.request(method, path, body, headers)
    r = c.getresponse()
    data = r.read()
    c.close()
    same(r.status, code or 200, "%s: %r" % (path, data[:200]))
    answers.append((path, "".join("%s: %s\n" % h for h in r.getheaders()).encode(), b"" if echoes else data))
    return data


def form(**fields):
    """as browsers send it; a field `file` has a name"""
    body = b"".join(b'--aardvark\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (
        name.encode(), b'; filename="aardvark-of-mine.txt"\r\nContent-Type: text/plain' if name == "file" else b"", value) for name, value in fields.items())
    return body + b"--aardvark--\r\n", "multipart/form-data; boundary=aardvark"


def member(i):
    run(U, "key", "new", "-o", "m%d.key" % i, "--series", "town", "--edition", "1", "--no-passphrase")
    write("m%d.enrol" % i, run(U, "key", "enrol", "m%d.key" % i, "--body", "harbour"))


def withdrawal(i):
    write("seen", read("our.letter") + signatures[i])
    run(U, "withdraw", "seen", "--key", "m%d.key" % i, "-o", "w", "--force")
    return read("w")


shell("authorities && bodies")
for i in range(MEMBERS):
    member(i)
write("bodies.csv", b"id,name,headcount\nharbour,The Harbour,%d\n" % MEMBERS)
shell('roster 1 "$FROM" "$UNTIL" staff.roster && printf "We ask.\\n" >text.md && ini -e "s/^release = .*/release = %d/; s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/" >letter.ini && letter our' % RELEASE)
signatures = [sign("our.letter", "m%d" % i, "harbour", "s%d" % i) for i in range(MEMBERS)]
write("undersigned.html", b'<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><title>Document</title>')


def start(at=None):
    env = {"LD_PRELOAD": DUMP, "UND_DUMP": os.path.abspath("core"), "UND_PLANTED": PLANTED, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
    return Server(at=at, env=env if at is None else {}, more=["--page", "undersigned.html", "--confine", "off"])  # else it could not write its memory into a file


server = start()
same(create(server, "our", "our.letter")[0], 201)
began = int(time.time())
S, L, SIGN = "/api/v1/series/town", "/api/v1/letters/our", "/letters/our/sign"
PLACES = ["/", "/safe", "/check", "/enrol", "/undersigned.html", "/letters/our", "/letters/our/roster", SIGN, "/letters/our/picture.png", "/letters/our.letter", "/api/v1/letters", L, L + "/bundle?ring=harbour",
          "/counters", "/healthz"]


# ---- a whole life ----

def reading():
    for path in PLACES:
        ask("GET", path)
    ask("GET", "/?lang=pangolin&pangolin=1")
    ask("GET", "/letters/our?from=pangolin")
    ask("GET", "/markhor/nowhere", code=404)
    ask("GET", "/letters/markhor", code=404)
    ask("PUT", "/letters/our", b"markhor", code=405)


def enrolling():
    entries = sorted([{"body": "harbour", "code": code_hash("town", c), "state": "open"} for c in CODES], key=lambda e: e["code"])
    for e in entries:
        e["code"] = b64(e["code"])
    write("cards", canonical({"cards": entries, "series": "town", "signatures": [], "type": "cards", "v": 1}) + b"\n")
    run(U, "cosign", "cards", "--authority", "r1")
    ask("POST", S + "/cards", read("cards"))

    def by_program(code, i, status):
        ask("POST", S + "/enrolments", b'{"code":"%s","enrolment":%s}' % (code.encode(), read("m%d.enrol" % i).strip()), "application/json", status)

    by_program(typed_code(CODES[0]), 0, 202)
    by_program(typed_code(CODES[0]).replace(" ", ""), 0, 202)
    by_program(typed_code(CODES[0]), 1, 409)
    by_program(typed_code(WRONG_CODE), 1, 404)
    by_program(typed_code(CODES[1])[:-1] + "x", 1, 400)
    ask("POST", S + "/enrolments", b'{"code":"%s"' % typed_code(CODES[1]).encode(), "application/json", 400)
    for i, code, status in ((1, CODES[1], 202), (2, CODES[1], 409), (2, WRONG_CODE, 404)):
        ask("POST", "/enrol", *form(code=typed_code(code).encode(), line=read("m%d.enrol" % i), kinkajou=b"kinkajou"), code=status, echoes=True)
    ask("POST", "/enrol", *form(code=typed_code(CODES[2]).encode(), file=read("m2.enrol")), code=202)
    ask("POST", "/enrol", urllib.parse.urlencode({"code": typed_code(CODES[3]), "line": read("m3.enrol"), "kinkajou": "kinkajou"}).encode(), "application/x-www-form-urlencoded", 202)
    ask("POST", "/enrol", urllib.parse.urlencode({"code": typed_code(CODES[4]), "line": "kinkajou"}).encode(), "application/x-www-form-urlencoded", 400, echoes=True)
    ask("POST", S + "/collections", request("collect", "town", "r1"))


order = list(range(MEMBERS))
chance.shuffle(order)


def handing_in():
    first = order[0]
    ask("POST", L + "/submissions", signatures[first], code=202)
    ask("POST", L + "/submissions", signatures[first], code=202)
    ask("POST", L + "/submissions", withdrawal(first), code=202)
    ask("POST", L + "/submissions", b'{"kinkajou":1}', code=422)
    for n, i in enumerate(order[1:RELEASE + 4]):
        if n % 3 == 0:
            ask("POST", L + "/submissions", signatures[i], code=202)
        elif n % 3 == 1:
            ask("POST", SIGN, *form(kinkajou=b"kinkajou", file=signatures[i]), code=202)
        else:
            ask("POST", SIGN, urllib.parse.urlencode({"line": signatures[i], "kinkajou": "kinkajou"}).encode(), "application/x-www-form-urlencoded", 202)
    ask("POST", SIGN, *form(line=b"kinkajou"), code=422, echoes=True)
    end = time.time() + 60
    while server.state("our")["signers"] < RELEASE:
        true(time.time() < end, "a batch is released")
        time.sleep(0.02)


def going_on():
    """votes, and withdrawals of what stands: fewer than a batch, so that something waits"""
    write("now.letter", server.get("/letters/our.letter")[2])
    run(U, "question", "now.letter", "--text", "Why?", "--choice", "a=A", "--choice", "b=B", "--closes", day(20), "--authority", "o1", "-o", "q")
    run(U, "cosign", "q", "--authority", "o2")
    ask("POST", L + "/records", read("q"))
    write("now.letter", server.get("/letters/our.letter")[2])
    q = server.state("our")["questions"][0]["id"]
    stands = [i for i in order if json.loads(signatures[i])["tag"].encode() in read("now.letter")]
    for i in stands[:3]:
        run(U, "vote", "now.letter", "--question", q, "--choice", "a", "--key", "m%d.key" % i, "-o", "v%d" % i)
        ask("POST", L + "/submissions", read("v%d" % i), code=202)
    ask("POST", L + "/submissions", withdrawal(stands[0]), code=202)
    for path in PLACES:
        ask("GET", path)


# ---- looking for it ----

def bare(source):
    raw = bytes(map(int, source.split(".")))
    return raw, raw[::-1]


def search(data, codes=True):
    """everything of it that is in there. Bare addresses, of four bytes, count from three on: random bytes hold one now and then (of a hundred, in a MiB: 1 in 20; three: 1 in 100,000)"""
    hits = [w for w in WORDS + (CODE_WORDS if codes else []) + [s.encode() for s in sources] if w in data]
    hits += [m[0] for m in re.finditer(b"\x02\x00(?s:..)(?:%s)" % b"|".join(re.escape(bare(s)[0]) for s in sources), data)]  # as the kernel has it: family, port, address
    hits += [m[0] for m in re.finditer(b"7[fF](?:%s)" % b"|".join(bare(s)[0].hex()[2:].encode() for s in sources), data, re.I)]
    lone = [s for s in sources if any(b in data for b in bare(s))] if len(data) < 16 << 20 else []
    return hits + (lone if len(lone) > 2 else [])


def it_would_be_found():
    noise = chance.getrandbits(8 << 20).to_bytes(1 << 20, "big")
    same(search(noise), [])
    for word in WORDS + CODE_WORDS + [sources[0].encode()] + [b"\x02\x00\x12\x34" + bare(sources[3])[0], b"%08X" % struct.unpack(">I", bare(sources[1])[0])]:
        same(len(search(noise[:1000] + word + noise[1000:9000])) > 0, True, word)
    for end in (0, 1):
        same(len(search(noise + b"".join(bare(s)[end] for s in sources[:3]))) > 2, True)


def files():
    out = {}
    for where, _, names in os.walk(server.store):
        for name in names:
            try:
                out[os.path.join(where, name)] = read(os.path.join(where, name))
            except FileNotFoundError:
                pass  # thrown away meanwhile
    out["server.log"], out["server.out"] = read("server.log"), read("server.out")
    return out


def disk():
    found = files()
    everything = b"".join(found.values())
    true(any(name.endswith("-wal") for name in found), "the log of SQLite is looked at too")
    true(all(json.loads(signatures[i])["tag"].encode() in everything for i in order[1:RELEASE + 1]), "what is kept is found by looking so")
    for name, data in found.items():
        same(search(data), [], name)
    same(found["server.log"], b"")
    same([b" ".join(l.split()[:2]) for l in found["server.out"].splitlines()], [b"The letters", b"Listening at"])
    hours(found)


# ---- times ----

SECONDS = 3600
JULIAN = 2440587.5


def times_in(path):
    """of a database: every number that could be an hour of the test, whatever its unit; dates without an hour are none"""
    found = []
    at = [began - SECONDS, time.time() + SECONDS]
    spans = [(at[0] * k, at[1] * k) for k in (1, 1e3, 1e6, 1e9)] + [(at[0] / 86400 + JULIAN, at[1] / 86400 + JULIAN), (at[0] - 978307200, at[1] - 978307200)]
    db = sqlite3.connect(path)
    db.text_factory = bytes
    for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        for row in db.execute('SELECT * FROM "%s"' % table.decode()):
            for v in row:
                if isinstance(v, (int, float)) and any(a <= v <= b for a, b in spans):
                    found.append((table, v))
                if isinstance(v, bytes) and re.search(rb"\d[T ]\d\d:\d\d", v):
                    found.append((table, v))
    db.close()
    return found


def raw_hours(data):
    """no second of the test as C, SQLite or people write it; four bytes count from four on, as with addresses"""
    hits, short = [], 0
    for t in range(began, int(time.time()) + 1):
        forms = [struct.pack(">q", t), struct.pack("<q", t), str(t).encode(), time.strftime("%H:%M:%S", time.gmtime(t)).encode()]
        hits += [f for f in forms if f in data]
        short += data.count(struct.pack(">i", t)) + data.count(struct.pack("<i", t))
    return hits + ([short] if short > 3 else [])


def hours(found):
    shutil.rmtree("image", ignore_errors=True)
    os.mkdir("image")
    databases = 0
    for name, data in found.items():
        same(raw_hours(data), [], name)
        write(os.path.join("image", os.path.basename(name)), data)
    for name in found:
        if name.endswith(".db"):
            databases += 1
            same(times_in(os.path.join("image", os.path.basename(name))), [], name)
    true(databases >= 3, "all are looked at")


def an_hour_would_be_found():
    for value in (int(time.time()), int(time.time() * 1000), time.time(), time.time() / 86400 + JULIAN, "2026-01-01 12:13:14"):
        db = sqlite3.connect("planted.db")
        db.execute("CREATE TABLE t (x)")
        db.execute("INSERT INTO t VALUES (?)", (value,))
        db.commit()
        db.close()
        same(len(times_in("planted.db")), 1, value)
        os.remove("planted.db")
    now = int(time.time())
    for plant in (struct.pack("<q", now), str(now).encode(), time.strftime("%H:%M:%S", time.gmtime(now)).encode(), struct.pack(">i", now) * 4):
        same(len(raw_hours(b"x" * 99 + plant)) > 0, True, plant)


def file_times():
    """of day alone, as soon as it has been quiet"""
    def odd():
        paths = [server.store] + [os.path.join(server.store, n) for n in os.listdir(server.store)]
        return [(p, os.stat(p).st_mtime_ns) for p in paths if os.path.exists(p) and os.stat(p).st_mtime_ns % (86400 * 10 ** 9)]

    def await_midnight():
        end = time.time() + 300  # a slow disk is given rest between two layouts
        while odd() and time.time() < end:
            time.sleep(0.1)
        same(odd(), [])

    await_midnight()
    for again in (signatures[order[1]], withdrawal(order[-1])):  # what changes nothing is written too
        ask("POST", L + "/submissions", again, code=202)
        await_midnight()


# ---- answers and memory ----

def told():
    """nobody is told what another sent, and nothing that came with a request goes into an answer"""
    for path, headers, body in answers:
        same(search(headers), [], path)
        same(search(body), [], path)
        for name in (b"Date", b"Server", b"Set-Cookie", b"Last-Modified", b"X-Powered-By", b"Via"):
            true(b"\n" + name.lower() + b":" not in b"\n" + headers.lower(), "%s: %s" % (path, name))
    true(len(answers) > 60)


def memory():
    """of the living process, all that it may read itself: more than a core dump"""
    os.kill(server.pid(), signal.SIGUSR2)
    end = time.time() + 60
    while not os.path.exists("core"):
        true(time.time() < end, "the memory is written")
        time.sleep(0.01)
    data = read("core")
    os.remove("core")
    print("# %d KiB looked at" % (len(data) // 1024))
    true(PLANTED.encode() in data and b'"generation":' in data, "what is there is found by looking so")
    hits = search(data)
    for w in hits[:8]:
        if isinstance(w, bytes):
            print("# %r: %r" % (w, [data[max(0, m.start() - 60):m.start() + 60] for m in list(re.finditer(re.escape(w), data))[:2]]))
    same(hits, [], "in memory")


def no_core():
    with open("/proc/%d/limits" % server.pid()) as f:
        true(re.search(r"Max core file size +0 +0 ", f.read()), "no core dump may be written")


# ---- the end ----

def closing():
    """all that waited is released, days pass; then everything is looked at once more"""
    global server
    same(server.stop(), 0)
    for at in (31, 201):
        server = start(at=day(at))
        end = time.time() + 60
        while server.state("our")["signers"] + server.state("our")["withdrawn"] < RELEASE + 3:
            true(time.time() < end, "the rest is released")
            time.sleep(0.02)
        for path in PLACES:
            ask("GET", path)
        ask("POST", L + "/submissions", signatures[order[-1]], code=409)
        disk()
        same(server.stop(), 0)


for title, test in (("reading, with everything that browsers tell", reading), ("enrolling, by program and by form", enrolling), ("signing, again, taking back; a batch is released", handing_in),
                    ("voting, and taking back what stands", going_on), ("what is looked for would be found", it_would_be_found), ("an hour would be found", an_hour_would_be_found),
                    ("nothing of it is on disk, or was printed, and no hour", disk), ("nothing of it is in an answer", told), ("nothing of it is left in memory", memory), ("no core is written", no_core),
                    ("files have the time of a day, once it has been quiet", file_times), ("nor on disk when that is done", disk), ("until the letter's end", closing), ("answers, again", told)):
    tap.case(title, test)
os.chdir("/")
shutil.rmtree(folder)
tap.end()
