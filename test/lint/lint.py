#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# lint.py ROOT [CHECK…]: what the compiler does not look at, in TAP; lint_test.py proves that each check can say no
import os
import re
import subprocess
import sys

LINES_OF_A_FILE = 600
LINES_OF_A_MODULE = 400  # web/src
LINES_OF_A_FUNCTION = 60  # beyond it a remark, beyond twice as much a failure
GENERATED_OR_FOREIGN = ("test/vectors/", "test/fuzz/corpus/")  # data: any bytes
BANNED = {
    "strcpy": "the buffer's end is unknown: und_buf_add",
    "stpcpy": "the buffer's end is unknown: und_buf_add",
    "strcat": "the buffer's end is unknown: und_buf_add",
    "strncat": "its length means something else than one thinks: und_buf_add",
    "strncpy": "may leave out the zero byte: memcpy with a checked length",
    "sprintf": "the buffer's end is unknown: snprintf",
    "vsprintf": "the buffer's end is unknown: vsnprintf",
    "gets": "the buffer's end is unknown",
    "scanf": "numbers overflow in it", "sscanf": "numbers overflow in it", "fscanf": "numbers overflow in it",
    "atoi": "takes rubbish for 0", "atol": "takes rubbish for 0", "atoll": "takes rubbish for 0", "atof": "takes rubbish for 0",
    "strtok": "static state", "localtime": "static state", "gmtime": "static state", "ctime": "static state", "asctime": "static state",
    "system": "a shell", "popen": "a shell",
    "tmpnam": "a race", "mktemp": "a race", "tempnam": "a race",
    "rand": "not random: struct und_random", "random": "not random: struct und_random", "srand": "not random: struct und_random",
    "drand48": "not random: struct und_random",
    "alloca": "a stack without end",
    "setjmp": "one forward out: label", "longjmp": "one forward out: label",
    "usleep": "no sleeping", "sleep": "no sleeping",
}
# out of a library that ends the program where there is no memory
JUMPS = {"src/page/parse.c": ("setjmp", "longjmp")}
# words that no module of the page may hold, in code or in strings
BANNED_ON_THE_PAGE = {
    r"eval": "runs text", r"new\s+Function": "runs text", r"Function(?=\s*\()": "runs text",
    r"innerHTML": "text becomes markup", r"outerHTML": "text becomes markup", r"insertAdjacentHTML": "text becomes markup",
    r"setHTML\w*": "text becomes markup", r"document\.write\w*": "text becomes markup", r"createContextualFragment": "text becomes markup",
    r"DOMParser": "text becomes markup",
    r"localStorage": "leaves traces", r"sessionStorage": "leaves traces", r"indexedDB": "leaves traces", r"document\.cookie": "leaves traces",
    r"caches\.\w+": "leaves traces",
    r"fetch(?=\s*\()": "reaches out", r"XMLHttpRequest": "reaches out", r"WebSocket": "reaches out", r"WebTransport": "reaches out",
    r"sendBeacon": "reaches out", r"EventSource": "reaches out", r"RTCPeerConnection": "reaches out", r"importScripts": "reaches out",
    r"import(?=\s*\()": "loads code", r"serviceWorker": "stays behind",
    r"WebAssembly": "hardened browsers have none", r"SharedArrayBuffer": "file:// has none",
    r"Math\.random": "not random: Random", r"console\.\w+": "may keep a secret in sight", r"debugger": "stops a person's page",
}
# the one module that talks with the server from which the page came
REACHES_OUT = {"fetch": "web/src/page/host.js"}
# and what only these layers of it may hold
KEPT_ON_THE_PAGE = {r"crypto\.(getRandomValues|subtle|randomUUID)": "page worker", r"(document|window|navigator)\.\w+": "page"}


