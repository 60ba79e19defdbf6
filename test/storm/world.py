# SPDX-License-Identifier: AGPL-3.0-or-later
# world.py: a town that hands in everything there is, at one server; what was acknowledged, what was under way; and whether what the server has is that
#
# Three letters. `our` goes its way: signatures, some with a vote, some taken back, in batches of five. In `late` all waits until it closes: members sign, take back and sign again. `sealed` is
# brought, signed and dropped, again and again. Beside them cards are used, each by two who come one after the other. Every line was made before: a load is only handing in.
#
# Slots. What one act can change is a slot: a tag of a letter, a card, the letter that is dropped. A slot belongs to one client, who waits for each answer. So at any moment a slot is
# in the state that was acknowledged, or that state and the one act that was under way; whatever else is seen is a fault.
import glob
import random
import socket
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

from storm_lib import *

RELEASE = 5
CODES = "%028d"
KINDS = ("signature", "withdrawal", "vote")


def spread(work, over):
    with ThreadPoolExecutor(os.cpu_count() + 1) as pool:
        return list(pool.map(work, over))


class Town:
    """all lines: made once, handed in again in every world"""

    def __init__(self, members, drops):
        self.n = members
        shell("authorities")
        spread(self.member, range(members))
        bodies = members // 8
        write("bodies.csv", ("id,name,headcount\n" + "".join("b%d,Body %d,8\n" % (b, b) for b in range(bodies))).encode())
        share = "s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/"
        shell('roster 1 "$FROM" "$UNTIL" staff.roster && printf "We ask.\\n" >text.md && ini -e "s/^release = .*/release = %d/; %s" >letter.ini && letter our &&'
              'ini -e "s/^title = .*/title = Late/; s/^release = .*/release = %d/; %s" >letter.ini && letter late && ini -e "s/^title = .*/title = Shut/; %s" >letter.ini && letter sealed --seal --link-out the.link'
              % (RELEASE, share, members + 1, share, share))
        self.questions = {slug: self.ask(slug) for slug in ("our", "late")}
        self.files = {slug: read(slug + ".letter") for slug in ("our", "late", "sealed")}
        self.ids = {slug: letter_id(slug + ".letter") for slug in self.files}
        self.lines = {"our": {}, "late": {}, "sealed": {}}  # slug: member: kind: line
        self.signers = [i for i in range(members) if i % 8 != 7]  # a full ring refuses all alike
        spread(self.sign_member, [(slug, i) for slug in ("our", "late") for i in self.signers] + [("sealed", i) for i in range(7)])
        self.creates = {slug: request("create", slug, "o1", self.ids[slug]) for slug in self.files}
        self.drops = [self.drop() for _ in range(drops)]
        self.cards = [typed_code(CODES % (i * 7919 ** 6)) for i in range(members // 2)]
        self.enrolments = [read("m%d.enrol" % i).strip() for i in range(members)]
        self.card_list = self.list_cards()

    def member(self, i):
        run(U, "key", "new", "-o", "m%d.key" % i, "--series", "town", "--edition", "1", "--no-passphrase")
        write("m%d.enrol" % i, run(U, "key", "enrol", "m%d.key" % i, "--body", "b%d" % (i // 8)))

    def ask(self, slug):
        out = run(U, "question", slug + ".letter", "--text", "Is half enough?", "--choice", "yes=Yes", "--choice", "no=No", "--closes", day(30), "--authority", "o1", "-o", "q." + slug, "--json")
        run(U, "cosign", "q." + slug, "--authority", "o2")
        run(U, "add", slug + ".letter", "q." + slug)
        return json.loads(out)["id"]

    def sign_member(self, what):
        slug, i = what
        name, key = "%s-%d" % (slug, i), "m%d.key" % i
        link = ["--link-file", "the.link"] if slug == "sealed" else []
        run(U, "sign", slug + ".letter", "--key", key, "--ring", "b%d" % (i // 8), "--yes", "-o", name, *link)
        mine = {"signature": read(name)}
        if slug == "late" or i % 4 == 0:
            write(name + ".seen", read(slug + ".letter") + mine["signature"])
            run(U, "withdraw", name + ".seen", "--key", key, "-o", name + ".w", *link)
            mine["withdrawal"] = read(name + ".w")
        if slug != "sealed" and i % 3 == 0:
            write(name + ".seen", read(slug + ".letter") + mine["signature"])
            run(U, "vote", name + ".seen", "--question", self.questions[slug], "--choice", "yes", "--key", key, "-o", name + ".v")
            mine["vote"] = read(name + ".v")
        self.lines[slug][i] = mine

    def drop(self):
        request("drop", "sealed", "o1", self.ids["sealed"])
        run(U, "cosign", "request", "--authority", "o2")
        return read("request")

    def list_cards(self):
        cards = sorted((code_hash("town", CODES % (i * 7919 ** 6)), i) for i in range(len(self.cards)))
        entries = [{"body": "b%d" % (i // 4), "code": b64(h), "state": "open"} for h, i in cards]
        write("cards", canonical({"cards": entries, "series": "town", "signatures": [], "type": "cards", "v": 1}) + b"\n")
        run(U, "cosign", "cards", "--authority", "r1")
        return read("cards")


# ---- the two stores, looked at from outside ----

class Held:
    """what a store has, at one moment"""

    def __init__(self, waiting, enrolled, known, files):
        self.waiting = waiting  # (id, line)
        self.enrolled = enrolled
        self.known = known  # ids of letters of which anything is there
        self.files = files  # by id


class Folder:
    """letters.db is read beside the server, of the shelves a copy"""

    def __init__(self, path="store"):
        self.where = os.path.abspath(path)

    def fresh(self):
        shutil.rmtree(self.where, ignore_errors=True)

    def reader(self):
        """within a transaction"""
        letters = sqlite3.connect("file:%s/letters.db?mode=ro" % self.where, uri=True, isolation_level=None)
        letters.execute("BEGIN")
        letters.execute("SELECT count(*) FROM shelf").fetchone()
        return letters

    def held(self):
        """None: it changed meanwhile"""
        try:
            letters = self.reader()
            try:
                shelves = dict(letters.execute("SELECT name, file FROM shelf"))
                known = {b64(r[0]) for t in ("act", "piece", "segment", "letter") for r in letters.execute("SELECT DISTINCT %s FROM %s" % ("id" if t == "letter" else "letter", t))}
                files = {}
                for id, piece in letters.execute("SELECT letter, bytes FROM piece ORDER BY letter, start"):
                    files[b64(id)] = files.get(b64(id), b"") + piece
                letters.execute("COMMIT")
                waiting = self.rows(shelves.get("waiting"), "SELECT letter, line FROM waiting")
                enrolled = [bytes(r[0]) for r in self.rows(shelves.get("cards"), "SELECT line FROM enrolment")]
                if dict(letters.execute("SELECT name, file FROM shelf")) != shelves:
                    return None
            finally:
                letters.close()
            waiting = [(b64(id), bytes(line)) for id, line in waiting]
            return Held(waiting, enrolled, known | {id for id, _ in waiting}, files)
        except (OSError, sqlite3.Error):
            return None

    def rows(self, file, sql):
        if file is None:
            return []
        for end in ("", "-wal"):
            if os.path.exists("copy.db" + end):
                os.unlink("copy.db" + end)
            if end == "" or os.path.exists("%s/%s%s" % (self.where, file, end)):
                shutil.copyfile("%s/%s%s" % (self.where, file, end), "copy.db" + end)
        db = sqlite3.connect("copy.db")
        try:
            if db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("torn")
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def await_idle(self):
        pass

    def strays(self):
        """shelves that nobody needs lie there: it was killed while one took another's place"""
        names = os.listdir(self.where) if os.path.isdir(self.where) else []
        return sum(n.endswith(".db") for n in names) > 3


class Database:
    """a database of its own, asked by psql"""

    def __init__(self):
        from cluster import Cluster
        self.cluster = Cluster()
        clean_up.append(self.cluster.end)
        self.cluster.start()
        self.where = self.cluster.url()

    def kill(self):
        self.cluster.kill()
        for left in glob.glob(self.cluster.folder + "/.s.PGSQL.*"):
            os.unlink(left)  # names a process whose number may belong to another by now

    def fresh(self):
        self.cluster.sql("DROP SCHEMA IF EXISTS undersigned CASCADE")

    def held(self):
        """the lock comes before the snapshot: one from before a TRUNCATE sees an empty table"""
        of = "SELECT '%s', encode(letter, 'hex'), %s FROM undersigned.%s"
        out = self.cluster.sql("BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE undersigned.waiting, undersigned.enrolment IN ACCESS SHARE MODE;" + ";".join((
            of % ("w", "encode(line, 'hex')", "waiting"), "SELECT 'e', '', encode(line, 'hex') FROM undersigned.enrolment", of % ("f", "encode(string_agg(bytes, ''::bytea ORDER BY start), 'hex')", "piece GROUP BY letter"),
            of % ("k", "''", "act"), of % ("k", "''", "segment"), "SELECT 'k', encode(id, 'hex'), '' FROM undersigned.letter")) + "; COMMIT")
        rows = [(k, b64(bytes.fromhex(id)), bytes.fromhex(text)) for k, id, text in (l.split("|") for l in out.splitlines())]
        return Held([r[1:] for r in rows if r[0] == "w"], [r[2] for r in rows if r[0] == "e"], {r[1] for r in rows if r[0] != "e"}, dict(r[1:] for r in rows if r[0] == "f"))

    def strays(self):
        return False

    def await_idle(self):
        """a commit that a killed server had asked for is done, or never will be"""
        end = time.time() + 120
        while self.cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()") != "0":
            true(time.time() < end, "sessions of a killed server stay")
            time.sleep(0.01)


# ---- one client ----

class Gone(Exception):
    pass


class Client:
    """asks on one connection, and notes each answer; one more after the other end is gone"""

    def __init__(self, world):
        self.world, self.s, self.at = world, None, None

    def ask(self, method, path, body=b"", kind="application/x-ndjson", number=0):
        """status; 0: whether it was done is not known. number: for record.c"""
        server = self.world.server
        if self.s is None or self.at != server.port:
            self.close()
            try:
                self.s = socket.create_connection((server.host, int(server.port)), timeout=120)
                self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.at = server.port
            except OSError:
                raise Gone
        try:
            head = "%s %s HTTP/1.1\r\nHost: x\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (method, path, "X-Storm: %d\r\n" % number if number else "", kind, len(body))
            self.s.sendall(head.encode() + body)
            return self.answer()
        except (OSError, ValueError, IndexError):
            self.close()
            return 0, b""

    def answer(self):
        got = b""
        while b"\r\n\r\n" not in got:
            more = self.s.recv(65536)
            if not more:
                raise OSError("closed")
            got += more
        head, _, body = got.partition(b"\r\n\r\n")
        fields = [l.split(b":", 1) for l in head.split(b"\r\n")[1:]]
        length = [int(v) for k, v in fields if k.lower() == b"content-length"]
        while len(body) < (length[0] if length else 0):
            more = self.s.recv(1 << 20)
            if not more:
                raise OSError("closed")
            body += more
        status = int(head.split()[1])
        if any(k.lower() == b"connection" and v.strip().lower() == b"close" for k, v in fields):
            self.close()
        return status, body

    def close(self):
        if self.s is not None:
            self.s.close()
        self.s = None


class Slot:
    """state: what was acknowledged; under_way: the state after the act that was sent last, or nothing"""

    def __init__(self, key, state):
        self.key, self.state, self.under_way = key, state, []


class World:
    """a store from its beginning to the closing of its letters"""

    def __init__(self, town, store, server, seed):
        self.town, self.store, self.server = town, store, server
        self.chance = random.Random(seed)
        self.stop, self.wrong = threading.Event(), []
        self.tags = {(slug, i): Slot((slug, i), ("none", False)) for slug in town.lines for i in town.lines[slug]}  # none, signed, back; whether with a vote
        self.cards = [Slot(i, None) for i in range(len(town.cards))]  # who enrolled
        self.sealed = Slot("sealed", False)
        self.drops = list(town.drops)
        self.seen = {slug: b"" for slug in town.files}  # of each file: what was read once stays
        self.acknowledged = self.refused = self.full = self.kept = self.lost = self.moments = 0
        self.lock = threading.Lock()
        self.clients = [Client(self) for _ in range(7)]

    def begin(self):
        c = Client(self)
        for slug in ("our", "late"):
            same(c.ask("POST", "/api/v1/letters?slug=" + slug, self.town.creates[slug] + self.town.files[slug])[0], 201)
        same(c.ask("POST", "/api/v1/series/town/cards", self.town.card_list)[0], 200)
        c.close()

    # ---- acts ----

    def act(self, client, slot, after, method, path, body, good, kind="application/x-ndjson", sure=()):
        """one act: acknowledged, refused, or not known; true: acknowledged"""
        if slot.under_way:
            return False
        slot.under_way = [after]
        try:
            status, answer = client.ask(method, path, body, kind, self.numbered(slot, after))
        except Gone:
            slot.under_way = []
            raise
        if status in good:
            slot.state, slot.under_way = after, []
        elif status == 507 or status in sure:
            slot.under_way = []
        elif status not in (0, 500, 503):
            self.wrong.append("%s %s: %d %r" % (method, path, status, answer[:200]))
        with self.lock:
            self.acknowledged += status in good
            self.refused += status in (500, 503)
            self.full += status == 507
        if status == 0:
            raise Gone
        return status in good

    def numbered(self, slot, after):
        return 0

    def shown(self, slug, body):
        """a file was read"""
        longest = self.seen[slug]
        if not (body.startswith(longest) or longest.startswith(body)):
            self.wrong.append("the file of %s is not what it was" % slug)
        if len(body) > len(longest):
            self.seen[slug] = body

    def hand_in(self, client, slug, i, kind, after):
        return self.act(client, self.tags[slug, i], after, "POST", "/api/v1/letters/%s/submissions" % slug, self.town.lines[slug][i][kind], (202,))

    def step_our(self, client, mine, chance):
        """the next act of one of mine; false: there is none left"""
        open_ones = [i for i in mine if not self.tags["our", i].under_way and self.next_of("our", i)]
        if not open_ones:
            return False
        i = chance.choice(open_ones[:6])
        if chance.random() < 0.1 and self.tags["our", i].state[0] == "signed":  # again: nothing changes
            self.hand_in(client, "our", i, "signature", self.tags["our", i].state)
        kind, after = self.next_of("our", i)
        self.hand_in(client, "our", i, kind, after)
        return True

    def next_of(self, slug, i):
        lines, (signed, voted) = self.town.lines[slug][i], self.tags[slug, i].state
        if signed == "none":
            return "signature", ("signed", False)
        if signed == "signed" and "vote" in lines and not voted:
            return "vote", ("signed", True)
        if signed == "signed" and "withdrawal" in lines:
            return "withdrawal", ("back", voted)
        return None

    def step_late(self, client, mine, chance):
        i = chance.choice(mine)
        if self.tags["late", i].under_way:
            return True
        after = self.next_of("late", i)
        if after is None or after[0] == "signature" or chance.random() < 0.5:
            kind, after = after or ("signature", ("signed", False))
            if after[0] == "back":
                after = ("none", False)  # it waited: no trace
            self.hand_in(client, "late", i, kind, after)
        return True

    def step_sealed(self, client, chance):
        slot = self.sealed
        if slot.under_way:
            return False
        if not slot.state:
            text = self.town.creates["sealed"] + self.town.files["sealed"]
            self.act(client, slot, True, "POST", "/api/v1/letters?slug=sealed", text, (201,))
            return True
        open_ones = [i for i in self.town.lines["sealed"] if self.tags["sealed", i].state[0] == "none" and not self.tags["sealed", i].under_way]
        if self.drops and len(open_ones) < 5:
            if self.act(client, slot, False, "POST", "/api/v1/letters/sealed/drop", self.drops.pop(), (200,)):
                self.forget_sealed()
            return True
        if not open_ones:
            return False
        self.hand_in(client, "sealed", chance.choice(open_ones), "signature", ("signed", False))
        return True

    def forget_sealed(self):
        for i in self.town.lines["sealed"]:
            self.tags["sealed", i] = Slot(("sealed", i), ("none", False))
        self.seen["sealed"] = b""

    def step_cards(self, client, chance):
        open_ones = [i for i, s in enumerate(self.cards) if s.state is None and not s.under_way]
        if not open_ones:
            return False
        i = chance.choice(open_ones[:6])
        for who in (2 * i, 2 * i + 1):
            body = b'{"code":"%s","enrolment":%s}' % (self.town.cards[i].encode(), self.town.enrolments[who])
            self.act(client, self.cards[i], who, "POST", "/api/v1/series/town/enrolments", body, (202,), "application/json", (409,) if self.cards[i].state is not None else ())
        return True

    def step_read(self, client, chance):
        """what is shown once stays"""
        slug = chance.choice(("our", "our", "late"))
        status, body = client.ask("GET", "/letters/%s.letter" % slug, number=self.numbered(None, slug))
        if status == 200:
            self.shown(slug, body)
        elif status == 0:
            raise Gone
        elif status not in (500, 503, 507):
            self.wrong.append("reading: %d" % status)
        return True

    def client(self, k, stop, lives_on):
        chance, client = random.Random(self.chance.random()), self.clients[k]
        signers = self.town.signers
        steps = [lambda: self.step_our(client, signers[k::3], chance)] * 3 + [lambda: self.step_late(client, signers, chance), lambda: self.step_sealed(client, chance),
                 lambda: self.step_cards(client, chance), lambda: self.step_read(client, chance)]
        while not stop.is_set():
            try:
                if not steps[k]():
                    if k in (0, 1, 2):
                        self.repeat(client, signers[k::3], chance)
                    else:
                        stop.wait(0.002)
            except Gone:
                if not lives_on:
                    return
                stop.wait(0.01)

    def repeat(self, client, mine, chance):
        """what is acknowledged already, again"""
        old = [i for i in mine if not self.tags["our", i].under_way and self.tags["our", i].state[0] == "signed"]
        if old:
            i = chance.choice(old)
            self.hand_in(client, "our", i, "signature", self.tags["our", i].state)

    def load(self, lives_on=False):
        """begins; call what is returned to end it"""
        stop = threading.Event()
        threads = [threading.Thread(target=self.client, args=(k, stop, lives_on), daemon=True) for k in range(7)]
        for t in threads:
            t.start()

        def end():
            stop.set()
            for t in threads:
                t.join()
        return end

    def await_acknowledged(self, more):
        """so many acts later"""
        until, end = self.acknowledged + more, time.time() + 120
        while self.acknowledged < until:
            true(time.time() < end, "nothing is acknowledged")
            time.sleep(0.0005)

    def used_up(self):
        return sum(self.next_of("our", i) is not None for i in self.town.signers) < self.town.n // 8

    # ---- judging ----

    def observe(self):
        """what the store has, at a moment when the server shows it too"""
        end = time.time() + 120
        while True:
            held = self.store.held()
            if held is not None:
                files = {slug: held.files.get(id) for slug, id in self.town.ids.items()}
                if files == self.read_files():
                    return files, held
            true(time.time() < end, "the server does not come to show what the store has")
            time.sleep(0.01)

    def read_files(self):
        """None: not now. A letter whose drop was not acknowledged, since the database went, may be gone while the server reads it: then the answer ends early, until the server has looked"""
        c = Client(self)
        out = {}
        for slug in self.town.files:
            status, body = c.ask("GET", "/letters/%s.letter" % slug)
            if status != 200 and (status != 404 or slug != "sealed"):
                c.close()
                return None
            out[slug] = body if status == 200 else None
        c.close()
        return out

    def settle(self, slot, seen, what):
        """seen: a call that says whether a state is what is there. What was under way was kept, or not"""
        if seen(slot.state):
            with self.lock:
                self.lost += bool(slot.under_way) and not seen(slot.under_way[0])
            slot.state = slot.state if not slot.under_way or not seen(slot.under_way[0]) else slot.under_way[0]
            slot.under_way = []
            return
        for after in slot.under_way:
            if seen(after):
                self.kept += 1
                slot.state, slot.under_way = after, []
                return
        raise AssertionError("%s: acknowledged: %r; under way: %r; and neither is there" % (what, slot.state, slot.under_way))

    def judge(self):
        """after the storm: the server has what was acknowledged, and of what was under way each act wholly or not"""
        same(self.wrong, [], "answers")
        under_way = sum(bool(s.under_way) for s in list(self.tags.values()) + self.cards + [self.sealed])
        self.judge_held(*self.observe())
        self.moments += under_way > 0

    def judge_held(self, files, held):
        self.judge_sealed(files["sealed"], held.known)
        for slug, file in files.items():
            self.judge_file(slug, file)
            self.judge_tags(slug, (file or b"")[len(self.town.files[slug]):], [l for id, l in held.waiting if id == self.town.ids[slug]])
        self.judge_cards(held.enrolled)
        same(held.known - set(self.town.ids.values()), set(), "of other letters nothing is there")

    def judge_file(self, slug, file):
        if file is None:
            same(slug, "sealed", "a letter is gone")
            return
        same(file[:len(self.seen[slug])], self.seen[slug], "what was shown of %s stays" % slug)
        true(file.startswith(self.town.files[slug]), "%s begins as it was brought" % slug)
        self.verify(slug, file)
        self.seen[slug] = file

    def verify(self, slug, file):
        if file != self.seen[slug]:
            write("now.letter", file)
            run(U, "verify", "now.letter")
            tap.checks += 1

    def judge_sealed(self, file, known):
        was = self.sealed.state
        self.settle(self.sealed, lambda there: there == (file is not None), "the sealed letter")
        if file is None:
            same(self.town.ids["sealed"] in known, False, "of a letter that is not here something is left")
        if was and not self.sealed.state:
            self.forget_sealed()

    def judge_tags(self, slug, added, waiting):
        places = {}
        for where, lines in (("file", added.splitlines()), ("waits", waiting)):
            for line in lines:
                places.setdefault(line.strip(), []).append(where)
        known = set()
        for i, lines in self.town.lines[slug].items():
            at = {kind: places.get(lines[kind].strip(), []) if kind in lines else [] for kind in KINDS}
            known.update(l.strip() for l in lines.values())
            for kind in KINDS:
                true(len(at[kind]) <= 1, "%s: the %s of member %d is there twice" % (slug, kind, i))
            self.settle(self.tags[slug, i], lambda state: self.is_so(state, at), "%s, member %d: %r" % (slug, i, at))
        same(set(places) - known, set(), "%s: lines that nobody handed in" % slug)

    def is_so(self, state, at):
        signed, voted = state
        if signed == "none":
            return not any(at.values())
        if signed == "signed":
            return len(at["signature"]) == 1 and len(at["vote"]) == voted and not at["withdrawal"]
        if not any(at.values()):
            return True  # it waited when it was taken back
        return at["signature"] == ["file"] and len(at["withdrawal"]) == 1

    def judge_cards(self, enrolled):
        lines = [bytes(l).strip() for l in enrolled]
        for i, slot in enumerate(self.cards):
            there = [who for who in (2 * i, 2 * i + 1) for l in lines if l == self.town.enrolments[who]]
            true(len(there) <= 1, "card %d enrolled twice" % i)
            self.settle(slot, lambda who: there == ([] if who is None else [who]), "card %d: %r" % (i, there))
        same(set(lines) <= set(self.town.enrolments), True, "enrolments that nobody handed in")

    def close(self):
        """the letters' days are over: what waits comes out, and all of it is there once"""
        same(self.server.stop(), 0)
        self.server.at = day(31)
        self.server.start()
        end = time.time() + 120
        while True:
            held = self.store.held()
            if held is not None and not [l for _, l in held.waiting if b'"type":"signature"' in l]:
                break
            true(time.time() < end, "what waits does not come out")
            time.sleep(0.02)
        self.judge()
        same(self.server.stop(), 0)
        self.server.at = None


def begun_world(figures, town, store, server, n):
    """the n-th of a storm, in a store of its own"""
    store.fresh()
    server.start()
    world = World(town, store, server, SEED + n)
    world.begin()
    figures["worlds"] += 1
    return world
