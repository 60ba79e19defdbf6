# SPDX-License-Identifier: AGPL-3.0-or-later
# kill.py: kill -9 of a server that members, organisers and registrars use, again and again: what was acknowledged is there, once; of what was under way each act wholly or not at all
#
#	kill.py PROGRAM BUILD [--postgres] FORM [--seed S]
#
# A folder: half of the kills come some acts later, half before a call on a file (fault.c counts them); how many and which is drawn.
# A database: half of the kills end the server, half the database, all its processes at once; the server lives on then.
import mmap
import struct

from world import *

POSTGRES = "--postgres" in OPTIONS
KILL = 1 << 14  # fault.c
figures = {"at a moment": 0, "before a call on a file": 0, "of the database": 0, "worlds": 0, "a shelf was taking another's place": 0}
calls = {}


class Control:
    def __init__(self):
        write("control", bytes(20))
        with open("control", "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 20)
        self.env = {"LD_PRELOAD": FAULT, "UND_FAULT_CONTROL": os.path.abspath("control"), "UND_FAULT_LOG": os.path.abspath("killed")}

    def kill_before(self, call):
        """0: never"""
        self.map[:] = struct.pack("=5I", KILL if call else 0, call, 0, 0, 0)


def a_moment(world):
    """some acts later, and not only just behind an answer"""
    world.await_acknowledged(chance.choice((1, 3, 10, 30)))
    time.sleep(chance.choice((0, 0.0005, 0.002, 0.01)))


def kill_server(world, control):
    end = world.load()
    a_moment(world)
    by_call = control is not None and chance.random() < 0.5
    if by_call:
        write("killed", b"")
        control.kill_before(chance.randrange(1, 100))
    else:
        os.kill(world.server.p.pid, signal.SIGKILL)
    true(world.server.p.wait(120) in (-signal.SIGKILL, -signal.SIGSYS), "killed")  # a confined server may not kill, and ends at once where it would
    end()
    if by_call:
        control.kill_before(0)
        name = read("killed").split(b"\n")[0].decode()
        calls[name] = calls.get(name, 0) + 1
    figures["before a call on a file" if by_call else "at a moment"] += 1
    figures["a shelf was taking another's place"] += world.store.strays()
    world.store.await_idle()
    world.server.start()


def kill_database(world):
    end = world.load(lives_on=True)
    a_moment(world)
    world.store.kill()
    figures["of the database"] += 1
    if chance.random() < 0.3:
        time.sleep(chance.uniform(0, 0.2))  # people go on asking
    end()
    world.store.cluster.start()
    true(world.server.p.poll() is None, "the server ended: %s" % read("server.log"))
    await_works(world)


def await_works(world):
    """the server finds its database again, without being started anew"""
    c, until = Client(world), time.time() + 120
    while c.ask("GET", "/letters/our.letter")[0] != 200 or c.ask("POST", "/api/v1/series/town/cards", world.town.card_list)[0] != 200:
        true(time.time() < until, "the server does not find its database again")
        time.sleep(0.01)
    c.close()


def all_rounds():
    control = None if POSTGRES else Control()
    town = Town(16 if SHORT else 72, 4 if SHORT else 30)
    store = Database() if POSTGRES else Folder()
    server = Server(store=store.where, env=control.env if control else None)
    clean_up.append(lambda: server.p.poll() is None and os.kill(server.pid(), signal.SIGKILL))
    server.stop()
    world, done, last = begun_world(figures, town, store, server, 0), [], time.monotonic()
    for n in rounds(6 if POSTGRES else 10, 2000):
        if POSTGRES and n % 2:
            kill_database(world)
        else:
            kill_server(world, control)
        world.judge()
        if world.used_up():
            world.close()
            done.append(world)
            world = begun_world(figures, town, store, server, n + 1)
        if time.monotonic() - last > 30:
            last = time.monotonic()
            print("# %d kills, %d acknowledged" % (n + 1, sum(w.acknowledged for w in done + [world])), flush=True)
    world.close()
    tell(done + [world], n + 1)


def tell(worlds, n):
    total = {name: sum(getattr(w, name) for w in worlds) for name in ("acknowledged", "kept", "lost", "moments")}
    said = "%d of the kills met acts under way: of these %d were there afterwards and %d not; %d acknowledged, none lost, none twice" % (total["moments"], total["kept"], total["lost"], total["acknowledged"])
    print("# " + ", ".join("%s: %d" % f for f in figures.items() if f[1]))
    if calls:
        print("# killed before: " + ", ".join("%s %d" % c for c in sorted(calls.items(), key=lambda c: -c[1])))
    counted(n, said, **total, figures=figures, calls=calls)
    true(total["acknowledged"] >= n, "there was a load")
    if n >= 200:  # of a few kills chance decides
        true(total["moments"] > n // 2 and total["kept"] > 0 and total["lost"] > 0, "the kills came at moments that matter")


storm(lambda: tap.case("kill -9 of a server%s under load" % (", and of its database," if POSTGRES else ""), all_rounds))