def tracked(root):
    """Paths under root that git knows or would take; without git, all but build folders."""
    try:
        out = subprocess.run(["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
        names = [os.fsdecode(n) for n in out.split(b"\0") if n]
    except (OSError, subprocess.CalledProcessError):
        names = []
        for folder, folders, files in os.walk(root):
            folders[:] = [d for d in folders if d not in (".git", "node_modules", "__pycache__") and not d.startswith("build")]
            names += [os.path.relpath(os.path.join(folder, f), root) for f in files]
    return sorted(set(n for n in names if os.path.isfile(os.path.join(root, n))))


class Tree:
    def __init__(self, root):
        self.root = root
        self.paths = tracked(root)
        self.ours = [p for p in self.paths if not p.startswith(GENERATED_OR_FOREIGN)]

    def bytes(self, path):
        with open(os.path.join(self.root, path), "rb") as f:
            return f.read()

    def text(self, path):
        return self.bytes(path).decode("utf-8", "replace")

    def js(self, *tops):
        return [p for p in self.ours if p.endswith((".js", ".mjs", ".d.ts")) and p.startswith(tops or ("web/",))]

    def c(self, *tops):
        return [p for p in self.ours if p.endswith((".c", ".h")) and (not tops or p.startswith(tops))]


def without_comments(text, keep_strings=False):
    """C with comments (and the insides of strings) blanked; lines stay where they are."""
    def blank(m):
        s = m.group(0)
        if s.startswith("/"):
            return re.sub(r"[^\n]", " ", s)
        return s if keep_strings else s[0] + " " * (len(s) - 2) + s[-1]
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def without_js_comments(text):
    """JavaScript with comments blanked; lines stay where they are, strings too."""
    def blank(m):
        return re.sub(r"[^\n]", " ", m.group(0)) if m.group(0).startswith(("//", "/*")) else m.group(0)
    regex = r'(?<=[(,=:\[!&|?{};\n])\s*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/'
    return re.sub(regex + r'|/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|`(?:\\.|[^`\\])*`', blank, text, flags=re.S)


def read_layers(text):
    layers, headers = {}, {}
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        name, _, rest = line.partition(":")
        (headers if name.startswith("<") else layers)[name.strip()] = rest.split()
    return layers, headers


def check_layers(tree):
    """a layer includes only what the table allows"""
    layers, headers = read_layers(tree.text("test/lint/layers.txt"))
    for path in tree.c("src/", "include/"):
        parts = path.split("/")
        layer = parts[1] if parts[0] == "src" else None
        if parts[0] == "src" and (len(parts) < 3 or layer not in layers):
            yield f"{path}: {layer} is no layer of layers.txt"
            continue
        for number, line in enumerate(without_comments(tree.text(path), keep_strings=True).splitlines(), 1):
            m = re.match(r'\s*#\s*include\s*(.*)', line)
            if not m:
                continue
            what = m.group(1).strip()
            where = f"{path}:{number}: includes {what}"
            if re.fullmatch(r"<[^>]+>", what):
                allowed = headers.get(what)
                if allowed is None:
                    yield f"{where}, which layers.txt gives to nobody"
                elif "*" not in allowed and layer is not None and layer not in allowed:
                    yield f"{where}, which layers.txt gives to: {' '.join(allowed)}"
                elif layer is None and "*" not in allowed and "include" not in allowed:
                    yield f"{where}, which is not for everybody"
            elif re.fullmatch(r'"[^"]+"', what):
                target = what[1:-1]
                if target == "undersigned.h":
                    continue
                if "/" not in target or target.startswith("."):
                    yield f"{where}: write \"layer/name.h\""
                elif layer is None:
                    yield f"{where}: the public header includes no layer"
                elif target.split("/")[0] != layer and target.split("/")[0] not in layers[layer]:
                    yield f"{where}, but {layer} may include: {' '.join(layers[layer]) or 'nothing'}"
            else:
                yield f"{where}: by a macro, so nobody can tell"


def check_page_layers(tree):
    """a module of the page imports only what web.txt allows"""
    modules = tree.js("web/src/")
    if not modules:
        return
    layers, packages = read_layers(tree.text("test/lint/web.txt"))
    for path in modules:
        parts = path.split("/")
        layer = parts[2]
        if len(parts) < 4 or layer not in layers:
            yield f"{path}: {layer} is no layer of web.txt"
            continue
        text = tree.text(path) if path.endswith(".d.ts") else without_js_comments(tree.text(path))
        for m in re.finditer(r"""(?:^(?:import|export)\b.*\bfrom|^\}\s*from|^\s*import)\s*(["'])(.*?)\1""", text, flags=re.M):
            what = m.group(2)
            where = f"{path}:{text.count(chr(10), 0, m.start(2)) + 1}: imports {what}"
            if not what.startswith("."):
                allowed = packages.get("<" + "/".join(what.split("/")[:2 if what.startswith("@") else 1]) + ">", ())
                if layer not in allowed:
                    yield f"{where}, which web.txt gives to: {' '.join(allowed) or 'nobody'}"
                continue
            target = os.path.normpath(os.path.join(os.path.dirname(path), what))
            if target not in tree.paths:
                yield f"{where}, and there is no {target}"
            elif target.endswith(".d.ts"):
                continue
            elif not target.startswith("web/src/"):
                yield f"{where}, outside web/src"
            elif target.split("/")[2] != layer and target.split("/")[2] not in layers[layer]:
                yield f"{where}, but {layer} may import: {' '.join(layers[layer]) or 'nothing'}"


def check_table(tree):
    """the table that people read says the same as layers.txt"""
    layers, _ = read_layers(tree.text("test/lint/layers.txt"))
    path, above = "doc/ARCHITECTURE.md", []
    for number, line in enumerate(tree.text(path).splitlines() if path in tree.paths else [], 1):
        m = re.fullmatch(r"\| `(\w+)/` \|.*\| ([^|]*) \|", line)
        if m is None:
            continue
        layer, may = m.groups()
        said = above if may in ("all", "all above") else [] if may == "–" else may.split()
        if layer not in layers:
            yield f"{path}:{number}: {layer} is no layer of layers.txt"
        elif set(said) != set(layers[layer]) & set(above + said):
            yield f"{path}:{number}: {layer} may include {' '.join(layers[layer]) or 'nothing'}"
        above = above + [layer]
    if len(above) < 2:
        yield f"{path}: no table of layers"


def check_licence(tree):
    """every source file begins with its licence and says what it is"""
    for path in tree.ours:
        name = os.path.basename(path)
        source = path.endswith((".c", ".h", ".py", ".sh", ".js", ".mjs")) or path in ("dev", ".ci/run")
        if not source:
            continue
        lines = tree.text(path).splitlines()
        at = 1 if lines and lines[0].startswith(("#!", "# shellcheck")) else 0
        if len(lines) <= at + 1 or "SPDX-License-Identifier: AGPL-3.0-or-later" not in lines[at]:
            yield f"{path}:{at + 1}: no line 'SPDX-License-Identifier: AGPL-3.0-or-later'"
        elif not re.search(r"(^|[\s/])" + re.escape(name) + r"\b[^:]*: \S", lines[at + 1]):
            yield f"{path}:{at + 2}: does not say '{name}: what it is'"
    if "LICENSE" not in tree.paths or "GNU AFFERO GENERAL PUBLIC LICENSE" not in tree.text("LICENSE"):
        yield "LICENSE: missing"


def check_banned(tree):
    """nobody calls a banned function"""
    call = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
    for path in tree.c("src/", "include/"):
        for number, line in enumerate(without_comments(tree.text(path)).splitlines(), 1):
            for m in call.finditer(line):
                if m.group(1) not in JUMPS.get(path, ()):
                    yield f"{path}:{number}: {m.group(1)}: {BANNED[m.group(1)]}"


def check_page_banned(tree):
    """no module of the page runs text, reaches out, leaves traces or makes markup of text"""
    every = re.compile(r"(?<![\w$])(" + "|".join(BANNED_ON_THE_PAGE) + r")(?![\w$])")
    kept = [(re.compile(r"(?:\bglobalThis\.|\bself\.|(?<![\w$.]))" + word), layers.split()) for word, layers in KEPT_ON_THE_PAGE.items()]
    for path in tree.js("web/src/"):
        layer = path.split("/")[2]
        if path.endswith(".d.ts"):
            continue
        raw = tree.text(path)
        for number, line in enumerate(raw.splitlines(), 1):
            m = re.search(r"@ts-(ignore|nocheck)", line)
            if m:
                yield f"{path}:{number}: {m.group(0)}: tsc is to look"
        for number, line in enumerate(without_js_comments(raw).splitlines(), 1):
            for m in every.finditer(line):
                if REACHES_OUT.get(m.group(1)) == path:
                    continue
                yield f"{path}:{number}: {m.group(1)}: {next(why for word, why in BANNED_ON_THE_PAGE.items() if re.match(word, line[m.start():]))}"
            for word, layers in kept:
                m = word.search(line)
                if m and layer not in layers:
                    yield f"{path}:{number}: {m.group(0)} belongs to {' '.join(layers)}"


def functions(text):
    """(name, first line, number of lines) of each function body: '{' and '}' alone in column 1, as the style asks"""
    lines = without_comments(text).splitlines()
    begin = None
    for i, line in enumerate(lines):
        if line.rstrip() == "{":
            begin = i
        elif line.rstrip() in ("}", "};") and begin is not None:
            head = " ".join(lines[max(0, begin - 6):begin])
            names = re.findall(r"(\w+)\s*\(", re.split(r"[;}]", head)[-1])
            yield (names[0] if names else "?"), begin + 1, i - begin - 1
            begin = None


def js_functions(text):
    """(name, first line, number of lines) of each function and method that stands in no other: it ends where its indentation returns"""
    begin = None
    for i, line in enumerate(without_js_comments(text).splitlines()):
        m = re.match(r"(\t?)(?:export )?(?:default )?(?:static |async |get |set )*(?:function\*? ?|const |\*)?([#\w$]+)(?: = .*=>|\(.*\)) \{$", line)
        if m and m.group(2) not in ("if", "for", "while", "switch", "catch", "with"):
            begin = (m.group(1), m.group(2), i)
        elif begin and line.rstrip(";,)") == begin[0] + "}":
            yield begin[1], begin[2] + 1, i - begin[2] - 1
            begin = None


def check_lengths(tree):
    """files and functions are short enough to read"""
    for path in tree.ours:
        if not (path.endswith((".c", ".h", ".py", ".sh", ".js")) or path == "dev"):
            continue
        text = tree.text(path)
        most = LINES_OF_A_MODULE if path.startswith("web/src/") else LINES_OF_A_FILE
        if text.count("\n") > most:
            yield f"{path}: {text.count(chr(10))} lines, {most} at most"
        if not path.endswith((".c", ".h")) and not path.startswith("web/src/"):
            continue
        for name, line, length in functions(text) if path.endswith((".c", ".h")) else js_functions(text):
            if length > 2 * LINES_OF_A_FUNCTION:
                yield f"{path}:{line}: {name} has {length} lines, {LINES_OF_A_FUNCTION} are enough"
            elif length > LINES_OF_A_FUNCTION:
                print(f"# remark: {path}:{line}: {name} has {length} lines")


def check_whitespace(tree):
    """no white space at the end of lines or files, no carriage returns, C indented with tabs"""
    for path in tree.ours:
        data = tree.bytes(path)
        if b"\0" in data or path == "LICENSE":
            continue
        if data and not data.endswith(b"\n"):
            yield f"{path}: no newline at the end"
        if data.endswith(b"\n\n"):
            yield f"{path}: empty lines at the end"
        before = b""
        for number, line in enumerate(data.split(b"\n"), 1):
            if line != line.rstrip():
                yield f"{path}:{number}: white space at the end"
            if path.endswith((".c", ".h")) and line.startswith(b"  ") and before.endswith((b";", b"{", b"}")):
                yield f"{path}:{number}: indented with spaces"
            before = line


def check_machines(tree):
    """nothing tells on which machine it was written, or from which registry it came"""
    places = re.compile(r"(?<![\w.])/(work/(main|shared)|home/\w|root/\w|tmp/[a-z]?-?\w{1,3}/)"
                        r"|\b(deb|ftp|security|snapshot)\.debian\.org\b|\bregistry\.npmjs\b|\bpypi\.org\b|\bcrates\.io\b|\bproxy\.golang\b")
    for path in tree.ours:
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            m = places.search(line)
            if m:
                yield f"{path}:{number}: {m.group(0)}"


CHECKS = {f.__name__[6:]: f for f in (check_layers, check_page_layers, check_table, check_licence, check_banned, check_page_banned, check_lengths, check_whitespace, check_machines)}


def main(root, names):
    tree = Tree(root)
    names = names or list(CHECKS)
    failed = False
    print(f"1..{len(names)}")
    for i, name in enumerate(names, 1):
        found = list(CHECKS[name](tree))
        for line in found:
            print(f"# {line}")
        failed |= bool(found)
        print(f"{'not ok' if found else 'ok'} {i} - {name}: {CHECKS[name].__doc__}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
