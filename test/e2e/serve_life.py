# SPDX-License-Identifier: AGPL-3.0-or-later
# serve_life.py: what comes back to a letter, on its page and in its feed; and a sealed letter, of which the server cannot read a word
import html
import re
import xml.etree.ElementTree as xml

from serve_lib import *

ATOM = "{http://www.w3.org/2005/Atom}"
folder = enter_scratch()
shell("town && ini -e 's/^mayor.key.*/mayor.key =/' -e 's/^mayor = .*/&\\ncouncil = The Council/' >letter.ini && letter our && letter sealed --seal --link-out the.link")
run(U, "authority", "new", "-o", "sarn", "--no-passphrase")
server = Server()


def text_of(page):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page.decode())))


def record(what, *args, by="o1", more="o2", letter="our"):
    """makes a record of a letter, adds it to the copy here and hands it in: 200"""
    out = run(U, what, letter + ".letter", *args, "--authority", by, "-o", "made", "--force", "--json")
    if more:
        run(U, "cosign", "made", "--authority", more)
    run(U, "add", letter + ".letter", "made")
    same(server.post("/api/v1/letters/%s/records" % letter, read("made"))[0], 200, what)
    return json.loads(out)["id"]


def page(lang="en", slug="our"):
    status, headers, body = server.get("/letters/%s?lang=%s" % (slug, lang))
    same(status, 200)
    return body


def feed(lang="en", slug="our"):
    status, headers, body = server.get("/letters/%s.atom?lang=%s" % (slug, lang))
    same((status, headers["content-type"]), (200, "application/atom+xml; charset=utf-8"))
    same(server.get("/letters/%s.atom?lang=%s" % (slug, lang), If_None_Match=headers["etag"])[0], 304)
    return xml.fromstring(body)


def waiting():
    same(create(server, "our", "our.letter")[0], 201)
    same(len(feed().findall(ATOM + "entry")), 0)
    record("publication", "--outlet", "The Courier <i>& Co", "--on", day(-9), "--source", "https://courier.example/1")
    record("delivery", "--party", "mayor", "--on", day(-7))
    record("delivery", "--party", "council", "--on", day(-47))
    said = text_of(page())
    for wanted in ("The Mayor : no reply recorded for 7 days", "The Council : no reply recorded for 47 days", "A reply reaches the organisers at press@example.org", "The Courier <i>& Co published the letter."):
        same(wanted in said, True, wanted)
    same("لم يُسجَّل رد منذ 47 يومًا" in text_of(page("ar")), True)
    same(b"<i>" in page(), False)


def cell(demand, party):
    """what stands in a row of the matrix"""
    rows = re.findall(r'<tr role="row"><th role="rowheader" scope="row"[^>]*>(.*?)</th>(.*?)</tr>', page().decode())
    row = [cells for words, cells in rows if html.unescape(words) == demand]
    return [text_of(c.encode()).strip() for c in re.findall(r'<td[^>]*data-label="%s">(.*?)</td>' % re.escape(party), row[0])]


