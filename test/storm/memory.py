# SPDX-License-Identifier: AGPL-3.0-or-later
# memory.py: every allocation of a server fails once, from every place in the program: it answers or closes, never ends, keeps what it acknowledged and works afterwards
#
# test/fault/serve.py asks everything that can be asked; here for a folder and for a database, until no request finds a place that has not failed. What those are is in the program: nothing is drawn.
from storm_lib import *

SERVE = os.path.join(HERE, "..", "fault", "serve.py")
figures = {"folder": 0, "database": 0}
child = None


def end():
    if child is not None and child.poll() is None:
        child.terminate()
        child.communicate()


def places(store, *more):
    global child
    # the town is as large as there: what it makes, it removes
    child = subprocess.Popen([sys.executable, SERVE, U, FAULT, "--sites", *more], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace", env=dict(os.environ, TMPDIR=os.getcwd()))
    bad, done = [], 0
    for line in child.stdout:
        line = line.rstrip("\n")
        bad += [line] if line.startswith("not ok") else []
        done += line.startswith("ok")
        found = re.match(r"# (\d+) places$", line)
        figures[store] = int(found.group(1)) if found else figures[store]
        print(line if line.startswith("#") else "# " + store + ": " + line, flush=True)
    same((child.wait(), bad), (0, []), "a server with a %s" % store)
    true(done > 0 and figures[store] > 50, "places failed")


def run():
    clean_up.append(end)
    quick = [] if LONG or (SECONDS or 0) >= 300 else ["--quick"]
    tap.case("a server with a folder: memory fails at every place", places, "folder", *quick)
    if not SHORT:
        tap.case("a server with a database: memory fails at every place", places, "database", "--postgres", *quick)
    counted(sum(figures.values()), "memory failed once at %d places of a server with a folder%s: it answered, lived and kept what it acknowledged"
            % (figures["folder"], ", %d with a database" % figures["database"] if figures["database"] else ""), figures=figures)


storm(run)
