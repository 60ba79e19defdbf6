# SPDX-License-Identifier: AGPL-3.0-or-later
# people.py: for slow.py and flood.py: a letter that is signed, a server of it on TCP or at a path, with as many descriptors as wanted, and ordinary readers and signers who only want their answer
import http.client
import random
import resource
import socket
import threading

from storm_lib import *
import serve_lib

PATIENCE = 300  # seconds; nothing that works takes that long, on any machine
LOOPS = min(os.cpu_count() or 1, 4)  # src/http/server.c
SPARE_CHANNELS = 128  # src/http/mhd.c: of a loop, two descriptors each
READ = ("/letters/our", "/api/v1/letters/our", "/letters/our.letter", "/", "/healthz", "/undersigned.html", "/letters/our/press", "/no/such/page")


def raise_descriptors():
    """as many as this process may have; how many"""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("letters.example.org", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)  # waits while the queue is full; with a time limit it would not
        self.sock.settimeout(self.timeout)


class Place(serve_lib.Server):
    """a server on TCP or at a path; descriptors: how many it may have"""

    def __init__(self, unix=False, descriptors=None, more=(), env=None, store="store", threads=None):
        self.unix = os.path.abspath("http") if unix else None
        self.limit = descriptors
        super().__init__(store=store, listen="unix:" + self.unix if unix else "127.0.0.1:0", more=more, env=env, threads=threads)

    def start(self):
        write("serve.ini", self.config)
        r, w = os.pipe()
        os.set_inheritable(w, True)
        args = [U, "serve", "--config", "serve.ini", "--store", self.store, "--listen", self.listen, "--ready-fd", str(w)] + self.more
        if self.limit:
            args = ["prlimit", "--nofile=%d" % self.limit] + args
        with open("server.out", "wb") as out:
            self.p = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=out, stderr=self.log, pass_fds=(w,), env=dict(os.environ, **self.env))
        clean_up.append(lambda p=self.p: (p.kill(), p.wait()))
        os.close(w)
        self.await_ready(r)
        self.address = self.unix
        if not self.unix:
            where = re.search(r"Listening at http://([0-9.]+):(\d+)", read("server.out").decode())
            self.host, self.port = where[1], int(where[2])
            self.address = (self.host, self.port)
        self.c = None

    def connection(self, timeout=PATIENCE):
        return UnixConnection(self.unix, timeout) if self.unix else http.client.HTTPConnection(self.host, self.port, timeout=timeout)

    def ask(self, method, path, body=None, headers=None, keep=True):
        c = self.connection()
        try:
            c.request(method, path, body, dict({"Content-Type": "application/x-ndjson"} if body is not None else {}, **(headers or {})))
            r = c.getresponse()
            answer = r.status, {k.lower(): v for k, v in r.getheaders()}, r.read()
        finally:
            c.close()
        serve_lib.as_told(method, path, *answer)
        return answer

    def dial(self):
        """a socket that connects without waiting; None: not now"""
        s = socket.socket(socket.AF_UNIX if self.unix else socket.AF_INET)
        s.setblocking(False)
        try:
            s.connect(self.address)
        except BlockingIOError:  # a path whose queue is full says so at once, and is not connected
            if self.unix:
                s.close()
                return None
        except OSError:
            s.close()
            return None
        return s

    def memory(self, what="VmRSS"):
        """bytes"""
        return int(re.search(r"^%s:\s+(\d+) kB" % what, read("/proc/%d/status" % self.p.pid).decode(), re.M)[1]) << 10

    def forget_peak(self):
        write("/proc/%d/clear_refs" % self.p.pid, b"5")

    def cpu(self):
        """seconds that it computed, and those of them with the low priority of who judges"""
        all_of_it = low = 0
        for task in os.listdir("/proc/%d/task" % self.p.pid):
            try:
                fields = read("/proc/%d/task/%s/stat" % (self.p.pid, task)).rpartition(b") ")[2].split()
            except OSError:
                continue
            took = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            all_of_it += took
            low += took * (int(fields[16]) > os.getpriority(os.PRIO_PROCESS, 0))
        return all_of_it, low

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.p.pid))


