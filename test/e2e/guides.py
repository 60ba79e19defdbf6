# SPDX-License-Identifier: AGPL-3.0-or-later
# guides.py: the guides of doc/guide, done step by step as they are written, on a terminal; and the page's words that they name
#
#	guides.py PROGRAM [GUIDE…]
#
# What counts in a guide:
#	```console      `$ command` lines (a \ at the end goes on in the next one), each followed by all that the terminal then shows, typed answers too
#	                (spaces at the end of lines apart).
#	                … in a line stands for anything in it; a line of … alone for any lines. The command must end well (or see exit below).
#	```ini NAME     a file of that name, also with csv, text or another first word
#	**words**       words of the page: a text of web/src/text/en*.js, whole
#	<!-- sh … -->   commands that the reader need not see, with the functions of guides.sh
#	<!-- on DAY --> the day of all that follows
#	<!-- type PROMPT => ANSWER -->  what the reader types at the next question of a command that has this in it
#	<!-- exit N --> of the last command of the next block
#	<!-- serve FILE -->  a server with this configuration; https://letters.example.org is its address, and Tor's port leads there
# Everything runs in an empty folder; `means WORD VALUE` in hidden commands puts VALUE in the place of WORD in what follows. In place of this machine's
# program, `authority new` and `book new` make files without a passphrase: to open them again and again would take minutes.
# With UND_GUIDES_SHOW=1 in the environment all that is shown stands on stderr: for whoever writes a guide.
import glob
import pty
import fcntl
import struct
import termios

from client_lib import *

ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
PATIENCE = 300
WRAPPER = r"""#!/bin/bash
{ read -r port && read -r socks; } <"$UND_GUIDE/ports"
own= authority=
args=()
for a in "$@"; do
	[ "$a" = --authority ] && authority=1
	case $a in
	https://letters.example.org*) a=http://127.0.0.1:$port${a#https://letters.example.org} own=1 ;;
	socks5h://127.0.0.1:9050) a=socks5h://127.0.0.1:$socks ;;
	esac
	args+=("$a")
done
case "$1 $2" in 'authority new' | 'book new') args+=(--no-passphrase) ;; esac
[ -n "$own" ] && [ -n "$authority" ] && args+=(--address https://letters.example.org)
exec "$UND_PROGRAM" "${args[@]}"
"""


def page_words():
    """every text of the page, as a pattern"""
    words = []
    for path in glob.glob(os.path.join(ROOT, "web/src/text/en*.js")):
        with open(path, encoding="utf-8") as f:
            words += re.findall(r"^\t'[a-z0-9_.]+': '((?:[^'\\]|\\.)*)',$", f.read(), re.M)
    if len(words) < 500:
        raise AssertionError("only %d texts were found in web/src/text/en*.js" % len(words))
    return {w.replace("**", "").replace("\\'", "'") for w in words}


def pieces(text):
    """(line, kind, argument, body) of a guide, in order"""
    lines, n = text.split("\n"), 0
    while n < len(lines):
        at, line = n + 1, lines[n]
        n += 1
        if line.startswith("```"):
            end = lines.index("```", n)
            yield at, "block", line[3:], lines[n:end]
            n = end + 1
        elif line.startswith("<!--"):
            body = [line[4:]]
            while not body[-1].rstrip().endswith("-->"):
                body.append(lines[n])
                n += 1
            kind, _, rest = "\n".join(body).rstrip()[:-3].strip().partition(" " if len(body) == 1 else "\n")
            yield at, kind, rest, None
        else:
            yield at, "words", line, None


def steps(at, body):
    """(line, command, what is then shown as [(line, text)]) of a console block"""
    found, going = [], False
    for n, line in enumerate(body, at + 1):
        if going:
            found[-1][1] += "\n" + line
        elif line.startswith("$ "):
            found.append([n, line[2:], []])
        elif found:
            found[-1][2].append((n, line))
        else:
            raise AssertionError("line %d: something is shown before any command" % n)
        going = line.endswith("\\") and (going or line.startswith("$ "))
    return found


def pattern(line):
    return r"(?:[^\n]*\n)*?" if line.strip() == "…" else "".join(r"[^\n]*" if c == "…" else re.escape(c) for c in line) + "\n"


