# SPDX-License-Identifier: AGPL-3.0-or-later
# front.py PROGRAM SOURCE: what stands before the server, with the samples of data/examples as they are but for paths: nginx encrypts, passes on nothing of a visitor and keeps nothing; tor makes an onion service
#
# Sockets are paths, so nothing of this meets a network, or another test. Each thing that is not found is also sought where a line of the sample is left out: there it must be found.
import os
import socket
import ssl
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from serve_lib import *

SOURCE = os.path.abspath(sys.argv[2])
NGINX, TOR = (read(os.path.join(SOURCE, "data/examples", name)).decode() for name in ("nginx/undersigned.conf", "tor/torrc"))
MARK = "Trace%s" % os.urandom(6).hex()  # stands in everything that a visitor's request has and the letter has not
NAME = "letters.example.org"
folder = enter_scratch()
os.environ["PATH"] += ":/usr/sbin"


def replaced(text, changes):
    for old, new in changes:
        if old not in text:
            raise AssertionError("the sample has no line %r" % old)
        text = text.replace(old, new)
    return text


def await_true(what, process):
    end = time.time() + 120
    while not what():
        if time.time() > end or process.poll() is not None:
            raise AssertionError("did not start: %s" % process.poll())
        time.sleep(0.02)


def reachable(path):
    s = socket.socket(socket.AF_UNIX)
    try:
        s.connect(path)
        return True
    except OSError:
        return False
    finally:
        s.close()


class TlsConnection(http.client.HTTPConnection):
    def __init__(self, path, **limits):
        super().__init__(NAME, timeout=120)
        self.path, self.limits = path, limits

    def connect(self):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(120)
        s.connect(self.path)
        context = ssl.create_default_context(cafile="cert.pem")
        for name, value in self.limits.items():
            setattr(context, name, value)
        self.sock = context.wrap_socket(s, server_hostname=NAME)


