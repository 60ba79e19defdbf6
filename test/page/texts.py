#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# texts.py COMPILE PO: the catalogues are complete, and their compiler refuses one that is not
import os
import subprocess
import sys
import tempfile

HEADER = 'msgid ""\nmsgstr ""\n"Language: {}\\n"\n"X-Name: X\\n"\n"X-Direction: ltr\\n"\n"Plural-Forms: {}\\n"\n\n'
TWO = "nplurals=2; plural=n != 1;"
ONE = 'msgctxt "a.b"\nmsgid "Hello {who}"\nmsgstr "%s"\n\n'
MANY = 'msgctxt "a.c"\nmsgid "{n} thing of {who}"\nmsgid_plural "{n} things of {who}"\nmsgstr[0] "%s"\nmsgstr[1] "%s"\n'


def main(compiler, folder):
    results = []

    def compiled(pot, *others):
        with tempfile.TemporaryDirectory() as out:
            paths = []
            for i, text in enumerate((pot, *others)):
                paths.append(os.path.join(out, f"{i}.po"))
                with open(paths[-1], "w", encoding="utf-8") as f:
                    f.write(text)
            return subprocess.run([sys.executable, compiler, os.path.join(out, "o.h"), os.path.join(out, "o.c"), *paths], capture_output=True, text=True)

    def takes(what, *texts):
        run = compiled(*texts)
        results.append((run.returncode == 0, f"taken: {what}", run.stderr))

    def refuses(what, why, *texts):
        run = compiled(*texts)
        results.append((run.returncode != 0 and why in run.stderr and "Traceback" not in run.stderr, f"refused: {what}", run.stderr))

    pot = HEADER.format("en", TWO) + ONE % "" + MANY % ("", "")

    def po(one="Salut {who}", few="{n} chose de {who}", many="{n} choses de {who}", plural=TWO):
        return HEADER.format("fr", plural) + ONE % one + MANY % (few, many)

    def read(name):
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            return f.read()

    names = sorted(n for n in os.listdir(folder) if n.endswith(".po"))
    takes(f"what we ship: {' '.join(names)}", read("pages.pot"), *map(read, names))
    takes("a whole translation", pot, po())
    takes("a number said in words", pot, po(few="une chose de {who}"))
    refuses("a message that is missing", "a.b: missing", pot, po().replace(ONE % "Salut {who}", ""))
    refuses("an empty one", "none empty", pot, po(one=""))
    refuses("an empty plural", "none empty", pot, po(many=""))
    refuses("one of which the English has changed", "English has changed", pot, po().replace("Hello", "Hullo"))
    refuses("one that nobody asks for", "not in the template", pot, po() + 'msgctxt "a.d"\nmsgid "x"\nmsgstr "y"\n')
    refuses("an argument too few", "arguments", pot, po(one="Salut"))
    refuses("an argument too many", "arguments", pot, po(one="Salut {who} {where}"))
    refuses("an argument of another name", "arguments", pot, po(many="{n} choses de {qui}"))
    refuses("a stray brace", "brace", pot, po(one="Salut {who} }"))
    refuses("strong without end", "without its end", pot, po(one="Salut **{who}"))
    refuses("fewer forms than the language has", "wants msgstr[0]", pot, po(plural="nplurals=3; plural=n;"))
    refuses("a plural that is no expression", "Plural-Forms", pot, po(plural="nplurals=2; plural=system(n);"))
    refuses("one that stands twice", "twice", pot, po() + ONE % "Salut {who}")
    refuses("a fuzzy one", "fuzzy", pot, po().replace('msgctxt "a.c"', '#, fuzzy\nmsgctxt "a.c"'))
    print(f"1..{len(results)}")
    for number, (holds, what, said) in enumerate(results, 1):
        print(f"{'ok' if holds else 'not ok'} {number} - {what}" + ("" if holds else f"\n# {said}"))
    return 0 if all(holds for holds, *_ in results) else 1


sys.exit(main(*sys.argv[1:]))
