#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# qr.py SHEET: what a camera reads off each card of a sheet, a line each, by another decoder than ours (libzbar)
import base64
import ctypes
import re
import struct
import sys
import zlib

SCALE = 4
zbar = ctypes.CDLL("libzbar.so.0")
for name in ("zbar_image_create", "zbar_image_scanner_create", "zbar_image_first_symbol", "zbar_symbol_get_data", "zbar_symbol_next"):
    getattr(zbar, name).restype = ctypes.c_void_p


def pixels(png):
    """Side and grey bytes of a PNG with one bit a pixel and no filters, each pixel SCALE times as wide and high."""
    at, data, side = 8, b"", 0
    while at < len(png):
        n, kind = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + n]
        if kind == b"IHDR":
            side, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert side == height and depth == 1 and colour == 0
        data += body if kind == b"IDAT" else b""
        at += 12 + n
    raw, stride, out = zlib.decompress(data), (side + 7) // 8 + 1, b""
    for y in range(side):
        row = raw[y * stride + 1:(y + 1) * stride]
        out += b"".join((b"\xff" if row[x // 8] >> (7 - x % 8) & 1 else b"\0") * SCALE for x in range(side)) * SCALE
    return side * SCALE, out


def read(png):
    side, grey = pixels(png)
    image, scanner = ctypes.c_void_p(zbar.zbar_image_create()), ctypes.c_void_p(zbar.zbar_image_scanner_create())
    zbar.zbar_image_set_format(image, ctypes.c_ulong(int.from_bytes(b"Y800", "little")))
    zbar.zbar_image_set_size(image, ctypes.c_uint(side), ctypes.c_uint(side))
    zbar.zbar_image_set_data(image, grey, ctypes.c_ulong(len(grey)), None)
    assert zbar.zbar_scan_image(scanner, image) == 1, "no code, or several"
    symbol = ctypes.c_void_p(zbar.zbar_image_first_symbol(image))
    return ctypes.string_at(zbar.zbar_symbol_get_data(symbol), zbar.zbar_symbol_get_data_length(symbol))


with open(sys.argv[1], encoding="ascii", errors="ignore") as f:
    for picture in re.findall(r'src="data:image/png;base64,([^"]*)"', f.read()):
        sys.stdout.buffer.write(read(base64.b64decode(picture)) + b"\n")
