# SPDX-License-Identifier: AGPL-3.0-or-later
# slow.py: slow clients of every kind, by the thousand, while readers and signers get their answers; what the server holds stays within what it promises, and is gone when they are
#
# What it promises (src/http/http.h, src/http/loop.h, src/serve/serve.c): of a connection at most 32 KiB that came, and 64 KiB that are to go; of bodies that come, 160 MiB together; of an answer under way 16 KiB more
# in libmicrohttpd and up to 64 KiB of what a reader gives; two descriptors for an answer under way. A kind's own deadline ends it, however it trickles.
import errno

from people import *

FILL = b"a" * 60_000
POST = b"POST /api/v1/letters/our/submissions HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n"
PAGE = b"GET /undersigned.html HTTP/1.1\r\nHost: a\r\n\r\n"
HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(range(32)) + b"\x00" * 165
# KIND: what is sent at once, what each second, how many bytes are read each second (None: none, ever), whether it says that it sends no more. A deadline of the server ends each
KINDS = {
    "silent": (b"", b"", 4096, False),
    "head": (b"GET /letters/our HTTP/1.1\r\nX: ", b"a", 4096, False),
    "lines": (b"GET /letters/our HTTP/1.1\r\n", b"X: y\r\n", 4096, False),
    "long head": (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"a" * 15_000, b"", 4096, False),
    "body": (POST + b"Content-Length: 60000\r\n\r\n", b"a", 4096, False),
    "chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", 4096, False),
    "stalled": (None, b"", 4096, False),
    "continue": (POST + b"Content-Length: 10\r\nExpect: 100-continue\r\n\r\n", b"", 4096, False),
    "slow reader": (PAGE, b"", 1, False),
    "no reader": (PAGE, b"", None, False),
    "idle": (b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", b"", 4096, False),
    "half": (PAGE, b"", 1 << 16, True),
    "tls": (HELLO, b"", 4096, False),
    "ahead": (b"GET /letters/our HTTP/1.1\r\nHost: a\r\n\r\n" * 300, b"", None, False),
}
# nothing but these: each a body of 128 KiB, which is small still
ALL = dict(KINDS, filling=(b"POST /api/v1/letters/our/records HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nContent-Length: 131000\r\n\r\n" + b"a" * 130_000, b"", 4096, False))
# on TCP the end of an answer waits behind what was not read: these do not see it
UNSEEN = ("slow reader", "no reader", "ahead")
SLOWER = 0.2 if SHORT else 1.0
ASKED = (20, 8) if SHORT else (40, 20)  # pages and signatures that must have been answered


def stalled(number):
    """large ones and small ones, so that they fill what there is up to its edge"""
    n = (60_000, 60_000, 20_000, 5_000, 1_000)[number % 5]
    return POST + b"Content-Length: %d\r\n\r\n" % (n + 1) + FILL[:n]


class Client:
    def __init__(self, kind, s, number):
        self.kind, self.s, self.got = kind, s, 0
        start, self.drip, self.reads, self.half = ALL[kind]
        self.left, self.halved = stalled(number) if start is None else start, False

    def send(self):
        """what is left of the first bytes, then the drip; False: it is over"""
        try:
            if self.left:
                self.left = self.left[self.s.send(self.left):]
            if not self.left and self.half and not self.halved:
                self.s.shutdown(socket.SHUT_WR)
                self.halved = True
        except BlockingIOError:
            return True
        except OSError as e:
            return e.errno == errno.ENOTCONN or e.errno == errno.EAGAIN
        return True

    def tick(self):
        if self.left:
            return self.send()
        try:
            if self.drip:
                self.s.send(self.drip)
            if self.reads is not None:
                while True:
                    data = self.s.recv(self.reads)
                    self.got += len(data)
                    if not data:
                        return False
                    if self.reads < 65536:
                        break
        except BlockingIOError:
            pass
        except OSError as e:
            return e.errno == errno.ENOTCONN
        return True


