# SPDX-License-Identifier: AGPL-3.0-or-later
# serve.py: the server's interface: each route's accepts and rejects, and the whole life of a letter
import shutil
import threading

from serve_lib import *

folder = enter_scratch()
shell("town && letter our && letter other")
server = Server()
L = "/api/v1/letters/our"


def bringing():
    file = read("our.letter")
    our = letter_id("our.letter")
    path = "/api/v1/letters?slug=our"
    problem(server.post(path, file), 422, "type")
    problem(server.post(path, request("create", "our", "r1", our) + file), 403, "no-role")
    problem(server.post(path, request("create", "our", "o2", our) + file), 403, "no-role")
    problem(server.post(path, request("create", "other", "o1", our) + file), 403, "request-other")
    problem(server.post(path, request("create", "our", "o1", our, server="https://elsewhere.example.org") + file), 403, "request-other")
    problem(server.post(path, request("create", "our", "o1", our, on=day(-2)) + file), 403, "request-date")
    problem(server.post(path, request("create", "our", "o1", our, on=day(2)) + file), 403, "request-date")
    problem(server.post(path, request("collect", "our", "o1", our) + file), 403, "request-other")
    problem(server.post(path, request("create", "our", "o1", letter_id("other.letter")) + file), 403, "request-other")
    problem(server.post(path, request("create", "our", "o1", our)), 422, "no-letter")
    forged = bytearray(request("create", "our", "o1", our))
    at = forged.index(b'"signature":"') + 20
    forged[at] = forged[at] ^ 1 if chr(forged[at] ^ 1).isalnum() else ord("A") if forged[at] != ord("A") else ord("B")
    same(server.post(path, bytes(forged) + file)[0] in (403, 422), True)
    problem(server.post("/api/v1/letters?slug=Our", request("create", "Our", "o1", our) + file), 422, "id-form")
    problem(server.post("/api/v1/letters?slug=-our", request("create", "-our", "o1", our) + file), 422, "id-form")
    same(server.post("/api/v1/letters", request("create", "our", "o1", our) + file)[0], 400)
    broken = file.replace(b"Open the harbour", b"Shut the harbour")
    answer = server.post(path, request("create", "our", "o1", our) + broken)
    same(answer[0], 422)
    same(json.loads(answer[2])["detail"].startswith("Line "), True)
    same(server.get(L)[0], 404)
    same(json.loads(server.get("/api/v1/letters")[2]), {"letters": []})

    status, headers, body = create(server, "our", "our.letter")
    same((status, headers["location"], body), (201, L, b'{"created":true}\n'))
    problem(create(server, "our", "our.letter"), 409, "letter-taken")
    problem(create(server, "again", "our.letter"), 409, "letter-taken")
    listed = json.loads(server.get("/api/v1/letters")[2])["letters"]
    same([(l["slug"], l["title"], l["signers"], l["closes"]) for l in listed], [("our", "On the harbour; and the road", 0, day(30))])


def reading():
    same(server.state("our"), json.loads(run(U, "verify", "our.letter", "--json")))
    status, headers, body = server.get("/letters/our.letter")
    same((status, body), (200, read("our.letter")))
    same(headers["content-type"], "application/x-ndjson")
    etag = headers["etag"]
    same(server.get("/letters/our.letter", If_None_Match=etag)[0], 304)
    same(server.get("/letters/our.letter", If_None_Match='"other"')[0], 200)
    true(etag.endswith("." + hashlib.sha256(body).hexdigest()[:32] + '"'), "what it is, is in its name")
    status, headers, part = server.get("/letters/our.letter", Range="bytes=100-1999")
    same((status, part), (206, body[100:2000]))
    same(server.get("/letters/our.letter", Range="bytes=%d-" % (len(body) - 5))[2], body[-5:])
    same(server.get("/letters/our.letter", Range="bytes=99999999-")[0], 416)
    same(server.get("/letters/none.letter")[0], 404)
    same(server.get("/letters/our/none")[0], 404)
    status, headers, body = server.get(L)
    same(server.get(L, If_None_Match=headers["etag"])[0], 304)
    same(server.get("/api/v1/letters/none")[0], 404)
    same(server.ask("PUT", L, b"x")[0] in (405, 501), True)
    same(server.get("/healthz")[2], b"ok\n")
    true(b"letters_kept 0\n" in server.get("/counters")[2])


def bundles():
    status, headers, body = server.get(L + "/bundle?ring=harbour")
    same(status, 200)
    run(U, "bundle", "our.letter", "--ring", "harbour", "-o", "wanted")
    same(body, read("wanted"))
    same(server.get(L + "/bundle?ring=harbour", If_None_Match=headers["etag"])[0], 304)
    run(U, "bundle", "our.letter", "--ring", "*", "--force", "-o", "wanted")
    same(server.get(L + "/bundle?ring=*")[2], read("wanted"))
    same(server.get(L + "/bundle?ring=*&roster=" + server.state("our")["roster"])[2], read("wanted"))
    problem(server.get(L + "/bundle?ring=nobody"), 404, "ring-unknown")
    problem(server.get(L + "/bundle?ring=*&roster=" + "A" * 43), 404, "ring-unknown")
    same(server.get(L + "/bundle")[0], 400)
    same(server.get(L + "/bundle?ring=*&roster=x")[0], 400)
    same(server.get("/api/v1/letters/none/bundle?ring=*")[0], 404)


KEPT = (202, b'{"kept":true}\n')


def submit(line, content_type=None, slug="our"):
    status, headers, body = server.post("/api/v1/letters/%s/submissions" % slug, line, content_type)
    return status, body


def handing_in():
    write("h.bundle", server.get(L + "/bundle?ring=harbour")[2])
    one = sign("h.bundle", "harbour-1", "harbour", "s-h1")
    same(submit(one), KEPT, "a new one")
    same(submit(one), KEPT, "the same again")
    two = sign("h.bundle", "harbour-1", "harbour", "s-h1-again")
    true(one != two)
    same(submit(two), KEPT, "another by the same member")
    same(submit(one.rstrip(b"\n"), "text/plain"), KEPT)
    same(submit(one + b"\n" * (4096 - len(one))), KEPT, "filled up")
    path = L + "/submissions"
    problem(server.post(path, b"\n" + one), 422, "json")
    problem(server.post(path, one + b"\n" + one), 422, "json")
    problem(server.post(path, b"\n" * 4096), 422, "limit")
    swapped = json.loads(one)
    swapped["tag"] = json.loads(sign("h.bundle", "harbour-2", "harbour", "s-h2"))["tag"]
    problem(server.post(path, canonical(swapped)), 422, "proof")
    problem(server.post(path, b"{}"), 422, "member-missing")
    problem(server.post(path, sign("other.letter", "harbour-1", "harbour", "s-other")), 422, "other-letter")
    problem(server.post(path, lines_of("our.letter")[0]), 422, "type")
    problem(server.post(path, b"\n".join([one.strip()] * 17)), 422, "limit")
    same(server.post(path, b"")[0] in (411, 422), True)
    same(server.post(path, one, "image/png")[0], 415)
    same(server.post(path, b"x" * 70000)[0], 413)
    problem(server.post("/api/v1/letters/none/submissions", one), 404, "letter-unknown")
    # one bad line refuses its whole submission, and says which
    answer = server.post(path, sign("h.bundle", "harbour-3", "harbour", "s-h3") + canonical(swapped))
    problem(answer, 422, "proof")
    same(json.loads(answer[2])["detail"], "Line 2, member proof.")
    same(server.state("our")["signers"], 0)
    same(server.get("/letters/our.letter")[2], read("our.letter"), "nothing is released")


