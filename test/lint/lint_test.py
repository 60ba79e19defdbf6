#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# lint_test.py CC: each checker can say no: offenders planted in a folder of their own, one a check, beside what must pass
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = "/* SPDX-License-Identifier: AGPL-3.0-or-later */\n/* {0}: a sample */\n"
JS_HEAD = "// SPDX-License-Identifier: AGPL-3.0-or-later\n// {0}: a sample\n"
GOOD = {
    "LICENSE": "GNU AFFERO GENERAL PUBLIC LICENSE \n",
    "include/undersigned.h": HEAD.format("undersigned.h") + "#include <stdint.h>\n",
    "src/base/base.h": HEAD.format("base/base.h") + '#include "undersigned.h"\n',
    "src/group/good.c": HEAD.format("good.c") + '#include <decaf.h>\n#include <string.h>\n#include "base/base.h"\n#include "group/group.h"\n'
                        '/* strcpy(a, b) is banned */\nint f(void)\n{\n\treturn g("strcpy(", a.strcpy(1));\n}\n',
    "src/cli/main.c": HEAD.format("main.c") + '#include "letter/letter.h"\n#include "record/record.h"\n',
    "test/good.py": "#!/usr/bin/python3\n# SPDX-License-Identifier: AGPL-3.0-or-later\n# good.py: a sample\n",
    "doc/ARCHITECTURE.md": "| `base/` | x | – |\n| `group/` | x | base |\n| `record/` | x | base group |\n| `os/` | x | base |\n| `cli/` | x | all |\n",
    "test/vectors/odd": "no newline \r",
    "web/src/base/base.js": JS_HEAD.format("base.js") + "export const one = 1;\n",
    "web/src/worker/tasks.d.ts": "export type Day = string;\n",
    "web/src/group/good.js": JS_HEAD.format("good.js") + "import { one } from '../base/base.js';\nimport { ed } from '@noble/curves/ed25519.js';\n"
                             "/** @import { Day } from '../worker/tasks.d.ts' */\n// eval(x), fetch(y), from '../letter/letter.js'\n"
                             "const word = /[\"'/]\\/*/;\nexport { one, ed, word, prefetch(1) };\n",
    "web/src/page/good.js": JS_HEAD.format("good.js") + "import {\n\tone,\n} from '../base/base.js';\nimport { qr } from 'lean-qr';\ndocument.title = one + qr;\n",
    "web/src/page/host.js": JS_HEAD.format("host.js") + "fetch(x);\n",
    "web/src/worker/good.js": JS_HEAD.format("good.js") + "import '../group/good.js';\ncrypto.getRandomValues(x);\n",
}


def c(body, name="bad.c"):
    return HEAD.format(name) + body


def js(body):
    return JS_HEAD.format("bad.js") + body


