#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# guides.py OUT.c DOC/guide: the guides and their pictures as tables of C (page/guide.h)
#
# What a guide may hold is said in doc/HACKING.md; what is unknown here is an error, so that no guide is shown in part. Comments (<!-- … -->), which are for the test of the guides, are left out.
import glob
import hashlib
import os
import re
import struct
import sys

NAMES = ["signer", "organiser", "registrar", "journalist", "addressee"]  # in the order in which they are offered; one that is not there is left out
LANGUAGES = [("", "en"), ("ar/", "ar")]  # folder, tag: in the order of enum und_page_language
GUIDES_MAX = 8
# where links of a guide lead on a server
PLACES = {"../../SECURITY.md": "/safe", "../../../SECURITY.md": "/safe"}


class Wrong(Exception):
    pass


def literal(data):
    """bytes as string literals of C, a line each"""
    if not data:
        return '""'
    rows = []
    for at in range(0, len(data), 100):
        piece = data[at:at + 100]
        rows.append('"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else "\\%03o" % b for b in piece) + '"')
    return "\n\t".join(rows)


def text(s):
    return "B(" + literal(s.encode()) + ")"


def links(line, name):
    def place(m):
        to = m.group(1)
        guide = re.fullmatch(r"(?:\.\./)?([a-z]+)\.md", to)
        if guide and guide.group(1) in NAMES:
            return "](/guide/%s)" % guide.group(1)
        if to in PLACES:
            return "](%s)" % PLACES[to]
        raise Wrong("%s: where does %s lead?" % (name, to))

    return re.sub(r"\]\(([^)]*)\)", place, line)


def slug(heading):
    return re.sub(r"\W+", "-", heading.lower()).strip("-0123456789")


def cells(line):
    return [c.strip() for c in line.strip().strip("|").split("|")]


class Guide:
    def __init__(self, path, name, pictures):
        self.name, self.pictures, self.parts, self.words, self.title = name, pictures, [], [], None
        with open(path, encoding="utf-8") as f:
            self.lines = f.read().split("\n")
        self.folder, self.at, self.ids = os.path.dirname(path), 0, set()
        while self.at < len(self.lines):
            self.take()
        self.flush()
        if self.title is None:
            raise Wrong("%s: no title" % name)

    def flush(self):
        words = "\n".join(self.words).strip("\n")
        self.words = []
        if words:
            self.parts.append(("WORDS", text(links(words, self.name) + "\n"), "B(\"\")", 0))

    def take(self):
        line = self.lines[self.at]
        self.at += 1
        if line.startswith("<!--"):
            while not self.lines[self.at - 1].rstrip().endswith("-->"):
                self.at += 1
        elif line.startswith("```"):
            end = self.lines.index("```", self.at)
            self.part("CODE", "\n".join(self.lines[self.at:end]) + "\n", line[3:].partition(" ")[2])
            self.at = end + 1
        elif line.startswith("# "):
            self.title = line[2:]
        elif line.startswith("## ") or line.startswith("### "):
            self.heading(line)
        elif line.startswith("!["):
            self.picture(line)
        elif line.startswith("|"):
            self.table(line)
        elif line.startswith("#") or "](" in line and "![" in line:
            raise Wrong("%s: cannot be shown: %s" % (self.name, line))
        else:
            self.words.append(line)

    def part(self, kind, a, b="", n=0):
        self.flush()
        self.parts.append((kind, text(a), text(b), n))

    def heading(self, line):
        marks, _, words = line.partition(" ")
        if slug(words) in self.ids:
            raise Wrong("%s: twice: %s" % (self.name, words))
        self.ids.add(slug(words))
        self.part("HEADING", words, slug(words), len(marks))

    def picture(self, line):
        m = re.fullmatch(r"!\[([^\]]+)\]\(([^)]+)\)", line)
        if not m:
            raise Wrong("%s: not understood: %s" % (self.name, line))
        path = os.path.normpath(os.path.join(self.folder, m.group(2)))
        if path not in self.pictures:
            self.pictures.append(path)
        self.part("PICTURE", m.group(1), "", self.pictures.index(path))

    def table(self, line):
        rows = [cells(line)]
        while self.at < len(self.lines) and self.lines[self.at].startswith("|"):
            rows.append(cells(self.lines[self.at]))
            self.at += 1
        if len({len(r) for r in rows}) != 1 or set("".join(rows.pop(1))) - set("-: "):
            raise Wrong("%s: not a table: %s" % (self.name, line))
        self.flush()
        self.parts.append(("TABLE", 'B("")', 'B("")', len(rows[0]), len(rows)))
        for r in rows:
            self.parts += [("CELL", text(links(c, self.name)), text(rows[0][i]), 0) for i, c in enumerate(r)]


def read_picture(path):
    with open(path, "rb") as f:
        png = f.read()
    if png[:8] != b"\x89PNG\r\n\x1a\n":
        raise Wrong("%s: no PNG" % path)
    return png, *struct.unpack(">II", png[16:24])


def main(out, folder):
    pictures, versions, lines, names = [], [], [], []
    for name in NAMES:
        row = []
        for place, tag in LANGUAGES:
            path = os.path.join(folder, place + name + ".md")
            row.append(Guide(path, place + name, pictures) if os.path.exists(path) else None)
        if row[0]:
            names.append(name)
            versions.append(row)
    if not names or len(names) > GUIDES_MAX:
        raise Wrong("%d guides" % len(names))
    lines.append('/* made by guides.py */\n#include "page/guide.h"\n\n#define B(s) { (const uint8_t *)(s), sizeof(s) - 1 }\n')
    lines.append("const struct und_guide_picture und_guide_pictures[] = {")
    for path in pictures:
        png, width, height = read_picture(path)
        name = "%s-%s" % (os.path.basename(path)[:-4], hashlib.sha256(png).hexdigest()[:16])
        lines.append('\t{ B("%s"), %d, %d, B(%s) },' % (name, width, height, literal(png)))
    lines.append('\t{ B(""), 0, 0, B("") }\n};\nconst size_t und_guide_picture_count = %d;\n' % len(pictures))
    for name, row in zip(names, versions):
        for (place, tag), guide in zip(LANGUAGES, row):
            if guide is None:
                continue
            lines.append("static const struct und_guide_part %s_%s_parts[] = {" % (name, tag))
            for kind, a, b, n, *more in guide.parts:
                lines.append("\t{ UND_GUIDE_%s, %d, %d, %s, %s }," % (kind, n, more[0] if more else 0, a, b))
            lines.append("};")
            lines.append("static const struct und_guide_version %s_%s = { %s, %s_%s_parts, %d };" % (name, tag, text(guide.title), name, tag, len(guide.parts)))
    lines.append("\nconst struct und_guide und_guides[] = {")
    for name, row in zip(names, versions):
        lines.append('\t{ B("%s"), { %s } },' % (name, ", ".join("&%s_%s" % (name, tag) if g else "NULL" for (_, tag), g in zip(LANGUAGES, row))))
    lines.append("};\nconst size_t und_guide_count = %d;" % len(names))
    with open(out, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    with open(out + ".d", "w", encoding="utf-8") as f:
        f.write("%s: %s\n" % (out, " ".join(sorted(glob.glob(folder + "/*.md") + glob.glob(folder + "/ar/*.md") + glob.glob(folder + "/pictures/*.png") + [folder]))))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Wrong as e:
        sys.exit(str(e))