def withdrawing_what_waits():
    write("seen.letter", read("our.letter"))
    run(U, "add", "seen.letter", "s-h1")
    run(U, "withdraw", "seen.letter", "--key", "harbour-1.key", "-o", "w-h1")
    same(submit(read("w-h1")), KEPT)
    same(submit(read("w-h1")), KEPT, "again")
    # gone: two more and a batch of three would be full if it still waited
    same(submit(read("s-h2")), KEPT)
    same(submit(read("s-h3")), KEPT)
    same(server.state("our")["signers"], 0)
    forged = json.loads(read("w-h1"))
    forged["tag"] = json.loads(read("s-h2"))["tag"]
    problem(server.post(L + "/submissions", canonical(forged)), 422, "proof")


def released():
    same(submit(read("s-h1-again")), KEPT, "signing again after withdrawing")
    state = server.await_state("our", "signers", 3)
    file = server.get("/letters/our.letter")[2]
    true(file.startswith(read("our.letter")), "the file grew at its end alone")
    write("now.letter", file)
    same(json.loads(run(U, "verify", "now.letter", "--json")), state)
    new = [json.loads(l) for l in file[len(read("our.letter")):].splitlines()]
    tags = [base64.urlsafe_b64decode(n["tag"] + "=") for n in new]
    same(tags, sorted(tags), "sorted by tag")
    same(submit(read("s-h1")), KEPT, "what stands already")
    same(submit(read("s-h1-again")), KEPT)
    same(server.state("our"), state)


def withdrawing_what_stands():
    for n in (1, 2, 3):
        run(U, "withdraw", "now.letter", "--key", "harbour-%d.key" % n, "-o", "w%d" % n)
    same(submit(read("w1")), KEPT)
    same(submit(read("w1")), KEPT)
    same(server.state("our")["withdrawn"], 0)
    same(submit(read("w2") + read("w3")), KEPT)
    state = server.await_state("our", "withdrawn", 3)
    same(state["signers"], 0)
    same(submit(read("s-h1")), KEPT, "a withdrawn one: the same answer")
    same(server.state("our"), state)


