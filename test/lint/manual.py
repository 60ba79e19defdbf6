#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# manual.py ROOT PROGRAM PAGES COMPLETION [CHECK…]: help, man pages and completion say what the program takes, in TAP; manual_test.py proves it can say no
#
# PROGRAM is the built command, PAGES and COMPLETION the folders of built pages and scripts; the rest comes from the sources under ROOT.
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
COLUMNS = 80

# Loads the script named first; then completes each line: words with TAB between them, the last one under the cursor.
COMPLETER = r'''
source "$1" && complete -p undersigned >/dev/null || exit 1
while IFS= read -r line; do
	mapfile -t COMP_WORDS < <(printf '%s' "$line" | tr '\t' '\n'; echo)
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
	_undersigned undersigned "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	(IFS=$'\t'; printf '%s\n' "${COMPREPLY[*]}")
done
'''


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def section(page, title):
    m = re.search(r"^# " + re.escape(title) + r"\n(.*?)(?=^# |\Z)", page, re.M | re.S)
    return m.group(1) if m else ""


def longs(text):
    return set(re.findall(r"(?<![\w-])--([a-z][a-z0-9-]*)", text))


class Manual:
    answers = {}  # what a program says to the same words in no folder is asked once

    def __init__(self, root, program, pages, completion):
        self.root, self.program, self.built, self.scripts = root, os.path.abspath(program), pages, completion
        self.pages = {os.path.basename(p)[:-4]: read(p) for p in glob.glob(os.path.join(root, "doc/man/*.scd"))}
        self.overview = self.run("help")[1]
        self.about = dict(m for m in re.findall(r"^  ([a-z]+(?: [a-z]+)?) {2,}(\S.*)$", self.overview, re.M))
        self.commands = list(self.about)
        self.help = {c: self.run("help", *c.split())[1] for c in self.commands}
        self.accepted = self.tables()
        sys.path.insert(0, os.path.join(root, "data/completion"))
        sys.modules.pop("complete", None)
        import complete
        self.table = complete.Table(read(os.path.join(root, "data/completion/commands.txt")))

    def run(self, *args, folder=None):
        said = self.answers.get((self.program, args)) if folder is None else None
        if said is None:
            p = subprocess.run([self.program, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, timeout=60)
            said = p.returncode, p.stdout.decode("utf-8"), p.stderr.decode("utf-8")
            if folder is None:
                self.answers[(self.program, args)] = said
        return said

    def tables(self):
        """{command: {option: takes a value}} from the tables in the sources"""
        found = {}
        shared = {}  # rows that several tables share: macros of the headers
        for path in glob.glob(os.path.join(self.root, "src/cli/*.h")):
            shared.update(re.findall(r"#define (CLI_\w+)\(\w\) \\\n((?:.*\\\n)*.*)", read(path)))
        for path in sorted(glob.glob(os.path.join(self.root, "src/cli/cmd_*.c"))):
            text = read(path)
            names = dict(re.findall(r'const struct cli_command cmd_(\w+) = \{\s*\.name = "([^"]+)"', text))
            for m in re.finditer(r"cli_parse\(&cmd_(\w+), (\w+),", text):
                block = ""
                if m.group(2) != "NULL":
                    begin = text.rindex("const struct cli_option options[] = {", 0, m.start())
                    block = text[begin:text.index("};", begin)]
                    block += "".join(shared.get(name, "") for name in re.findall(r"\b(CLI_\w+)\(", block))
                found[names[m.group(1)]] = {o: kind != "FLAG" for kind, o in re.findall(r'CLI_(VALUE|FLAG|LIST)\("([a-z0-9-]+)"', block)}
        return found

    def page(self, command):
        return self.pages.get(page_of(command), "")

    def complete(self, lines, folder="."):
        """what bash would offer for each list of words after `undersigned`"""
        text = "".join("\t".join(["undersigned", *words]) + "\n" for words in lines)
        script = os.path.abspath(os.path.join(self.scripts, "undersigned"))
        out = subprocess.run(["bash", "--noprofile", "--norc", "-c", COMPLETER, "bash", script], input=text.encode(), stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, cwd=folder, timeout=60).stdout.decode().splitlines()
        return [sorted(filter(None, line.split("\t"))) for line in out] + [["no answer"]] * (len(lines) - len(out))


def page_of(command):
    return "undersigned-" + command.replace(" ", "-") + ".1"


def differ(where, found, wanted, what):
    for name in sorted(wanted - found):
        yield f"{where}: lacks {what} {name}"
    for name in sorted(found - wanted):
        yield f"{where}: {what} {name}, which does not exist"


# ---- the program itself ----

def check_tables(m):
    """the program takes the options of its tables, with a value or without"""
    yield from differ("src/cli/cmd_*.c", set(m.accepted), set(m.commands), "the command")
    if len(m.commands) < 20:
        yield f"`undersigned help` lists {len(m.commands)} commands"
    for command, options in m.accepted.items():
        for option, takes_value in options.items():
            code = m.run(*command.split(), "--" + option, *(["x"] if takes_value else []), "--help")[0]
            if code != 0:
                yield f"{command}: does not take --{option}"
            complaint = m.run(*command.split(), "--" + option + ("" if takes_value else "=x"))[2]
            if ("needs a value" if takes_value else "a value where none belongs") not in complaint:
                yield f"{command}: --{option}: is it a flag, or does it take a value?"
        if m.run(*command.split(), "--no-such-option", "--help")[0] != 2:
            yield f"{command}: takes --no-such-option"


def check_help(m):
    """each command's help names its options and no other, in 80 columns"""
    for command, text in [("", m.overview), *m.help.items()]:
        for line in text.splitlines():
            if len(line) > COLUMNS:
                yield f"help {command}: {len(line)} columns: {line}"
    for command, text in m.help.items():
        wanted = set(m.accepted.get(command, {})) - {"output"}
        yield from differ("help " + command, longs(re.sub(r"`[^`]*`", "", text)) - {"help"}, wanted, "the option")
        usage, _, body = text.partition("usage:")[2].partition("\n\n")
        yield from differ("usage of " + command, longs(usage), wanted, "the option")
        yield from differ("help " + command + ", below the usage", longs(re.sub(r"`[^`]*`", "", body)) - {"help"}, wanted, "the option")
        if "output" in m.accepted.get(command, {}) and not (re.search(r"[ []-o ", usage) and re.search(r"^  -o ", body, re.M)):
            yield f"help {command}: lacks -o"


# ---- man pages ----

def check_pages(m):
    """every command has a page, and a place in undersigned(1); every page is built"""
    yield from differ("doc/man", {p for p in m.pages if p.endswith(".1")}, {page_of(c) for c in m.commands} | {"undersigned.1"}, "the page")
    listed = dict(re.findall(r"^\*undersigned-([a-z-]+)\*\(1\)\n\t(.*)$", section(m.pages.get("undersigned.1", ""), "COMMANDS"), re.M))
    yield from differ("undersigned.1", set(listed), {c.replace(" ", "-") for c in m.commands}, "the command")
    for command in m.commands:
        if listed.get(command.replace(" ", "-"), m.about[command]) != m.about[command]:
            yield f"undersigned.1: {command}: the program says \"{m.about[command]}\""
        if f"{page_of(command)[:-2]} - {m.about[command]}\n" not in m.page(command):
            yield f"{page_of(command)}: NAME: the program says \"{m.about[command]}\""
    built = {p for p in os.listdir(m.built) if re.fullmatch(r"undersigned[a-z-]*\.\d", p)}
    yield from differ("doc/meson.build", built, set(m.pages), "the page")


def check_sections(m):
    """every page has its sections, in order"""
    for name, page in m.pages.items():
        titles = re.findall(r"^# (.*)$", page, re.M)
        wanted = SECTIONS if name.endswith(".1") else ["NAME", "DESCRIPTION", "EXAMPLES", "SEE ALSO"]
        if [t for t in titles if t in wanted] != wanted:
            yield f"{name}: sections {', '.join(titles)}"
        for title in wanted:
            if len(section(page, title).split()) < 3:
                yield f"{name}: {title} says nothing"
        if not page.startswith(f"{name[:-2]}({name[-1]})\n"):
            yield f"{name}: begins with another name"


def check_options(m):
    """OPTIONS and SYNOPSIS of each page hold the options of the command and no other"""
    for command, options in m.accepted.items():
        page, name = m.page(command), page_of(command)
        entries = "\n".join(re.findall(r"^\*-.*$", section(page, "OPTIONS"), re.M))
        found = set(re.findall(r"\*(--?[a-z][a-z0-9-]*)\*", entries))
        wanted = {"--" + o for o in options} | {"--help", "-h"} | ({"-o"} if "output" in options else set())
        yield from differ(name + ": OPTIONS", found, wanted, "the option")
        yield from differ(name + ": SYNOPSIS", longs(section(page, "SYNOPSIS").replace("*", " ")), set(options) - {"output"}, "the option")
        for option, takes_value in options.items():
            entry = re.search(r"\*--" + option + r"\*( _\w)?", entries)
            if entry and bool(entry.group(1)) != takes_value:
                yield f"{name}: OPTIONS: --{option} {'takes a value' if takes_value else 'is a flag'}"


def example_lines(page):
    for block in re.findall(r"^```\n(.*?)^```$", page, re.M | re.S):
        for line in block.replace("\\\\\n", " ").splitlines():
            if line.startswith("$ ") and "undersigned" in line:
                yield line[2:]


def check_examples(m):
    """every example runs a command that exists, with options that it takes"""
    for name, page in m.pages.items():
        own = False
        for line in example_lines(page):
            words = shlex.split(line)
            if words[0] == "man":
                if words[1] + ".1" not in m.pages:
                    yield f"{name}: {line}: no such page"
                continue
            words = words[words.index("undersigned") + 1:] if "undersigned" in words else []
            command = next((c for c in m.commands if words[:len(c.split())] == c.split()), None)
            own |= command is not None and page_of(command) == name
            if command is None and words[:1] != ["help"]:
                yield f"{name}: {line}: no such command"
            for word in words if command else []:
                if word in ("|", ">"):
                    break
                option = word[2:].partition("=")[0] if word.startswith("--") else {"-o": "output"}.get(word)
                if option and option not in m.accepted.get(command, {}):
                    yield f"{name}: {line}: no such option --{option}"
        if name.endswith(".1") and name != "undersigned.1" and not own:
            yield f"{name}: no example of the command"


def inis(m):
    """LETTER.ini of the page and of the help, the latter with a key for each KEY; BODIES.csv; trust file"""
    blocks = re.findall(r"^```\n(.*?)^```$", section(m.pages.get("undersigned-letter-ini.5", ""), "EXAMPLES"), re.M | re.S) + [""] * 4
    keys = re.findall(r"^([A-Za-z0-9_-]{43}) =", blocks[0], re.M) or ["no key"]
    sample = "".join(line[2:] + "\n" for line in m.help.get("letter new", "").partition("LETTER.ini, complete")[2].splitlines() if line.startswith("  "))
    for i in range(sample.count("\nKEY =")):
        sample = sample.replace("\nKEY =", f"\n{keys[i % len(keys)]} =", 1)
    return [("undersigned-letter-ini.5", blocks[0]), ("help letter new", sample)], blocks[2], blocks[3]


def check_samples(m):
    """the program reads the samples of LETTER.ini, BODIES.csv and the trust file"""
    samples, bodies, trust = inis(m)
    with tempfile.TemporaryDirectory() as folder:
        def write(name, text):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                f.write(text)

        def run(*args):
            code, _, talk = m.run(*args, folder=folder)
            return code, talk

        write("text.md", "We ask.\n")
        write("bodies.csv", bodies)
        write("trust", trust)
        run("authority", "new", "-o", "a.key", "--no-passphrase")
        run("key", "new", "-o", "m.key", "--series", "staff", "--no-passphrase")
        run("key", "enrol", "m.key", "--body", "harbour", "-o", "m.enrolment")
        for name, text in samples:
            write("letter.ini", text)
            code, talk = run("letter", "new", "letter.ini", "--roster", "none", "-o", "none.letter", "--authority", "a.key")
            if code != 1 or "not the key of an organiser" not in talk:  # what is asked once the ini is read
                yield f"{name}: LETTER.ini: {talk}"
        code, talk = run("roster", "new", "--series", "staff", "--name", "Staff", "--edition", "1", "--from", "2027-01-01", "--until", "2027-12-31",
                         "--bodies", "bodies.csv", "--enrolments", "m.enrolment", "-o", "staff.roster")
        if code != 0:
            yield f"undersigned-letter-ini.5: BODIES.csv: {talk}"
        code, talk = run("verify", "none.letter", "--trust", "trust")
        if not re.search(r"^[A-Za-z0-9_-]{43} = ", trust, re.M) or "cannot read none.letter" not in talk:
            yield f"undersigned-letter-ini.5: trust file: {talk}"


def check_references(m):
    """pages name pages that exist"""
    for name, page in m.pages.items():
        for reference, number in re.findall(r"\*(undersigned[a-z-]*)\*\((\d)\)", page):
            if f"{reference}.{number}" not in m.pages:
                yield f"{name}: no page {reference}({number})"


def check_rendering(m):
    """man shows every page without a warning, and no page tells where or when it was built"""
    days = set()
    for name in sorted(m.pages):
        path = os.path.abspath(os.path.join(m.built, name))
        if not os.path.exists(path):
            continue  # check_pages tells
        text = read(path)
        days |= set(re.findall(r'^\.TH .*"(\d{4}-\d\d-\d\d)"$', text, re.M)) or {"none"}
        if os.path.abspath(m.root) in text or os.path.dirname(os.path.dirname(path)) in text:
            yield f"{name}: holds a path of this machine"
        if shutil.which("man") is None or shutil.which("groff") is None:
            continue
        p = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           env={**os.environ, "MANWIDTH": str(COLUMNS), "LC_ALL": "C.UTF-8", "MANPAGER": "cat"}, timeout=60)
        for line in p.stderr.decode("utf-8", "replace").splitlines()[:5]:
            yield f"{name}: {line}"
        if p.returncode != 0 or b"EXAMPLES" not in p.stdout:
            yield f"{name}: man gives {p.returncode}"
    if len(days) != 1:
        yield f"pages of the days {', '.join(sorted(days))}"


