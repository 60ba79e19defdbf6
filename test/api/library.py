#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# library.py ROOT BUILD PROGRAM CC…: the library as others meet it: installed, compiled against, read about, in TAP. UND_TABLE=1 prints what abi.txt should hold
import concurrent.futures
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HEADERS = ["undersigned.h", "undersigned/letter.h", "undersigned/member.h"]
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]
CORE = ("base", "group", "proof", "record", "letter", "api")


def run(*command, env=None, ok=True):
    p = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600,
                       env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})})
    if ok and p.returncode != 0:
        raise Trouble(f"{' '.join(command)[:300]}: {p.returncode}: {p.stderr.decode('utf-8', 'replace')[:1500]}")
    return p.stdout.decode("utf-8", "replace") if ok else p


class Trouble(Exception):
    pass


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return f.read()


# ---- headers as text ----

def without_comments(text):
    return re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.S)


PROTOTYPE = re.compile(r"^(?:UND_MUST_USE |const |enum |struct |char |void |size_t |bool |u?int\d+_t )[^;{}#=]*?\b(und_\w+)\([^;{}]*\);", re.M)


def calls_of(text):
    return [m.group(1) for m in PROTOTYPE.finditer(without_comments(text))]


def undocumented(text):
    """calls with no comment right above them, nor above the calls and structs that stand together with them"""
    plain = without_comments(text)
    for m in PROTOTYPE.finditer(plain):
        above = text[:m.start()]
        # back over what stands together: other prototypes and the body of a struct, down to an empty line or a comment's end
        while above and not above.endswith("*/\n") and not above.endswith("\n\n"):
            above = above[:above[:-1].rfind("\n") + 1]
        if not above.endswith("*/\n") or above.rstrip().endswith("---- */"):
            yield m.group(1)


def structs_of(text):
    """{struct: its members}"""
    found = {}
    for m in re.finditer(r"^struct (und_\w+) \{(.*?)^\};", without_comments(text), re.M | re.S):
        members = []
        for declaration in filter(None, (d.strip() for d in m.group(2).split(";"))):
            pointer = re.search(r"\(\*(\w+)\)\(", declaration)
            members += [pointer.group(1)] if pointer else [re.sub(r"\[.*\]|\*", "", d).split()[-1] for d in declaration.split(",")]
        found[m.group(1)] = members
    return found


def constants_of(text):
    """enumerators that are written out"""
    plain = without_comments(text)
    return [n for m in re.finditer(r"enum(?: und_\w+)? \{([^#]*?)\}", plain) for n in re.findall(r"\b(UND_\w+)\b(?=\s*(?:=|,|$|\n))", re.sub(r"=[^,]*", "", m.group(1)))]


def moved(table, found):
    """what no longer is as the table says, and what it lacks"""
    have = {key(line): line for line in found}
    want = [line for line in table if line and not line.startswith("#")]
    for line in want:
        if have.get(key(line)) != line:
            yield f"was settled as '{line}', and is '{have.get(key(line), 'gone')}'"
    settled = {key(line) for line in want}
    for line in found:
        if key(line) not in settled:
            yield f"new: add '{line}' at the end of its part of test/api/abi.txt (an error: at the end of UND_ERRORS too)"


def key(line):
    """what a line is about: of errors the number"""
    words = line.split()
    return " ".join(words[:2])


# ---- the library, installed into a folder of its own ----

