# SPDX-License-Identifier: AGPL-3.0-or-later
# site.py: a letter's pages as files: what a server says of the same letter, but for what a copy cannot do; links that lead somewhere; a folder that is whole, or as it was
import difflib
import hashlib
import html
import re

from serve_lib import *

folder = enter_scratch()
shell("town && letter our && letter draft && \"$U\" letter new letter.ini --roster staff.roster -o draft.letter --authority o1 --force 2>/dev/null")
APP = b'<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; script-src \'sha256-x\'"><title>Document</title>'
write("undersigned.html", APP)
server = Server(more=["--page", "undersigned.html"])
PAGES = {"index": "/letters/our", "roster": "/letters/our/roster", "safe": "/safe", "check": "/check", "press": "/letters/our/press"}
FEEDS = {"en": "feed.atom", "ar": "feed.ar.atom"}
LANGUAGES = {"en": ".html", "ar": ".ar.html"}
# what only the server says, and what a copy says in its place
OF_SERVER = {
    "": {"Letters", "No accounts, no cookies, no scripts. This server does not write down who reads or signs."},
    "index": {"Sign this letter", "Other ways to sign", "You are one of these? Answer here.", "How to sign, step by step", "How to check this, step by step", "This server has checked every line and every signature. You need not believe it.", "Pass it on", "For a camera, or to write down.",
              "https://letters.example.org/letters/our"},
    "press": {"How to check this, step by step", "The file grows when people sign, and then its SHA-256 is another. Print these sheets when you take the file."},
    "roster": set(),
    "safe": {"What this server can see", "It gets lines that do not say who made them. It writes down no addresses and no times.", "Nobody who takes it away can find out who signed. It does not know.",
             "Whoever runs it can change it.", "How to sign, step by step", "All guides", "It can refuse lines, or show a false page."},
    "check": {"How to check this, step by step", "You need not believe this server. The file of a letter holds all that a check needs."},
}
OF_COPY = {
    "": {"The letter", "No accounts, no cookies, no scripts. Whoever hosts this copy may see who reads it."},
    "index": {"A copy takes no signatures. Sign where the letter is kept.", "Every line and every signature was checked when this copy was made. You need not believe it."},
    "press": set(),
    "roster": set(),
    "safe": {"What this copy can see", "It is a folder of files. It takes no lines, and does not know who signed.", "Whoever hosts it can change it.", "It can show a false page."},
    "check": {"You need not believe this copy. The file of a letter holds all that a check needs."},
}


def contents(of):
    return {name: read(os.path.join(of, name)) for name in sorted(os.listdir(of))}


def texts(page):
    """the pieces of text between tags"""
    return [t for t in (html.unescape(t).strip() for t in re.split(r"<[^>]*>", page.decode())) if t]


