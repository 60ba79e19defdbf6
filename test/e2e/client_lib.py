# SPDX-License-Identifier: AGPL-3.0-or-later
# client_lib.py: for tests of push, pull and submit: a server that answers whatever a test says, a SOCKS proxy, what the command said
import socket
import ssl
import threading

from serve_lib import *


def told(code, *args, env=None):
    """(stdout, stderr, unwrapped) of the command, which must end with code"""
    p = subprocess.run([U] + list(args), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, env=dict(os.environ, **(env or {})))
    err = p.stderr.decode()
    if p.returncode != code:
        raise AssertionError("%s: exit %d, not %d: %s" % (" ".join(args), p.returncode, code, err))
    return p.stdout.decode(), " ".join(err.split())


def says(code, what, *args, env=None):
    """the command ends with code and says what on stderr"""
    err = told(code, *args, env=env)[1]
    true(what in err, "%r is not in %r" % (what, err))
    return err


def listening():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(64)
    return s


def until(s, end):
    data = b""
    while end not in data:
        piece = s.recv(65536)
        if not piece:
            break
        data += piece
    return data


class Fake:
    """answers the n-th request with the n-th of answers (the last one again and again): bytes, or a function of the connection; keeps the requests"""

    def __init__(self, answers, at=None, tls=None):
        self.answers, self.requests, self.connections, self.tls = list(answers), [], 0, tls
        if at:
            self.s = socket.socket(socket.AF_UNIX)
            self.s.bind(at)
            self.s.listen(16)
        else:
            self.s = listening()
            self.port = self.s.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def url(self, path="/letters/our", scheme="http"):
        return "%s://127.0.0.1:%d%s" % (scheme, self.port, path)

    def serve(self):
        while True:
            try:
                c, _ = self.s.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(c,), daemon=True).start()

    def talk(self, c):
        try:
            if self.tls:
                c = self.tls.wrap_socket(c, server_side=True)
            self.one(c)
        except (OSError, ssl.SSLError):
            pass
        finally:
            c.close()

    def one(self, c):
        request = until(c, b"\r\n\r\n")
        if not request:
            return
        head, _, body = request.partition(b"\r\n\r\n")
        length = [int(l.split(b":")[1]) for l in head.lower().splitlines() if l.startswith(b"content-length:")]
        while length and len(body) < length[0]:
            body += c.recv(65536)
        answer = self.answers[min(len(self.requests), len(self.answers) - 1)]
        self.requests.append((head.decode("latin-1"), body))
        if callable(answer):
            answer(c)
        else:
            c.sendall(answer)
        c.shutdown(socket.SHUT_WR)
        while c.recv(65536):
            pass

    def close(self):
        self.s.close()


def answer(status, content_type, body, more="", length=True):
    return ("HTTP/1.1 %d X\r\n%s%sConnection: close\r\n%s\r\n" % (
        status, "Content-Type: %s\r\n" % content_type if content_type else "", "Content-Length: %d\r\n" % (len(body) if length is True else length) if length is not False else "",
        more)).encode() + body


KEPT = answer(202, "application/json", b'{"kept":true}\n')
LINES = "application/x-ndjson"


class Socks:
    """SOCKS5 that leads wherever asked to one port of this machine; keeps (address type, address) of what it was asked for"""

    def __init__(self, port):
        self.to, self.asked, self.s = port, [], listening()
        self.port = self.s.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def url(self):
        return "socks5h://127.0.0.1:%d" % self.port

    def serve(self):
        while True:
            try:
                c, _ = self.s.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(c,), daemon=True).start()

    def read(self, c, n):
        data = b""
        while len(data) < n:
            piece = c.recv(n - len(data))
            if not piece:
                raise OSError
            data += piece
        return data

    def talk(self, c):
        try:
            self.read(c, self.read(c, 2)[1])
            c.sendall(b"\5\0")
            kind = self.read(c, 4)[3]
            n = {1: 4, 4: 16}.get(kind) or self.read(c, 1)[0]
            self.asked.append((kind, self.read(c, n)))
            self.read(c, 2)
            there = socket.create_connection(("127.0.0.1", self.to))
            c.sendall(b"\5\0\0\1\0\0\0\0\0\0")
            threading.Thread(target=self.pump, args=(c, there), daemon=True).start()
            self.pump(there, c)
        except OSError:
            pass
        finally:
            c.close()

    def pump(self, a, b):
        try:
            while True:
                data = a.recv(65536)
                if not data:
                    break
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass
