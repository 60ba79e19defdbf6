# SPDX-License-Identifier: AGPL-3.0-or-later
# flood.py: as many as can hand in wrong proofs, wrong letters, garbage, as fast as they are answered; who hands in a good one meanwhile is kept, and stands in the letter
#
# What the server promises (doc/spec/server.md, src/serve/submit.c): as many submissions wait as its queue has places, beyond it 503; of a letter 64 lines may wait whatever else does; all
# that is judged in one batch of 1,024 lines costs the memory of these. There is no puzzle and nobody is known: so a flood makes good ones wait their turn, and no more.
import itertools
from concurrent.futures import ThreadPoolExecutor

from people import *

WHERE = "/api/v1/letters/%s/submissions"
DEAR = ("proof", "ring", "tag", "sixteen")  # what costs a check of a proof


def post(body, slug="our", length=None):
    return b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % ((WHERE % slug).encode(), len(body) if length is None else length) + body


def elements(text):
    proof = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return [proof[i:i + 32] for i in range(0, len(proof), 32)]


def changed(line, draw, **members):
    """the line with other members; of its proof two numbers change places, so that all of it decodes and all of it must be checked"""
    v = json.loads(line)
    parts = elements(v["proof"])
    m = (len(parts) - 4) // 5
    i, j = draw.sample(range(2 * m + 2, len(parts)), 2)
    if not members:
        parts[i], parts[j] = parts[j], parts[i]
    v.update(dict({"proof": b64(b"".join(parts))}, **{k: f(v[k]) for k, f in members.items()}))
    return canonical(v) + b"\n"


def wrong_ones(lines, other, draw):
    """kind: requests"""
    tags = [json.loads(l)["tag"] for l in lines]
    another = json.loads(other)["letter"]
    kinds = {
        "proof": [post(changed(draw.choice(lines), draw)) for _ in range(60)],
        "ring": [post(changed(l, draw, ring=lambda r: "works" if r != "works" else "mint")) for l in lines],
        "tag": [post(changed(l, draw, tag=lambda t: draw.choice([u for u in tags if u != t]))) for l in lines],
        "sixteen": [post(b"".join(changed(draw.choice(lines), draw) for _ in range(16))) for _ in range(10)],
        "letter": [post(changed(l, draw, letter=lambda _: another)) for l in lines],
        "twice": [post(l) for l in lines[:3]],
        "garbage": [post(bytes(draw.randrange(256) for _ in range(draw.randrange(1, 3000)))) for _ in range(20)],
        "json": [post(b'{"a":' * n + b"\n") for n in (1, 8, 1000)],
        "cut": [post(l[:draw.randrange(1, len(l) - 1)] + b"\n") for l in lines],
        "too many": [post(lines[0] * 17)],
        "too large": [post(b"a" * 65_537)],
        "nothing": [post(b"\n\n")],
        "where": [post(lines[0], slug="nowhere")],
        "http": [b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"\x16\x03\x01" + bytes(100)],
    }
    return kinds


class Flood:
    """n connections, each with a request as soon as the last one was answered"""

    def __init__(self, place, kinds, n, dear):
        draw = random.Random(SEED)
        self.place, self.n, self.over, self.fault = place, n, False, None
        names = [k for k in kinds for _ in range(dear if k in DEAR else 1)]
        draw.shuffle(names)
        self.next = ((k, draw.choice(kinds[k])) for k in itertools.cycle(names))
        self.poll, self.at = select.epoll(), {}
        self.answers = {k: {} for k in kinds}  # kind: status: how many
        self.broken = 0
        self.thread = threading.Thread(target=self.go)
        self.thread.start()

    def count(self, *kinds):
        return sum(sum(self.answers[k].values()) for k in kinds or self.answers)

    def begin(self, c):
        c["kind"], c["left"] = next(self.next)
        c["got"] = b""
        self.send(c)

    def send(self, c):
        try:
            while c["left"]:
                c["left"] = c["left"][c["s"].send(c["left"]):]
        except BlockingIOError:
            pass
        except OSError:
            c["left"] = b""  # it was answered before all was sent, or the connection broke: read on

    def take(self, c):
        """False: the connection is over"""
        try:
            data = c["s"].recv(65536)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        c["got"] += data
        head, found, body = c["got"].partition(b"\r\n\r\n")
        length = re.search(rb"\r\nContent-Length: (\d+)", head) if found else None
        if found and length and len(body) >= int(length[1]):
            status = int(head[9:12])
            self.answers[c["kind"]][status] = self.answers[c["kind"]].get(status, 0) + 1
            c["got"] = b""
            if b"\r\nConnection: close" in head or not data:
                return False
            self.begin(c)
            return True
        self.broken += not data and bool(c["got"])
        return bool(data)

    def go(self):
        try:
            while not self.over:
                while len(self.at) < self.n:
                    s = self.place.dial()
                    if s is None:
                        break
                    c = self.at[s.fileno()] = {"s": s}
                    self.poll.register(s.fileno(), select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)
                    self.begin(c)
                for fd, what in self.poll.poll(0.05, 512):
                    c = self.at[fd]
                    if what & select.EPOLLOUT and c["left"]:
                        self.send(c)
                    alive = True
                    if what & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                        alive = self.take(c)
                    if not alive:
                        del self.at[fd]
                        c["s"].close()
        except Exception as e:
            self.fault = e

    def end(self):
        self.over = True
        self.thread.join()
        for c in self.at.values():
            c["s"].close()
        self.poll.close()
        if self.fault:
            raise self.fault


