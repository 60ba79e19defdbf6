# SPDX-License-Identifier: AGPL-3.0-or-later
# fsync.py: the power is cut, at every sync of a server under load and between them, and what the disk has then is opened; and a sync fails, and then the power is cut
#
# All that the server does to its folder is written down (record.c). From that the disk is built as it was before each sync took effect, without all that was not synced; and, at moments that are
# drawn, with some of it. The store in it must open (look.c) and have what was acknowledged until then, once, and of what was under way each act wholly or not at all.
import bisect
import mmap
import struct

from power import *
from world import *

SYNC = 1 << 4  # fault.c
RECORD = os.path.join(BUILD, "test", "storm", "record.so")
LOOK = os.path.join(BUILD, "test", "storm", "look")
total = {"acknowledged": 0, "syncs": 0, "disks without what was not synced": 0, "disks with some of it": 0, "failed syncs": 0, "worlds": 0, "with acts under way": 0}


class Recorded(World):
    """each act and each reading has a number; what was answered when is in the record"""
    history, reads, readings = None, None, None

    def begin(self):
        self.history, self.reads = [], {}
        super().begin()

    def numbered(self, slot, after):
        with self.lock:
            self.history.append((slot.key if slot else None, after))
            return len(self.history)

    def shown(self, slug, body):
        with self.lock:
            number = max(n for n, (key, after) in enumerate(self.history, 1) if key is None)  # one client reads
            self.reads[number] = slug, body
        super().shown(slug, body)


class Moment(World):
    """the same world as it was acknowledged when the power was cut"""

    def __init__(self, world, asked, answered, at):
        super().__init__(world.town, None, None, 0)
        for number, (key, after) in enumerate(world.history, 1):
            if asked.get(number, at + 1) > at:
                continue
            status = answered[number][1] if number in answered and answered[number][0] <= at else 0
            if key is None:
                if status == 200 and number in world.reads:
                    self.shown(*world.reads[number])
            else:
                self.replay(self.slot(key), after, status)

    def slot(self, key):
        return self.sealed if key == "sealed" else self.cards[key] if isinstance(key, int) else self.tags[key]

    def replay(self, slot, after, status):
        if 200 <= status < 300:
            slot.state, slot.under_way = after, []
            if slot is self.sealed and not after:
                self.forget_sealed()
        elif status in (0, 500, 503):
            slot.under_way.append(after)

    def verify(self, slug, file):
        pass  # by lines, below; and the last one by the command