class Herd:
    """n clients, and whenever the server ends one, another in its place"""

    def __init__(self, place, kinds, n):
        self.place, self.kinds, self.n = place, kinds, n
        self.clients, self.ended, self.opened, self.over = {}, dict.fromkeys(kinds, 0), 0, False
        self.answered = 0  # halves that got all of their page
        self.wordless = 0  # ended before the server had said anything
        self.poll = select.epoll()
        self.fault = None
        self.thread = threading.Thread(target=self.go)
        self.thread.start()

    def open(self):
        for _ in range(min(self.n - len(self.clients), 1000)):
            s = self.place.dial()
            if s is None:
                return
            c = Client(self.kinds[self.opened % len(self.kinds)], s, self.opened // len(self.kinds))
            if not self.place.unix and not c.half:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self.opened += 1
            self.clients[s.fileno()] = c
            self.poll.register(s.fileno(), select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET)
            if not c.send():
                self.close(c)

    def close(self, c):
        self.answered += c.half and c.got > 2_000_000
        self.ended[c.kind] += 1
        self.wordless += c.got == 0
        del self.clients[c.s.fileno()]
        c.s.close()

    def go(self):
        try:
            following = time.monotonic()
            while not self.over:
                if self.opened < self.n:
                    self.open()
                for fd, what in self.poll.poll(0.02, 4096):
                    c = self.clients.get(fd)
                    if c is None:
                        continue
                    if what & (select.EPOLLERR | select.EPOLLHUP) or (what & select.EPOLLRDHUP and c.reads is None and self.finished(c)) or (what & select.EPOLLOUT and c.left and not c.send()):
                        self.close(c)
                if time.monotonic() >= following:
                    following = time.monotonic() + SLOWER
                    for c in list(self.clients.values()):
                        if not c.tick():
                            self.close(c)
                    self.open()  # in the places of those that ended: slow clients, no flood
        except Exception as e:
            self.fault = e

    def finished(self, c):
        """the server says that it sends no more: for one who does not read, that is the end"""
        return True

    def end(self):
        self.over = True
        self.thread.join()
        for c in list(self.clients.values()):
            c.s.close()
        self.clients = {}
        self.poll.close()
        if self.fault:
            raise self.fault


MIB = 1 << 20
BODIES = 160 * MIB
figures = {"clients": 0, "opened": 0, "answers": 0, "again": 0, "longest": 0.0, "peak": 0}


def promised(place, kinds, n):
    """bytes that n clients of these kinds may make a server hold"""
    each = {"silent": 1, "head": 32, "lines": 32, "long head": 32, "continue": 33, "idle": 1, "tls": 32, "body": 33, "chunks": 33, "stalled": 1, "filling": 1}
    body = {"body": 64, "chunks": 64, "stalled": 64, "filling": 128}
    share = (n + len(kinds) - 1) // len(kinds)
    held = sum(each.get(k, 32 + 64 + 16 + 64) * share << 10 for k in kinds)
    bodies = min(sum(body.get(k, 0) * share << 10 for k in kinds), BODIES)
    return held + bodies + bodies // 2 + n * 8192 + 32 * MIB  # half as much lies between the blocks while bodies grow


def weather(place, lines, kinds, n, read, kept, deadlines, pressed=False):
    """n clients of these kinds; meanwhile so many answers; deadlines: until the server has ended one of each kind; pressed: until some made room, whether they see it or not"""
    before, open_before = place.memory(), place.descriptors()
    place.forget_peak()
    herd = Herd(place, kinds, n)
    people = None
    try:
        await_that("%d clients; there are %d" % (n, len(herd.clients)), lambda: herd.opened >= n or herd.fault)
        people = People(place, lines)
        people.await_answers(read, kept)
        if pressed:
            await_that("somebody makes room", lambda: (herd.wordless if kinds == ["filling"] else place.descriptors() - open_before < n) or herd.fault or people.faults)
            people.await_answers(read, kept)
        if deadlines:
            seen = [k for k in kinds if place.unix or k not in UNSEEN]
            await_that("an end of each kind; it is %r" % herd.ended, lambda: all(herd.ended[k] for k in seen) or herd.fault or people.faults)
            people.await_answers(read, kept)
    finally:
        crowd = len(herd.clients)
        held, peak = place.descriptors(), place.memory("VmHWM")
        herd.end()
        if people:
            people.end()
    if "half" in kinds and deadlines:
        true(herd.answered > 0, "whoever sends no more still gets the answer")
    true(held <= crowd * 3 + 2 * SPARE_CHANNELS * LOOPS + open_before + 64, "%d descriptors for %d clients" % (held, crowd))
    true(peak - before <= promised(place, kinds, n), "%d MiB for %d clients, promised %d" % ((peak - before) >> 20, n, promised(place, kinds, n) >> 20))
    await_that("descriptors as before: %d, then %d, now %d" % (open_before, held, place.descriptors()), lambda: place.descriptors() <= open_before + 2 * SPARE_CHANNELS * LOOPS + 8)
    grown = max(place.memory("VmHWM") - before, 0)
    await_that("memory given back: %d KiB more, %d at most" % ((place.memory() - before) >> 10, grown >> 10), lambda: place.memory() - before <= grown // 2 + 24 * MIB)
    print("# %s: %d clients (%d opened, ended by the server: %s); %d pages and %d signatures meanwhile, asked again %d and %d times, the longest %.1f and %.1f s; memory %.1f MiB, at most %.1f, then %.1f; %d descriptors, at most %d, then %d"
          % ("unix" if place.unix else "tcp", crowd, herd.opened, ", ".join("%s %d" % k for k in herd.ended.items()), people.answers["read"], people.answers["kept"], people.again["read"], people.again["kept"],
             people.longest["read"], people.longest["kept"], before / MIB, peak / MIB, place.memory() / MIB, open_before, held, place.descriptors()), flush=True)
    true(sum(people.again.values()) <= sum(people.answers.values()) // 4, "asked again %r for %r" % (people.again, people.answers))
    figures["clients"] = max(figures["clients"], crowd)
    figures["opened"] += herd.opened
    figures["answers"] += sum(people.answers.values())
    figures["again"] += sum(people.again.values())
    figures["longest"] = max(figures["longest"], *people.longest.values())
    figures["peak"] = max(figures["peak"], (peak - before) // MIB)
    return people


def fresh(**more):
    shutil.rmtree("store", ignore_errors=True)
    place = Place(more=open_page(), **more)
    bring(place)
    return place


def ends_well(place):
    for line in lines:
        same(place.ask("POST", "/api/v1/letters/our/submissions", line)[0], 202, "handed in again")
    place.await_state("our", "signers", len(lines))
    same(place.stop(), 0, "the end")


def all_kinds(unix, n):
    place = fresh(unix=unix)
    weather(place, lines, list(KINDS), n, *ASKED, not SHORT)
    after = place.memory()
    weather(place, lines, list(KINDS), n, *ASKED, False)
    true(place.memory() <= after + 16 * MIB + after // 4, "a second crowd leaves no more than the first: %d, then %d MiB" % (after >> 20, place.memory() >> 20))
    ends_well(place)


def one_kind(kind, descriptors, n):
    """nothing but these, more than the server has means for"""
    place = fresh(descriptors=descriptors)
    weather(place, lines, [kind], n, *ASKED, not SHORT, True)
    ends_well(place)


def slow():
    global lines
    hard = raise_descriptors()
    many = 300 if SHORT else min(5000, hard // 3)
    lines = make_letter()
    for n in rounds(1, 1):
        for unix in (False, True):
            tap.case("%d slow clients of every kind %s, and nobody else notices" % (many, "at a path" if unix else "on TCP"), all_kinds, unix, many)
        tap.case("more who do not read than answers can be under way", one_kind, "no reader", 1500 if not SHORT else 500, 900 if not SHORT else 280)
        tap.case("more connections than there may be", one_kind, "silent", 1500 if not SHORT else 500, 1400 if not SHORT else 460)
        tap.case("bodies that stall, more than there is room for", one_kind, "filling", None, 3000 if not SHORT else 1400)
    counted(figures["opened"], "%d slow clients at once; %d answers meanwhile, the longest after %.1f s" % (figures["clients"], figures["answers"], figures["longest"]), **{k: round(v, 2) for k, v in figures.items()})


storm(slow)
