# SPDX-License-Identifier: AGPL-3.0-or-later
# serve_pages.py: the pages as a browser without JavaScript gets them: what is where, under which policy, and the forms that take a line by hand
import html
import re
import urllib.parse

from serve_lib import *

folder = enter_scratch()
shell("town && letter our && letter other")
APP = b'<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; script-src \'sha256-x\'"><title>Document</title>'
write("undersigned.html", APP)
server = Server(more=["--page", "undersigned.html"])
CSP = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
PAGES = ["/", "/safe", "/check", "/guide", "/guide/organiser", "/guide/signer", "/enrol", "/letters/our", "/letters/our/roster", "/letters/our/sign", "/letters/our/answer"]
CODE = "0001112223334445556667778889"


def text_of(page):
    return html.unescape(re.sub(r"<[^>]*>", "", page.decode()))


def multipart(**fields):
    body = b"".join(b'--xyz\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (
        name.encode(), b'; filename="a"\r\nContent-Type: application/octet-stream' if name == "file" else b"", value) for name, value in fields.items())
    return body + b"--xyz--\r\n", "multipart/form-data; boundary=xyz"


def urlencoded(**fields):
    return urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"


def bringing():
    same("There is no letter here yet." in text_of(server.get("/")[2]), True)
    same(create(server, "our", "our.letter")[0], 201)
    same("On the harbour; and the road" in text_of(server.get("/")[2]), True, "the list is made anew")


def reading():
    for path in PAGES:
        for lang in ("en", "ar"):
            status, headers, body = server.get(path + "?lang=" + lang)
            same(status, 200, path)
            same(headers["content-security-policy"], CSP)
            same(headers["content-language"], lang)
            same("vary" in headers, False)
            same('<html lang="%s"' % lang in body.decode(), True)
            same("<script" in body.decode(), False)
            same(server.get(path + "?lang=" + lang, If_None_Match=headers["etag"])[0], 304)
            for place in set(re.findall(r'(?:href|src)="(/[^"#]*)', body.decode())):
                answer = server.get(html.unescape(place))
                same(answer[0], 200, "%s leads to %s" % (path, place))
        status, headers, body = server.get(path, Accept_Language="ar, en;q=0.5")
        same((headers["content-language"], headers["vary"]), ("ar", "Accept-Language"))
    for path in ("/letters/none", "/letters/none/sign", "/letters/our/none", "/nothing"):
        status, headers, body = server.get(path, Accept_Language="ar")
        same((status, headers["content-language"]), (404, "ar"), path)
        same("لا توجد مثل هذه الصفحة" in body.decode(), True)


def saying():
    said = text_of(server.get("/letters/our")[2])
    for wanted in ("Nobody has signed.", "True if", "What each is hidden among", "undersigned verify our.letter", "https://letters.example.org/letters/our"):
        same(wanted in said, True, wanted)
    state = server.state("our")
    same("{:,} keys".format(state["keys"]) in said, True)
    status, headers, body = server.get("/letters/our/picture.png")
    same((status, headers["content-type"], body[:8]), (200, "image/png", b"\x89PNG\r\n\x1a\n"))
    same(server.get("/letters/our/preview.png")[0], 200)
    status, headers, body = server.get("/undersigned.html")
    same((status, body, headers["content-security-policy"]), (200, APP, "default-src 'none'; script-src 'sha256-x'"))


def picturing():
    guide = server.get("/guide/signer")[2].decode()
    places = re.findall(r'<img src="(/guide/[a-z-]+-[0-9a-f]{16}\.png)" alt="[^"]{20,}" width="\d+" height="\d+"', guide)
    same(len(places), guide.count("<img "))
    same(len(places) > 2, True)
    status, headers, body = server.get(places[0])
    same((status, headers["content-type"], body[:8]), (200, "image/png", b"\x89PNG\r\n\x1a\n"))
    same("immutable" in headers["cache-control"], True, headers["cache-control"])
    for path in (places[0].replace(".png", ""), re.sub("-[0-9a-f]{16}", "-0123456789abcdef", places[0]), "/guide/home.png", "/guide/registrars", "/guide/", "/guide/signer/x"):
        same(server.get(path)[0], 404, path)


def signing():
    line = sign("our.letter", "harbour-1", "harbour", "line-1")
    path = "/letters/our/sign"
    first = server.post(path, *multipart(line=line))
    same(first[0], 202)
    same("Your line is here" in text_of(first[2]), True)
    same(first[1]["content-security-policy"], CSP)
    same(server.post(path, *multipart(line=line))[0::2], first[0::2], "the same again: the same bytes")
    same(server.post(path, *urlencoded(line=line.decode() + "\r\n"))[0::2], first[0::2], "by the other kind of form")
    same(server.post(path, *multipart(line=b"", file=line))[0::2], first[0::2], "as a file")
    other = sign("our.letter", "harbour-2", "harbour", "line-2")
    same(server.post(path, *multipart(file=other))[0::2], first[0::2], "a new one: the same bytes")