class Looker:
    """look.c, asked of one folder after the other"""

    def __init__(self, ids):
        self.p = subprocess.Popen([LOOK] + ids, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        clean_up.append(self.end)

    def look(self, folder):
        self.p.stdin.write(folder.encode() + b"\n")
        self.p.stdin.flush()
        first = self.p.stdout.readline()
        true(first == b"open\n", "the store does not open: %s" % (first.decode().strip() or "it ended: %s" % self.p.poll()))
        waiting, enrolled, files = [], [], {}
        while (line := self.p.stdout.readline()) != b"end\n":
            what, _, rest = line.rstrip(b"\n").partition(b" ")
            if what == b"letter":
                id, slug, size = rest.decode().split()
                files[id] = self.p.stdout.read(int(size))
            elif what == b"waiting":
                waiting.append((rest[:43].decode(), rest[44:]))
            elif what == b"enrolled":
                enrolled.append(rest)
            else:
                raise AssertionError("the store says: %r" % line)
        return Held(waiting, enrolled, set(files) | {id for id, _ in waiting}, files)

    def end(self):
        self.p.stdin.close()
        self.p.wait()


def judge(world, looker, disk, content, asked, answered, at, what):
    disk.build("image", content)
    moment = Moment(world, asked, answered, at)
    total["with acts under way"] += any(s.under_way for s in list(moment.tags.values()) + moment.cards + [moment.sealed])
    try:
        held = looker.look(os.path.abspath("image/store"))
        moment.judge_held({slug: held.files.get(id) for slug, id in world.town.ids.items()}, held)
    except AssertionError as e:
        raise AssertionError("%s, at %d: %s" % (what, at, e))


def cut_everywhere(world, looker, begun, drawn, **how):
    """before each sync takes effect; and, of the moments between, `drawn` in a hundred"""
    asked, answered, all_records = {}, {}, list(records("record"))
    for at, what, ino, a, b, data in all_records:
        if what == "q":
            asked.setdefault(a, at)
        elif what == "a":
            answered.setdefault(a, (at, b))
    same(sum(200 <= s < 300 for _, s in answered.values()) >= world.acknowledged, True, "answers were written down")
    disk = Disk(".", **how)
    for at, what, ino, a, b, data in all_records:
        if at > begun and what == "e":
            judge(world, looker, disk, lambda thing: thing.certain, asked, answered, at, "without what was not synced")
            total["disks without what was not synced"] += 1
            total["syncs"] += 1
        elif at > begun and what in "cuwtb" and chance.random() * 100 < drawn:
            judge(world, looker, disk, partly(chance), asked, answered, at, "with some of what was not synced")
            total["disks with some of it"] += 1
        disk.take(what, ino, a, b, data)
    judge(world, looker, disk, lambda thing: thing.certain, asked, answered, at, "at the end")


class Control:
    def __init__(self):
        write("control", bytes(20))
        with open("control", "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 20)

    def syncs_fail(self, nth, stays):
        self.map[:] = struct.pack("=5I", SYNC, nth, stays, 0, 0)

    def works(self):
        hits = struct.unpack("=5I", self.map[:])[4]
        self.map[:] = bytes(20)
        return hits


def new_world(town, server, n):
    world = Recorded(town, Folder(), server, SEED + n)
    world.store.fresh()
    write("record", b"")
    server.start()
    world.begin()
    total["worlds"] += 1
    return world, os.path.getsize("record")


def kill(server):
    os.kill(server.p.pid, signal.SIGKILL)
    server.p.wait()


def cut_power(town, server, looker, n, acts):
    world, begun = new_world(town, server, n)
    looks_on = n % 4 == 0 and world.store.reader()  # somebody copies it meanwhile: what was committed stays in the log
    end = world.load()
    world.await_acknowledged(acts)
    kill(server)
    end()
    if looks_on:
        looks_on.close()
    same(world.wrong, [], "answers")
    total["acknowledged"] += world.acknowledged
    cut_everywhere(world, looker, begun, 6 if SHORT else 20, own=n % 4 == 0)


def fail_and_cut(town, server, looker, control, n, times, acts):
    """syncs fail now and then, once or for a while; the server lives on, and what it acknowledges then holds too"""
    world, begun = new_world(town, server, n)
    for time_of in range(times):
        end = world.load(lives_on=True)
        world.await_acknowledged(acts)
        control.syncs_fail(chance.randrange(1, 12), chance.random() < 0.3)
        until = time.time() + 120
        while struct.unpack("=5I", control.map[:])[4] == 0:
            true(time.time() < until, "no sync failed")
            time.sleep(0.001)
        time.sleep(chance.choice((0, 0.002, 0.02)))
        total["failed syncs"] += control.works()
        world.await_acknowledged(acts)
        end()
        true(server.p.poll() is None, "the server ended: %s" % read("server.log"))
        world.judge()
    kill(server)
    total["acknowledged"] += world.acknowledged
    cut_everywhere(world, looker, begun, 4 if SHORT else 10, forgets=n % 2 == 0)


def all_rounds():
    control = Control()
    env = {"LD_PRELOAD": RECORD + " " + FAULT, "UND_FAULT_CONTROL": os.path.abspath("control"), "UND_RECORD": os.path.abspath("record"), "UND_RECORD_ROOT": os.path.abspath(".")}
    town = Town(16 if SHORT else 72, 4 if SHORT else 30)
    looker = Looker(list(town.ids.values()))
    server = Server(env=env)
    clean_up.append(lambda: server.p.poll() is None and os.kill(server.pid(), signal.SIGKILL))
    server.stop()
    n = -1
    for n in rounds(2, 60):
        if n % 2 == 0:
            cut_power(town, server, looker, n, 60 if SHORT else 150)
        else:
            fail_and_cut(town, server, looker, control, n // 2, 3 if SHORT else 10, 6)
        if not SHORT:
            print("# " + ", ".join("%s: %d" % f for f in total.items()), flush=True)
    disks = total["disks without what was not synced"] + total["disks with some of it"]
    print("# " + ", ".join("%s: %d" % f for f in total.items()))
    counted(disks, "power cut at each of %d syncs and at %d moments between, %d syncs failed: every disk opens, and nothing of %d acknowledged is lost" %
            (total["syncs"], total["disks with some of it"], total["failed syncs"], total["acknowledged"]), figures=total)
    true(total["syncs"] > 20 and total["failed syncs"] > 0 and total["disks with some of it"] > 0)


storm(lambda: tap.case("the power is cut: what was acknowledged is on the disk", all_rounds))
