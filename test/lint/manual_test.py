#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# manual_test.py ROOT PROGRAM PAGES COMPLETION: each check of manual.py can say no: one fault planted at a time, in a copy
import contextlib
import glob
import io
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import manual

TABLE = "root/data/completion/commands.txt"

# check, file, what stands there (None: the file goes; "": append), what is planted, what must be found
PLANTS = [
    ("tables", "root/src/cli/cmd_sign.c", 'CLI_FLAG("yes"', 'CLI_FLAG("planted"', "sign: does not take --planted"),
    ("tables", "root/src/cli/cmd_sign.c", 'CLI_VALUE("ring"', 'CLI_FLAG("ring"', "sign: --ring: is it a flag"),
    ("tables", "root/src/cli/cmd_sign.c", 'CLI_FLAG("yes"', 'CLI_VALUE("yes"', "sign: --yes: is it a flag"),
    ("tables", "root/src/cli/cmd_sign.c", None, None, "lacks the command sign"),
    ("tables", "root/src/cli/post.h", 'CLI_FLAG("force"', 'CLI_FLAG("planted"', "notice: does not take --planted"),
    ("help", "root/src/cli/cmd_sign.c", 'CLI_VALUE("ring", 0, &ring),', "", "help sign: the option ring, which does not exist"),
    ("help", "root/src/cli/cmd_sign.c", 'CLI_FLAG("yes"', 'CLI_FLAG("planted", 0, &x), CLI_FLAG("yes"', "help sign: lacks the option planted"),
    ("pages", "root/doc/man/undersigned-sign.1.scd", None, None, "doc/man: lacks the page undersigned-sign.1"),
    ("pages", "root/doc/man/undersigned-sign.1.scd", "sign a letter, namelessly", "sign a letter", "undersigned-sign.1: NAME"),
    ("pages", "root/doc/man/undersigned.1.scd", "*undersigned-vote*(1)\n\tvote", "vote", "undersigned.1: lacks the command vote"),
    ("pages", "root/doc/man/undersigned.1.scd", "\ttake your signature back", "\ttake it back", "undersigned.1: withdraw"),
    ("pages", "pages/undersigned-sign.1", None, None, "doc/meson.build: lacks the page undersigned-sign.1"),
    ("sections", "root/doc/man/undersigned-sign.1.scd", "# EXIT STATUS", "# EXIT", "undersigned-sign.1: sections"),
    ("sections", "root/doc/man/undersigned-sign.1.scd", "undersigned-sign(1)\n\n#", "undersigned-sing(1)\n\n#", "undersigned-sign.1: begins"),
    ("options", "root/doc/man/undersigned-sign.1.scd", "\n*--ring* _ID_", "\n_ID_", "undersigned-sign.1: OPTIONS: lacks the option --ring"),
    ("options", "root/doc/man/undersigned-sign.1.scd", "\n*--ring* _ID_", "\n*--ring* _ID_, *--rong* _ID_", "--rong, which does not exist"),
    ("options", "root/doc/man/undersigned-sign.1.scd", "\n*--ring* _ID_", "\n*--ring*", "--ring takes a value"),
    ("options", "root/doc/man/undersigned-sign.1.scd", "[*--yes*]", "", "undersigned-sign.1: SYNOPSIS: lacks the option yes"),
    ("examples", "root/doc/man/undersigned-sign.1.scd", "--ring harbour -o", "--rong harbour -o", "no such option --rong"),
    ("examples", "root/doc/man/undersigned-bundle.1.scd", "$ undersigned sign harbour", "$ undersigned sing harbour", "no such command"),
    ("samples", "root/doc/man/undersigned-letter-ini.5.scd", "\nmin_ring = 20", "\nmin_rings = 20", "no setting of [rules] has this name"),
    ("samples", "root/doc/man/undersigned-letter-ini.5.scd", "works,Public Works,0", "works,Public Works", "BODIES.csv: "),
    ("samples", "root/doc/man/undersigned-letter-ini.5.scd", "\n; from the union", "\nfrom the union", "trust file: "),
    ("references", "root/doc/man/undersigned-vote.1.scd", "*undersigned-sign*(1)\n", "*undersigned-sing*(1)\n", "no page undersigned-sing(1)"),
    ("rendering", "pages/undersigned-sign.1", ".SH EXAMPLES", ".PLANTED\n.SH EXAMPLES", "undersigned-sign.1: "),
    ("rendering", "pages/undersigned-sign.1", '.TH "undersigned-sign" "1" "', '.TH "undersigned-sign" "1" "1999-12-31"\n.\\" "', "pages of the days"),
    ("table", TABLE, "sign | signable | key ring ", "sign | signable | key ", "commands.txt: sign: lacks the option ring"),
    ("table", TABLE, "sign | signable | key ring ", "sign | signable | key ring json ", "sign: the option json, which does not exist"),
    ("table", TABLE, "option yes flag", "option yes none", "--yes is a flag"),
    ("table", TABLE, "about sign sign a letter, namelessly", "about sign sign it", "commands.txt: sign: the program says"),
    ("table", TABLE, "command key enrol | key | body editions output passphrase-file force\nabout key enrol print the line that asks for a place on the roll\n",
     "", "commands.txt: lacks the command key enrol"),
    ("bash", TABLE, "sign | signable | key ring ", "sign | signable | key ", "undersigned sign x.letter --ri<TAB>: []"),
    ("bash", TABLE, "key enrol ", "key enroll ", "undersigned key en<TAB>: ['enroll']"),
    ("bash", TABLE, "sign | signable |", "sign | letter |", "undersigned sign <TAB>"),
    ("bash", "completion/undersigned", "complete -F _undersigned undersigned", "complete -F _undersigned other", "no answer"),
    ("zsh", TABLE, "sign | signable | key ring ", "sign | signable | key ", "_undersigned: sign: lacks the option ring"),
    ("fish", TABLE, "sign | signable | key ring ", "sign | signable | key ", "undersigned.fish: sign: lacks the option ring"),
    ("fish", "completion/undersigned.fish", "-n '__undersigned_at key' -a enrol", "-n '__undersigned_at key' -a enroll", "lacks the command key enrol"),
]
OUTPUTS = {"bash": "undersigned", "zsh": "_undersigned", "fish": "undersigned.fish"}


