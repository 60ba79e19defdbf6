# SPDX-License-Identifier: AGPL-3.0-or-later
# press.py: a press kit: its numbers are the letter's, its fingerprint the file's, its embargo stands on every sheet, its picture has a size on paper
import hashlib
import html
import re
import struct

from serve_lib import *

folder = enter_scratch()
shell("town && letter our && for m in harbour-1 harbour-2 mint-1; do signed our.letter $m ${m%-*} line-$m; done && \"$U\" add our.letter line-* 2>/dev/null")
APP = b'<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; script-src \'sha256-x\'"><title>Document</title>'
write("undersigned.html", APP)
FILES = {"our.letter", "undersigned.html", "signers.png", "qr.png", "sha256.txt", "press.html", "press.ar.html"}
SHEETS = 6


def kit(*args, code=0):
    p = subprocess.run([U, "press", "our.letter", *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    same(p.returncode, code, p.stderr.decode())
    return p.stdout.decode() + p.stderr.decode()


def contents(of):
    return {name: read(os.path.join(of, name)) for name in sorted(os.listdir(of))}


def text_of(page):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.decode())).split())


def making():
    global said
    said = kit("-o", "kit", "--embargo", day(20), "--page", "undersigned.html")
    made = contents("kit")
    same({n for n in made if not n.endswith(".css")}, FILES)
    same((made["our.letter"], made["undersigned.html"]), (read("our.letter"), APP))
    kit("-o", "again", "--embargo", day(20), "--page", "undersigned.html")
    same(contents("again"), made, "a second run on the same day")
    for name in ("press.html", "press.ar.html"):
        for place in re.findall(r'\b(?:href|src)="([^"]*)"', made[name].decode()):
            true(place == "data:," or place in made or re.fullmatch(r"press(\.ar)?\.html|#[a-z]+", place), "%s leads to %s" % (name, place))
        true("<script" not in made[name].decode())


def telling():
    state = json.loads(run(U, "show", "our.letter", "--json"))
    page = text_of(read("kit/press.html"))
    same((state["signers"], state["bodies"]), (3, 2))
    for wanted in ("3 people from 2 bodies signed.", "3 of the %d keys on the roll signed." % state["keys"], "True if", "It is no survey.", "Open the harbour; now.", "Choose Check a letter , and give it the file our.letter"):
        true(wanted in page, "%r is not in %s" % (wanted, page))
    same(page.count("3 people from 2 bodies signed."), 3, "letter, number, quotation")
    true("وقّع 3 أشخاص من جهتين" in text_of(read("kit/press.ar.html")))


def unanimous():
    """whoever quotes the kit of a letter that a whole body signed is not told that nobody can know who did"""
    secret = "does not say whose"
    true(secret in text_of(read("kit/press.html")) and "Everybody in these groups signed." not in text_of(read("kit/press.html")))
    for name in ("letter.ini", "our.letter"):
        write("kept-" + name, read(name))
    shell("ini -e 's/max_share = 70/max_share = 100/' >letter.ini && rm our.letter && letter our && for n in 1 2 3 4 5 6; do signed our.letter mint-$n mint all-$n; done && \"$U\" add our.letter all-* 2>/dev/null")
    kit("-o", "all")
    page = text_of(read("all/press.html"))
    true("Everybody in these groups signed. The group hides nobody. The Mint" in page, page)
    same((secret in page, "At least 2 bodies: not met" in page), (False, True))
    for name in ("letter.ini", "our.letter"):
        write(name, read("kept-" + name))