class Nginx:
    """started with the sample, before a server at the path up; changes: to its text"""

    def __init__(self, up, changes=()):
        shutil.rmtree("nginx", ignore_errors=True)
        os.makedirs("nginx/temp")
        self.prefix = os.path.abspath("nginx")
        site = replaced(NGINX, (("listen 80;", "listen unix:%s/plain;" % self.prefix), ("listen [::]:80;", ""), ("listen 443 ssl", "listen unix:%s/tls ssl" % self.prefix), ("listen [::]:443 ssl http2;", ""),
                                ("/run/undersigned/http", os.path.abspath(up)), ("/etc/letsencrypt/live/%s/fullchain.pem" % NAME, os.path.abspath("cert.pem")),
                                ("/etc/letsencrypt/live/%s/privkey.pem" % NAME, os.path.abspath("tls.key"))) + tuple(changes))
        write("nginx/site.conf", site.encode())
        temp = "".join("\t%s_temp_path %s/temp/%s;\n" % (kind, self.prefix, kind) for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        write("nginx/nginx.conf", ("daemon off;\nmaster_process off;\npid %(p)s/pid;\nerror_log %(p)s/error.log;\nevents { worker_connections 512; }\n"
                                   "http {\n\taccess_log %(p)s/access.log;\n%(temp)s\tinclude %(p)s/site.conf;\n}\n" % {"p": self.prefix, "temp": temp}).encode())
        command = ["nginx", "-p", self.prefix, "-c", self.prefix + "/nginx.conf", "-e", self.prefix + "/error.log"]
        run(*command, "-t")
        self.p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await_true(lambda: reachable("nginx/tls"), self.p)
        shutil.rmtree("nginx/temp")
        write("nginx/temp", b"")  # no folder any more: what would go through a file fails

    def ask(self, method, path, body=None, headers=(), **limits):
        c = TlsConnection("nginx/tls", **limits)
        try:
            c.request(method, path, body, dict(headers))
            self.session = c.sock.version(), c.sock.session.has_ticket if c.sock.session else False
            r = c.getresponse()
            return r.status, {k.lower(): v for k, v in r.getheaders()}, r.read()
        finally:
            c.close()

    def end(self):
        """what it left on the disk"""
        self.p.terminate()
        self.p.wait(120)
        kept = {}
        for at, _, names in os.walk("nginx"):
            for name in names:
                path = os.path.join(at, name)
                if os.path.isfile(path) and name not in ("site.conf", "nginx.conf"):
                    kept[name] = read(path)
        return kept


VISITOR = {"User-Agent": MARK + "-browser", "Referer": "https://%s.example/" % MARK, "Cookie": "who=" + MARK, "X-Forwarded-For": MARK, "X-Real-IP": MARK, "Forwarded": "for=" + MARK, "Via": MARK, "From": MARK,
           "Authorization": MARK, "DNT": "1", "Sec-Fetch-Site": MARK, "Origin": "https://%s.example" % MARK, "Accept": "text/html", "Accept-Encoding": "gzip", "Accept-Language": "ar", "If-None-Match": '"x"',
           "Range": "bytes=0-9", "If-Range": '"x"'}


def passed_on(changes=()):
    """the lines of a head as the server gets it, of a visitor who tells all there is"""
    got = []
    s = socket.socket(socket.AF_UNIX)
    s.bind("seen")
    s.listen(1)
    s.settimeout(120)

    def answer():
        c, _ = s.accept()
        data = b""
        while b"\r\n\r\n" not in data:
            data += c.recv(65536)
        got.extend(data.split(b"\r\n\r\n")[0].decode().split("\r\n"))
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        c.close()

    thread = threading.Thread(target=answer)
    thread.start()
    front = Nginx("seen", changes)
    try:
        same(front.ask("POST", "/" + MARK, b"x=y", dict(VISITOR, **{"Content-Type": "text/plain"}))[2], b"ok")
        thread.join(120)
    finally:
        kept = front.end()
        s.close()
        os.unlink("seen")
    return got, kept


def nginx_passes_on_what_the_server_needs():
    got, kept = passed_on()
    names = sorted(l.split(":")[0].lower() for l in got[1:])
    same(got[0], "POST /%s HTTP/1.1" % MARK)
    same(names, ["accept", "accept-encoding", "accept-language", "content-length", "content-type", "host", "if-none-match", "if-range", "range"])
    same([l for l in got[1:] if MARK in l], [])
    same([name for name, data in kept.items() if MARK.encode() in data], [])
    got, _ = passed_on((("proxy_pass_request_headers off;", ""),))
    true(any("user-agent: " + MARK.lower() in l.lower() for l in got), "without that line the browser's name is passed on")
    _, kept = passed_on((("access_log off;", ""),))
    true(MARK.encode() in kept["access.log"], "without that line there is a log")


def the_server_through_nginx():
    write("undersigned.html", b'<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><title>Document</title>' + b"<p>" + os.urandom(1 << 20).hex().encode())
    s = socket_server()
    front = Nginx("up")
    try:
        status, headers, body = front.ask("GET", "/", headers=VISITOR)
        same((status, headers["strict-transport-security"], headers["server"]), (200, "max-age=63072000", "nginx"))
        same(front.session, ("TLSv1.3", False), "and nothing to be known again by")
        front.ask("GET", "/", maximum_version=ssl.TLSVersion.TLSv1_2)
        same(front.session[0], "TLSv1.2")
        pushed = front.ask("POST", "/api/v1/letters?slug=our", request("create", "our", "o1", letter_id("our.letter")) + read("our.letter"), {"Content-Type": "application/x-ndjson"})
        same(pushed[0], 201, pushed[2])
        same(front.ask("GET", "/letters/our.letter")[2], read("our.letter"))
        line = sign("our.letter", "harbour-1", "harbour", "signature")
        same(front.ask("POST", "/api/v1/letters/our/submissions", line, dict(VISITOR, **{"Content-Type": "application/x-ndjson"}))[0], 202)
        large = (MARK.encode() + b" ") * (256 << 10)
        same(front.ask("POST", "/api/v1/letters/our/records", large, {"Content-Type": "application/x-ndjson"})[0] in (400, 422), True, "%d bytes come through, and are no records" % len(large))
        same(len(front.ask("GET", "/undersigned.html")[2]), os.stat("undersigned.html").st_size)
        plain = http.client.HTTPConnection(NAME, timeout=120)
        plain.sock = socket.socket(socket.AF_UNIX)
        plain.sock.connect("nginx/plain")
        plain.request("GET", "/" + MARK)
        moved = plain.getresponse()
        same((moved.status, moved.headers["location"]), (301, "https://%s/%s" % (NAME, MARK)))
        plain.close()
        s.terminate()
        same(s.wait(120), 0)
        same(front.ask("GET", "/" + MARK)[0], 502)
    finally:
        s.kill()
        kept = front.end()
    kept = {name: [l for l in data.split(b"\n") if b"[notice]" not in l and l] for name, data in kept.items()}
    same({name: lines for name, lines in kept.items() if lines}, {}, "nothing is left")


def without_its_lines_bodies_go_to_the_disk():
    s = socket_server()
    front = Nginx("up", (("proxy_request_buffering off;", ""), ("error_log /dev/null emerg;", "")))
    try:
        same(front.ask("POST", "/api/v1/letters/our/records", b"x" * (2 << 20), {"Content-Type": "application/x-ndjson"})[0], 500, "it would have written a file")
    finally:
        s.terminate()
        s.wait(120)
        kept = front.end()
    true(b"/api/v1/letters/our/records" in kept["error.log"], "and a line in its log")


def socket_server():
    write("serve.ini", ("[organisers]\n%s = council\n[server]\naddress = %s\n" % (public("o1"), ADDRESS)).encode())
    p = subprocess.Popen([U, "serve", "--config", "serve.ini", "--store", "store", "--listen", "unix:up", "--page", "undersigned.html"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    await_true(lambda: reachable("up"), p)
    return p


def tor_makes_an_onion_service():
    os.makedirs("tor", mode=0o700)
    place, data = os.path.abspath("tor/service"), os.path.abspath("tor/data")
    write("torrc", replaced(TOR, (("/var/lib/tor/undersigned", place), ("/run/undersigned/http", os.path.abspath("up")))).encode())
    write("defaults", b"")
    command = ["tor", "-f", "torrc", "--defaults-torrc", "defaults", "--DataDirectory", data]
    run(*command, "--verify-config")
    write("wrong", read("torrc") + b"HiddenServicePort none\n")
    true(subprocess.run([c if c != "torrc" else "wrong" for c in command] + ["--verify-config"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=120).returncode != 0, "a wrong line is told")
    control = os.path.abspath("tor/control")
    p = subprocess.Popen(command + ["--DisableNetwork", "1", "--ControlPort", "unix:" + control], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        await_true(lambda: reachable(control), p)
        c = socket.socket(socket.AF_UNIX)
        c.settimeout(120)
        c.connect(control)
        c.sendall(b"AUTHENTICATE\r\nGETINFO version\r\n")
        said = b""
        while said.count(b"250 OK") < 2:  # from then on it can be told to end: while it starts, SIGTERM makes tor abort
            said += c.recv(4096) or b"250 OK, or rather an end" * 2
        true(b"version=" in said, said)
        c.close()
        true(re.fullmatch(rb"[a-z2-7]{56}\.onion\n", read("tor/service/hostname")), "an address of version 3")
        same(os.stat("tor/service").st_mode & 0o777, 0o700)
        same(subprocess.run(["ls", "-l", "/proc/%d/fd" % p.pid], stdout=subprocess.PIPE, timeout=60).stdout.count(b"log"), 0, "no log is open")
    finally:
        p.terminate()
        p.communicate(timeout=120)
    same(p.returncode, 0)
    same([name for _, _, names in os.walk("tor") for name in names if "log" in name], [])


try:
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=" + NAME, "-addext", "subjectAltName=DNS:" + NAME, "-keyout", "tls.key", "-out", "cert.pem")
    shell('town && printf "We ask.\\n" >text.md && ini >letter.ini && letter our')
    tap.case("nginx passes on what the server needs, and nothing of a visitor", nginx_passes_on_what_the_server_needs)
    tap.case("a letter is brought, read and signed through nginx, which keeps nothing", the_server_through_nginx)
    tap.case("without the sample's lines bodies go to the disk, and errors into a log", without_its_lines_bodies_go_to_the_disk)
    tap.case("tor makes an onion service of the sample", tor_makes_an_onion_service)
finally:
    os.chdir("/")
    shutil.rmtree(folder)
tap.end()