def copy(root, pages, completion, to):
    for folder in ("src/cli", "doc/man", "data/completion"):
        os.makedirs(os.path.join(to, "root", folder))
        for path in glob.glob(os.path.join(root, folder, "*")):
            if os.path.isfile(path):
                shutil.copy(path, os.path.join(to, "root", folder))
    for name, folder, files in (("pages", pages, "undersigned*.[15]"), ("completion", completion, "*undersigned*")):
        os.mkdir(os.path.join(to, name))
        for path in filter(os.path.isfile, glob.glob(os.path.join(folder, files))):
            shutil.copy(path, os.path.join(to, name))


def plant(to, path, old, new):
    path = os.path.join(to, path)
    if old is None:
        os.unlink(path)
        return
    with open(path, encoding="utf-8") as f:
        text = f.read()
    if text.count(old) == 0:
        sys.exit(f"{path}: nowhere: {old}")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace(old, new))


def generate(to):
    for shell, name in OUTPUTS.items():
        with open(os.path.join(to, "completion", name), "wb") as out:
            subprocess.run([sys.executable, os.path.join(to, "root/data/completion/complete.py"), os.path.join(to, TABLE), shell], stdout=out, check=True)


def look(program, to, check):
    """one check, in this process: what the program answers is asked once for all plants"""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = manual.main(os.path.join(to, "root"), program, os.path.join(to, "pages"), os.path.join(to, "completion"), [check])
    return code, out.getvalue()


def main(root, program, pages, completion):
    failed = False
    print(f"1..{len(PLANTS)}")
    for i, (check, path, old, new, finding) in enumerate(PLANTS, 1):
        if check == "rendering" and ".PLANTED" in new and (shutil.which("man") is None or shutil.which("groff") is None):
            print(f"ok {i} - rendering # SKIP no man here")
            continue
        with tempfile.TemporaryDirectory() as to:
            copy(root, pages, completion, to)
            plant(to, path, old, new)
            if path == TABLE:
                generate(to)
            code, out = look(program, to, check)
        good = code == 1 and any(line.startswith("# ") and finding in line for line in out.splitlines()) and "\nnot ok 1" in out
        failed |= not good
        print(f"{'ok' if good else 'not ok'} {i} - {check} finds: {finding}")
        if not good:
            print("".join(f"# {line}\n" for line in out.splitlines()), end="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