# check, path, content: each must be found, at that path
BAD = [
    ("layers", "src/base/bad.c", c('#include "group/group.h"\n')),
    ("layers", "src/base/bad.c", c('#  include   "letter/letter.h"\n')),
    ("layers", "src/letter/bad.c", c('#include "os/os.h"\n')),
    ("layers", "src/os/bad.c", c('#include "letter/letter.h"\n')),
    ("layers", "src/proof/bad.c", c("#include <decaf.h>\n")),
    ("layers", "src/cli/bad.c", c("#include <jansson.h>\n")),
    ("layers", "src/letter/bad.c", c("#include <libssh/libssh.h>\n")),
    ("layers", "src/record/bad.c", c("#include <stdio.h>\n")),
    ("layers", "src/cli/bad.c", c("#include <nobody/knows.h>\n")),
    ("layers", "src/cli/bad.c", c('#include "cli.h"\n')),
    ("layers", "src/cli/bad.c", c('#include "../group/group.h"\n')),
    ("layers", "src/cli/bad.c", c("#include HEADER\n")),
    ("layers", "src/newcomer/bad.c", c("int x;\n")),
    ("layers", "src/bad.c", c("int x;\n")),
    ("layers", "include/bad.h", c('#include "base/base.h"\n', "bad.h")),
    ("layers", "include/bad.h", c("#include <decaf.h>\n", "bad.h")),
    ("page_layers", "web/src/base/bad.js", js("import { good } from '../group/good.js';\n")),
    ("page_layers", "web/src/base/bad.js", js("import\t'../group/good.js';\n")),
    ("page_layers", "web/src/base/bad.js", js("export { good } from \"../group/good.js\";\n")),
    ("page_layers", "web/src/base/bad.js", js("const a = '/*'; import {\n\tgood,\n} from '../group/good.js'; // */\n")),
    ("page_layers", "web/src/page/bad.js", js("import { good } from '../group/good.js';\n")),
    ("page_layers", "web/src/page/bad.js", js("import '../worker/good.js';\n")),
    ("page_layers", "web/src/worker/bad.js", js("import '../page/good.js';\n")),
    ("page_layers", "web/src/group/bad.js", js("import '../base/nowhere.js';\n")),
    ("page_layers", "web/src/group/bad.js", js("import '../../../test/good.py';\n")),
    ("page_layers", "web/src/base/bad.js", js("import { ed } from '@noble/curves/ed25519.js';\n")),
    ("page_layers", "web/src/letter/bad.js", js("import { readFile } from 'node:fs';\n")),
    ("page_layers", "web/src/letter/bad.js", js("import x from 'left-pad';\n")),
    ("page_layers", "web/src/newcomer/bad.js", js("export const x = 1;\n")),
    ("page_layers", "web/src/bad.js", js("export const x = 1;\n")),
    ("page_banned", "web/src/base/bad.js", js("eval('1');\n")),
    ("page_banned", "web/src/base/bad.js", js("const f = new Function('1');\n")),
    ("page_banned", "web/src/base/bad.js", js("const f = Function('1');\n")),
    ("page_banned", "web/src/page/bad.js", js("const q = /[\"'`]/; e.innerHTML = x;\n")),
    ("page_banned", "web/src/page/bad.js", js("e['outerHTML'] = x;\n")),
    ("page_banned", "web/src/page/bad.js", js("e.insertAdjacentHTML('beforeend', x);\n")),
    ("page_banned", "web/src/page/bad.js", js("document.write(x);\n")),
    ("page_banned", "web/src/page/bad.js", js("localStorage.x = 1;\n")),
    ("page_banned", "web/src/page/bad.js", js("window.sessionStorage;\n")),
    ("page_banned", "web/src/worker/bad.js", js("indexedDB.open('x');\n")),
    ("page_banned", "web/src/worker/bad.js", js("/* a */ fetch (x); /* b */\n")),
    ("page_banned", "web/src/page/bad.js", js("fetch(x);\n")),
    ("page_banned", "web/src/page/host.js", js("new WebSocket(x);\n")),
    ("page_banned", "web/src/page/bad.js", js("const s = 'http://'; new XMLHttpRequest();\n")),
    ("page_banned", "web/src/page/bad.js", js("new WebSocket(x);\n")),
    ("page_banned", "web/src/page/bad.js", js("navigator.sendBeacon(x);\n")),
    ("page_banned", "web/src/page/bad.js", js("new EventSource(x);\n")),
    ("page_banned", "web/src/worker/bad.js", js("importScripts(x);\n")),
    ("page_banned", "web/src/worker/bad.js", js("await import('x');\n")),
    ("page_banned", "web/src/worker/bad.js", js("WebAssembly.compile(x);\n")),
    ("page_banned", "web/src/worker/bad.js", js("const r = Math.random();\n")),
    ("page_banned", "web/src/worker/bad.js", js("console.log(x);\n")),
    ("page_banned", "web/src/worker/bad.js", js("// @ts-ignore\n")),
    ("page_banned", "web/src/letter/bad.js", js("crypto.getRandomValues(x);\n")),
    ("page_banned", "web/src/letter/bad.js", js("globalThis.crypto.subtle;\n")),
    ("page_banned", "web/src/worker/bad.js", js("document.title = x;\n")),
    ("table", "doc/ARCHITECTURE.md", "| `base/` | x | – |\n| `group/` | x | – |\n"),
    ("table", "doc/ARCHITECTURE.md", "| `base/` | x | – |\n| `os/` | x | base |\n| `group/` | x | base os |\n"),
    ("table", "doc/ARCHITECTURE.md", "| `base/` | x | – |\n| `newcomer/` | x | base |\n"),
    ("table", "doc/ARCHITECTURE.md", "no table\n"),
    ("licence", "src/base/bad.c", "/* bad.c: a sample */\nint x;\n"),
    ("licence", "src/base/bad.c", HEAD.format("other.c")),
    ("licence", "src/base/bad.c", ""),
    ("licence", "test/bad.sh", "#!/bin/sh\n# bad.sh: a sample\n"),
    ("licence", "LICENSE", "MIT\n"),
    ("banned", "src/base/bad.c", c("int f(void)\n{\n\tstrcpy(a, b);\n}\n")),
    ("banned", "src/cli/bad.c", c('int f(void)\n{\n\tg("/*"); system ("ls"); g("*/");\n}\n')),
    ("banned", "src/cli/bad.c", c("int f(void)\n{\n\treturn x * rand() /* sprintf */;\n}\n")),
    ("lengths", "src/base/bad.c", c("int x;\n" * 599)),
    ("lengths", "src/base/bad.c", c("int f(void)\n{\n" + "\tx++;\n" * 121 + "}\n")),
    ("lengths", "web/src/base/bad.js", js("let x;\n" * 399)),
    ("lengths", "web/test/bad.test.js", js("let x;\n" * 599)),
    ("lengths", "web/src/base/bad.js", js("export function f(a, { b, c }) {\n" + "\tx++;\n" * 121 + "}\n")),
    ("lengths", "web/src/base/bad.js", js("export class F {\n\tasync #f(a) {\n" + "\t\tx++;\n" * 121 + "\t}\n}\n")),
    ("whitespace", "src/base/bad.c", c("int x; \n")),
    ("whitespace", "src/base/bad.c", c("int x;\r\n")),
    ("whitespace", "src/base/bad.c", c("int x;")),
    ("whitespace", "src/base/bad.c", c("int x;\n\n")),
    ("whitespace", "src/base/bad.c", c("int f(void)\n{\n    return 1;\n}\n")),
    ("machines", "doc/bad.md", "see /wo" + "rk/main/dev\n"),
    ("machines", "doc/bad.md", "cd /home/" + "ann\n"),
    ("machines", "doc/bad.md", "build in /tmp/b-" + "x1/ok\n"),
    ("machines", "doc/bad.md", "from deb." + "debian.org\n"),
    ("machines", "doc/bad.md", "from https://registry." + "npmjs.org/x\n"),
]