# ---- completion ----

def check_table(m):
    """commands.txt holds the commands and options of the program and no other"""
    t = m.table
    yield from differ("commands.txt", set(t.commands), set(m.commands), "the command")
    for command, (_, options) in t.commands.items():
        wanted = m.accepted.get(command, {})
        yield from differ("commands.txt: " + command, set(options), set(wanted), "the option")
        for option in set(options) & set(wanted):
            if (options[option] == "flag") == wanted[option]:
                yield f"commands.txt: {command}: --{option} {'takes a value' if wanted[option] else 'is a flag'}"
        if t.about.get(command) != m.about.get(command):
            yield f"commands.txt: {command}: the program says \"{m.about.get(command)}\""
    unused = set(t.options) - {o for _, options in t.commands.values() for o in options}
    yield from (f"commands.txt: nobody has the option {o}" for o in sorted(unused))


def expected_replies(m):
    first = {c.split()[0] for c in m.commands}
    yield [""], first | {"help", "--help", "--version"}
    yield ["help", ""], first | {"help", "--help", "--version"}
    yield ["key", "en"], {"enrol"}
    yield ["help", "key", "en"], {"enrol"}
    yield ["help", "sign", ""], set()
    yield ["no-such-command", ""], set()
    yield ["sign", "x.letter", "--ri"], {"--ring"}
    for family in {c.split()[0] for c in m.commands if " " in c}:
        yield [family, ""], {c.split()[1] for c in m.commands if c.startswith(family + " ")}
    for command in m.commands:
        wanted = {"--" + o for o in m.accepted.get(command, {})} | {"--help"}
        yield [*command.split(), "--"], wanted
        yield [*command.split(), "-"], wanted | {"-h"} | ({"-o"} if "--output" in wanted else set())
        flag = next((o for o, takes_value in m.accepted.get(command, {}).items() if not takes_value), None)
        if flag:
            yield [*command.split(), "--" + flag, "--"], wanted
    files = {"a b.key", "me.key", "one.letter", "two.letter", "part.bundle", "plain", "folder", "letter.ini", "bodies.csv", "our.link", "staff.roster"}
    yield ["sign", ""], {"one.letter", "two.letter", "part.bundle", "folder"}
    yield ["sign", "--yes", "one.letter", ""], set()
    yield ["verify", "--json", "t"], {"two.letter"}
    yield ["sign", "one.letter", "--key", ""], {"me.key", "a b.key", "folder"}
    yield ["sign", "one.letter", "--key", "pl"], {"plain"}
    yield ["sign", "--key", "=", "m"], {"me.key"}  # as readline breaks --key=m
    yield ["sign", "--key", "="], {"me.key", "a b.key", "folder"}
    yield ["sign", "--key=m"], {"--key=me.key"}
    yield ["sign", "one.letter", "-o", ""], files
    yield ["sign", "one.letter", "--ring", ""], set()
    yield ["add", "one.letter", "two.letter", "p"], {"part.bundle", "plain"}
    yield ["roster", "show", ""], {"staff.roster", "folder"}
    yield ["bundle", "one.letter", "--roster", ""], set()
    yield ["letter", "new", ""], {"letter.ini", "folder"}
    yield ["roster", "import", "--ssh", "harbour", "=", "fol"], {"folder"}
    yield ["roster", "import", "--ssh", "har"], set()
    yield ["demo", ""], {"folder"}