def refusing():
    path = "/letters/our/sign"
    line = sign("our.letter", "harbour-3", "harbour", "line-3")
    for what, fields, wanted in (
            ("nothing", dict(line=b""), "There is no line."),
            ("a part", dict(line=line[:-20]), "This is not a whole line."),
            ("rubbish", dict(line=b"<script>alert(1)</script>"), "This is not a whole line."),
            ("a key", dict(file=read("harbour-3.key")), "This may be your key."),
            ("another letter's", dict(line=sign("other.letter", "harbour-3", "harbour", "line-4")), "This line is for another letter."),
            ("a wrong proof", dict(line=line.replace(b'"proof":"', b'"proof":"AAAA')[:0] + re.sub(rb'("proof":")(.)', lambda m: m.group(1) + (b"B" if m.group(2) == b"A" else b"A"), line)), "")):
        status, headers, body = server.post(path, *multipart(**fields))
        same(400 <= status < 500, True, what)
        same("Nothing was kept." in text_of(body), True, what)
        same(wanted in text_of(body), True, "%s: %s" % (what, text_of(body)[:600]))
        same(b"<script" in body, False, what)
    same(server.post(path, b"line=x", "text/plain")[0], 415)
    same(server.post(path, b"x" * 200000, "application/x-www-form-urlencoded")[0], 413)
    same(server.post("/letters/none/sign", *multipart(line=line))[0], 404)
    same("signed" in text_of(server.get("/letters/our")[2]), True)


def enrolling():
    names_the_place = lambda path: 'href="/enrol"' in re.search("<nav.*?</nav>", server.get(path)[2].decode(), re.S)[0]
    same([path for path in PAGES if names_the_place(path)], [], "nobody can enrol yet")
    cards = [{"body": "harbour", "code": b64(code_hash("town", CODE)), "state": "open"}]
    record = {"cards": cards, "series": "town", "signatures": [], "type": "cards", "v": 1}
    write("list", canonical(record) + b"\n")
    run(U, "cosign", "list", "--authority", "r1")
    etag = server.get("/letters/our")[1]["etag"]
    same(server.post("/api/v1/series/town/cards", read("list"))[0], 200)
    same([path for path in PAGES if not names_the_place(path)], [], "there are cards")
    same(server.get("/letters/our", If_None_Match=etag)[0], 200)
    run(U, "key", "enrol", "harbour-1.key", "--body", "harbour", "-o", "enrol-1", "--force")
    line = read("enrol-1").strip()
    for what, code, line_, wanted in (
            ("no code", b"", line, "This is not the code of a card."), ("a slip", (typed_code(CODE)[:-1] + "0" if typed_code(CODE)[-1] != "0" else typed_code(CODE)[:-1] + "1").encode(), line, "Group 7 of the code is mistyped."),
            ("another", typed_code("0123456789012345678901234567").encode(), line, "This code is not known here."), ("no line", typed_code(CODE).encode(), b"", "There is no line.")):
        status, headers, body = server.post("/enrol", *multipart(code=code, line=line_))
        same(400 <= status < 500, True, what)
        same(wanted in text_of(body), True, "%s: %s" % (what, text_of(body)[:600]))
    done = server.post("/enrol", *multipart(code=typed_code(CODE).encode(), line=line))
    same(done[0], 202, text_of(done[2]))
    same("Your line is here" in text_of(done[2]) and re.search(r"(\d{4} ){5}\d{4}", text_of(done[2])) is not None, True)
    same(server.post("/enrol", *multipart(code=typed_code(CODE).encode(), file=line + b"\n"))[0::2], done[0::2], "again: the same bytes")
    run(U, "key", "enrol", "harbour-2.key", "--body", "harbour", "-o", "enrol-2", "--force")
    same("This card was used already." in text_of(server.post("/enrol", *multipart(code=typed_code(CODE).encode(), line=read("enrol-2")))[2]), True)


tap.case("a letter that was brought stands in the list", bringing)
tap.case("each page in each language, and every place to which it leads", reading)
tap.case("a letter's page says what the letter's file says", saying)
tap.case("a guide's pictures are kept by browsers for ever, and have no other names", picturing)
tap.case("a line is taken by hand, and the answer never tells whether it is new", signing)
tap.case("what is not taken is explained, and a key never comes back", refusing)
tap.case("an enrolment is taken by hand", enrolling)
same(server.stop(), 0)
server.start()
tap.case("a restart forgets no series", lambda: same('href="/enrol"' in server.get("/")[2].decode(), True))
same(server.stop(), 0)
shutil.rmtree(folder)
tap.end()