class Installed:
    def __init__(self, root, build, program, cc, folder):
        self.root, self.build, self.program, self.cc, self.folder = root, build, os.path.abspath(program), cc, folder
        self.headers = {h: read(root, "include", h) for h in HEADERS}
        self.calls = [c for h in HEADERS for c in calls_of(self.headers[h])]
        self.top = os.path.join(folder, "top")
        meson = shutil.which("meson")
        run(*([meson] if meson else [sys.executable, "-m", "mesonbuild.mesonmain"]), "install", "-C", build, "--no-rebuild", "--destdir", self.top,
            "--tags", "devel,runtime")
        self.files = sorted(os.path.relpath(os.path.join(d, f), self.top) for d, _, fs in os.walk(self.top) for f in fs)
        pc = [f for f in self.files if f.endswith("/undersigned.pc")]
        self.libdir = os.path.dirname(os.path.dirname(pc[0])) if pc else ""
        self.env = {"PKG_CONFIG_PATH": os.path.join(self.top, self.libdir, "pkgconfig"), "PKG_CONFIG_SYSROOT_DIR": self.top}
        self.built = {}

    def lib(self, name):
        return os.path.join(self.top, self.libdir, name)

    def flags(self, *how):
        return run("pkg-config", *how, "undersigned", env=self.env).split()

    def compile(self, source, static):
        """the program of that source, made with what pkg-config says and nothing else"""
        name = os.path.splitext(os.path.basename(source))[0] + ("-static" if static else "")
        if name not in self.built:
            out = os.path.join(self.folder, name)
            flags = self.flags("--static", "--cflags", "--libs") if static else self.flags("--cflags", "--libs")
            if static:  # the library's own archive; those of others as the machine has them
                flags = [self.lib("libundersigned.a") if f == "-lundersigned" else f for f in flags]
            run(*self.cc, "-std=c99", *STRICT, "-o", out, os.path.join(self.root, source), *flags)
            self.built[name] = out
        return self.built[name]

    def run(self, program, *args):
        return run(program, *args, env={"LD_LIBRARY_PATH": os.path.join(self.top, self.libdir)}, ok=False)


# ---- checks ----

def check_no(_):
    """the checks below can say no"""
    header = ("#define X und_not(void);\n/* Says it. */\nUND_MUST_USE enum und_err und_said(int a,\n    int b);\nvoid und_too(void);\n\n"
              "void und_silent(void);\n\n/* A struct. */\nstruct und_s {\n\tint a, *b; /* c; */\n\tchar d[3];\n\tvoid (*e)(int x);\n};\nsize_t und_of_s(void);\n"
              "/* ---- part ---- */\nint32_t und_part(void);\nenum { UND_A = 1, UND_B };\nenum und_e { UND_C = 1 << 3 };\n")
    for got, want in [(calls_of(header), ["und_said", "und_too", "und_silent", "und_of_s", "und_part"]),
                      (list(undocumented(header)), ["und_silent", "und_part"]),
                      (structs_of(header), {"und_s": ["a", "b", "d", "e"]}),
                      (constants_of(header), ["UND_A", "UND_B", "UND_C"]),
                      (list(moved(["# x", "error 0 ok", "error 1 memory"], ["error 0 ok", "error 1 memory"])), []),
                      (len(list(moved(["error 0 ok", "error 1 memory"], ["error 0 ok", "error 1 new", "error 2 memory"]))), 2),
                      (len(list(moved(["error 0 ok", "error 1 memory"], ["error 0 ok"]))), 1),
                      (len(list(moved(["member s.a 0 8"], ["member s.a 8 8"]))), 1),
                      (list(of_letters({"bad-x": {"valid": False, "line": 3}, "newer": {"valid": None, "line": 2}, "valid-y": {"valid": True, "signers": 2, "bodies": 1, "undisclosed": 1, "withdrawn": 0, "keys": 9}},
                                       "bad-x.letter: line 3: z (json)\nnewer.letter: line 2, v: z (newer)\n"
                                       "valid-y.letter: valid: 2 people signed, from 1 bodies; 1 of them name none; 0 withdrew\n\t9 keys, until …\n")), []),
                      (len(list(of_letters({"bad-x": {"valid": False, "line": 3}, "valid-y": {"valid": True, "signers": 2, "bodies": 1, "undisclosed": 1, "withdrawn": 0, "keys": 9}},
                                           "bad-x.letter: line 4: z (json)\nvalid-y.letter: valid: 3 people signed, from 1 bodies; 1 of them name none; 0 withdrew\n\t9 keys, until …\n"))), 2)]:
        if got != want:
            yield f"{got}, expected {want}"


