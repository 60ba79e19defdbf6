# SPDX-License-Identifier: AGPL-3.0-or-later
# serve_order.py: whoever takes the disk after a release cannot tell in which order the signatures came; nor, once it was quiet, of what waits
#
#	serve_order.py PROGRAM [RUNS] [DISK]
#
# RUNS (50): whole lives of a letter through the server, each in a random order. DISK: a folder for a file system of its own (root only): what its blocks hold outside of files is looked at too.
#
# Looked for: every place at which a signature's tag (base64url as in the line, or bytes) stands, the first and the last of each in every file of the folder, free pages and logs of SQLite included. Between
# independent orders of n, Spearman's rank correlation rho has mean 0 and variance 1/(n - 1): over R runs the sum of z = rho sqrt(n - 1) is about normal with variance R, and the sum of z^2 about chi-square
# with R degrees of freedom. Over all looks together an honest server is taken for a leaking one less than once in a million.
import math
import random
import re
import statistics

from serve_lib import *

RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 50
DISK = sys.argv[3] if len(sys.argv) > 3 else None
seed = int(os.environ.get("UND_SEED", "0")) or random.randrange(1, 1 << 31)
print("# UND_SEED=%d" % seed)
chance = random.Random(seed)
folder = enter_scratch()
MEMBERS, RELEASE = 24, 20
ALARM = 1e-6


# ---- the statistics ----

def ranks(values):
    out = [0] * len(values)
    for r, i in enumerate(sorted(range(len(values)), key=lambda i: values[i])):
        out[i] = r
    return out


def z_of(places):
    """places in the order of submission"""
    n = len(places)
    rho = 1 - 6 * sum((x - y) ** 2 for x, y in enumerate(ranks(places))) / (n * (n * n - 1))
    return rho * math.sqrt(n - 1)


class Account:
    """what was seen, by kind of place: the z of each run"""

    def __init__(self):
        self.seen = {}

    def look(self, when, name, data, tags):
        """tags in the order of submission"""
        for how, form in (("text", lambda t: t), ("bytes", lambda t: base64.urlsafe_b64decode(t + b"="))):
            for which, find in (("first", data.find), ("last", data.rfind)):
                places = [p for p in (find(form(t)) for t in tags) if p >= 0]
                if len(places) > len(tags) // 2:
                    self.seen.setdefault("%s: %s, %s %s" % (when, name, which, how), []).append(z_of(places))

    def limits(self, runs):
        """of |sum of z| and of the sum of squares, for one look"""
        share = ALARM / (4 * max(1, len(self.seen)))
        z = statistics.NormalDist().inv_cdf(1 - share)
        k = 2 / (9 * runs)
        return z * math.sqrt(runs), runs * (1 - k + z * math.sqrt(k)) ** 3  # Wilson and Hilferty

    def leaks(self, say=True):
        out = []
        for what, zs in sorted(self.seen.items()):
            mean, squares = sum(zs), sum(z * z for z in zs)
            limit = self.limits(len(zs))
            if say:
                print("# %-44s %3d runs: mean correlation %+.3f, sum of z %+.1f (limit %.1f), of squares %.1f (limit %.1f)" % (what, len(zs), mean / len(zs) / math.sqrt(RELEASE - 1), mean, limit[0], squares, limit[1]))
            if abs(mean) > limit[0] or squares > limit[1]:
                out.append(what)
        return out


def it_can_say_no():
    """an image in which lines lie as they came; one in which they nearly do; and one sorted half of the time this way, half that way"""
    tags = [b64(os.urandom(32)).encode() for _ in range(RELEASE)]
    for noise, turn in ((0, False), (RELEASE / 2, False), (0, True)):
        account = Account()
        for run_ in range(RUNS):
            chance.shuffle(tags)
            lying = sorted(range(RELEASE), key=lambda i: i + chance.uniform(0, noise))
            if turn and run_ % 2:
                lying.reverse()
            account.look("planted", "image", b"x" * 4096 + b"".join(b'{"tag":"%s"}' % tags[i] + os.urandom(300) for i in lying), tags)
        same(len(account.leaks(False)) > 0, True, "noise %d" % noise)
    account = Account()
    for run_ in range(RUNS):
        chance.shuffle(tags)
        account.look("sorted", "image", b"".join(sorted(tags)), tags)
    same(account.leaks(False), [])


