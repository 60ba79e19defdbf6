# SPDX-License-Identifier: AGPL-3.0-or-later
# power.py: what a cut of the power leaves of a folder, at any moment of what record.c wrote down
#
# What is certain: a file's bytes as they were when its last successful sync began, a folder's names likewise. What was not synced is lost, or is there in part: which, nobody may rely on.
# SQLite syncs the folder too when it has made a file, and passes over it when that fails: nobody may rely on it either, so (own) only those count that the store asked for itself.
# After a sync that failed, what it should have written may be forgotten, and later ones say nothing of it (forgets): so Linux does.
import os
import shutil
import struct

HEAD = struct.Struct("=Ic3xQQQ")


def records(path):
    """(what, ino, a, b, bytes) one after the other; a torn last one is left out"""
    with open(path, "rb") as f:
        data = f.read()
    at = 0
    while at + HEAD.size <= len(data):
        size, what, ino, a, b = HEAD.unpack_from(data, at)
        at += HEAD.size
        if at + size > len(data):
            return
        yield at, what.decode(), ino, a, b, data[at:at + size]
        at += size


class Thing:
    """a file or a folder: what is certain, and what was done since"""

    def __init__(self, folder):
        self.certain, self.since, self.done, self.fd = {} if folder else bytearray(), [], 0, None

    def is_folder(self):
        return isinstance(self.certain, dict)

    def count(self):
        return self.done + len(self.since)

    def settle(self, upto, forgotten=False):
        n = max(0, upto - self.done)
        if not forgotten:
            for act in self.since[:n]:
                do(self.certain, act)
        del self.since[:n]
        self.done += n


def do(content, act):
    if isinstance(content, dict):
        name, thing = act
        content[name] = thing
        if thing is None:
            del content[name]
    elif act[0] == "t":
        del content[act[1]:]
        content.extend(bytes(act[1] - len(content)))
    else:
        _, at, data = act
        content.extend(bytes(max(0, at + len(data) - len(content))))
        content[at:at + len(data)] = data


class Disk:
    def __init__(self, root, forgets=False, own=False):
        self.root, self.forgets, self.own = Thing(True), forgets, own
        self.by_ino, self.syncs, self.now = {os.stat(root).st_ino: self.root}, {}, {}

    def take(self, what, ino, a, b, data):
        """one record, of files; others are nothing here"""
        if what in "cd" and a in self.by_ino:
            self.by_ino[ino] = thing = Thing(what == "d")
            self.by_ino[a].since.append((data.decode(), thing))
            self.now[a, data] = thing
        elif what == "u" and (a, data) in self.now:
            self.by_ino[a].since.append((data.decode(), None))
            del self.now[a, data]
        elif what == "r" and a in self.by_ino and b in self.by_ino:
            name, new = data.split(b"\0")
            if (a, name) in self.now:
                thing = self.now.pop((a, name))
                self.now[b, new] = thing
                self.by_ino[a].since.append((name.decode(), None))
                self.by_ino[b].since.append((new.decode(), thing))
        elif what == "w" and ino in self.by_ino:
            self.by_ino[ino].since.append(("w", a, data))
        elif what == "t" and ino in self.by_ino:
            self.by_ino[ino].since.append(("t", a))
        elif what == "b" and ino in self.by_ino:
            thing = self.by_ino[ino]
            thing.fd = b if thing.fd is None else thing.fd  # the store opens its folder first, and keeps it open
            if not (self.own and thing.is_folder() and b != thing.fd):
                self.syncs[a] = thing, thing.count()
        elif what == "e" and a in self.syncs:
            thing, upto = self.syncs.pop(a)
            if b == 0:
                thing.settle(upto)
            elif self.forgets and not thing.is_folder():
                thing.settle(upto, forgotten=True)
        elif what == "x":
            raise AssertionError("a call that record.c does not know: %r" % data)

    def build(self, where, content=lambda thing: thing.certain):
        """the folder as it is afterwards; content(thing): what is left of each"""
        shutil.rmtree(where, ignore_errors=True)
        self.lay(self.root, where, content)

    def lay(self, thing, where, content):
        if not thing.is_folder():
            with open(where, "wb") as f:
                f.write(content(thing))
            return
        os.mkdir(where)
        for name, inner in content(thing).items():
            self.lay(inner, os.path.join(where, name), content)


def partly(chance):
    """of what was not synced some is there: of a file any of its writes, whole or torn; of a folder the first few names"""
    share = chance.choice((0.1, 0.5, 0.9, 1))

    def content(thing):
        out = type(thing.certain)(thing.certain)
        if thing.is_folder():
            for act in thing.since[:chance.randint(0, len(thing.since))]:
                if act[1] is not None or act[0] in out:
                    do(out, act)
            return out
        for act in thing.since:
            if chance.random() >= share:
                continue
            if act[0] == "w" and chance.random() < 0.1:
                sectors = [(act[1] + i, act[2][i:i + 512]) for i in range(0, len(act[2]), 512)]
                for at, data in chance.sample(sectors, chance.randint(0, len(sectors))):
                    do(out, ("w", at, data))
            else:
                do(out, act)
        return out
    return content
