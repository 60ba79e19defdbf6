# SPDX-License-Identifier: AGPL-3.0-or-later
# scale_plot.py: doc/scale: its pictures and tables, of figures.json and nothing else: the same figures, the same bytes
#
#	scale_plot.py DOC            writes DOC/scale/*.svg, and the tables between their marks in DOC/scale.md
#	scale_plot.py DOC --check    fails where what stands there is not what the figures say
import json
import math
import os
import sys

DOC, CHECK = sys.argv[1], "--check" in sys.argv[2:]
FIGURES = json.load(open(os.path.join(DOC, "scale", "figures.json")))["figures"]
MARK = "<!-- %s: by test/bench/scale_plot.py -->"

# ---- figures ----


def of(part, what, member, by="people"):
    """(size, value), ascending"""
    got = [(f[by], f[member]) for f in FIGURES if f["part"] == part and f["what"] == what and f.get(member)]
    return sorted(got)


def fit(points):
    """least squares on the logarithms: value = factor * size^exponent; the residual is the largest, as a factor"""
    n = len(points)
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    mx, my = sum(xs) / n, sum(ys) / n
    exponent = sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / sum((x - mx) ** 2 for x in xs)
    factor = math.exp(my - exponent * mx)
    residual = max(max(y / (factor * x ** exponent), factor * x ** exponent / y) for x, y in points)
    return factor, exponent, residual


# ---- a picture: two logarithmic axes, a line a series ----

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 440, 70, 200, 40, 56
STYLE = """<style>
text{font:13px sans-serif;fill:#222}.title{font-weight:bold}.axis{stroke:#888;fill:none}.grid{stroke:#ddd;fill:none}.line{fill:none;stroke-width:2}.dash{stroke-dasharray:5 4;stroke-width:1.5;fill:none}
.c0{stroke:#1f5fa8}.c1{stroke:#b3421c}.c2{stroke:#2b7a3d}.c3{stroke:#7a3da8}.c4{stroke:#6b6b00}.f0{fill:#1f5fa8}.f1{fill:#b3421c}.f2{fill:#2b7a3d}.f3{fill:#7a3da8}.f4{fill:#6b6b00}
.paper{fill:#fff}
@media (prefers-color-scheme:dark){.paper{fill:#16181c}text{fill:#ddd}.grid{stroke:#333}.c0{stroke:#7db3f0}.c1{stroke:#f09070}.c2{stroke:#7fcf90}.c3{stroke:#c79bf0}.c4{stroke:#d6d66a}.f0{fill:#7db3f0}.f1{fill:#f09070}.f2{fill:#7fcf90}.f3{fill:#c79bf0}.f4{fill:#d6d66a}}
</style>"""
SHAPES = ['<circle class="f%d" cx="%.1f" cy="%.1f" r="4"/>', '<rect class="f%d" x="%.1f" y="%.1f" width="7" height="7" transform="translate(-3.5 -3.5)"/>']


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def short(v):
    for unit, name in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if v >= unit:
            return "%g%s" % (v / unit, name)
    return "%g" % v


