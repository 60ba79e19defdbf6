#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# style.py OUT.c FILE.css…: the style sheets as one, without comments and blank ends of lines, with the widths of bars, and its address, which holds a hash
import hashlib
import re
import sys


def sheet(paths):
    text = ""
    for path in paths:
        with open(path, encoding="utf-8") as f:
            text += f.read()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"@import [^;]*;", "", text)  # given by name
    text += "".join(f".p{i} {{ inline-size: {i}%; }}\n" for i in range(101))
    lines = [line.strip() for line in text.splitlines()]
    return "".join(line + "\n" for line in lines if line)


def main(out, *paths):
    css = sheet(paths).encode()
    name = hashlib.sha256(css).hexdigest()[:16]
    with open(out, "w", encoding="utf-8") as f:
        f.write('/* made by style.py */\n#include "page/view.h"\n\n')
        f.write(f'const char und_page_style_path[] = "/style-{name}.css";\n\nstatic const uint8_t css[] = {{\n')
        for at in range(0, len(css), 32):
            f.write("\t" + ", ".join(str(b) for b in css[at:at + 32]) + ",\n")
        f.write("};\nconst struct und_bytes und_page_style = { css, sizeof css };\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