def fingerprint():
    sha = hashlib.sha256(read("our.letter"))
    same(read("kit/sha256.txt").decode(), sha.hexdigest() + "  our.letter\n")
    number = int.from_bytes(sha.digest()[:10], "big")
    brief = " ".join("%04d" % (number // 10000 ** g % 10000) for g in reversed(range(6)))
    page = text_of(read("kit/press.html"))
    true(brief in page and sha.hexdigest() in page, brief)
    true("our.letter " + brief in said, said)
    write("qr.html", b'<img src="data:image/png;base64,' + base64.b64encode(read("kit/qr.png")) + b'">')
    same(run("python3", os.path.join(HERE, "qr.py"), "qr.html").decode().strip(), "our.letter " + brief)


def embargo():
    for name in ("press.html", "press.ar.html"):
        sheets = read("kit/" + name).decode().split("<table class=\"paged\"")[1:]
        same(len(sheets), SHEETS)
        same([s.split("<tbody>")[0].count("class=\"embargo\"") for s in sheets], [1] * SHEETS, "it stands in the head of each table, which is printed on each page")
    year, month, on = day(20).split("-")
    true(re.search(r"Embargo: not to be published before %d [A-Z][a-z]+ %s\." % (int(on), year), text_of(read("kit/press.html"))))
    kit("-o", "free")
    true("mbargo" not in text_of(read("free/press.html")))
    true("undersigned.html" not in contents("free"))
    true("has ended" in kit("-o", "late", "--embargo", day(-1)))
    true("--embargo" in kit("-o", "never", "--embargo", "2026-13-01", code=2))
    true("is not empty" in kit("-o", "kit", code=2))
    same(os.path.exists("never"), False)


def sealed():
    """the words of a sealed letter, for those who were given its link"""
    for name in ("secret", "other"):
        run(U, "letter", "new", "letter.ini", "--roster", "staff.roster", "-o", name + ".letter", "--authority", "o1", "--seal", "--link-out", name + ".link")
        run(U, "cosign", name + ".letter", "--authority", "o2")
    key = read("secret.link").strip()

    def pressed(*args, code=0):
        p = subprocess.run([U, "press", "secret.letter", *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        same(p.returncode, code, p.stderr.decode())
        return p.stdout.decode() + p.stderr.decode()

    true("give them to nobody" in pressed("-o", "early", "--embargo", day(20), "--link-file", "secret.link", "--page", "undersigned.html"))
    made = contents("early")
    state = json.loads(run(U, "verify", "secret.letter", "--json"))
    number = int.from_bytes(base64.urlsafe_b64decode(state["letter"] + "=")[:10], "big")
    brief = " ".join("%04d" % (number // 10000 ** g % 10000) for g in reversed(range(6)))
    for name in ("press.html", "press.ar.html"):
        sheets = made[name].decode().split("<table class=\"paged\"")[1:]
        true("Open the harbour; now." in text_of(made[name]) and brief in text_of(made[name]))
        same([s.split("<tbody>")[0].count("<p>") for s in sheets], [2] * len(sheets), "the embargo and the seal stand on each sheet")
    page = text_of(made["press.html"])
    for wanted in ("Embargo: not to be published before", "Sealed: nobody may publish these words before the organisers open the letter.", "These words are still sealed", "the letter's fingerprint holds them fast",
                   "Paste the link that the organisers gave you"):
        true(wanted in page, wanted)
    same(made["secret.letter"], read("secret.letter"), "the file stays sealed")
    same([n for n in made if key in made[n]], [], "the key of the link is in no file")
    same([n for n in made if b"Open the harbour" in made[n]], ["press.ar.html", "press.html"])
    true("Sealed:" in text_of((pressed("-o", "soon", "--link-file", "secret.link"), read("soon/press.html"))[1]), "also without an embargo")
    pressed("-o", "without", "--embargo", day(20), "--page", "undersigned.html")
    page = text_of(read("without/press.html"))
    true("The words are sealed" in page and "this server" not in page and "Open the harbour" not in page and "With the link it shows them too." in page, page)
    same([s.split("<tbody>")[0].count("<p>") for s in read("without/press.html").decode().split("<table class=\"paged\"")[1:]][0], 1)
    pressed("-o", "no", "--link-file", "other.link", code=2)
    true("not sealed" in kit("-o", "no", "--link-file", "secret.link", code=2))
    same(os.path.exists("no"), False)


def picture():
    png = read("kit/signers.png")
    same(png[:16], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    same(struct.unpack(">II", png[16:24]), (1800, 1800))
    at = png.index(b"pHYs")
    same(struct.unpack(">IIB", png[at + 4:at + 13]), (11811, 11811, 1), "300 dots per inch")
    same(b"tRNS" in png, False, "on white")


tap.case("sheets in two languages, picture, file and fingerprint, the same each time; links stay within", making)
tap.case("the numbers are those of the letter, in sentences to quote", telling)
tap.case("a body of which everybody signed is named, and nobody is told that it is hidden", unanimous)
tap.case("the fingerprint is the file's, also for a camera", fingerprint)
tap.case("an embargo stands on every sheet; without one there is none", embargo)
tap.case("a sealed letter's words stand in it for whoever has the link, and on every sheet that they are sealed; without the link none does", sealed)
tap.case("the picture is 15 cm wide at 300 dots per inch", picture)
shutil.rmtree(folder)
tap.end()