# what symbols.py must find in a library of layer "letter": C source, what it says
CALLS = [
    ("#include <stdio.h>\nint f(void) { return fopen(\"x\", \"r\") != NULL; }", "calls fopen"),
    ("#include <stdio.h>\nvoid f(int i) { printf(\"%d\", i); }", "calls printf"),
    ("#include <time.h>\nlong f(void) { return time(NULL); }", "calls time"),
    ("#include <stdlib.h>\nchar *f(void) { return getenv(\"HOME\"); }", "calls getenv"),
    ("#include <stdlib.h>\nvoid f(void) { exit(1); }", "calls exit"),
    ("#include <pthread.h>\nint f(pthread_t *t, void *(*g)(void *)) { return pthread_create(t, 0, g, 0); }", "calls pthread_create"),
    ("void json_loads(void); void f(void) { json_loads(); }", "calls json_loads"),
    ("int f(void) { static int n; return n++; }", "n.0 in .bss"),
    ("int f_count = 3;", "f_count in .data"),
    ("int f_count;", "f_count in"),
    ("_Thread_local int f_count;", "f_count in .tbss"),
]


class Cases:
    def __init__(self):
        self.n = self.failed = 0

    def case(self, holds, title, output):
        self.n += 1
        if not holds:
            self.failed += 1
            for line in output.splitlines():
                print("# " + line)
        print(f"{'ok' if holds else 'not ok'} {self.n} - {title}")