def check_installed(x):
    """headers, both libraries and a pkg-config file are installed, and tell nothing of this machine"""
    wanted = {"include/" + h for h in HEADERS} | {x.libdir[x.libdir.find("lib"):] + "/" + f for f in
                                                   ("libundersigned.so", "libundersigned.so.0", "libundersigned.a", "pkgconfig/undersigned.pc")}
    for name in sorted(wanted):
        if not any(f.endswith("/" + name) or f == name for f in x.files):
            yield f"not installed: {name}"
    for f in x.files:
        if "und_" in f or f.endswith((".la", ".o")):
            yield f"installed: {f}"
    pc = read(x.env["PKG_CONFIG_PATH"], "undersigned.pc")
    for place in (os.path.abspath(x.root), os.path.abspath(x.build), "/gcc/", ".so"):
        if place in pc:
            yield f"undersigned.pc names {place}"
    for how, wanted, not_wanted in ((("--libs",), ["-lundersigned"], ["-ldecaf", "-lsodium"]), (("--static", "--libs"), ["-lundersigned", "-ldecaf", "-lsodium"], [])):
        flags = x.flags(*how)
        for f in wanted:
            if f not in flags:
                yield f"pkg-config {' '.join(how)} lacks {f}: {flags}"
        for f in not_wanted:
            if f in flags:
                yield f"pkg-config {' '.join(how)} has {f}: {flags}"


def check_shown(x):
    """the shared library shows the calls of its headers and nothing else, under its first version"""
    out = run("nm", "-D", "--defined-only", x.lib("libundersigned.so.0"))
    shown = {line.split()[-1] for line in out.splitlines()} - {"UNDERSIGNED_0"}
    calls = {c + "@@UNDERSIGNED_0" for c in x.calls}
    if len(calls) < 60:
        yield f"the headers have {len(calls)} calls"
    yield from (f"not shown: {c}" for c in sorted(calls - shown))
    yield from (f"shown, and in no header: {c}" for c in sorted(shown - calls))
    listed = re.findall(r"^\t(und_\w+);$", read(x.root, "src/api/undersigned.map"), re.M)
    if listed != sorted(x.calls):
        yield f"undersigned.map: {sorted(set(listed) ^ set(x.calls))} differ, or are not in order"
    packaged = re.findall(r"^ (und_\w+)@UNDERSIGNED_0 ", read(x.root, "debian/libundersigned0.symbols"), re.M)
    if sorted(packaged) != sorted(x.calls):
        yield f"debian/libundersigned0.symbols: {sorted(set(packaged) ^ set(x.calls))} differ"
    if not re.search(r"SONAME\s+libundersigned\.so\.0$", run("objdump", "-p", x.lib("libundersigned.so.0")), re.M):
        yield "its soname is not libundersigned.so.0"


def check_headers(x):
    """each header stands by itself, in C99 and in C++11, without a warning"""
    cxx = shutil.which("c++")
    for h in HEADERS:
        for compiler, language in ((x.cc, ["-x", "c", "-std=c99", "-Wstrict-prototypes"]), ([cxx], ["-x", "c++", "-std=c++11"])):
            if compiler == [None]:
                yield "no c++ here (build-essential has one)"
                continue
            source = os.path.join(x.folder, "alone.c")
            with open(source, "w", encoding="utf-8") as f:
                f.write(f"#include <{h}>\n#include <{h}>\nint main(void) {{ return UND_OK; }}\n")
            p = run(*compiler, *language, *STRICT, "-fsyntax-only", *x.flags("--cflags"), source, ok=False)
            if p.returncode != 0:
                yield f"{h}, {language[1]}: {p.stderr.decode('utf-8', 'replace')[:500]}"


def check_documented(x):
    """each call is documented in its header, and stands in undersigned(3)"""
    for h in HEADERS:
        yield from (f"{h}: {c} has no comment" for c in undocumented(x.headers[h]))
    page = read(x.root, "doc/man/undersigned.3.scd")
    shown = re.findall(r"\*(und_[a-z_]+)\*\(", page)
    yield from (f"undersigned.3: lacks {c}" for c in x.calls if c not in shown)
    yield from (f"undersigned.3: {c}, which does not exist" for c in sorted(set(shown) - set(x.calls)))
    guide = read(x.root, "doc/library.md")
    yield from (f"library.md: {c}, which does not exist" for c in sorted(set(re.findall(r"\b(und_[a-z_]+)\(", guide)) - set(x.calls)))


