#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# guides.py COMPILE DOC/guide PICTURE: what makes pages of the guides takes what we ship, and refuses a guide that it would show only in part
import os
import shutil
import subprocess
import sys
import tempfile

GOOD = "<!-- SPDX -->\n# A title\n\nWords.\n\n<!-- sh\nunseen $(x)\n-->\n## One\n\n![What is seen](pictures/a.png)\n\n| a | b |\n|---|---|\n| c | [d](signer.md) |\n\n```console\n$ x \"y\"\\z?\n```\n"


def main(compiler, shipped, picture):
    results = []

    def made(text, png=None, folder=None):
        with tempfile.TemporaryDirectory() as out:
            if folder is None:
                folder = os.path.join(out, "guide")
                os.makedirs(folder + "/pictures")
                with open(folder + "/signer.md", "w", encoding="utf-8") as f:
                    f.write(text)
                if png is None:
                    shutil.copy(picture, folder + "/pictures/a.png")
                else:
                    with open(folder + "/pictures/a.png", "wb") as f:
                        f.write(png)
            run = subprocess.run([sys.executable, compiler, os.path.join(out, "o.c"), folder], capture_output=True, text=True)
            code = ""
            if run.returncode == 0:
                with open(os.path.join(out, "o.c"), encoding="utf-8") as f:
                    code = f.read()
            return run, code

    def takes(what, holds, lacks, *args, **more):
        run, code = made(*args, **more)
        results.append((run.returncode == 0 and all(h in code for h in holds) and not any(w in code for w in lacks), f"taken: {what}", run.stderr + code[:2000]))

    def refuses(what, why, *args):
        run, _ = made(*args)
        results.append((run.returncode != 0 and why in run.stderr and "Traceback" not in run.stderr, f"refused: {what}", run.stderr))

    takes("what we ship", ["und_guide_pictures"], ["<!--", ".md)"], "", folder=shipped)
    takes("each part", ["UND_GUIDE_HEADING", "UND_GUIDE_PICTURE", "UND_GUIDE_TABLE, 2, 2", "](/guide/signer)", '$ x \\042y\\042\\134z\\077'], ["unseen", "SPDX"], GOOD)
    refuses("a link that leads nowhere on a server", "lead", GOOD.replace("signer.md", "../HACKING.md"))
    refuses("a link elsewhere", "lead", GOOD.replace("signer.md", "https://example.org/"))
    refuses("a table whose rows differ", "table", GOOD.replace("| c |", "| c | c |"))
    refuses("a picture without words", "not understood", GOOD.replace("![What is seen]", "![]"))
    refuses("a picture in a line of words", "cannot be shown", GOOD.replace("Words.", "Words ![seen](pictures/a.png)."))
    refuses("a picture that is none", "no PNG", GOOD, b"GIF89a")
    refuses("a heading that stands twice", "twice", GOOD + "\n## One\n")
    refuses("a heading of another level", "cannot be shown", GOOD + "\n#### Four\n")
    refuses("no title", "no title", GOOD.replace("# A title", "A title"))
    print(f"1..{len(results)}")
    for number, (good, what, said) in enumerate(results, 1):
        if not good:
            print("# " + said.replace("\n", "\n# "))
        print(f"{'ok' if good else 'not ok'} {number} - {what}")
    return 0 if all(good for good, _, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