def hand_in(place, line, slug="our"):
    """until it is kept: seconds, how often it was told to come again"""
    began, again = time.monotonic(), 0
    while True:
        try:
            status, _, body = place.ask("POST", WHERE % slug, line)
        except (OSError, http.client.IncompleteRead) as e:
            status, body = 503, str(e)
        if status == 202:
            return time.monotonic() - began, again
        if status != 503:
            raise AssertionError("a good one: %d %r" % (status, body))
        again += 1
        if time.monotonic() - began > PATIENCE:
            raise AssertionError("a good one is not kept, after %d tries" % again)
        time.sleep(0.05)


figures = {"bad": 0, "good": 0}


def flooded(connections, queue, least, dear):
    """calm first, then the flood, in one run"""
    shutil.rmtree("store", ignore_errors=True)
    place = Place()
    place.stop()
    place.config = place.config.replace(b"[organisers]", b"queue = %d\n[organisers]" % queue)
    place.start()
    bring(place)
    same(create(place, "other", "other.letter")[0], 201, "the other letter")
    kinds = wrong_ones(lines, other[0], random.Random(SEED))
    calm = [hand_in(place, lines[i % 3])[0] for i in range(20)]
    told = {k: {place_once(place, r) for r in requests} for k, requests in kinds.items()}
    for k in kinds:
        true(k == "twice" or all(400 <= s < 500 for s in told[k]), "%s alone: %r" % (k, told[k]))
    before = place.memory()
    place.forget_peak()
    flood = Flood(place, kinds, connections, dear)
    delays, others, again, draw = [], [], 0, random.Random(SEED)
    began, cpu = time.monotonic(), place.cpu()
    try:
        await_that("the flood", lambda: flood.fault or flood.count() >= connections)
        with ThreadPoolExecutor(4) as signers:
            for took, tries in signers.map(lambda line: hand_in(place, line), lines[3:] + [draw.choice(lines) for _ in range(least)]):
                delays.append(took)
                again += tries
        for line in other:
            took, tries = hand_in(place, line, "other")
            others.append(took)
            same(tries, 0, "who signs another letter is not kept out")
        status, _, _ = place.get("/letters/our")
        same(status, 200, "a page")
        await_that("some that are told to come again", lambda: flood.fault or connections <= 2 * queue or any(503 in a for a in flood.answers.values()))
        await_that("wrong ones of every kind", lambda: flood.fault or (flood.count(*DEAR) >= connections * 2 and all(flood.answers[k] for k in kinds if k != "http")))
        place.await_state("our", "signers", len(lines))
        place.await_state("other", "signers", len(other))
        took, cpu = time.monotonic() - began, [now - then for now, then in zip(place.cpu(), cpu)]
        peak = place.memory("VmHWM")
    finally:
        flood.end()
    for k, answers in flood.answers.items():
        true(set(answers) <= told[k] | {503}, "%s: %r, alone %r" % (k, answers, told[k]))
    # a submission that waits: its body, and what is known of each line; a batch
    bound = (min(connections, queue) * 96 << 10) + (connections * 48 << 10) + (64 << 20)
    true(peak - before <= bound, "%d MiB, promised %d" % ((peak - before) >> 20, bound >> 20))
    settled = hand_in(place, lines[0])[0]
    same(place.state("our")["signers"], len(lines), "as many as signed, and no more")
    same(place.stop(), 0, "the end")
    busy = sum(a.get(503, 0) for a in flood.answers.values())
    mean = lambda d: sum(d) / len(d)
    print("# %d connections, queue %d: %d wrong ones answered in %.0f s, %d of them cost a check, %d told to come again; good ones: alone %.1f ms each, in the flood %.0f ms (%.0f times), at most %.1f s, told to come again %d times; "
          "of another letter %.0f ms; afterwards %.1f ms; memory %.1f MiB more; the server computed for %.1f s, %.1f of them at low priority"
          % (connections, queue, flood.count(), took, flood.count(*DEAR), busy, 1000 * mean(calm), 1000 * mean(delays), mean(delays) / mean(calm), max(delays), again, 1000 * mean(others), 1000 * settled, (peak - before) / (1 << 20), *cpu), flush=True)
    figures["bad"] += flood.count()
    figures["good"] += len(delays) + len(others)
    figures["times_%d_%d" % (connections, queue)] = round(mean(delays) / mean(calm), 1)
    figures["good_per_second_%d_%d" % (connections, queue)] = round(4 / mean(delays), 2)


def place_once(place, request):
    """the status of one request alone"""
    s = place.dial()
    s.setblocking(True)
    s.settimeout(PATIENCE)
    try:
        s.sendall(request)
    except OSError:
        pass
    head = b""
    while len(head) < 12:
        data = s.recv(4096)
        if not data:
            break
        head += data
    s.close()
    return int(head[9:12]) if head[:9] == b"HTTP/1.1 " else 0


def floods():
    global lines, other
    hard = raise_descriptors()
    lines = make_letter()
    shell('ini -e "s/^title = .*/title = Other/; s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/; s/^release = .*/release = 1/" >letter.ini && letter other')
    other = [sign("other.letter", "post-1", "*", "other-1.line"), sign("other.letter", "post-2", "*", "other-2.line")]
    for n in rounds(1, 1):
        many = 8 if SHORT else min(1000, hard // 3)
        tap.case("good ones are kept and stand in the letter while %d connections hand in wrong ones" % many, flooded, many, 4096, 0 if SHORT else 50, 4)
        tap.case("also where fewer may wait than come", flooded, 24 if SHORT else 300, 6 if SHORT else 64, 0, 6)
    counted(figures["bad"], "%s wrong submissions; %d good ones, all kept" % (format(figures["bad"], ","), figures["good"]), **figures)


storm(floods)