def await_that(what, holds):
    """looks again and again; a machine may be slow"""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("never: " + what)
        time.sleep(0.05)


class People:
    """Readers and signers, each with one request at a time. Whoever is told to come again later, or whose connection ends, comes again: counted. Whoever gets anything else but an answer is a fault."""

    def __init__(self, place, lines, readers=2, signers=1):
        self.place, self.lines, self.over, self.faults = place, lines, False, []
        self.answers = {"read": 0, "kept": 0}
        self.again = {"read": 0, "kept": 0}
        self.longest = {"read": 0.0, "kept": 0.0}
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.go, args=("read", self.read, n)) for n in range(readers)]
        self.threads += [threading.Thread(target=self.go, args=("kept", self.sign, n)) for n in range(signers)]
        for t in self.threads:
            t.start()

    def go(self, kind, act, n):
        draw = random.Random(SEED * 31 + n)
        while not self.over and not self.faults:
            began, tries = time.monotonic(), 0
            try:
                while not act(draw) and not self.over:
                    tries += 1
                    with self.lock:
                        self.again[kind] += 1
                    if time.monotonic() - began > PATIENCE:
                        raise AssertionError("%s: no answer after %d tries" % (kind, tries))
                    time.sleep(0.1)
            except Exception as e:
                self.faults.append("%s: %s: %s" % (kind, type(e).__name__, e))
                return
            with self.lock:
                self.answers[kind] += 1
                self.longest[kind] = max(self.longest[kind], time.monotonic() - began)
            time.sleep(0.02)  # people, not a load: and Python lets one thread run at a time

    def once(self, method, path, body=None):
        """the answer, or None: come again"""
        try:
            answer = self.place.ask(method, path, body)
        except (OSError, http.client.IncompleteRead):  # it ended, before or in its answer; anything else that is no answer is a fault
            return None
        return None if answer[0] == 503 else answer

    def read(self, draw):
        path = draw.choice(READ)
        answer = self.once("GET", path)
        if answer is None:
            return False
        if answer[0] != (404 if path == "/no/such/page" else 200):
            raise AssertionError("%s: %d" % (path, answer[0]))
        return True

    def sign(self, draw):
        answer = self.once("POST", "/api/v1/letters/our/submissions", draw.choice(self.lines))
        if answer is None:
            return False
        if answer[0] != 202:
            raise AssertionError("a good submission: %d %r" % (answer[0], answer[2]))
        return True

    def await_answers(self, read, kept):
        """so many more of each, from now"""
        before = dict(self.answers)
        await_that("%d pages and %d signatures; it is %r, after %r; %s" % (read, kept, self.answers, before, self.faults),
                   lambda: self.faults or (self.answers["read"] >= before["read"] + read and self.answers["kept"] >= before["kept"] + kept))
        if self.faults:
            raise AssertionError("; ".join(self.faults))

    def end(self):
        self.over = True
        for t in self.threads:
            t.join()
        if self.faults:
            raise AssertionError("; ".join(self.faults))


def make_letter():
    """our.letter in this folder, twelve who sign it: their lines"""
    shell('town && ini -e "s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/; s/^release = .*/release = 1/" >letter.ini && letter our')
    members = [("%s-%d" % (body, n), body) for body in ("harbour", "mint", "works") for n in range(1, 5)]
    return [sign("our.letter", member, body, member + ".line") for member, body in members]


def open_page():
    """a page so long that no kernel swallows it for a client who does not read"""
    write("page.html", b'<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><title>Document</title>' + b"<p>0123456789abcdef</p>\n" * 100_000)
    return ["--page", "page.html"]


def bring(place):
    same(create(place, "our", "our.letter")[0], 201, "the letter")
