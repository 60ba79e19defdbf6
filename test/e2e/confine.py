# SPDX-License-Identifier: AGPL-3.0-or-later
# confine.py PROGRAM SHIM LETTER: what somebody could still do who had taken over a program that reads strangers' letters, or a server. forbid.c does it, in their place and at that moment
#
# Each deed is also done where it is not forbidden (before, with a kernel that lacks what forbids it, unconfined): else nothing would be shown.
import ctypes
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "store"))
from cluster import Cluster
from serve_lib import *

SHIM, LETTER = os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3])
KILLED = -signal.SIGSYS
LANDLOCK = ctypes.CDLL(None).syscall(444, None, 0, 1) > 0  # landlock_create_ruleset: its version
ENDING = ["socket", "bind", "connect", "exec", "fork", "ptrace", "kill", "signal", "renice", "datagram", "sendto", "fastopen", "sendmsg", "netlink", "dump", "code"]  # calls that end the process, whoever it is
folder = enter_scratch()
write("other", b"somebody else's\n")
OTHER = os.path.abspath("other")


def asked(args, when, deeds, **more):
    """a command that does the deeds: its exit code, what it said, what it told of deeds"""
    env = dict(os.environ, LD_PRELOAD=SHIM, UND_WHEN=when, UND_DEEDS=",".join(deeds), **more)
    leak = os.open("leak", os.O_WRONLY | os.O_CREAT, 0o600)
    p = subprocess.Popen([U] + args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, preexec_fn=lambda: os.dup2(leak, 9), close_fds=False)
    os.close(leak)
    try:
        out, err = p.communicate(timeout=120)
    finally:
        p.kill()
    lines = (out + err).decode().splitlines()
    return p.returncode, out, [l[5:] for l in lines if l.startswith("deed ")], [l for l in lines if l.startswith("undersigned: ")]


def every_call_that_is_not_needed_ends_verify():
    quiet = asked(["verify", LETTER], "never", [])
    same(quiet[0], 0)
    for deed in ENDING + ["leak", "read:" + OTHER, "write:new", "chmod:" + OTHER]:
        name = deed.split(":")[0]
        same(asked(["verify", LETTER], "before", [deed])[2], [name + ": done"], "before")
        code, out, told, _ = asked(["verify", LETTER], "confined", [deed])
        same((code, out, told), (KILLED, b"", []), deed)
        code, out, told, said = asked(["verify", LETTER], "confined", [deed], UND_LACKS="seccomp,landlock")
        same((told, said), ([name + ": done"], []), "a kernel without")
        if deed != "exec":
            same((code, len(out) > 500), (0, True), "it does its work and says nothing of it")
        if os.path.exists("new"):
            os.unlink("new")


def files_are_shut_where_calls_are_not():
    deeds = ["read:" + OTHER, "write:" + OTHER, "write:new", "exec"]
    for abi in range(1, 8):
        code, out, told, _ = asked(["verify", LETTER], "confined", deeds, UND_LACKS="seccomp", UND_ABI=str(abi))
        same((code, told), (0, ["read: EACCES", "write: EACCES", "write: EACCES", "exec: EACCES"]), "version %d" % abi)
    code, out, told, _ = asked(["verify", LETTER], "confined", ["read:" + OTHER], UND_LACKS="landlock")
    same((code, told), (KILLED, []), "calls are shut where files are not")


def commands_that_name_more_files_open_these_alone():
    write("link", b"A" * 43 + b"\n")
    for args in (["show", LETTER], ["audit", LETTER], ["audit", LETTER, "--number", "7", "--opened", "link"]):
        usual = asked(args, "never", [])
        code, out, told, said = asked(args, "confined", ["read:" + LETTER, "read:" + OTHER])
        same(told, ["read: done", "read: EACCES"], args)
        same((code, out, said), (usual[0], usual[1], usual[3]), "and does its work: %s" % args)
        same(asked(args, "confined", ["write:" + LETTER])[0], KILLED, args)
        same(asked(args, "confined", ["exec"])[0], KILLED, args)
    code, _, told, said = asked(["show", "nowhere"], "confined", ["exec"])
    same((code, told, said), (2, [], ["undersigned: cannot read nowhere: No such file or directory."]))


# ---- the server ----

def serving(deeds, more=(), when="request", store="store", **env):
    """a server, somebody who asks it for its page, and what came of the deeds: the answer's status, its exit code, deeds, notes"""
    env.update(LD_PRELOAD=SHIM, UND_WHEN=when, UND_DEEDS=",".join(deeds))
    open("server.log", "w").close()
    s = Server(store=store, config=b"[organisers]\n", env=env, more=more)
    try:
        status = s.ask("GET", "/healthz")[0]
    except (OSError, http.client.HTTPException):
        status = 0
    code = s.stop() if status else s.p.wait(60)
    lines = read("server.log").decode().splitlines()
    return status, code, [l[5:] for l in lines if l.startswith("deed ")], [l for l in lines if not l.startswith("deed ")]


INSIDE = "read:store/letters.db"


