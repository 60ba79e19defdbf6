#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# compile.py OUT.h OUT.c pages.pot LANGUAGE.po…: catalogues into tables of C. A message that is missing, stale or has other arguments is an error: so a page never lacks words
#
# Why not libc's gettext: it speaks the process's locale, which must be installed, and finds its files at run time; a server speaks each reader's language on any thread.
import re
import sys

FORMS_MAX = 6
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


class Wrong(Exception):
    pass


def unquote(text, place):
    m = STRING.fullmatch(text.strip())
    if not m:
        raise Wrong(f"{place}: not a string: {text.strip()}")
    return re.sub(r"\\(.)", lambda e: ESCAPES[e.group(1)], m.group(1))


def read(path):
    """The header's fields, and {key: {msgid, msgid_plural, msgstr…}} in the order of the file."""
    entries, entry, field = [], {}, None
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            place = f"{path}:{number}"
            if line.startswith("#,") and "fuzzy" in line:
                raise Wrong(f"{place}: fuzzy")
            if line.startswith("#") or not line.strip():
                continue
            m = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(".*)', line)
            if m:
                if m.group(1) == "msgctxt" or (m.group(1) == "msgid" and "msgctxt" not in entry) or m.group(1) in entry:
                    entry = {"place": place}
                    entries.append(entry)
                field = m.group(1)
                entry[field] = unquote(m.group(2), place)
            elif line.startswith('"') and field:
                entry[field] += unquote(line, place)
            else:
                raise Wrong(f"{place}: not understood")
    if not entries or entries[0].get("msgid") != "" or "msgctxt" in entries[0]:
        raise Wrong(f"{path}: no header")
    header = dict(line.split(": ", 1) for line in entries[0]["msgstr"].splitlines())
    messages = {}
    for e in entries[1:]:
        key = e.get("msgctxt")
        if key is None or not re.fullmatch(r"[a-z]+\.[a-z0-9_]+", key):
            raise Wrong(f"{e['place']}: msgctxt must be like page.word")
        if key in messages:
            raise Wrong(f"{e['place']}: {key} stands twice")
        messages[key] = e
    return header, messages


def arguments(text, place):
    """The names in braces; ** stand in pairs."""
    rest = re.sub(r"\{[a-z_]+\}", "", text)
    if "{" in rest or "}" in rest:
        raise Wrong(f"{place}: a stray brace: {text}")
    if text.count("**") % 2:
        raise Wrong(f"{place}: ** without its end: {text}")
    return set(re.findall(r"\{([a-z_]+)\}", text))


def plural_of(header, path):
    m = re.fullmatch(r"nplurals=(\d); plural=([n0-9?:<>=!&|%() ]+);", header.get("Plural-Forms", ""))
    if not m or not 1 <= int(m.group(1)) <= FORMS_MAX:
        raise Wrong(f"{path}: Plural-Forms")
    return int(m.group(1)), m.group(2)


def english(pot):
    return {key: [e["msgid"], e["msgid_plural"]] if "msgid_plural" in e else [e["msgid"]] for key, e in pot.items()}


def translated(pot, po, count, path):
    for key in po:
        if key not in pot:
            raise Wrong(f"{path}: {key}: not in the template")
    out = {}
    for key, e in pot.items():
        t = po.get(key)
        if t is None:
            raise Wrong(f"{path}: {key}: missing")
        if (t["msgid"], t.get("msgid_plural")) != (e["msgid"], e.get("msgid_plural")):
            raise Wrong(f"{t['place']}: {key}: the English has changed")
        names = [f"msgstr[{i}]" for i in range(count)] if "msgid_plural" in e else ["msgstr"]
        if {n for n in t if n.startswith("msgstr")} != set(names) or any(t[n] == "" for n in names):
            raise Wrong(f"{t['place']}: {key}: wants {' '.join(names)}, none empty")
        out[key] = [t[n] for n in names]
    return out


def check_arguments(source, texts, path):
    for key, forms in texts.items():
        wanted = set().union(*(arguments(f, f"{path}: {key}") for f in source[key]))
        for form in forms:
            found = arguments(form, f"{path}: {key}")
            # one, two and none may be said in words
            if found - wanted or (wanted - found) - ({"n"} if len(forms) > 1 else set()) :
                raise Wrong(f"{path}: {key}: arguments {sorted(found)}, not {sorted(wanted)}: {form}")
        if len(forms) > 1 and "n" not in wanted:
            raise Wrong(f"{path}: {key}: a plural without {{n}}")


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def constant(key):
    return "UND_TEXT_" + key.upper().replace(".", "_")


def main(out_h, out_c, pot_path, *po_paths):
    pot_header, pot = read(pot_path)
    languages = [(pot_header, *plural_of(pot_header, pot_path), english(pot), pot_path)]
    for path in po_paths:
        header, po = read(path)
        count, plural = plural_of(header, path)
        languages.append((header, count, plural, translated(pot, po, count, path), path))
    for header, _, _, texts, path in languages:
        check_arguments(languages[0][3], texts, path)
        if header.get("X-Direction") not in ("ltr", "rtl") or not header.get("X-Name") or not re.fullmatch(r"[a-z]{2,3}", header.get("Language", "")):
            raise Wrong(f"{path}: X-Direction, X-Name, Language")
    constants = [constant(key) for key in pot]
    if len(set(constants)) != len(constants):
        raise Wrong("two keys become one name")
    with open(out_h, "w", encoding="utf-8") as f:
        f.write("/* made by po/compile.py: the messages of the pages */\n#ifndef UND_TEXTS_H\n#define UND_TEXTS_H\n\nenum und_text {\n")
        f.writelines(f"\t{c},\n" for c in constants)
        f.write(f"\tUND_TEXTS,\n\tUND_TEXT_FORMS_MAX = {FORMS_MAX}\n}};\n\n#endif\n")
    with open(out_c, "w", encoding="utf-8") as f:
        f.write('/* made by po/compile.py: the messages of the pages */\n#include "page/say.h"\n\n')
        for header, _, plural, texts, _ in languages:
            tag = header["Language"]
            f.write(f"static unsigned plural_{tag}(uint64_t n)\n{{\n\treturn (unsigned)({plural});\n}}\n\n")
            f.write(f"static const char *const keys_{tag}[UND_TEXTS][UND_TEXT_FORMS_MAX] = {{\n")
            f.writelines(f"\t[{constant(key)}] = {{ {', '.join(map(quote, forms))} }},\n" for key, forms in texts.items())
            f.write("};\n\n")
        f.write("const struct und_text_language und_text_languages[UND_PAGE_LANGUAGES] = {\n")
        for header, *_ in languages:
            tag = header["Language"]
            f.write(f"\t[UND_PAGE_{tag.upper()}] = {{ {quote(tag)}, {quote(header['X-Name'])}, {'true' if header['X-Direction'] == 'rtl' else 'false'}, plural_{tag}, keys_{tag} }},\n")
        f.write("};\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Wrong as wrong:
        sys.exit(f"compile.py: {wrong}")