def refused(code, why, *args):
    p = subprocess.run([U, "site", *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    same(p.returncode, code, " ".join(args))
    true(why in p.stderr.decode(), "%r says not %r" % (p.stderr.decode(), why))


def making():
    same(create(server, "our", "our.letter")[0], 201)
    lines = b"".join(sign("our.letter", m, r, "line-" + m) for m, r in (("harbour-1", "harbour"), ("harbour-2", "harbour"), ("mint-1", "mint"), ("works-1", "*")))
    same(server.post("/api/v1/letters/our/submissions", lines)[0], 202)
    server.await_state("our", "signers", 4)
    def hashed():
        """the sum is that of the file, also when it has grown meanwhile"""
        same(server.get("/letters/our/sha256.txt")[2].decode(), hashlib.sha256(server.get("/letters/our.letter")[2]).hexdigest() + "  our.letter\n")

    hashed()
    for what, *words in (("publication", "--outlet", "The Courier"), ("delivery", "--party", "mayor"), ("statement", "--party", "mayor", "--text", "We will not.", "--stance", "d1=rejects")):
        run(U, what, "our.letter", *words, "--on", day(-2), "--authority", "o1", "-o", what)
        run(U, "cosign", what, "--authority", "o2")
        same(server.post("/api/v1/letters/our/records", read(what))[0], 200, what)
        write("our.letter", server.get("/letters/our.letter")[2])
        hashed()
    said = run(U, "site", "our.letter", "-o", "mirror", "--page", "undersigned.html").decode()
    true("mirror: 20 files." in said, said)
    made = contents("mirror")
    same(len(made), 20)
    same((made["our.letter"], made["undersigned.html"]), (read("our.letter"), APP))
    for name in ("picture.png", "preview.png", "signers.png", "qr.png", "sha256.txt"):
        same(made[name], server.get("/letters/our/" + name)[2], name)
    style = [n for n in made if n.endswith(".css")]
    same(made[style[0]], server.get("/" + style[0])[2])
    run(U, "site", "our.letter", "-o", "again/", "--page", "undersigned.html")
    same(contents("again"), made, "a second run on the same day")
    same([n for n in os.listdir(".") if n.startswith(".undersigned-")], [])


def saying():
    for name, path in PAGES.items():
        differing = {}
        for lang, end in LANGUAGES.items():
            there, here = texts(server.get(path + "?lang=" + lang)[2]), texts(read("mirror/" + name + end))
            steps = [s for s in difflib.SequenceMatcher(None, there, here, autojunk=False).get_opcodes() if s[0] != "equal"]
            gone, new = [t for s in steps for t in there[s[1]:s[2]]], [t for s in steps for t in here[s[3]:s[4]]]
            differing[lang] = (len(gone), len(new))
            if lang == "en":
                same(set(gone), OF_SERVER[""] | OF_SERVER[name], name)
                dated = [t for t in new if t.startswith("This is a copy, made on ")]
                same(len(dated), 1)
                same(set(new) - set(dated), OF_COPY[""] | OF_COPY[name], name)
        same(differing["ar"], differing["en"], name)


def feeding():
    for lang, name in FEEDS.items():
        there, here = server.get("/letters/our.atom?lang=" + lang)[2], read("mirror/" + name)
        true(here.count(b"<entry>") == 3 and b"<title>On the harbour; and the road</title>" in here, here)
        same(texts(here), texts(there))
        places = re.findall(r'href="([^"]*)"', here.decode())
        page = "index.html" if lang == "en" else "index.ar.html"
        same(places[:2], [name, page])
        for place in places[2:]:
            file, _, fragment = place.partition("#")
            true(file == page and (fragment == "" or 'id="%s"' % fragment in read("mirror/" + page).decode()), place)
        true('rel="alternate" type="application/atom+xml" href="%s"' % name in read("mirror/" + page).decode())


def leading():
    made = contents("mirror")
    for name, page in made.items():
        if not re.fullmatch(r"(index|roster|safe|check|press)(\.ar)?\.html", name):
            continue
        page = page.decode()
        true("<script" not in page and "\"Content-Security-Policy\" content=\"script-src &#39;none&#39;" in page)
        places = re.findall(r'\b(?:href|src|action)="([^"]*)"', page)
        true(len(places) > 5)
        for place in places:
            if place.startswith("data:"):
                continue
            file, _, fragment = place.partition("#")
            true(re.fullmatch(r"[a-z0-9-][a-z0-9.-]*|", file), "%s leads out: %s" % (name, place))
            true(file in made or file == "", "%s leads to %s" % (name, place))
            if fragment:
                true('id="%s"' % fragment in (made[file].decode() if file else page), "%s leads to %s" % (name, place))
        other = name.replace(".ar.html", ".html") if ".ar" in name else name.replace(".html", ".ar.html")
        true('href="%s"' % other in page, "%s has its other language" % name)
    true('href="undersigned.html"' in made["index.html"].decode())
    run(U, "site", "our.letter", "-o", "bare")
    bare = contents("bare")
    same(set(made) - set(bare), {"undersigned.html"})
    same([n for n in bare if b"undersigned.html\"" in bare[n]], [])


def keeping():
    before = contents("mirror")
    refused(2, "mirror is not empty.", "our.letter", "-o", "mirror")
    same(contents("mirror"), before)
    write("mirror/notes", b"mine")
    write("mirror/index.html", b"old")
    run(U, "site", "our.letter", "-o", "mirror", "--force", "--page", "undersigned.html")
    same(contents("mirror"), dict(before, notes=b"mine"))
    os.mkdir("empty")
    run(U, "site", "our.letter", "-o", "empty", "--page", "undersigned.html")
    same(contents("empty"), before)
    left = sorted(os.listdir("."))
    write("spoilt.letter", read("our.letter")[:-30])
    write("big name.letter", read("our.letter"))
    left = sorted(os.listdir("."))
    refused(1, "spoilt.letter", "spoilt.letter", "-o", "new")
    refused(1, "draft.letter", "draft.letter", "-o", "new")
    refused(2, "fits into no address", "big name.letter", "-o", "new")
    refused(2, "not the page that signs", "our.letter", "-o", "new", "--page", "letter.ini")
    refused(2, "No such file", "our.letter", "-o", "nowhere/new")
    refused(2, "Not a directory", "our.letter", "-o", "letter.ini")
    refused(2, "-o DIR", "our.letter")
    same(sorted(os.listdir(".")), left, "nothing is left behind")


tap.case("twenty files: pages, feeds, pictures, style, the letter and the one file, the same each time", making)
tap.case("they say what the server says, in both languages, but for what a copy cannot do", saying)
tap.case("a feed says what the server's says, and leads to the pages beside it", feeding)
tap.case("links lead to files beside, and to what is there; without the one file none leads to it", leading)
tap.case("a folder that holds something stays, unless told; what fails leaves nothing", keeping)
server.stop()
shutil.rmtree(folder)
tap.end()