def answering():
    record("party", "--id", "sarn", "--name", "The President of Sarn", "--key", public("sarn"))
    run(U, "authority", "new", "-o", "mayor", "--no-passphrase")
    record("party", "--id", "mayor", "--key", public("mayor"))
    others = re.search(r"<h2[^>]*>Others who speak here</h2>.*?<ul>(.*?)</ul>", page().decode(), re.S)
    same([text_of(li.encode()).strip() for li in others[1].split("<li>")[1:]], ["The President of Sarn"], "a key for an addressee brings nobody in")
    first = record("statement", "--party", "mayor", "--on", day(-3), "--text", "We will not open it.", "--stance", "d1=rejects", "--stance", "d2=counter", "--note", "d2=Half of it")
    support = record("statement", "--party", "sarn", "--on", day(-6), "--text", "They are right.", "--stance", "*=supports", by="sarn", more=None)
    same(cell("Open the harbour; now.", "The Mayor"), ["✕ rejects recorded by the organisers"])
    same(cell("Mend the road.", "The Mayor"), ["↔ offers something else recorded by the organisers"])
    same(cell("Mend the road.", "The Council"), ["no reply"])
    same(cell("the whole letter", "The President of Sarn"), ["✓ supports authenticated"])
    same("The Mayor : no reply" in text_of(page()), False)
    record("statement", "--party", "sarn", "--on", day(-1), "--text", "As to the road, I take no side.", "--stance", "d2=none", "--clarifies", support, by="sarn", more=None)
    same(cell("Mend the road.", "The President of Sarn"), ["… takes no stand authenticated"])
    articles = re.findall(r'<article class="(statement[a-z ]*)" id="(s\d)">', page().decode())
    same(articles, [("statement", "s1"), ("statement", "s2"), ("statement clearer", "s3")])
    said = [text_of(a.encode()) for a in re.findall(r'<article class="statement[a-z ]*".*?</article>', page().decode(), re.S)]
    same([("Made clearer on" in a, "Makes clearer what was said on" in a) for a in said], [(False, False), (True, False), (False, True)])
    record("question", "--text", "Is half enough?", "--choice", "yes=Yes", "--choice", "no=No", "--closes", day(30), "--about", first)
    body = page().decode()
    same(body.index('id="s1"') < body.index('id="q1"') < body.index('id="s2"'), True, "the tally stands beside the statement")
    same("0 votes of 0 who signed." in text_of(page()), True)
    ours = read("our.letter")
    other = run(U, "statement", "our.letter", "--party", "sarn", "--on", day(0), "--text", "x", "--authority", "o1", "-o", "half", "--force")
    problem(server.post("/api/v1/letters/our/records", read("half")), 422, "quorum-organisers")
    same((read("our.letter"), other), (ours, b""))


def following():
    entries = feed().findall(ATOM + "entry")
    titles = [e.find(ATOM + "title").text for e in entries]
    same([re.sub("[\u2068\u2069]", "", t).split(" on ")[0] for t in titles],
         ["The President of Sarn made clearer what was said", "The Mayor made a statement.", "The President of Sarn made a statement.", "The letter was delivered to The Mayor.",
          "The Courier <i>& Co published the letter.", "The letter was delivered to The Council."])
    ids = [e.find(ATOM + "id").text for e in entries] + [feed().find(ATOM + "id").text]
    same((len(set(ids)), [i for i in ids if not re.fullmatch("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", i)]), (7, []))
    same(ids, [e.find(ATOM + "id").text for e in feed("ar").findall(ATOM + "entry")] + [ids[-1]], "the same in each language")
    same(entries[0].find(ATOM + "updated").text, day(-1) + "T00:00:00Z")
    same(feed().find(ATOM + "updated").text, day(-1) + "T00:00:00Z")
    same(entries[1].find(ATOM + "content").text, "We will not open it.\nd1: rejects\nd2: offers something else")
    same([l.get("href") for l in feed().findall(ATOM + "link")], ["https://letters.example.org/letters/our.atom?lang=en", "https://letters.example.org/letters/our?lang=en"])
    place = entries[1].find(ATOM + "link").get("href")
    same(place, "https://letters.example.org/letters/our?lang=en#s1")
    same('<link rel="alternate" type="application/atom+xml" href="/letters/our.atom?lang=en">' in page().decode(), True)
    same(server.get("/letters/none.atom")[0], 404)


def answering_by_hand():
    def post(line):
        body = b'--xyz\r\nContent-Disposition: form-data; name="line"\r\n\r\n' + line + b"\r\n--xyz--\r\n"
        return server.post("/letters/our/answer", body, "multipart/form-data; boundary=xyz")

    same(all('href="/letters/our/answer?lang=%s"' % lang in page(lang).decode() for lang in ("en", "ar")), True)
    same("press@example.org" in text_of(server.get("/letters/our/answer")[2]), True)
    run(U, "statement", "our.letter", "--party", "sarn", "--on", day(0), "--text", "Open it <now>; écrit.", "--stance", "d1=supports", "--authority", "sarn", "-o", "own")
    run(U, "statement", "our.letter", "--party", "mayor", "--on", day(0), "--text", "x", "--authority", "o1", "-o", "half", "--force")
    run(U, "notice", "our.letter", "--kind", "note", "--text", "x", "--authority", "o1", "-o", "notice")
    run(U, "cosign", "notice", "--authority", "o2")
    before = server.state("our")["lines"]
    for what, line, status in (("nothing", b"", 400), ("a part", read("own")[:-20], 400), ("half signed", read("half"), 422), ("no statement", read("notice"), 400), ("a key", read("harbour-1.key"), 400)):
        answer = post(line)
        same((answer[0], "Nothing was kept." in text_of(answer[2])), (status, True), what)
        same(b"untrusted comment" in answer[2] or read("harbour-1.key")[-16:] in answer[2], False, what)
    same(server.state("our")["lines"], before)
    done = post(read("own"))
    same((done[0], "The answer stands beside the letter" in text_of(done[2])), (200, True))
    same(post(read("own"))[0::2], done[0::2], "again: the same")
    same(cell("Open the harbour; now.", "The President of Sarn"), ["✓ supports authenticated"])
    same("Open it &lt;now&gt;; écrit." in page().decode(), True)
    same(server.post("/letters/none/answer", b"line=x", "application/x-www-form-urlencoded")[0], 404)
    same(post(b"x" * (2 << 20))[0], 413)


