#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# pictures.py RENDER: the pictures are PNG files that another decoder reads, and hold a mark for each signer
import os
import struct
import subprocess
import sys
import tempfile
import zlib

SIDE = 900


def decode(data):
    """Width, height, palette, rows of colours' numbers. Raises ValueError for anything that is not right."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    at, chunks = 8, []
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0] != zlib.crc32(kind + body):
            raise ValueError(f"checksum of {kind}")
        chunks.append((kind, body))
        at += 12 + size
    if chunks[0][0] != b"IHDR" or chunks[-1] != (b"IEND", b""):
        raise ValueError("order of chunks")
    width, height, depth, colour, method, filters, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
    if (depth, colour, method, filters, interlace) != (8, 3, 0, 0, 0):
        raise ValueError("form of the picture")
    raw = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    palette = dict(chunks)[b"PLTE"]
    if len(raw) != (width + 1) * height or any(raw[y * (width + 1)] for y in range(height)) or max(raw) >= len(palette) // 3:
        raise ValueError("rows")
    return width, height, dict(chunks), [raw[y * (width + 1) + 1:(y + 1) * (width + 1)] for y in range(height)]


def marks(rows, background=0):
    """How many spots there are that touch neither each other nor the sheet in the middle, which is one of them."""
    seen, count = set(), 0
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if value == background or (x, y) in seen:
                continue
            count += 1
            todo = [(x, y)]
            seen.add((x, y))
            while todo:
                px, py = todo.pop()
                for nx, ny in ((px + 1, py), (px - 1, py), (px, py + 1), (px, py - 1), (px + 1, py + 1), (px - 1, py - 1), (px + 1, py - 1), (px - 1, py + 1)):
                    if 0 <= ny < len(rows) and 0 <= nx < len(rows[0]) and rows[ny][nx] != background and (nx, ny) not in seen:
                        seen.add((nx, ny))
                        todo.append((nx, ny))
    return count


def main(render):
    results = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([render, folder], check=True)

        def picture(name):
            with open(os.path.join(folder, name + ".png"), "rb") as f:
                return f.read()

        def check(what, holds):
            results.append((bool(holds), what))

        # the sample's rings: 12 without a body, 19, 9, …: counted from the page itself
        with open(os.path.join(folder, "letter-en.html"), encoding="utf-8") as f:
            signers = int(f.read().split(' people from ')[0].rsplit('>', 1)[-1].rsplit('"', 1)[-1])
        for name, wanted, size in (("picture-none", 0, (SIDE, SIDE)), ("picture-one", 1, (SIDE, SIDE)), ("picture-few", 6, (SIDE, SIDE)), ("picture", signers, (SIDE, SIDE)), ("preview", signers, (1200, 630))):
            width, height, chunks, rows = decode(picture(name))
            check(f"{name} is {size[0]} by {size[1]}", (width, height) == size)
            found = marks(rows)
            check(f"{name} holds {found - 1} marks, for {wanted} signers", found - 1 == wanted)
            check(f"{name} is {'clear' if size[0] == SIDE else 'opaque'}", (b"tRNS" in chunks) == (size[0] == SIDE))
        width, height, chunks, rows = decode(picture("picture-many"))
        check("a crowd is drawn to the edge and no further", any(any(r) for r in rows[:20]) and not any(rows[0]) and not any(r[0] or r[-1] for r in rows))
        for what, broken in (("a changed byte", bytearray(picture("picture-few"))), ("a cut file", bytearray(picture("picture-few")[:-30]))):
            if what == "a changed byte":
                broken[300] ^= 1
            try:
                decode(bytes(broken))
                check(f"{what} is seen", False)
            except (ValueError, struct.error, zlib.error):
                check(f"{what} is seen", True)
    print(f"1..{len(results)}")
    for number, (holds, what) in enumerate(results, 1):
        print(f"{'ok' if holds else 'not ok'} {number} - {what}")
    return 0 if all(holds for holds, _ in results) else 1


sys.exit(main(sys.argv[1]))