class Guide:
    def __init__(self, name):
        self.name, self.day, self.typed, self.exit, self.server, self.config, self.done = name, None, [], 0, None, None, 0
        self.late = False  # whether the server lives in an earlier day
        self.path = os.path.join(ROOT, "doc/guide", name + ".md")
        os.makedirs(name + "/bin")
        os.makedirs(name + "/here")
        self.around = os.path.abspath(name)
        write(self.around + "/bin/undersigned", WRAPPER.encode())
        os.chmod(self.around + "/bin/undersigned", 0o755)
        write(self.around + "/means", b"")
        write(self.around + "/ports", b"0\n0\n")
        os.chdir(self.around + "/here")

    def fault(self, line, what):
        raise AssertionError("doc/guide/%s.md, line %d: %s" % (self.name, line, what))

    def meant(self, text):
        for pair in read(self.around + "/means").decode().splitlines():
            text = text.replace(*pair.split(" ", 1))
        return text

    def command(self, text):
        """(exit code, what the terminal showed)"""
        if self.late and "letters.example.org" in text:
            self.serve()
        env = dict(os.environ, PATH=self.around + "/bin:" + os.environ["PATH"], UND_PROGRAM=U, UND_GUIDE=self.around, TERM="dumb", LC_ALL="C.UTF-8", TZ="UTC", NO_FAKE_STAT="1")
        env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        child, terminal = pty.fork()
        if child == 0:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
            os.execve(os.path.join(HERE, "at.sh"), ["at.sh", self.day + " 12:00:00", "bash", "-c", text], env)
        shown, answered, end = b"", 0, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # the terminal closed with its last program
                piece = b""
            if not piece:
                break
            shown += piece
            if self.typed and (place := shown.find(self.typed[0][0].encode(), answered)) >= 0:
                answered = place + 1
                os.write(terminal, self.typed.pop(0)[1].encode() + b"\n")
        else:
            os.kill(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(terminal)
        shown = re.sub(rb"[^\n]*\x1b\[K", b"", shown)  # a bar, which comes where something takes long
        shown = re.sub(r" *\r*\n", "\n", shown.decode(errors="replace") + "\n")
        if self.server:
            shown = shown.replace("http://127.0.0.1:" + self.server.port, ADDRESS)
        return code, shown[:-1] if shown.endswith("\n\n") or shown == "\n" else shown

    def step(self, line, text, wanted, code):
        got, shown = self.command(self.meant(text))
        if os.environ.get("UND_GUIDES_SHOW"):
            print("# %s, line %d: %s\n%s" % (self.name, line, text, shown), file=sys.stderr)
        told = "`%s` showed:\n%s" % (text, shown)
        regex = ""
        for n, w in wanted:
            regex += pattern(self.meant(w))
            if not re.match(regex, shown):
                self.fault(n, "not shown: %r. %s" % (w, told))
        if not re.fullmatch(regex, shown):
            self.fault(wanted[-1][0] if wanted else line, "more is shown than the guide has. " + told)
        if got != code:
            self.fault(line, "ended with %d, not %d. %s" % (got, code, told))
        self.done += 1

    def hidden(self, line, text):
        write("../hidden.sh", ('set -e\n. "%s/guides.sh"\n%s\n' % (HERE, text)).encode())
        if self.late and ("letters.example.org" in text or "enrols " in text):
            self.serve()
        code, shown = self.command("exec bash ../hidden.sh")
        if code != 0:
            self.fault(line, "the hidden part ended with %d:\n%s" % (code, shown))

    def serve(self):
        if self.server:
            same(self.server.stop(), 0)
        self.late = False
        self.server = Server(store=self.around + "/store", config=read(self.config), at=self.day)
        self.socks = Socks(int(self.server.port))
        write(self.around + "/ports", b"%s\n%d\n" % (self.server.port.encode(), self.socks.port))

    def block(self, line, info, body):
        kind, _, name = info.partition(" ")
        if kind == "console":
            found = steps(line, body)
            for n, (at, text, wanted) in enumerate(found, 1):
                self.step(at, text, wanted, self.exit if n == len(found) else 0)
            self.exit = 0
            if self.typed:
                self.fault(line, "never asked: %r" % self.typed)
        elif name:
            write(name, self.meant("\n".join(body) + "\n").encode())

    def words(self, words, known):
        """bold ones are the page's"""
        text = "\n".join(words)
        for found in re.finditer(r"\*\*(.+?)\*\*", text, re.S):
            tap.checks += 1
            if " ".join(found.group(1).split()) not in known:
                self.fault(text.count("\n", 0, found.start()) + 1, "the page has no words %r" % found.group(1))

    def run(self):
        with open(self.path, encoding="utf-8") as f:
            text = f.read()
        words, known = [], page_words()
        try:
            for line, kind, rest, body in pieces(text):
                words += [""] * (line - 1 - len(words))
                if kind == "words":
                    words.append(rest)
                elif kind == "block":
                    self.block(line, rest, body)
                elif kind == "sh":
                    self.hidden(line, rest)
                elif kind == "on":
                    self.day, self.late = rest, self.server is not None
                elif kind == "type":
                    self.typed.append(rest.split(" => "))
                elif kind == "exit":
                    self.exit = int(rest)
                elif kind == "serve":
                    self.config = rest
                    self.serve()
                elif kind != "SPDX-License-Identifier:":
                    self.fault(line, "what is %r?" % kind)
        finally:
            if self.server:
                self.server.stop()
        self.words(words, known)
        true(self.done > 2, "no steps were found in %s" % self.path)
        for to in re.findall(r"\]\(([^)#:]+)\)", text):
            true(os.path.exists(os.path.join(os.path.dirname(self.path), to)), "%s leads nowhere" % to)


NAMES = sys.argv[2:] or ["signer", "organiser", "registrar", "journalist", "addressee"]
folder = enter_scratch()
for name in NAMES:
    os.chdir(folder)
    tap.case("the guide for the %s holds, step by step" % name, Guide(name).run)
os.chdir("/")
shutil.rmtree(folder)
tap.end()
