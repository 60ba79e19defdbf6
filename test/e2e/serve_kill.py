# SPDX-License-Identifier: AGPL-3.0-or-later
# serve_kill.py: kill -9 while members hand in: nothing acknowledged is lost, none doubled, the file valid after every restart
#
#	serve_kill.py PROGRAM [ROUNDS [MEMBERS]]
import random
import threading
from concurrent.futures import ThreadPoolExecutor

from serve_lib import *

ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 30
MEMBERS = int(sys.argv[3]) if len(sys.argv) > 3 else 5 * ROUNDS
RELEASE = 5
seed = int(os.environ.get("UND_SEED", "0")) or random.randrange(1, 1 << 31)
print("# UND_SEED=%d" % seed)
chance = random.Random(seed)
folder = enter_scratch()


def member(i):
    run(U, "key", "new", "-o", "m%d.key" % i, "--series", "town", "--edition", "1", "--no-passphrase")
    write("m%d.enrol" % i, run(U, "key", "enrol", "m%d.key" % i, "--body", "harbour"))


def sign_member(i):
    return sign("our.letter", "m%d" % i, "harbour", "s%d" % i)


def withdraw_member(i):
    write("l%d" % i, read("our.letter") + read("s%d" % i))
    run(U, "withdraw", "l%d" % i, "--key", "m%d.key" % i, "-o", "w%d" % i)
    return read("w%d" % i)


shell("authorities && bodies")
with ThreadPoolExecutor(4) as pool:
    list(pool.map(member, range(MEMBERS)))
    write("bodies.csv", b"id,name,headcount\nharbour,The Harbour,%d\n" % MEMBERS)
    shell('roster 1 "$FROM" "$UNTIL" staff.roster && printf "We ask.\\n" >text.md && ini -e "s/^release = .*/release = %d/; s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/" >letter.ini && letter our' % RELEASE)
    signatures = list(pool.map(sign_member, range(MEMBERS)))
    takers = set(range(0, MEMBERS, 9))
    withdrawals = dict(zip(sorted(takers), pool.map(withdraw_member, sorted(takers))))

kept, withdrawn = set(), set()  # acknowledged
lock = threading.Lock()


def hand_in(port, mine, stop):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        for i in mine:
            for line, into in ((signatures[i], kept), (withdrawals.get(i), withdrawn)):
                if line is None or stop.is_set():
                    continue
                c.request("POST", "/api/v1/letters/our/submissions", line, {"Content-Type": "application/x-ndjson"})
                r = c.getresponse()
                r.read()
                if r.status == 202:
                    with lock:
                        into.add(i)
                elif r.status != 503:
                    print("# %d" % r.status)
    except (OSError, http.client.HTTPException):
        pass  # killed
    c.close()


def tags_of(file):
    records = [json.loads(l) for l in file.splitlines()]
    return [r["tag"] for r in records if r["type"] == "signature"], [r["tag"] for r in records if r["type"] == "withdrawal"]


def one_round(n):
    global before
    open_ones = [i for i in range(MEMBERS) if i not in kept or (i in takers and i not in withdrawn)]
    chance.shuffle(open_ones)
    mine = open_ones[:max(1, MEMBERS // ROUNDS) + 8]
    old = [i for i in kept if i not in takers]  # handed in again
    chance.shuffle(old)
    mine += old[:4]
    stop = threading.Event()
    threads = [threading.Thread(target=hand_in, args=(int(server.port), mine[k::4], stop)) for k in range(4)]
    for t in threads:
        t.start()
    time.sleep(chance.uniform(0.005, 0.06))
    server.stop(signal.SIGKILL)
    stop.set()
    for t in threads:
        t.join()
    server.start()
    tags = {i: json.loads(signatures[i])["tag"] for i in kept if i not in takers}
    end = time.time() + 120
    while True:  # what waits in numbers is released soon after the start
        file = server.get("/letters/our.letter")[2]
        made, _ = tags_of(file)
        missing = set(tags.values()) - set(made)
        if len(missing) < RELEASE or time.time() > end:
            break
        time.sleep(0.01)
    same(file[:len(before)], before, "round %d: what was released stays" % n)
    before = file
    write("now.letter", file)
    run(U, "verify", "now.letter")
    same(len(made), len(set(made)), "round %d: none doubled" % n)
    true(len(missing) < RELEASE, "round %d: %d that were acknowledged are not there, and fewer than %d can wait" % (n, len(missing), RELEASE))


def rounds():
    for n in range(ROUNDS):
        one_round(n)
        if n % 20 == 19:
            print("# %d rounds, %d acknowledged" % (n + 1, len(kept)), flush=True)
    print("# %d of %d were acknowledged in %d rounds" % (len(kept), MEMBERS, ROUNDS))
    true(len(kept) > min(ROUNDS, MEMBERS // 2), "there was a load")


def at_closing():
    """everything that waits comes out: what was acknowledged is there, once"""
    global server
    same(server.stop(), 0)
    server = Server(at=day(31))
    wanted = {json.loads(signatures[i])["tag"] for i in kept if i not in takers}
    end = time.time() + 120
    while time.time() < end:
        file = server.get("/letters/our.letter")[2]
        made, taken = tags_of(file)
        if wanted <= set(made):
            break
        time.sleep(0.05)
    same(sorted(wanted - set(made)), [], "lost")
    same(len(made), len(set(made)), "none doubled")
    write("now.letter", file)
    run(U, "verify", "now.letter")
    for i in withdrawn:
        tag = json.loads(signatures[i])["tag"]
        true(tag not in made or tag in taken or taken_waits(tag), "a withdrawal that was acknowledged is lost")


def taken_waits(tag):
    """withdrawals of what stands wait for a batch of their own; at the letter's end none does"""
    global server
    same(server.stop(), 0)
    server = Server(at=day(201))
    end = time.time() + 120
    while time.time() < end:
        if tag in tags_of(server.get("/letters/our.letter")[2])[1]:
            return True
        time.sleep(0.05)
    return False


server = Server()
same(create(server, "our", "our.letter")[0], 201)
before = server.get("/letters/our.letter")[2]
tap.case("kill -9, %d times, while members hand in" % ROUNDS, rounds)
tap.case("at closing all that was acknowledged is there, once", at_closing)
server.stop()
os.chdir("/")
shutil.rmtree(folder)
tap.end()