def decades(low, high):
    return [10.0 ** e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def picture(title, alt, x_name, y_name, series):
    """series: (name, points)"""
    series = [(name, points) for name, points in series if len(points) > 1]
    xs, ys = [x for _, p in series for x, _ in p], [y for _, p in series for _, y in p]
    across, up = decades(min(xs), max(xs)), decades(min(ys), max(ys))

    def place(x, y):
        return (LEFT + (math.log10(x) - math.log10(across[0])) / (math.log10(across[-1]) - math.log10(across[0])) * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - (math.log10(y) - math.log10(up[0])) / (math.log10(up[-1]) - math.log10(up[0])) * (HEIGHT - TOP - BOTTOM))

    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="t d">' % (WIDTH, HEIGHT),
           '<title id="t">%s</title><desc id="d">%s</desc>' % (escaped(title), escaped(alt)), STYLE, '<rect class="paper" width="%d" height="%d"/>' % (WIDTH, HEIGHT),
           '<text class="title" x="%d" y="24">%s</text>' % (LEFT, escaped(title))]
    for x in across:
        px = place(x, up[0])[0]
        out.append('<path class="grid" d="M%.1f %dV%d"/><text x="%.1f" y="%d" text-anchor="middle">%s</text>' % (px, TOP, HEIGHT - BOTTOM, px, HEIGHT - BOTTOM + 18, short(x)))
    for y in up:
        py = place(across[0], y)[1]
        out.append('<path class="grid" d="M%d %.1fH%d"/><text x="%d" y="%.1f" text-anchor="end">%s</text>' % (LEFT, py, WIDTH - RIGHT, LEFT - 8, py + 4, short(y)))
    out.append('<path class="axis" d="M%d %dV%dH%d"/>' % (LEFT, TOP, HEIGHT - BOTTOM, WIDTH - RIGHT))
    out.append('<text x="%d" y="%d" text-anchor="middle">%s</text>' % ((LEFT + WIDTH - RIGHT) // 2, HEIGHT - 14, escaped(x_name)))
    out.append('<text x="16" y="%d" text-anchor="middle" transform="rotate(-90 16 %d)">%s</text>' % ((TOP + HEIGHT - BOTTOM) // 2, (TOP + HEIGHT - BOTTOM) // 2, escaped(y_name)))
    for i, (name, points) in enumerate(series):
        at = [place(x, y) for x, y in points]
        out.append('<path class="line c%d" d="M%s"/>' % (i, "L".join("%.1f %.1f" % p for p in at)))
        out += [SHAPES[i % 2] % ((i,) + p) for p in at]
        label = TOP + 14 + 40 * i
        out.append(SHAPES[i % 2] % (i, WIDTH - RIGHT + 16, label - 4))
        out.append('<text x="%d" y="%d">%s</text><text x="%d" y="%d">size^%.2f</text>' % (WIDTH - RIGHT + 28, label, escaped(name), WIDTH - RIGHT + 28, label + 16, fit(points)[1]))
    return "\n".join(out) + "\n</svg>\n"


def last_step(points):
    """the exponent between the two largest sizes"""
    (x0, y0), (x1, y1) = points[-2:]
    return math.log(y1 / y0) / math.log(x1 / x0)


def exponents(series):
    return "; ".join("%s %.2f" % (name, fit(points)[1]) for name, points in series if len(points) > 1)


# ---- what is shown ----

ROLLS = [("roster new", "roster new"), ("verify, nobody signed", "verify, nobody signed"), ("sign in *", "sign in *"), ("sign in the body", "sign in a body")]
LETTERS = [("verify, one thread", "verify"), ("show", "show"), ("add", "add"), ("add the other copy", "merge two copies")]
SERVED = [("all sign", "all sign"), ("opened again", "opened again"), ("a letter is brought", "brought")]
PAGE = [("check, nobody signed", "check a roll"), ("check", "check a letter")]


def lists(part, names, member, by):
    scale = 1 / 1024 if member == "peak_kib" else 1
    return [(shown, [(x, y * scale) for x, y in of(part, what, member, by)]) for what, shown in names]


def pictures():
    made = {}
    for part, names, by, x_name, told in (("rolls", ROLLS, "people", "keys of the roll", "Rolls"), ("letters", LETTERS, "signatures", "signatures", "Letters"),
                                          ("serve", SERVED, "signatures", "signatures", "The server"), ("page", PAGE, "people", "keys of the roll, a tenth of them signed", "The page, in Chromium")):
        for member, y_name in (("cpu_s", "processor time, s"), ("peak_kib", "largest memory, MiB")):
            series = lists(part, names, member, by)
            title = "%s: %s" % (told, y_name)
            name = "%s-%s.svg" % (part, "time" if member == "cpu_s" else "memory")
            made[name] = picture(title, "Logarithmic axes. Exponents: %s." % exponents(series), x_name, y_name, series)
    return made


def number(v):
    return "–" if v is None else "{:,.0f}".format(v) if v >= 100 else "%.1f" % v if v >= 10 else "%.2f" % v if v >= 0.1 else "%.3f" % v if v >= 0.01 else "%.5f" % v


def table(part, names, by):
    sizes = sorted({f[by] for f in FIGURES if f["part"] == part})
    rows = ["| | %s | exponent | farthest from the line | last step |" % " | ".join("{:,}".format(s) for s in sizes), "|---|" + "---:|" * (len(sizes) + 3)]
    for what, shown in names:
        for member, unit, scale in (("cpu_s", "s", 1), ("v", "V", 1), ("peak_kib", "MiB", 1 / 1024)):
            points = of(part, what, member, by)
            if not points:
                continue
            known = dict(points)
            _, exponent, residual = fit(points) if len(points) > 3 else (0, None, None)
            fitted = ("–", "–", "–") if exponent is None else ("%.2f" % exponent, "%d %%" % round(100 * (residual - 1)), "%.2f" % last_step(points))
            rows.append("| %s, %s | %s | %s | %s | %s |" % ((shown, unit, " | ".join(number(known[s] * scale) if s in known else "–" for s in sizes)) + fitted))
    return "\n".join(rows)


def threads():
    one, two = dict(of("letters", "verify, one thread", "wall_s", "signatures")), dict(of("letters", "verify, two threads", "wall_s", "signatures"))
    sizes = sorted(set(one) & set(two))
    return "\n".join(["| signatures | %s |" % " | ".join("{:,}".format(s) for s in sizes), "|---|" + "---:|" * len(sizes),
                      "| one thread, s by the clock | %s |" % " | ".join(number(one[s]) for s in sizes), "| two threads | %s |" % " | ".join(number(two[s]) for s in sizes),
                      "| times as fast | %s |" % " | ".join("%.2f" % (one[s] / two[s]) for s in sizes)])


def million():
    """by all of a million keys, since ten million do not fit into one file"""
    keys = of("rolls", "verify, nobody signed", "cpu_s")[-1]
    rows = ["| | 100,000, measured | 1,000,000, extrapolated |", "|---|---:|---:|"]
    full, empty = [f for f in FIGURES if f["people"] == keys[0] and f["part"] == "letters" and f["what"] == "verify, one thread"], [f for f in FIGURES if f["people"] == keys[0] and f["what"] == "verify, nobody signed"]
    if not full or keys[0] != 1000000:
        return "\n".join(rows)
    full, empty = full[0], empty[0]
    more = (1000000 - full["signatures"]) / full["signatures"]
    for name, member, scale, unit in (("time of verification, one thread", "cpu_s", 1, "s"), ("size of the file", "bytes", 1 / 2 ** 20, "MiB")):
        rows.append("| %s, %s | %s | %s |" % (name, unit, number(full[member] * scale), number((full[member] + more * (full[member] - empty[member])) * scale)))
    slope = 100 * (1000000 - full["signatures"])  # bytes a signature: ids, tags, their tables
    rows.append("| largest memory, MiB | %s | %s |" % (number(full["peak_kib"] / 1024), number(full["peak_kib"] / 1024 + slope / 2 ** 20)))
    return "\n".join(rows)


def texts():
    return {"rolls": table("rolls", ROLLS + [("one of them", "one signature in * of many")], "people"), "letters": table("letters", LETTERS, "signatures"), "threads": threads(),
            "serve": table("serve", SERVED, "signatures"), "page": table("page", PAGE, "people"), "million": million()}


def with_tables(text):
    for name, body in texts().items():
        begin, end = MARK % name, MARK % ("end of " + name)
        a, b = text.index(begin) + len(begin), text.index(end)
        text = text[:a] + "\n\n" + body + "\n\n" + text[b:]
    return text


def main():
    wanted = {os.path.join(DOC, "scale", name): made for name, made in pictures().items()}
    page = os.path.join(DOC, "scale.md")
    wanted[page] = with_tables(open(page, encoding="utf-8").read())
    stray = {os.path.join(DOC, "scale", f) for f in os.listdir(os.path.join(DOC, "scale"))} - set(wanted) - {os.path.join(DOC, "scale", "figures.json")}
    other = sorted(p for p, made in wanted.items() if not os.path.exists(p) or open(p, encoding="utf-8").read() != made) + sorted(stray)
    if CHECK:
        print("1..1\n%sok 1 - pictures and tables are those of the figures" % ("not " if other else ""))
        for p in other:
            print("# %s: is not what the figures say: python3 test/bench/scale_plot.py doc" % os.path.relpath(p, DOC))
        sys.exit(bool(other))
    for p, made in wanted.items():
        with open(p, "w", encoding="utf-8") as out:
            out.write(made)


main()