def filling():
    def statements(party, count, text, on=0):
        made = b""
        for i in range(count):
            run(U, "statement", "full.letter", "--party", party, "--on", day(on), "--text", "%d %s" % (i, text), "--authority", party, "-o", "said", "--force")
            made += read("said")
        return made

    def refused(body):
        answer = server.post(path, body)
        problem(answer, 409, "said-enough")
        same(json.loads(answer[2])["detail"], "Member party.")
        same(server.get("/letters/our.letter")[2], before, "nothing was kept")

    path = "/api/v1/letters/our/records"
    before = server.get("/letters/our.letter")[2]
    write("full.letter", before)
    had = sum(json.loads(line).get("party") == "sarn" and json.loads(line)["type"] == "statement" for line in before.splitlines())
    run(U, "notice", "full.letter", "--kind", "note", "--text", "x", "--authority", "o1", "-o", "note", "--force")
    many = statements("sarn", 33 - had, "x")
    last = many.splitlines(keepends=True)[-1]
    refused(twice("note") + many)
    same(server.post(path, many[:-len(last)])[0], 200, "so many as it may")
    before = server.get("/letters/our.letter")[2]
    refused(last)
    refused(read("note") + last)
    body = b'--xyz\r\nContent-Disposition: form-data; name="line"\r\n\r\n' + last + b"\r\n--xyz--\r\n"
    same(server.post("/letters/our/answer", body, "multipart/form-data; boundary=xyz")[0], 409)
    same(json.loads(server.post(path, many[:-len(last)])[2]), {"added": 0, "known": 32 - had}, "what stands is no more")
    write("last", last)
    pushed = subprocess.run([U, "push", "last", "--to", "http://%s:%s/letters/our" % (server.host, server.port)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=300)
    same((pushed.returncode, b"as much as a server takes" in pushed.stderr.replace(b"\n", b" ")), (1, True), pushed.stderr)
    long = statements("mayor", 32, "&" * 16380)
    refused(long)
    same(server.post(path, long[:long.rindex(b"\n", 0, -1) + 1])[0], 200, "another party, 31 long ones")
    same(server.post(path, read("note"))[0], 200, "the organisers")
    run(U, "statement", "full.letter", "--party", "sarn", "--on", day(0), "--text", "Recorded.", "--authority", "o1", "-o", "said", "--force")
    same(server.post(path, twice("said"))[0], 200, "what organisers record of it has no bound")
    same("Recorded." in text_of(page()), True)
    same(len(feed().findall(ATOM + "entry")) > 0, True)


def sealing():
    same(create(server, "sealed", "sealed.letter")[0], 201)
    link = read("the.link").strip()
    for where in ("/letters/sealed", "/letters/sealed?lang=ar", "/letters/sealed.letter", "/letters/sealed.atom", "/letters/sealed/roster", "/api/v1/letters", "/api/v1/letters/sealed"):
        status, headers, body = server.get(where)
        same(status, 200, where)
        same([w for w in (b"Mend the road", b"The Mayor", b"press@example.org", link) if w in body], [], where)
    said = text_of(page(slug="sealed"))
    for wanted in ("The words are sealed", "this server holds them locked, and the key is not here", "Nobody has signed.", "At least 5 signers", "keys"):
        same(wanted in said, True, "%s: %s" % (wanted, said[:400]))
    same("A sealed letter" in text_of(server.get("/")[2]), True)
    same(feed(slug="sealed").find(ATOM + "title").text, "A sealed letter")


def twice(path):
    """cosigned by the second organiser"""
    run(U, "cosign", path, "--authority", "o2")
    return read(path)


def opening():
    link = ("--link-file", "the.link")
    lines = []
    for member in ("harbour-1", "harbour-2", "mint-1", "mint-2", "works-1", "works-2"):
        run(U, "sign", "sealed.letter", "--key", member + ".key", "--ring", member.split("-")[0], *link, "--yes", "-o", "line-" + member)
        lines.append(read("line-" + member))
    for line in lines[:3]:
        same(server.post("/api/v1/letters/sealed/submissions", line)[0], 202)
    server.await_state("sealed", "signers", 3)
    write("now.letter", server.get("/letters/sealed.letter")[2])
    early = subprocess.run([U, "letter", "open", "now.letter", *link, "--authority", "o1", "-o", "words"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=300)
    same((early.returncode, b"3 of 5 people" in early.stderr, os.path.exists("words")), (1, True, False), "early")
    run(U, "letter", "open", "now.letter", *link, "--authority", "o1", "-o", "early", "--early")
    run(U, "cosign", "early", "--authority", "o2")
    missing = b"Missing 2 signers, 0 bodies."
    for body, detail in ((read("early"), b"Line 1. " + missing), (run(U, "notice", "now.letter", "--kind", "note", "--text", "x", "--language", "en", "--authority", "o1", "-o", "notice", "--force") + twice("notice") + read("early"), b"Line 2. " + missing)):
        refused = server.post("/api/v1/letters/sealed/records", body)
        problem(refused, 409, "thresholds")
        same(json.loads(refused[2])["detail"].encode(), detail)
    pushed = subprocess.run([U, "push", "early", "--to", "http://%s:%s/letters/sealed" % (server.host, server.port)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=300)
    same((pushed.returncode, b"early: line 1: " in pushed.stderr, b"are not met: 2 people are missing." in pushed.stderr.replace(b"\n", b" ")), (1, True, True), pushed.stderr)
    body = b'--xyz\r\nContent-Disposition: form-data; name="line"\r\n\r\n' + read("early") + b"\r\n--xyz--\r\n"
    same(server.post("/letters/sealed/answer", body, "multipart/form-data; boundary=xyz")[0], 400)
    problem(server.post("/api/v1/letters/sealed/submissions", read("early")), 422, "type")
    same(server.get("/letters/sealed.letter")[2], read("now.letter"), "nothing came out early")
    for line in lines[3:]:
        same(server.post("/api/v1/letters/sealed/submissions", line)[0], 202)
    server.await_state("sealed", "signers", 6)
    write("now.letter", server.get("/letters/sealed.letter")[2])
    run(U, "letter", "open", "now.letter", *link, "--authority", "o1", "-o", "words")
    problem(server.post("/api/v1/letters/sealed/records", read("words")), 422, "quorum-organisers")
    same(server.get("/letters/sealed.letter")[2], read("now.letter"), "nothing came out")
    run(U, "cosign", "words", "--authority", "o2")
    same(server.post("/api/v1/letters/sealed/records", read("words"))[0], 200)
    same("Mend the road." in text_of(page(slug="sealed")), True)
    same(feed(slug="sealed").find(ATOM + "title").text, "On the harbour; and the road")
    same("A sealed letter" in text_of(server.get("/")[2]), False)
    write("opened.letter", server.get("/letters/sealed.letter")[2])
    same(json.loads(run(U, "verify", "opened.letter", "--json"))["signers"], 6)


tap.case("days without a reply are counted from the delivery", waiting)
tap.case("who stands where, how far that is proved, and what was made clearer", answering)
tap.case("a feed tells what happened, whichever language", following)
tap.case("a party answers by hand, with its key alone", answering_by_hand)
tap.case("no party shuts a letter by what it says: so much alone, and no more", filling)
tap.case("of a sealed letter the server has no word", sealing)
tap.case("opened early: refused; opened in time: the words stand everywhere", opening)
same(server.stop(), 0)
shutil.rmtree(folder)
tap.end()
