# SPDX-License-Identifier: AGPL-3.0-or-later
# disk.py: a disk that is full at moments that are drawn, and has room again: the server says so (507), goes on showing what it has, and takes on as soon as there is room; nothing acknowledged is lost
#
# Where it may mount: a file system of some megabytes of its own (tmpfs, in a mount namespace that ends with this part), filled by somebody else's file. Elsewhere: no file may grow (fault.c), which is all that the short
# form tries. After some of the times the server is killed, and started while the disk is still full: it starts, or says that there is no room.
import mmap
import struct

from world import *

FULL = 1 << 13  # fault.c
INSIDE = "--inside" in OPTIONS
figures = {"times full": 0, "507": 0, "503 or 500": 0, "acknowledged": 0, "worlds": 0, "pages read while full": 0, "started while full": 0, "refused to start while full": 0}


class Mounted:
    """a small file system, and who fills it"""
    what = "a file system of 4 MiB"

    def __init__(self):
        os.mkdir("small")
        run("mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "none", "small")
        clean_up.append(lambda: run("umount", "-l", "small", code=None))
        self.where, self.env = os.path.abspath("small/store"), {}

    def fill(self):
        with open("small/filler", "ab", buffering=0) as f:
            for size in (1 << 16, 1 << 12):
                try:
                    while True:
                        if f.write(bytes(size)) < size:
                            break
                except OSError:
                    pass
        left = chance.choice((0, 1, 3, 10, 40)) * 4096
        os.truncate("small/filler", max(0, os.path.getsize("small/filler") - left))

    def empty(self):
        os.unlink("small/filler")


class NoGrowth:
    """fault.c: no file becomes longer"""
    what = "files that cannot grow"

    def __init__(self):
        write("control", bytes(20))
        with open("control", "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 20)
        self.where, self.env = os.path.abspath("store"), {"LD_PRELOAD": FAULT, "UND_FAULT_CONTROL": os.path.abspath("control")}

    def fill(self):
        self.map[:] = struct.pack("=5I", FULL, chance.choice((1, 1, 2, 5, 20)), 1, 0, 0)

    def empty(self):
        self.map[:] = bytes(20)


def try_to_start(world):
    """while the disk is full"""
    os.kill(world.server.p.pid, signal.SIGKILL)
    world.server.p.wait()
    at = os.path.getsize("server.log")
    try:
        world.server.start()
        figures["started while full"] += 1
    except AssertionError:
        true(b"undersigned: " in read("server.log")[at:], "it says why it does not start: %r" % read("server.log")[at:])
        same(world.server.p.wait(120), 2)
        figures["refused to start while full"] += 1


def read_on(world, c):
    for path in ("/", "/letters/our", "/letters/our.letter", "/api/v1/letters/our", "/healthz"):
        status, _ = c.ask("GET", path)
        same(status, 200, path + " while the disk is full")
        figures["pages read while full"] += 1


def one_time(world, disk):
    end = world.load(lives_on=True)
    world.await_acknowledged(chance.choice((1, 5, 15)))
    disk.fill()
    full, until, waits = world.full, time.time() + 120, chance.choice((1, 3, 10))
    while world.full < full + waits:  # 507 was heard
        true(time.time() < until, "a full disk is not met")
        time.sleep(0.001)
    c = Client(world)
    read_on(world, c)
    c.close()
    if chance.random() < 0.3:
        end()
        try_to_start(world)
        disk.empty()
        if world.server.p.poll() is not None:
            world.server.start()
    else:
        disk.empty()
        world.await_acknowledged(5)  # without a restart
        end()
    true(world.server.p.poll() is None, "the server ended: %s" % read("server.log"))
    world.judge()
    figures["times full"] += 1


def add_up(world):
    figures["507"] += world.full
    figures["503 or 500"] += world.refused
    figures["acknowledged"] += world.acknowledged


def all_rounds():
    disk = Mounted() if INSIDE else NoGrowth()
    print("# " + disk.what, flush=True)
    town = Town(16 if SHORT else 72, 4 if SHORT else 30)
    store, server = Folder(disk.where), Server(store=disk.where, env=disk.env)
    clean_up.append(lambda: server.p.poll() is None and os.kill(server.pid(), signal.SIGKILL))
    server.stop()
    world, last = begun_world(figures, town, store, server, 0), time.monotonic()
    for n in rounds(4, 300):
        one_time(world, disk)
        if world.used_up():
            world.close()
            add_up(world)
            world = begun_world(figures, town, store, server, n + 1)
        if time.monotonic() - last > 30:
            last = time.monotonic()
            print("# %d times full" % (n + 1), flush=True)
    world.close()
    add_up(world)
    print("# " + ", ".join("%s: %d" % f for f in figures.items()))
    counted(figures["times full"], "%s: %d times refused with 507, %d pages read meanwhile; nothing of %d acknowledged is lost" % (disk.what, figures["507"], figures["pages read while full"], figures["acknowledged"]),
            figures=figures, disk=disk.what)


def may_mount():
    return subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


if not SHORT and not INSIDE and may_mount():
    os.execvp("unshare", ["unshare", "-m", "--propagation", "private", sys.executable] + sys.argv + ["--inside"])
storm(lambda: tap.case("a disk that is full, and has room again", all_rounds))