def run(*command):
    p = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    return p.returncode, p.stdout


def plant(root, path, content):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(content)


def lint_cases(cases):
    with open(os.path.join(HERE, "layers.txt"), encoding="utf-8") as f:
        table = f.read()
    with open(os.path.join(HERE, "web.txt"), encoding="utf-8") as f:
        web = f.read()
    for check, path, content in [(None, None, None)] + BAD:
        with tempfile.TemporaryDirectory() as root:
            for good, text in GOOD.items():
                plant(root, good, text)
            plant(root, "test/lint/layers.txt", table)
            plant(root, "test/lint/web.txt", web)
            if check is None:
                code, out = run(sys.executable, os.path.join(HERE, "lint.py"), root)
                cases.case(code == 0 and "\nnot ok" not in out, "what is good passes every check", out)
                continue
            plant(root, path, content)
            code, out = run(sys.executable, os.path.join(HERE, "lint.py"), root, check)
            body = content.replace(HEAD.format("bad.c"), "").replace(JS_HEAD.format("bad.js"), "")[:50]
            cases.case(code == 1 and out.count("\n# ") == 1 and f"\n# {path}:" in out and "\nnot ok 1" in out,
                       f"{check} finds {body!r} in {path}" if content else f"{check} finds an empty {path}", out)


def symbol_cases(cases, cc):
    good = ("#include <stdlib.h>\n#include <string.h>\nint und_lower(int);\nstatic const char *const names[] = { \"a\", \"b\" };\n"
            "static const int primes[] = { 2, 3 };\nconst char *und_upper(int i) { return names[und_lower(i + primes[i & 1]) & 1]; }\n"
            "void *und_copy(const void *p, size_t n) { void *q = malloc(n); if (q) memcpy(q, p, n); return q; }\n")
    allowed = os.path.join(HERE, "symbols.txt")
    with tempfile.TemporaryDirectory() as root:
        def library(layer, source):
            base = os.path.join(root, layer)
            plant(root, layer + ".c", source)
            code, out = run(*cc, "-O1", "-fPIC", "-w", "-c", base + ".c", "-o", base + ".o")
            if code != 0:
                sys.exit(out)
            if os.path.exists(base + ".a"):
                os.unlink(base + ".a")
            run("ar", "csrD", base + ".a", base + ".o")
            return f"{layer}={base}.a"

        def symbols(*libraries):
            return run(sys.executable, os.path.join(HERE, "symbols.py"), allowed, *libraries)

        lower = library("base", "int und_lower(int i) { return i; }\n")
        code, out = symbols(lower, library("letter", good))
        cases.case(code == 0, "symbols passes memory, tables and calls downwards", out)
        code, out = symbols(library("base", good), library("letter", "int und_lower(int i) { return i; }\n"))
        cases.case(code == 1 and "calls und_lower" in out, "symbols finds a call upwards", out)
        lower = library("base", "int und_lower(int i) { return i; }\n")
        for source, finding in CALLS:
            code, out = symbols(lower, library("letter", good + source + "\n"))
            cases.case(code == 1 and finding in out and out.count("\n# ") == 1, f"symbols finds: {finding}", out)
        code, out = symbols(library("base", "\n"))
        cases.case(code == 1 and "defines nothing" in out, "symbols finds an empty library", out)


def main(cc):
    cases = Cases()
    lint_cases(cases)
    symbol_cases(cases, cc)
    print(f"1..{cases.n}")
    return 1 if cases.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["cc"]))
