#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# packages.py ROOT BUILD: debian/ fits the rest, in TAP: one version, every installed file in exactly one package, the library's calls. Then the proof that it can say no
import copy
import fnmatch
import glob
import json
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def installed(build):
    """What meson install would install, as under /usr: files, and folders that go there whole."""
    ask = lambda what: json.loads(subprocess.run(["meson", "introspect", what, build], check=True, capture_output=True).stdout)
    prefix = next(o["value"] for o in ask("--buildoptions") if o["name"] == "prefix").rstrip("/")
    places = []
    for place in ask("--installed").values():
        place = "usr" + place[len(prefix):] if place.startswith(prefix + "/") else place.lstrip("/")
        places.append(place.replace("usr/share/zsh/site-functions/", "usr/share/zsh/vendor-completions/"))  # data/meson.build
    return places


def gather(root, build):
    lists = {}
    for path in glob.glob(root + "/debian/*.install"):
        lines = [line.split() for line in read(path).splitlines() if line.strip() and not line.startswith("#")]
        lists[os.path.basename(path)[:-len(".install")]] = [line[0] for line in lines]
    return {
        "meson": re.search(r"version: '([^']+)'", read(root + "/meson.build"))[1],
        "changelog": re.match(r"undersigned \((.*?)\)", read(root + "/debian/changelog"))[1],
        "news": re.search(r"^## (\S+)", read(root + "/NEWS.md"), re.M)[1],
        "packages": re.findall(r"^Package: (\S+)$", read(root + "/debian/control"), re.M),
        "lists": lists,
        "installed": sorted(set(installed(build))),
        "read": sorted(os.path.relpath(p, root) for p in glob.glob(root + "/doc/*.md")),
        "sources": [p for p in sum(lists.values(), []) if glob.glob(os.path.join(root, p))] + ["web/undersigned.html"],
        "map": sorted(re.findall(r"^\t(und_\w+);$", read(root + "/src/api/undersigned.map"), re.M)),
        "symbols": sorted(re.findall(r"^ (und_\w+)@", read(root + "/debian/libundersigned0.symbols"), re.M)),
        "licence": read(root + "/LICENSE").split(),
        "copyright": [word for word in read(root + "/debian/copyright").split() if word != "."],
    }


def claims(pattern, place):
    """Does the line of an .install file take the place, or a folder that it is in?"""
    parts = place.split("/")
    return any(fnmatch.fnmatchcase("/".join(parts[:n]), pattern) and pattern.count("/") == n - 1 for n in range(1, len(parts) + 1))


def version_faults(s):
    return [f"{which} says {s[which]}, meson.build {s['meson']}" for which in ("changelog", "news") if s[which] != s["meson"]]


def place_faults(s):
    faults = []
    for place in s["installed"]:
        by = [name for name, lines in s["lists"].items() if any(claims(line, place) for line in lines)]
        if len(by) != 1:
            faults.append(f"{place} is in {' and '.join(sorted(by)) or 'no package'}")
    for name, lines in s["lists"].items():
        faults += [f"{name}: nothing is {line}" for line in lines if line not in s["sources"] and not any(claims(line, place) for place in s["installed"])]
    return faults


def list_faults(s):
    return [f"{name}: in control, or as .install file, and not both" for name in sorted(set(s["packages"]) ^ set(s["lists"]))]


def read_faults(s):
    return [f"{path}: not installed (doc/meson.build), and others link to it" for path in s["read"] if "usr/share/doc/undersigned/" + path not in s["installed"]]


def symbol_faults(s):
    return [f"{name}: in the map, or in the symbols file, and not both" for name in sorted(set(s["map"]) ^ set(s["symbols"]))]


def licence_faults(s):
    n = len(s["licence"])
    holds = any(s["copyright"][i:i + n] == s["licence"] for i, word in enumerate(s["copyright"]) if word == s["licence"][0])
    return [] if holds else ["debian/copyright does not hold the words of LICENSE"]


CHECKS = [
    ("changelog, NEWS.md and meson.build name one version", version_faults),
    ("each installed file is in exactly one package, and no list names what is not there", place_faults),
    ("each package has a list", list_faults),
    ("what there is to read is installed", read_faults),
    ("the symbols file and the library's map name the same calls", symbol_faults),
    ("the licence is in debian/copyright whole", licence_faults),
]


def broken(s, change):
    s = copy.deepcopy(s)
    change(s)
    return s


def drop(words, which):
    words.remove(which)


# what is done to good input, and which check must see it
BREAKS = [
    ("a changelog of another version", version_faults, lambda s: s.update(changelog="0.0.9")),
    ("news of another version", version_faults, lambda s: s.update(news="9.9.9")),
    ("a file that no package has", place_faults, lambda s: s["installed"].append("usr/bin/lost")),
    ("a page in a section that no package has", place_faults, lambda s: s["installed"].append("usr/share/man/man9/undersigned.9")),
    ("a file that two packages have", place_faults, lambda s: s["lists"]["undersigned-doc"].append("usr/bin/undersigned")),
    ("a folder that two packages have", place_faults, lambda s: s["lists"]["undersigned-doc"].append("usr/share/man")),
    ("a list that names what is not there", place_faults, lambda s: s["lists"]["undersigned"].append("usr/bin/understudy")),
    ("a package without a list", list_faults, lambda s: s["packages"].append("undersigned-more")),
    ("a list without a package", list_faults, lambda s: drop(s["packages"], "undersigned-doc")),
    ("a document that is not installed", read_faults, lambda s: s["read"].append("doc/new.md")),
    ("a call that the symbols file lacks", symbol_faults, lambda s: drop(s["symbols"], "und_init")),
    ("a call that the map lacks", symbol_faults, lambda s: drop(s["map"], "und_init")),
    ("a licence with a word less", licence_faults, lambda s: s["copyright"].reverse()),
]


def main(root, build):
    state = gather(root, build)
    good = True
    number = 0
    for name, check in CHECKS:
        faults, number = check(state), number + 1
        print("\n".join([("not ok" if faults else "ok") + f" {number} - {name}"] + ["# " + fault for fault in faults]))
        good = good and not faults
    for name, check, change in BREAKS:
        before, after, number = check(state), check(broken(state, change)), number + 1
        seen = len(after) > len(before) or (after and check is licence_faults)
        print(("ok" if seen else "not ok") + f" {number} - {name} is seen")
        good = good and bool(seen)
    print(f"1..{number}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