def table_of(x):
    """numbers of errors and constants, sizes and places of members, as a program that was compiled today has them"""
    text = "".join(x.headers.values())
    lines = ['\tfor (int e = 0; e < UND_ERR_COUNT; e++)\n\t\tprintf("error %d %s\\n", e, und_err_name((enum und_err)e));']
    lines += [f'\tprintf("constant {c} %d\\n", (int){c});' for c in constants_of(text) if c != "UND_ERR_COUNT"]
    for s, members in structs_of(text).items():
        lines.append(f'\tprintf("struct {s} %zu\\n", sizeof(struct {s}));')
        lines += [f'\tprintf("member {s}.{m} %zu %zu\\n", offsetof(struct {s}, {m}), sizeof(((struct {s} *)0)->{m}));' for m in members]
    source = os.path.join(x.folder, "table.c")
    with open(source, "w", encoding="utf-8") as f:
        f.write("#include <stdio.h>\n#include <undersigned/member.h>\nint main(void)\n{\n" + "\n".join(lines) + '\n\tprintf("pointer %zu\\n", sizeof(void *));\n\treturn 0;\n}\n')
    found = x.run(x.compile(source, True)).stdout.decode().splitlines()
    return found[:-1], found[-1] == "pointer 8"


def check_settled(x):
    """what compiled programs rely on has not moved: numbers of errors and constants, sizes and places of members"""
    found, is_64_bit = table_of(x)
    table = read(x.root, "test/api/abi.txt").splitlines()
    if not is_64_bit:
        print("# a machine of other pointers: sizes are not compared")
        found, table = ([line for line in lines if not line.startswith(("struct", "member"))] for lines in (found, table))
    if len(found) < 250:
        yield f"{len(found)} lines"
    yield from moved(table, found)


def of_letters(expected, said):
    """where the text of count differs from what is expected of each letter"""
    blocks = {b.partition(".letter: ")[0]: b.partition(".letter: ")[2] for b in re.split(r"\n(?!\t)", said) if b}
    for name, want in expected.items():
        got = blocks.get(name, "nothing")
        if want["valid"]:
            sentence = (f"valid: {want['signers']} people signed, from {want['bodies']} bodies; {want['undisclosed']} of them name none; {want['withdrawn']} withdrew\n"
                        f"\t{want['keys']} keys, ")
            rings = [(r["signers"], r["keys"], r["id"]) for r in want.get("rings", []) if r["signers"]]
            told = [(int(a), int(b), c) for a, b, c in re.findall(r"^\t(\d+) among (\d+) keys\t([^\t]+)\t", got, re.M)]
            wrong = not got.startswith(sentence) or rings != told
        else:
            wrong = not re.match(rf"line {want['line']}(, \S+)?: .+ \({'newer' if want['valid'] is None else '(?!newer)[a-z0-9-]+'}\)$", got)
        if wrong:
            yield f"{name}: says {got[:300]!r}"


def check_counted(x):
    """the example program, of the shared and of the static library, tells of every letter of the vectors what is expected"""
    letters = os.path.join(x.root, "test/vectors/letters")
    expected = json.loads(read(letters, "expected.json"))
    if len(expected) != 293:
        yield f"{len(expected)} letters"
    for static in (False, True):
        program = x.compile("doc/example/count.c", static)
        p = subprocess.run([program, *(n + ".letter" for n in expected)], cwd=letters, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           env={**os.environ, "LD_LIBRARY_PATH": "" if static else os.path.join(x.top, x.libdir)}, timeout=600)
        if p.returncode != 3:  # the worst: one needs a newer library
            yield f"{os.path.basename(program)} gives {p.returncode}"
        yield from of_letters(expected, p.stdout.decode())
    uses = run("objdump", "-p", x.compile("doc/example/count.c", True))
    if "libundersigned" in uses or "libundersigned.so.0" not in run("objdump", "-p", x.compile("doc/example/count.c", False)):
        yield "count-static needs the shared library, or count does not"
    x.compile("doc/example/sign.c", False)
    x.compile("doc/example/sign.c", True)


