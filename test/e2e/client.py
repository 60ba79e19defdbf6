# SPDX-License-Identifier: AGPL-3.0-or-later
# client.py: push, pull and submit against a server: each way there, repeated, refused
import re

from client_lib import *

folder = enter_scratch()
shell("town && letter our && letter other")
run(U, "bundle", "our.letter", "--ring", "harbour", "-o", "harbour.bundle")
server = Server()
AT = "http://127.0.0.1:%s" % server.port
OUR = AT + "/letters/our"
AS = ["--address", ADDRESS]


def pushing_a_letter():
    says(2, "--authority", "push", "our.letter", "--to", OUR)
    says(1, "no role", "push", "our.letter", "--to", OUR, "--authority", "r1", *AS)
    says(1, "--address URL", "push", "our.letter", "--to", OUR, "--authority", "o1")
    says(2, "not of a letter there", "push", "our.letter", "--to", AT, "--authority", "o1", *AS)
    says(2, "not a short name", "push", "our.letter", "--to", AT, "--slug", "a/b", "--authority", "o1", *AS)
    says(2, "two letters", "push", "our.letter", "other.letter", "--to", OUR, "--authority", "o1", *AS)
    write("broken", read("our.letter").replace(b"Open the harbour", b"Shut the harbour"))
    err = says(1, "broken: line ", "push", "broken", "--to", OUR, "--authority", "o1", *AS)
    same(server.get("/api/v1/letters/our")[0], 404)
    says(0, "The letter is at %s/letters/our" % AT, "push", "our.letter", "--to", AT, "--slug", "our", "--authority", "o1", *AS)
    same(server.get("/letters/our.letter")[2], read("our.letter"))
    n = len(lines_of("our.letter"))
    same(json.loads(told(0, "push", "our.letter", "--to", OUR, "--json")[0]), {"added": 0, "created": False, "known": n, "refused": 0})
    p = subprocess.run([U, "push", "other.letter", "--to", OUR], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    same(p.returncode, 1, "another letter under that name")
    true(b"other.letter: line " in p.stderr, p.stderr)
    says(1, "here already", "push", "our.letter", "--to", AT + "/letters/again", "--authority", "o1", *AS)


def submitting():
    for n in range(1, 5):
        sign("harbour.bundle", "harbour-%d" % n, "harbour", "s%d" % n)
    out, err = told(0, "submit", "s1", "--to", OUR)
    true("Kept: 1 line." in err and "address" not in err, err)
    same(told(0, "submit", "s1", "s2", "--to", OUR + "/", "--json")[0], '{"kept":2}\n')
    same(told(0, "submit", "s1", "--to", AT + "/api/v1/letters/our", "--json")[0], '{"kept":1}\n')
    forged = json.loads(read("s3"))
    forged["tag"] = json.loads(read("s4"))["tag"]
    write("bad", read("s3") + canonical(forged) + b"\n")
    says(1, "bad: line 2, member proof: ", "submit", "s2", "bad", "--to", OUR)
    says(1, "a record of type roster", "submit", "our.letter", "--to", OUR)
    write("cut", read("s3")[:-40])
    says(1, "cut: line 1", "submit", "cut", "--to", OUR)
    write("many", read("s3") * 17)
    says(1, "more than 16 lines", "submit", "many", "--to", OUR)
    write("none", b"")
    says(1, "none: ", "submit", "none", "--to", OUR)
    write("large", b"x" * 65530 + b"\n" * 7)
    says(1, "more than is sent at once", "submit", "large", "--to", OUR)
    says(2, "No such file", "submit", "nowhere", "--to", OUR)
    says(2, "no such letter here", "submit", "s3", "--to", AT + "/letters/nobody")
    says(2, "not of a letter there", "submit", "s3", "--to", AT)
    says(2, "--to URL", "submit", "s3")
    same(server.state("our")["signers"], 0, "s3 was in what was refused")
    told(0, "submit", "s3", "--to", OUR)
    server.await_state("our", "signers", 3)


def pulling():
    says(0, "valid, 3 signers", "pull", OUR)
    same(read("our.letter"), server.get("/letters/our.letter")[2], "what was there grew")
    told(0, "pull", OUR + ".letter", "-o", "fresh")
    same(read("fresh"), read("our.letter"))
    before = os.stat("fresh").st_mtime_ns
    same(json.loads(told(0, "pull", OUR, "-o", "fresh", "--json")[0]), {"added": 0, "changed": False, "dropped": 0, "lines": len(lines_of("fresh")), "signers": 3})
    same(os.stat("fresh").st_mtime_ns, before, "not written anew")
    same(told(0, "pull", OUR, "-o", "-")[0].encode(), read("fresh"))
    # a line that only this machine has is not lost, and one that only the server has comes in
    run(U, "add", "fresh", "s4")
    sign("fresh", "mint-1", "*", "m1")
    run(U, "question", "fresh", "--text", "Why?", "--choice", "a=A", "--choice", "b=B", "--closes", day(20), "--authority", "o1", "-o", "q")
    says(1, "q: line 1", "push", "q", "--to", OUR)
    run(U, "cosign", "q", "--authority", "o2")
    same(json.loads(told(0, "push", "q", "--to", OUR, "--json")[0])["added"], 1)
    same(json.loads(told(0, "push", "q", "--to", OUR, "--json")[0]), {"added": 0, "created": False, "known": 1, "refused": 0})
    says(0, "1 line came in", "pull", OUR, "-o", "fresh")
    have = set(lines_of("fresh"))
    true(set(lines_of("s4")) <= have and set(lines_of("q")) <= have and set(server.get("/letters/our.letter")[2].splitlines()) <= have, "the union")
    run(U, "verify", "fresh")
    # and that line goes in by submit, while push says that it stays
    says(0, "4 lines of members stay here", "push", "fresh", "--to", OUR)
    # refused: nothing is changed
    for text, what, code in ((read("other.letter"), "is another letter", 1), (read("fresh")[:-200] + b"x\n", "file: line ", 1)):
        write("file", text)
        says(code, what, "pull", OUR, "-o", "file")
        same(read("file"), text)
    says(2, "no such thing", "pull", AT + "/letters/nobody", "-o", "nothing")
    same(os.path.exists("nothing"), False)
    says(2, "cannot write", "pull", OUR, "-o", "no/where")
    same([f for f in os.listdir(".") if f.endswith(".part") or f.startswith(".undersigned")], [])


def pushing_records():
    says(1, "a record of type signature", "push", "s1", "--to", OUR)
    says(1, "a record of type enrolment", "push", "harbour-1.enrol", "--to", OUR)
    write("mixed", read("q") + b"{}\n")
    says(1, "mixed: line 2", "push", "mixed", "--to", OUR)
    shell('''for n in 1 2 3 4; do "$U" key new -o new-$n.key --series town --edition 1 --no-passphrase && "$U" key enrol new-$n.key --body works --editions 1 >new-$n.line; done
        "$U" roster new --extends staff.roster --bodies bodies.csv --enrolments new-*.line -o wave.roster &&
        "$U" cosign wave.roster --authority r1''')
    says(1, "wave.roster: line ", "push", "wave.roster", "--to", OUR)
    run(U, "cosign", "wave.roster", "--authority", "r2")
    base, wave = len(lines_of("staff.roster")), len(lines_of("wave.roster"))
    same(json.loads(told(0, "push", "wave.roster", "--to", OUR, "--json")[0]), {"added": wave - base, "created": False, "known": base, "refused": 0})
    # a letter with members' lines among its records: places stay those of the file
    write("now", server.get("/letters/our.letter")[2])
    notice = {"about": "", "closes": "", "kind": "note", "language": "en", "letter": letter_id("our.letter"), "on": day(2), "signatures": [], "text": "Later.", "type": "notice", "v": 1}
    write("n", canonical(notice) + b"\n")
    run(U, "cosign", "n", "--authority", "o1")
    write("more", read("now") + read("n"))
    says(1, "more: line %d" % len(lines_of("more")), "push", "more", "--to", OUR)


def cards():
    run(U, "book", "new", "-o", "town.book", "--series", "town", "--name", "The town", "--bodies", "bodies.csv", "--no-passphrase")
    run(U, "book", "issue", "town.book", "--body", "harbour", "--count", "2")
    run(U, "invite", "town.book", "-o", "sheet.html", "--server", "list", "--authority", "r1")
    collect = ["pull", AT, "--series", "town", "-o", "came", "--authority"]
    says(2, "no such series here", *collect, "r1", *AS)
    same(json.loads(told(0, "push", "list", "--to", AT, "--json")[0]), {"added": 2, "created": False, "known": 0, "refused": 0})
    same(json.loads(told(0, "push", "list", "--to", OUR, "--json")[0])["known"], 2)
    write("both", read("list") + read("q"))
    says(1, "among cards", "push", "both", "--to", OUR)
    write("city", canonical(dict(json.loads(read("list")), series="city", signatures=[])) + b"\n")
    says(2, "another series", "push", "list", "city", "--to", AT)
    says(1, "refuses it", "push", "city", "--to", AT)
    # two people enrol
    write("first", run(sys.executable, os.path.join(HERE, "enrolled.py"), "sheet.html", "town", "1=harbour-1.enrol", "2=harbour-2.enrol"))
    codes = re.findall(r'class="code"[^>]*>([0-9 ]+)<', read("sheet.html").decode())
    same(len(codes), 2)
    for code, who in zip(codes, ("harbour-1", "harbour-2")):
        body = b'{"code":"%s","enrolment":%s}' % (code.encode(), read(who + ".enrol").strip())
        same(server.post("/api/v1/series/town/enrolments", body, "application/json")[0], 202)
    says(1, "no role", *collect, "o1", *AS)
    says(1, "--address URL", *collect, "r1")
    says(2, "--authority", "pull", AT, "--series", "town", "-o", "came")
    says(2, "-o FILE", "pull", AT, "--series", "town", "--authority", "r1")
    says(2, "--series", "pull", AT, "--series", "To/wn", "--authority", "r1", "-o", "came")
    same(os.path.exists("came"), False)
    same(told(0, *collect, "r1", "--json", *AS)[0], '{"lines":2}\n')
    same(sorted(lines_of("came")), sorted(lines_of("first")))
    same(os.stat("came").st_mode & 0o777, 0o600)
    says(2, "exists already", *collect, "r1", *AS)
    told(0, *collect, "r1", "--force", *AS)
    same(os.stat("came").st_mode & 0o777, 0o600)
    same(json.loads(run(U, "book", "import", "town.book", "came", "--json"))["enrolled"], 2)


def stopped():
    same(server.stop(), 0)
    says(2, "takes no connection", "submit", "s1", "--to", OUR)
    says(2, "takes no connection", "pull", OUR)


tap.case("a letter is brought once, and completed from then on", pushing_a_letter)
tap.case("members' lines are kept; what is refused is said with its place", submitting)
tap.case("a letter is fetched, merged, never shortened", pulling)
tap.case("records go to the letter, and repeat harmlessly", pushing_records)
tap.case("cards go to their series; enrolments come back", cards)
tap.case("no server", stopped)
os.chdir("/")
shutil.rmtree(folder)
tap.end()