def full_rings():
    # mint: six keys, at most 70 of 100: four, however they wait or stand
    write("m.bundle", server.get(L + "/bundle?ring=mint")[2])
    lines = [sign("m.bundle", "mint-%d" % n, "mint", "s-m%d" % n) for n in range(1, 6)]
    for line in lines[:2]:
        same(submit(line), KEPT)
    same(submit(lines[2] + lines[3]), KEPT)
    server.await_state("our", "signers", 4)
    problem(server.post(L + "/submissions", lines[4]), 409, "ring-above-share")
    problem(server.post(L + "/submissions", lines[0]), 409, "ring-above-share")  # before its tag is looked at
    # works: the ring is full also by what waits
    write("w.bundle", server.get(L + "/bundle?ring=works")[2])
    lines = [sign("w.bundle", "works-%d" % n, "works", "s-w%d" % n) for n in range(1, 6)]
    same(submit(lines[0]), KEPT)
    same(submit(lines[1]), KEPT)
    same(server.state("our")["signers"], 4)
    problem(server.post(L + "/submissions", b"".join(lines[2:5])), 409, "ring-above-share")
    same(server.state("our")["signers"], 4, "all or nothing")
    same(submit(lines[2]), KEPT)
    server.await_state("our", "signers", 7)
    post = server.get(L + "/bundle?ring=post")[2]
    write("p.bundle", post)
    answer = subprocess.run([U, "sign", "p.bundle", "--key", "post-1.key", "--ring", "post", "--yes", "-o", "s-p"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    true(answer.returncode != 0, "two keys, min_ring 4")


def pushing():
    write("now.letter", server.get("/letters/our.letter")[2])
    path = L + "/records"
    run(U, "question", "now.letter", "--text", "Why?", "--choice", "a=A", "--choice", "b=B", "--closes", day(20), "--authority", "o1", "-o", "q")
    problem(server.post(path, read("q")), 422, "quorum-organisers")
    run(U, "cosign", "q", "--authority", "o2")
    before = server.get("/letters/our.letter")[2]
    problem(server.post(path, read("q") + read("s-m1")), 422, "type")
    same(server.get("/letters/our.letter")[2], before, "all or nothing")
    problem(server.post(path, b""), 422, "truncated") if server.post(path, b"")[0] == 422 else same(server.post(path, b"")[0], 411)
    notice = {"about": "", "closes": "", "kind": "note", "language": "en", "letter": letter_id("our.letter"), "on": day(2), "signatures": [], "text": "Later.", "type": "notice", "v": 1}
    write("n", canonical(notice) + b"\n")
    run(U, "cosign", "n", "--authority", "o1")
    run(U, "cosign", "n", "--authority", "o2")
    problem(server.post(path, read("n")), 422, "dated-ahead")
    same(server.get("/letters/our.letter")[2], before)
    same(server.post(path, read("q"))[0::2], (200, b'{"added":1,"known":0}\n'))
    same(server.post(path, read("q"))[0::2], (200, b'{"added":0,"known":1}\n'))
    same(server.get("/letters/our.letter")[2], before + read("q"))
    problem(server.post("/api/v1/letters/none/records", read("q")), 404, "letter-unknown")
    true(read("q").strip() in server.get(L + "/bundle?ring=mint")[2], "bundles have the question")


def voting():
    write("now.letter", server.get("/letters/our.letter")[2])
    q = [x["id"] for x in server.state("our")["questions"]][0]
    for m in ("mint-1", "mint-2", "works-1"):
        run(U, "vote", "now.letter", "--question", q, "--choice", "a", "--key", m + ".key", "-o", "v-" + m)
    same(submit(read("v-mint-1")), KEPT)
    same(submit(read("v-mint-1")), KEPT)
    other = json.loads(read("v-mint-2"))
    other["choice"] = "b"
    problem(server.post(L + "/submissions", canonical(other)), 422, "proof")
    other["choice"] = "c"
    problem(server.post(L + "/submissions", canonical(other)), 422, "choice-unknown")
    same(submit(read("v-mint-2")), KEPT)
    same(server.state("our")["questions"][0]["tally"], {"a": 0, "b": 0})
    same(submit(read("v-works-1")), KEPT)
    end = time.time() + 120
    while server.state("our")["questions"][0]["tally"] != {"a": 3, "b": 0} and time.time() < end:
        time.sleep(0.02)
    same(server.state("our")["questions"][0]["tally"], {"a": 3, "b": 0})


def waves():
    shell('''for n in 1 2 3 4 5; do "$U" key new -o new-$n.key --series town --edition 1 --no-passphrase && "$U" key enrol new-$n.key --body works --editions 1 >new-$n.line; done
        "$U" roster new --extends staff.roster --bodies bodies.csv --enrolments new-*.line -o wave.roster &&
        "$U" cosign wave.roster --authority r1 && "$U" cosign wave.roster --authority r2''')
    wave = read("wave.roster")[len(read("staff.roster")):]
    lines = wave.splitlines(keepends=True)
    path = L + "/records"
    before = server.get("/letters/our.letter")[2]
    problem(server.post(path, lines[0]), 422, "keys-due")
    same(server.get("/letters/our.letter")[2], before)
    problem(server.post(path, lines[1]), 422, "keys-unasked")
    same(server.post(path, wave)[0::2], (200, b'{"added":%d,"known":0}\n' % len(lines)))
    roster = server.state("our")["roster"]
    write("wave.bundle", server.get(L + "/bundle?ring=works&roster=" + roster)[2])
    same(submit(sign("wave.bundle", "new-1", "works", "s-n1")), KEPT)
    same(server.get("/letters/our.letter")[2], before + wave)


def restarting():
    before, state = server.get("/letters/our.letter")[2], server.state("our")
    same(server.stop(), 0)
    server.start()
    same(server.get("/letters/our.letter")[2], before)
    same(server.state("our"), state)
    # what waited waits: two more of the wave make three
    for n in (2, 3):
        same(submit(sign("wave.bundle", "new-%d" % n, "works", "s-n%d" % n)), KEPT)
    server.await_state("our", "signers", state["signers"] + 3)


def closing():
    global server
    signers = server.state("our")["signers"]
    write("h.bundle", server.get(L + "/bundle?ring=*")[2])
    same(submit(sign("h.bundle", "post-1", "*", "s-p1")), KEPT)
    same(server.state("our")["signers"], signers, "one alone waits")
    same(server.stop(), 0)
    server = Server(at=day(31))
    server.await_state("our", "signers", signers + 1)
    problem(server.post(L + "/submissions", read("s-p1")), 409, "closed")
    write("now.letter", server.get("/letters/our.letter")[2])
    run(U, "verify", "now.letter")
    run(U, "withdraw", "now.letter", "--key", "post-1.key", "-o", "w-p1")
    same(submit(read("w-p1")), KEPT, "withdrawing goes on until the letter ends")
    withdrawn = server.state("our")["withdrawn"]
    same(server.stop(), 0)
    server = Server(at=day(201))
    server.await_state("our", "withdrawn", withdrawn + 1)
    problem(server.post(L + "/submissions", read("w-p1")), 409, "closed")
    same(server.stop(), 0)
    server = Server()


# ---- cards ----

S = "/api/v1/series/town"
CODES = ["%028d" % (7919 ** 7 * (i + 3) % 10 ** 28) for i in range(6)]


def cards_line(codes, states, by, series="town"):
    entries = sorted(({"body": "harbour", "code": code_hash("town", c), "state": s} for c, s in zip(codes, states)), key=lambda e: e["code"])
    for e in entries:
        e["code"] = b64(e["code"])
    write("cards", canonical({"cards": entries, "series": series, "signatures": [], "type": "cards", "v": 1}) + b"\n")
    for who in by:
        run(U, "cosign", "cards", "--authority", who)
    return read("cards")


def cards():
    path = S + "/cards"
    problem(server.post(path, cards_line(CODES[:4], ["open"] * 4, [])), 403, "no-role")
    problem(server.post(path, cards_line(CODES[:4], ["open"] * 4, ["o1"])), 403, "no-role")
    problem(server.post(path, cards_line(CODES[:4], ["open"] * 4, ["r1"], "city")), 403, "request-other")
    problem(server.post(path, read("our.letter").splitlines()[0]), 422, "type")
    same(server.post(S + "/enrolments", b'{"code":"1","enrolment":{}}', "application/json")[0], 400)
    same(server.post(path, cards_line(CODES[:3], ["open"] * 3, ["r1"]))[0::2], (200, b'{"added":3,"known":0,"refused":0}\n'))
    same(server.post(path, cards_line(CODES, ["open", "open", "open", "void", "used", "open"], ["r1"]))[0::2], (200, b'{"added":3,"known":3,"refused":0}\n'))
    problem(server.post(path, cards_line(CODES[:4], ["open"] * 4, ["r2"])), 403, "no-role")  # the series is r1's


def enrolment(code, member):
    return b'{"code":"%s","enrolment":%s}' % (code.encode(), read(member + ".enrol").strip())


def enrolling():
    def ask(body):
        return server.post(S + "/enrolments", body, "application/json")

    typed = [typed_code(c) for c in CODES]
    wrong = typed_code("0123456789012345678901234567")
    problem(ask(enrolment(wrong, "harbour-1")), 404, "card-unknown")
    slip = typed[0][:-1] + str((int(typed[0][-1]) + 1) % 10)
    problem(ask(enrolment(slip, "harbour-1")), 400, "card-check")
    same(json.loads(ask(enrolment(slip, "harbour-1"))[2])["detail"], "Member groups 7.")
    problem(ask(enrolment("12345", "harbour-1")), 400, "card-form")
    problem(ask(b"{}"), 400, "enrolling-form")
    problem(ask(enrolment(typed[3], "harbour-1")), 409, "card-void")
    problem(ask(enrolment(typed[4], "harbour-1")), 409, "card-used")  # elsewhere: so the list said
    forged = json.loads(read("harbour-1.enrol"))
    forged["keys"][0]["proof"] = forged["keys"][1]["proof"]
    problem(ask(b'{"code":"%s","enrolment":%s}' % (typed[0].encode(), canonical(forged))), 422, "possession")
    same(server.post(S + "/enrolments", enrolment(typed[0], "harbour-1"))[0], 415)
    problem(server.post("/api/v1/series/none/enrolments", enrolment(typed[0], "harbour-1"), "application/json"), 403, "request-other")
    first = ask(enrolment(typed[0], "harbour-1"))
    same(first[0::2], KEPT)
    same(ask(enrolment(typed[0].replace(" ", ""), "harbour-1"))[0::2], KEPT, "the same line again")
    problem(ask(enrolment(typed[0], "harbour-2")), 409, "card-used")
    same(ask(enrolment(typed[1], "harbour-2"))[0::2], KEPT)


def racing():
    """two people, one code, at once: one is kept, and the other told"""
    def ask(who):
        c = http.client.HTTPConnection(server.host, int(server.port), timeout=60)
        start.wait()
        c.request("POST", S + "/enrolments", enrolment(typed_code(CODES[5]), who), {"Content-Type": "application/json"})
        answers[who] = c.getresponse().status
        c.close()

    answers, racers = {}, ["works-%d" % n for n in range(1, 7)]
    start = threading.Barrier(len(racers))
    threads = [threading.Thread(target=ask, args=(who,)) for who in racers]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same(sorted(answers.values()), [202] + [409] * 5)
    winner = [who for who in racers if answers[who] == 202][0]
    status, _, lines = server.post(S + "/collections", request("collect", "town", "r1"))
    same(status, 200)
    kept = [json.loads(l)["enrolment"] for l in lines.splitlines() if json.loads(l)["code"] == b64(code_hash("town", CODES[5]))]
    same(kept, [json.loads(read(winner + ".enrol"))])


def collecting():
    path = S + "/collections"
    problem(server.post(path, request("collect", "town", "o1")), 403, "no-role")
    problem(server.post(path, request("collect", "town", "r2")), 403, "no-role")
    problem(server.post(path, request("collect", "city", "r1")), 403, "request-other")
    problem(server.post(path, request("collect", "town", "r1", server="https://elsewhere.example.org")), 403, "request-other")
    problem(server.post(path, request("collect", "town", "r1", on=day(-3))), 403, "request-date")
    asked = request("collect", "town", "r1")
    status, headers, body = server.post(path, asked)
    same(status, 200)
    keys = [json.loads(l)["enrolment"]["keys"][0]["key"] for l in body.splitlines()]
    same(sorted(keys), sorted(json.loads(read("harbour-%d.enrol" % n))["keys"][0]["key"] for n in (1, 2)))
    raw = [base64.urlsafe_b64decode(k + "=") for k in keys]
    same(raw, sorted(raw), "sorted by key")
    same({json.loads(l)["code"] for l in body.splitlines()}, {b64(code_hash("town", c)) for c in CODES[:2]})
    problem(server.post(path, asked), 403, "request-twice")
    same(server.stop(), 0)
    server.start()
    problem(server.post(path, asked), 403, "request-twice")  # a restart forgets nothing
    same(server.post(path, request("collect", "town", "r1"))[2], body)


def wrong_codes_have_a_budget():
    global server
    same(server.stop(), 0)
    server = Server(config=server.config.replace(b"[server]\n", b"[server]\nwrong_codes = 3\n"))
    wrong = [typed_code("%028d" % (i + 12345)) for i in range(4)]
    for w in wrong[:3]:
        problem(server.post(S + "/enrolments", enrolment(w, "harbour-3"), "application/json"), 404, "card-unknown")
    answer = server.post(S + "/enrolments", enrolment(wrong[3], "harbour-3"), "application/json")
    problem(answer, 429, "too-many-codes")
    same(answer[1]["retry-after"], "60")
    # whoever spends it keeps nobody out who has a card
    right = "%028d" % (7919 ** 7 * 11 % 10 ** 28)
    same(server.post(S + "/cards", cards_line([right], ["open"], ["r1"]))[0], 200)
    same(server.post(S + "/enrolments", enrolment(typed_code(right), "harbour-3"), "application/json")[0::2], (202, b'{"kept":true}\n'))


def counters():
    text = server.get("/counters")[2].decode()
    return {name: int(number) for name, number in (line.split(" ") for line in text.splitlines())}


def counters_of_yesterday():
    """a day's end comes to a server that was started shortly before it; earlier, where starting takes that long"""
    global server
    same(set(counters().values()), {0}, "all that was asked today")
    for seconds_left in (10, 60, 300):
        same(server.stop(), 0)
        server = Server(config=server.config, at=day(2) + time.strftime(" %H:%M:%S", time.gmtime(86400 - seconds_left)))
        server.get("/healthz")
        end = time.monotonic() + seconds_left + 60
        while counters()["answers_2xx"] == 0 and time.monotonic() < end:
            time.sleep(0.2)
        if counters()["answers_2xx"] != 0:
            break
    before = counters()
    true(before["answers_2xx"] > 0, "yesterday's are told")
    for _ in range(3):
        same(server.get("/healthz")[0], 200)
    same(counters(), before, "today's are not")
    same(server.stop(), 0)
    server = Server(config=server.config)


def configuration():
    def refused(ini, *args):
        write("bad.ini", ini)
        p = subprocess.run([U, "serve", "--store", "elsewhere", "--config", "bad.ini", *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        same(p.returncode, 2, ini)
        return p.stderr
    true(b"line 2" in refused(b"[server]\nport = 1\n"))
    true(b"no section of that name" in refused(b"[people]\nx = y\n"))
    true(b"43 characters" in refused(b"[organisers]\nAAAA = us\n"))
    true(b"whole number" in refused(b"[server]\nthreads = many\n"))
    true(b"web address" in refused(b"[server]\naddress = https://example.org/\n"))
    true(b"not an address" in refused(b"", "--listen", "everywhere"))
    true(b"nginx, caddy or tor" in refused(b"", "--listen", "0.0.0.0:0"))
    true(b"nginx, caddy or tor" in refused(b"[server]\nlisten = [::]:0\n"))
    p = subprocess.run([U, "serve", "--store", "store", "--listen", "127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    same(p.returncode, 2)
    true(b"has this store open" in p.stderr, p.stderr)


for title, test in [
        ("a letter is brought by its own organiser, if the configuration lists the key, once", bringing),
        ("state, list, file: as the command says; ranges and etags", reading),
        ("bundles are those of the command", bundles),
        ("a submission is kept; again, it is the same bytes; false ones are refused and named", handing_in),
        ("a withdrawal removes what waits", withdrawing_what_waits),
        ("three make a batch, sorted by tag; the file verifies", released),
        ("withdrawals of what stands come in batches", withdrawing_what_stands),
        ("a full ring is refused, whoever signed, and waiting signatures count", full_rings),
        ("further records: by their signatures, all or nothing, again harmless", pushing),
        ("votes come in batches", voting),
        ("a wave comes whole, and its members sign", waves),
        ("a restart changes nothing, and what waited waits", restarting),
        ("at closing the rest is released; later days refuse", closing),
        ("cards: a registrar of the configuration opens a series, which is then theirs", cards),
        ("enrolling: helpful answers; each card once", enrolling),
        ("collecting: signed, of the day, for this server, once; no order", collecting),
        ("one card, six at once: one of them", racing),
        ("wrong codes have a budget", wrong_codes_have_a_budget),
        ("counters are those of days that are over", counters_of_yesterday),
        ("configuration: what is wrong is named", configuration)]:
    tap.case(title, test)
same_log = read("server.log")
tap.case("nothing is logged", lambda: same(same_log, b""))
tap.case("it stops when asked", lambda: same(server.stop(), 0))
os.chdir("/")
shutil.rmtree(folder)
tap.end()
