# SPDX-License-Identifier: AGPL-3.0-or-later
# unit.py PROGRAM SOURCE: the unit of the server as systemd reads it: how much it leaves open, whether it is right; and that the server tells when it is ready, as the unit expects
import os
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from serve_lib import *

SOURCE = os.path.abspath(sys.argv[2])
UNIT = read(os.path.join(SOURCE, "data/systemd/undersigned.service")).decode()
DROP_IN = read(os.path.join(SOURCE, "data/examples/postgresql/database.conf")).decode()
OPEN_AT_MOST = 1.5  # of 10
folder = enter_scratch()


def analyze(*args):
    p = subprocess.run(["systemd-analyze", "--no-pager"] + list(args), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, env=dict(os.environ, SYSTEMD_UNIT_PATH=os.getcwd() + ":"))
    return p.returncode, p.stdout.decode()


def exposure(text):
    write("undersigned.service", text.encode())
    said = analyze("security", "--offline=true", "undersigned.service")[1]
    return float(re.search(r"Overall exposure level for undersigned.service: ([0-9.]+)", said).group(1))


def it_leaves_little_open():
    level = exposure(UNIT)
    print("# %.1f of 10" % level)
    true(level <= OPEN_AT_MOST, level)
    loose = "".join(l for l in UNIT.splitlines(True) if not re.match("(SystemCall|Capability|Protect|Private|Restrict|User|IPAddress)", l))
    true(exposure(loose) > 5, "a unit without its walls is told apart")


def systemd_understands_it():
    def verify(unit, drop_in):
        os.makedirs("undersigned.service.d", exist_ok=True)
        write("undersigned.service", unit.replace("/usr/bin/undersigned ", U + " ").encode())
        write("undersigned.service.d/database.conf", drop_in.encode())
        code, said = analyze("verify", "--man=no", "undersigned.service")
        return code, [l for l in said.splitlines() if "undersigned.service" in l or "database.conf" in l]

    same(verify(UNIT, DROP_IN), (0, []))
    true(verify(UNIT.replace("ProtectHome=yes", "ProtectHouse=yes"), DROP_IN)[1] != [], "an unknown line is told")
    true(verify(UNIT, DROP_IN.replace("Environment=", "Environs="))[1] != [], "in the drop-in too")


def what_it_starts_says_when_it_is_ready():
    command = re.search("^ExecStart=(.*)", UNIT, re.M).group(1).split()
    ini = read(os.path.join(SOURCE, "data/serve.ini")).decode()
    for changed, into in (("/run/undersigned/http", os.path.abspath("http")), ("/var/lib/undersigned/store", os.path.abspath("store"))):
        true(changed in ini, changed)
        ini = ini.replace(changed, into)
    write("serve.ini", ini.encode())
    write("undersigned.html", b'<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><title>Document</title>')
    here = {"/usr/bin/undersigned": U, "/etc/undersigned/serve.ini": "serve.ini", "/usr/share/undersigned/undersigned.html": "undersigned.html"}
    true(set(here) <= set(command), command)
    command = [here.get(word, word) for word in command]
    for name in (os.path.abspath("notify"), "@undersigned-test-%d" % os.getpid()):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind(name.replace("@", "\0"))
        s.settimeout(120)
        p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=dict(os.environ, NOTIFY_SOCKET=name))
        try:
            same(s.recv(64), b"READY=1\n", name[0])
            c = socket.socket(socket.AF_UNIX)
            c.connect("http")
            c.close()
            same(os.stat("http").st_mode & 0o777, 0o660, "its group may reach it, whatever the umask")
        finally:
            p.terminate()
            err = p.communicate(timeout=120)[1]
            s.close()
        same((p.returncode, err), (0, b""))


def the_package_makes_the_same_users():
    ours = read(os.path.join(SOURCE, "data/sysusers.d/undersigned.conf"))
    theirs = os.path.join(SOURCE, "debian/undersigned-server.sysusers")
    if os.path.exists(theirs):
        same(ours, read(theirs))
    names = set(re.findall(rb"^[ug] (\S+)", ours, re.M))
    same(set(re.findall(rb"^(?:User|Group|SupplementaryGroups)=(\S+)", UNIT.encode(), re.M)), names)


try:
    tap.case("the unit leaves little open", it_leaves_little_open)
    tap.case("systemd understands it", systemd_understands_it)
    tap.case("what it starts says when it is ready", what_it_starts_says_when_it_is_ready)
    tap.case("the package makes the users that it needs", the_package_makes_the_same_users)
finally:
    os.chdir("/")
    shutil.rmtree(folder)
tap.end()