# ---- lives ----

def member(i):
    run(U, "key", "new", "-o", "m%d.key" % i, "--series", "town", "--edition", "1", "--no-passphrase")
    write("m%d.enrol" % i, run(U, "key", "enrol", "m%d.key" % i, "--body", "harbour"))


def kind_of(name):
    return re.sub("-[0-9a-f]{16}", "", name)


def look(account, when, store, tags):
    count = 0
    for name in sorted(os.listdir(store)):
        try:
            data = read(os.path.join(store, name))
        except FileNotFoundError:
            continue  # thrown away meanwhile
        account.look(when, kind_of(name), data, tags)
        count += sum(t in data for t in tags)
    return count


def submit(server, lines):
    for line in lines:
        same(server.post("/api/v1/letters/our/submissions", line)[0], 202)


def hour_of(path):
    try:
        return os.stat(path).st_mtime_ns % (86400 * 10 ** 9)
    except FileNotFoundError:
        return 1  # thrown away meanwhile: it is not quiet


def quiet(store):
    """laid out anew: then all files have the time of midnight"""
    end = time.time() + 300
    while any(hour_of(os.path.join(store, n)) for n in os.listdir(store)):
        true(time.time() < end, "it becomes quiet")
        time.sleep(0.05)


def released(server, tags):
    end = time.time() + 120
    while not all(t in server.get("/letters/our.letter")[2] for t in tags):
        true(time.time() < end, "it is released")
        time.sleep(0.01)


class Life:
    def __init__(self, n):
        self.store = os.path.join(DISK, "mount", "store") if DISK else "store-%d" % n
        if DISK:
            os.makedirs(os.path.join(DISK, "mount"), exist_ok=True)
            with open(os.path.join(DISK, "disk"), "wb") as f:
                f.truncate(48 << 20)
            run("mkfs.ext4", "-q", "-F", os.path.join(DISK, "disk"))
            run("mount", "-o", "loop", os.path.join(DISK, "disk"), os.path.join(DISK, "mount"))
        self.server = Server(store=self.store)
        same(create(self.server, "our", "our.letter")[0], 201)

    def end(self):
        """the disk's own bytes"""
        same(self.server.stop(), 0)
        if not DISK:
            shutil.rmtree(self.store)
            return b""
        run("umount", os.path.join(DISK, "mount"))
        return read(os.path.join(DISK, "disk"))


def after_a_release():
    account = Account()
    for n in range(RUNS):
        order = chance.sample(range(MEMBERS), RELEASE)
        tags = [json.loads(signatures[i])["tag"].encode() for i in order]
        life = Life(n)
        submit(life.server, [signatures[i] for i in order])
        released(life.server, tags)
        true(look(account, "open", life.store, tags) >= RELEASE, "what is kept is found by looking so")
        store, disk = life.store, life.end()
        if disk:
            true(all(t in disk for t in tags))
            account.look("after", "whole disk", disk, tags)
    same(account.leaks(), [])


def of_what_waits():
    account = Account()
    for n in range(max(3, RUNS // 4)):
        order = chance.sample(range(MEMBERS), RELEASE - 1)
        tags = [json.loads(signatures[i])["tag"].encode() for i in order]
        life = Life(n)
        submit(life.server, [signatures[i] for i in order])
        quiet(life.store)
        true(look(account, "waiting", life.store, tags) >= RELEASE - 1)
        life.end()
    same(account.leaks(), [])


shell("authorities")
for i in range(MEMBERS):
    member(i)
write("bodies.csv", b"id,name,headcount\nharbour,The Harbour,%d\n" % MEMBERS)
shell('roster 1 "$FROM" "$UNTIL" staff.roster && printf "We ask.\\n" >text.md && ini -e "s/^release = .*/release = %d/; s/^max_share = .*/max_share = 100/; s/^max_share_all = .*/max_share_all = 100/" >letter.ini && letter our' % RELEASE)
signatures = [sign("our.letter", "m%d" % i, "harbour", "s%d" % i) for i in range(MEMBERS)]
for title, test in (("these statistics can say no", it_can_say_no), ("%d times: the disk after a release shows no order" % RUNS, after_a_release), ("what waits shows none once it was quiet", of_what_waits)):
    tap.case(title, test)
os.chdir("/")
shutil.rmtree(folder)
tap.end()