TOUR_MAIN = """
#include <string.h>
int main(int argc, char **argv)
{
	static unsigned char file[1 << 22];
	FILE *f = fopen(argc == 3 ? argv[1] : "", "rb");
	uint8_t pin[UND_ID_SIZE];

	return f == NULL || und_id_parse(pin, argv[2], strlen(argv[2])) != UND_OK ? 2 : !verify(file, fread(file, 1, sizeof file, f), pin);
}
"""


def check_tour(x):
    """the lines of doc/library.md verify"""
    block = re.search(r"^```c\n(.*?)^```$", read(x.root, "doc/library.md"), re.M | re.S)
    source = os.path.join(x.folder, "tour.c")
    with open(source, "w", encoding="utf-8") as f:
        f.write((block.group(1) if block else "") + TOUR_MAIN)
    program, letters = x.compile(source, False), os.path.join(x.root, "test/vectors/letters")
    pin = json.loads(x.run(x.program, "verify", "--json", os.path.join(letters, "valid-base.letter")).stdout)["pin"]
    for name, its_pin, code, said in (("valid-base", pin, 0, "4 people from 2 bodies signed\n"), ("valid-base", "A" * 43, 1, "line 0 : the roster's registrars are not those of the pin\n"),
                                      ("bad-proof", pin, 1, "line ")):
        p = x.run(program, os.path.join(letters, name + ".letter"), its_pin)
        if p.returncode != code or not p.stdout.decode().startswith(said):
            yield f"{name}: {p.returncode}, {p.stdout.decode()[:200]!r}"


def check_judged(x):
    """the library and the command give one verdict of every letter of the vectors: the same bytes"""
    letters = os.path.join(x.root, "test/vectors/letters")
    names = [os.path.join(letters, n) for n in sorted(os.listdir(letters)) if n.endswith(".letter")]

    def command(name):
        return x.run(x.program, "verify", "--json", name).stdout.decode()
    while True:  # both say which lines are dated after today
        day = datetime.datetime.now(datetime.timezone.utc).date()
        said = x.run(x.compile("test/api/judge.c", False), *names).stdout.decode().splitlines(True)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            wanted = list(pool.map(command, names))
        if day == datetime.datetime.now(datetime.timezone.utc).date():
            break
    if len(said) != 293 or len(wanted) != 293:
        yield f"{len(said)} and {len(wanted)} verdicts of {len(names)} letters"
    for name, a, b in zip(names, said, wanted):
        if a != b:
            yield f"{os.path.basename(name)}: the library says {a[:200]!r}, the command {b[:200]!r}"


def check_once(x):
    """no source of the library is compiled twice in one build"""
    times = {}
    for entry in json.loads(read(x.build, "compile_commands.json")):
        path = os.path.relpath(os.path.realpath(os.path.join(entry["directory"], entry["file"])), os.path.realpath(x.root))
        if path.startswith(tuple(f"src/{layer}/" for layer in CORE)):
            times[path] = times.get(path, 0) + 1
    if len(times) < 60:
        yield f"{len(times)} sources"
    yield from (f"{path}: {n} times" for path, n in times.items() if n != 1)


CHECKS = {f.__name__[6:]: f for f in (check_no, check_installed, check_shown, check_headers, check_documented, check_settled, check_counted, check_tour, check_judged, check_once)}


def main(root, build, program, cc):
    with tempfile.TemporaryDirectory() as folder:
        x = Installed(root, build, program, cc, folder)
        if os.environ.get("UND_TABLE"):
            print("\n".join(table_of(x)[0]))
            return 0
        print(f"1..{len(CHECKS)}")
        failed = False
        for i, (name, check) in enumerate(CHECKS.items(), 1):
            try:
                found = list(check(x))
            except Trouble as t:
                found = [str(t)]
            for line in found[:40]:
                print("# " + line.replace("\n", "\n# "))
            failed |= bool(found)
            print(f"{'not ok' if found else 'ok'} {i} - {name}: {check.__doc__}", flush=True)
        return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
