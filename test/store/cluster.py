#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# cluster.py PROGRAM [ARG…]: runs it beside a PostgreSQL of its own (UND_POSTGRES says where), which is thrown away afterwards. Also what tests in Python import
import glob
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from ending import unwind_when_told


def binaries():
    """the newest that Debian's packages brought; else what lies on the path"""
    found = [p for p in glob.glob("/usr/lib/postgresql/*/bin") if os.access(p + "/initdb", os.X_OK) and os.access(p + "/postgres", os.X_OK)]
    if found:
        return max(found, key=lambda p: float(p.split("/")[4]))
    where = shutil.which("initdb")
    return os.path.dirname(where) if where else None


def unprivileged():
    """PostgreSQL refuses to run as root: whose it is then"""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit("neither postgres nor nobody is a user here")


# Whoever has a cluster may be killed before it can end it: a shell of its own waits for that, then stops the server whose folder this is, and removes it
GUARD = """read -r said && exit
while pid=$(sed 1q "$1/data/postmaster.pid") && [ "$(readlink "/proc/$pid/cwd")" = "$1/data" ]; do kill -QUIT "$pid"; kill -CONT "$pid"; sleep 0.1; done
rm -rf -- "$1\""""
guards = {}  # by folder: another cluster may lie there later


class Cluster:
    """one server with its files in a folder of its own, on a socket there and nowhere else. Whoever made the folder, or root, gets in"""

    def __init__(self, folder=None, settings=(), copy_of=None):
        self.bin = binaries()
        if self.bin is None:
            raise SystemExit("no initdb: Debian's package postgresql has it")
        self.who = unprivileged()
        self.folder = folder or tempfile.mkdtemp(prefix="und-pg.", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp")
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        if self.folder not in guards:
            guards[self.folder] = subprocess.Popen(["sh", "-c", GUARD, "sh", self.folder], cwd="/", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        if self.who:
            os.chown(self.folder, self.who.pw_uid, self.who.pw_gid)
        self.data = self.folder + "/data"
        self.settings = ["listen_addresses=", "unix_socket_directories=" + self.folder, "unix_socket_permissions=0700", "max_connections=60", "shared_buffers=32MB",
                         "min_wal_size=32MB", "max_wal_size=256MB", "autovacuum=on", "logging_collector=off"] + list(settings)
        if copy_of is None:
            self.run("initdb", "-D", self.data, "-U", "und", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
            with open(self.data + "/postgresql.conf", "a") as f:
                f.write("log_checkpoints = off\n")  # else no store is opened; not among the settings, which nobody could change
        else:
            self.run("pg_basebackup", "-D", self.data, "-h", copy_of.folder, "-U", "und", "-R", "-X", "stream", "-c", "fast", "--no-sync")

    def run(self, program, *args, check=True):
        def become():
            os.umask(0o077)
            if self.who:
                os.setgroups([])
                os.setgid(self.who.pw_gid)
                os.setuid(self.who.pw_uid)
        env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        env.update(LC_ALL="C", HOME=self.folder, PGOPTIONS="-c client_min_messages=error")
        p = subprocess.run([self.bin + "/" + program] + list(args), cwd=self.folder, env=env, preexec_fn=become, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if check and p.returncode != 0:
            log = self.log()
            raise SystemExit("%s: exit %d: %s\n%s" % (program, p.returncode, p.stdout.decode("utf-8", "replace"), log[-2000:]))
        return p.stdout.decode("utf-8", "replace")

    def log(self):
        try:
            with open(self.folder + "/log", encoding="utf-8", errors="replace") as f:
                return f.read()
        except OSError:
            return ""

    def start(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-t", "120", "-l", self.folder + "/log", "-o", " ".join("-c " + s for s in self.settings), "start")
        return self

    def pid(self):
        with open(self.data + "/postmaster.pid") as f:
            return int(f.readline())

    def stop(self, how="immediate"):
        self.run("pg_ctl", "-D", self.data, "-w", "-t", "120", "-m", how, "stop", check=False)

    def hang(self):
        """the server and all its processes stop where they are, and answer nobody: which they are. They are the children of one process, which is ours"""
        head = self.pid()
        os.kill(head, signal.SIGSTOP)  # else it has one more by the time that they are counted
        kids = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open("/proc/%s/stat" % entry) as f:
                        if int(f.read().rsplit(")", 1)[1].split()[1]) == head:
                            kids.append(int(entry))
                except (OSError, ValueError):
                    pass
        self.tell([head] + kids, signal.SIGSTOP)
        return [head] + kids

    def go_on(self, pids):
        self.tell(pids, signal.SIGCONT)

    @staticmethod
    def tell(pids, what):
        for pid in pids:
            try:
                os.kill(pid, what)
            except ProcessLookupError:
                pass

    def kill(self):
        """as a cut of the power would: all at once"""
        pids = self.hang()
        memory = self.memory(pids)
        self.tell(pids, signal.SIGKILL)
        for remove in memory:
            subprocess.run(remove, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.unlink(self.data + "/postmaster.pid")  # else whoever has the number next would be told to stop

    def memory(self, pids):
        """what its processes share stays when they are killed: the commands that remove it. A server that starts again would find it by postmaster.pid"""
        with open(self.data + "/postmaster.pid") as f:
            key = (f.read().split("\n") + [""] * 7)[6].split()
        files = set()
        for pid in pids:  # of some the first process knows nothing: its children made them for their counters
            try:
                with open("/proc/%d/maps" % pid) as f:
                    files.update(re.findall(r"/dev/shm/PostgreSQL\.[0-9]+", f.read()))
            except OSError:  # it has ended
                pass
        return [["ipcrm", "-m", key[1]]] * (len(key) == 2) + [["rm", "-f"] + sorted(files)] * bool(files)

    def promote(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-t", "120", "promote")

    def sql(self, text, database="postgres"):
        return self.run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "und", "-d", database, "-c", text).strip()

    def url(self, database="postgres", user="und"):
        return "postgresql://%s@/%s?host=%s" % (user, database, self.folder)

    def end(self):
        if os.path.exists(self.data + "/postmaster.pid"):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.folder in guards:
            guards.pop(self.folder).communicate(b"ended\n")


def main():
    unwind_when_told()
    p, cluster = None, None
    try:
        cluster = Cluster()
        cluster.start()
        p = subprocess.Popen(sys.argv[1:], env=dict(os.environ, UND_POSTGRES=cluster.url()))
        return p.wait()
    finally:
        if p is not None and p.poll() is None:
            p.kill()
        if cluster is not None:
            cluster.end()


if __name__ == "__main__":
    sys.exit(main())