def a_server_is_ended_by_what_serving_does_not_need():
    reads = [INSIDE, "read:" + OTHER, "read:/etc/passwd", "write:store/new", "write:" + OTHER, "write:new"]
    harmless = [d for d in ENDING if d != "exec"]
    done = ["read: done"] * 3 + ["write: done"] * 3
    same(serving(reads + harmless, ["--confine", "off"]), (200, 0, done + [d + ": done" for d in harmless], []), "unconfined")
    os.unlink("new")
    same(serving(reads), (200, 0, ["read: done", "read: EACCES", "read: EACCES", "write: done", "write: EACCES", "write: EACCES"], []), "files")
    for deed in ENDING + ["chmod:" + OTHER]:
        same(serving([deed], ["--confine", "required"]), (0, KILLED, [], []), deed)


def every_thread_is_confined():
    """those too that were there before it listened"""
    s = Server(config=b"[organisers]\n")
    s.ask("GET", "/healthz")
    filters = [re.search(r"Seccomp_filters:\s*(\d+)", read("/proc/%d/task/%s/status" % (s.p.pid, task)).decode()).group(1) for task in os.listdir("/proc/%d/task" % s.p.pid)]
    same(s.stop(), 0)
    true(len(filters) > 4, filters)
    same(len(set(filters)), 1, filters)


def before_it_listens_it_runs_no_other_program():
    env = dict(os.environ, LD_PRELOAD=SHIM, UND_WHEN="confined")
    for listen, deeds, told in (("unix:here", ["exec"], []), ("unix:here", ["fork"], []), ("unix:here", ["dump"], []), ("unix:here", ["connect", "socket"], ["connect: done"]), ("127.0.0.1:0", ["connect"], []),
                                ("127.0.0.1:0", ["chmod:" + OTHER], []), ("127.0.0.1:0", ["socket", "read:/etc/passwd", "fork"], ["socket: done", "read: EACCES"])):
        p = subprocess.run([U, "serve", "--store", "store", "--listen", listen], env=dict(env, UND_DEEDS=",".join(deeds)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        same((p.returncode, [l[5:] for l in p.stderr.decode().splitlines() if l.startswith("deed ")]), (KILLED, told), (listen, deeds))


def what_the_kernel_lacks_is_said_once_or_refused():
    note = "there is %s here: whoever took the server over could do %s."
    same(serving(["read:" + OTHER], UND_LACKS="landlock"), (200, 0, ["read: done"], [note % ("no Landlock", "to files what its user may")]))
    same(serving(["socket", "read:" + OTHER], UND_LACKS="seccomp"), (200, 0, ["socket: done", "read: EACCES"], [note % ("no seccomp", "what its user may")]))
    same(serving(["socket", "read:" + OTHER], UND_LACKS="seccomp,landlock"), (200, 0, ["socket: done", "read: done"], [note % ("neither seccomp nor Landlock", "what its user may")]))
    for lacks, word in (("seccomp", "no seccomp"), ("landlock", "no Landlock"), ("seccomp,landlock", "neither seccomp nor Landlock")):
        p = subprocess.run([U, "serve", "--store", "store", "--listen", "127.0.0.1:0", "--confine", "required"], env=dict(os.environ, LD_PRELOAD=SHIM, UND_LACKS=lacks), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, timeout=60)
        same((p.returncode, p.stdout, p.stderr.decode().splitlines()[0]), (2, b"", "undersigned: --confine required: there is %s here." % word))
    same(serving(["read:" + OTHER, INSIDE], UND_ABI="2"), (200, 0, ["read: EACCES", "read: done"], []), "Debian 12's kernel")
    p = subprocess.run([U, "serve", "--store", "store", "--confine", "much"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    same((p.returncode, b"--confine: not a way to be confined: much" in p.stderr), (2, True))


def with_a_database_it_reads_and_connects_and_does_nothing_else():
    cluster = Cluster().start()
    try:
        before = ["read:" + OTHER, "socket", "connect", "length", "write:" + OTHER, "write:new"]
        same(serving(before, ["--confine", "required"], store=cluster.url()), (200, 0, ["read: done", "socket: done", "connect: done", "length: done", "write: EACCES", "write: EACCES"], []))
        for deed in ("exec", "fork", "ptrace", "kill", "signal", "renice", "datagram", "netlink", "dump", "cut:" + OTHER, "chmod:" + OTHER):
            same(serving([deed], ["--confine", "required"], store=cluster.url(), UND_ABI="2"), (0, KILLED, [], []), deed)
        same(read(OTHER), b"somebody else's\n")
    finally:
        cluster.end()


try:
    tap.case("every call that is not needed ends verify", every_call_that_is_not_needed_ends_verify)
    if LANDLOCK:
        tap.case("files are shut where calls are not, as far as each version of Landlock goes", files_are_shut_where_calls_are_not)
        tap.case("commands that name more files open these alone", commands_that_name_more_files_open_these_alone)
        tap.case("a server is ended by what serving does not need", a_server_is_ended_by_what_serving_does_not_need)
        tap.case("every thread of it is confined, and alike", every_thread_is_confined)
        tap.case("before it listens, it runs no other program", before_it_listens_it_runs_no_other_program)
        tap.case("with a database it reads and connects, and does nothing else", with_a_database_it_reads_and_connects_and_does_nothing_else)
        tap.case("what the kernel lacks is said once, or refused", what_the_kernel_lacks_is_said_once_or_refused)
    else:
        print("ok %d - # SKIP this kernel has no Landlock" % (tap.n + 1))
        tap.n += 1
finally:
    os.chdir("/")
    shutil.rmtree(folder)
tap.end()
