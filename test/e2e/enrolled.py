#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# enrolled.py SHEET SERIES SLOT=FILE…: what a server would hand out (spec/cards.md §3): each enrolment line of FILE with the hash of the code that the sheet gives to SLOT
#
# An implementation of its own of codes and hashes: it knows only the specification.
import base64
import hashlib
import re
import sys

Q = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"]


def drawn(code):
    digits = ""
    for place, group in enumerate(code.split(" ")):
        c = place
        for d in group:
            c = int(Q[c][int(d)])
        assert len(group) == 5 and c == 0, code
        digits += group[:4]
    assert len(digits) == 28, code
    return digits


sheet, series = open(sys.argv[1], encoding="utf-8").read(), sys.argv[2]
codes = {}
for card in sheet.split('<section class="card">')[1:]:
    number = int(re.search(r"No\. ([0-9,]+)", card).group(1).replace(",", ""))
    codes[number] = drawn(re.search(r'class="code" dir="ltr">([0-9 ]+)<', card).group(1))
for argument in sys.argv[3:]:
    slot, _, path = argument.partition("=")
    digest = hashlib.sha256(b"undersigned/1 card\0" + series.encode() + b"\0" + codes[int(slot)].encode()).digest()
    code = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    with open(path, encoding="utf-8") as f:
        for line in f:
            print('{"code":"%s","enrolment":%s}' % (code, line.rstrip("\n")))