def check_bash(m):
    """bash completes commands, options and files"""
    lines = list(expected_replies(m))
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a b.key", "me.key", "one.letter", "two.letter", "part.bundle", "plain", "letter.ini", "bodies.csv", "our.link", "staff.roster"):
            open(os.path.join(folder, name), "w", encoding="utf-8").close()
        os.mkdir(os.path.join(folder, "folder"))
        for (words, wanted), found in zip(lines, m.complete([w for w, _ in lines], folder)):
            if found != sorted(wanted):
                yield f"undersigned {' '.join(words)}<TAB>: {found}, not {sorted(wanted)}"


def check_zsh(m):
    """the script of zsh has every command and option; zsh can read it where there is one"""
    text = read(os.path.join(m.scripts, "_undersigned"))
    for command, options in m.accepted.items():
        block = re.search(r"^\t'" + command + r"'(?:\\ \*)?\)\n(.*?)\n\t\t;;$", text, re.M | re.S)
        found = set(re.findall(r"--([a-z0-9-]+)(?==|\[|\})", block.group(1))) - {"help"} if block else set()
        yield from differ("_undersigned: " + command, found, set(options), "the option")
    yield from syntax("zsh", os.path.join(m.scripts, "_undersigned"))


def check_fish(m):
    """the script of fish has every command and option; fish can read it where there is one"""
    text = read(os.path.join(m.scripts, "undersigned.fish"))
    for command, options in m.accepted.items():
        found = set(re.findall(r"__undersigned_in \"" + command + r"\"' (?:-s \w )?-l ([a-z0-9-]+)", text))
        yield from differ("undersigned.fish: " + command, found, set(options), "the option")
        at, word = (["", *command.split()])[-2:]
        if f"-n '__undersigned_at \"{at}\"' -a {word} " not in text and f"-n '__undersigned_at {at}' -a {word} " not in text:
            yield f"undersigned.fish: lacks the command {command}"
    yield from syntax("fish", os.path.join(m.scripts, "undersigned.fish"))


def syntax(shell, path):
    if shutil.which(shell) is None:
        print(f"# no {shell} here: its script was not read by it")
        return
    p = subprocess.run([shell, "-n", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    if p.returncode != 0:
        yield f"{shell} -n: {p.stdout.decode('utf-8', 'replace')[:200]}"


CHECKS = {f.__name__[6:]: f for f in (check_tables, check_help, check_pages, check_sections, check_options, check_examples, check_samples, check_references,
                                      check_rendering, check_table, check_bash, check_zsh, check_fish)}


def main(root, program, pages, completion, names):
    manual = Manual(root, program, pages, completion)
    names = names or list(CHECKS)
    failed = False
    print(f"1..{len(names)}")
    for i, name in enumerate(names, 1):
        found = list(CHECKS[name](manual))
        for line in found:
            print(f"# {line}")
        failed |= bool(found)
        print(f"{'not ok' if found else 'ok'} {i} - {name}: {CHECKS[name].__doc__}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5], sys.argv[5:]))
