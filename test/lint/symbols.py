#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# symbols.py ALLOWED LAYER=LIBRARY…: the core calls only what ALLOWED lists and keeps no variable of its own, in TAP
import fnmatch
import os
import subprocess
import sys


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, universal_newlines=True,
                          env=dict(os.environ, LC_ALL="C")).stdout


def read_allowed(path):
    allowed = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.split("#")[0].strip()
            if line:
                symbol, _, rest = line.partition(":")
                layers, comma, why = rest.partition(",")
                if not comma or not why.strip():
                    sys.exit(f"{path}: {symbol}: no reason")
                allowed.append((symbol, layers.split()))
    return allowed


def calls(allowed, libraries):
    """what each library calls: itself, a library named before it, or what is allowed for it"""
    known = set()
    for layer, library in libraries:
        defined, undefined = set(), {}
        place = library
        for line in run("nm", "-A", library).splitlines():
            place, _, rest = line.rpartition(":")
            kind, name = rest.split()[-2:]
            if kind in "Uw":
                undefined.setdefault(name, place.rpartition(":")[2])
            elif kind.isupper():
                defined.add(name)
        if not defined:
            yield f"{library} defines nothing"
        known |= defined
        for name, place in sorted(undefined.items()):
            if name not in known and not any(fnmatch.fnmatchcase(name, s) and ("*" in l or layer in l) for s, l in allowed):
                yield f"{layer}: {place} calls {name}"


def variables(libraries):
    """no library keeps state: nothing in a section that can be written (tables of pointers, .data.rel.ro, become read-only)"""
    for layer, library in libraries:
        for line in run("objdump", "-t", library).splitlines():
            words = line.split()
            if len(words) < 4 or len(line) < 25 or "\t" not in line:
                continue
            section = line[:line.index("\t")].split()[-1]
            name = words[-1]
            if section.startswith((".data", ".bss", ".tdata", ".tbss", "*COM*")) and not section.startswith(".data.rel.ro") \
                    and name != section:
                yield f"{layer}: {name} in {section}"


def main(allowed, libraries):
    allowed = read_allowed(allowed)
    libraries = [tuple(l.split("=", 1)) for l in libraries]
    failed = False
    print("1..2")
    for i, (name, found) in enumerate((("calls", list(calls(allowed, libraries))), ("variables", list(variables(libraries)))), 1):
        for line in found:
            print(f"# {line}")
        failed |= bool(found)
        print(f"{'not ok' if found else 'ok'} {i} - {name}: {globals()[name].__doc__}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
