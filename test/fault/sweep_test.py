#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# sweep_test.py OFFENDER SHIM: sweep.py passes a program that is right and finds what is wrong with ten others (offender.c)
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# how it is wrong: kind, what the sweep must say
WRONG = [("crashes", "alloc: ends by signal 11"), ("silent", "open: exit 2 without a word"), ("lies", "open: says that it is done, but file is as before"),
         ("blames", "random: exit 1"), ("in-place", "write: file is half-written"), ("in-place", "kill: file is half-written"),
         ("leaves", "write: .undersigned-draft is left behind"), ("short", "short and all after it: says that it is done, but file is half-written"),
         ("unheard", "stdout: exit 0 although nothing could be printed"),
         ("fails", "a run without failures: exit 2")]


def main(offender, shim):
    failed = 0
    print(f"1..{len(WRONG) + 1}")
    for i, (how, says) in enumerate([("right", None)] + WRONG, 1):
        with tempfile.TemporaryDirectory() as folder:
            table, stage = os.path.join(folder, "commands.txt"), os.path.join(folder, "stage.sh")
            with open(table, "w", encoding="utf-8") as f:
                f.write(f"{how} | file | {how} file{' more' if how == 'fails' else ''}\n")
            with open(stage, "w", encoding="utf-8") as f:
                f.write("echo old >file\necho other >other\n")
            p = subprocess.run([sys.executable, os.path.join(HERE, "sweep.py"), offender, shim, table, stage],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
        good = p.returncode == 0 and "\nok 1" in p.stdout if says is None else p.returncode == 1 and f"# {how}: {says}" in p.stdout
        failed += not good
        if not good:
            print("\n".join("# " + line for line in p.stdout.splitlines()))
        print(f"{'ok' if good else 'not ok'} {i} - {how}: {says or 'passes'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
