#!/usr/bin/env python3
"""The plot of latency by load, as SVG: a row for each workload, p50 on the left, p99 on the right.

    plot.py FILE    draws the figures of the last `make bench BENCH=latency` into the file
"""

import math
import sys
from pathlib import Path

import store

WIDTH, HEIGHT, LEFT, TOP, GAP_X, GAP_Y = 460, 300, 70, 96, 40, 96
# Server -> colour on white, colour on black, marker. The colours differ in lightness too.
STYLES = {
    "syncgate": ("#0b5fd0", "#5aa2ff", "circle"), "nginx": ("#177a3d", "#4fc27c", "square"),
    "haproxy": ("#b8441b", "#ff8a5c", "triangle"), "varnish": ("#7a3fb0", "#c08cf0", "diamond"),
    "envoy": ("#a3006b", "#ff70c0", "cross"), "sigv4-proxy": ("#7a6200", "#dcb83c", "bar"), "floor": ("#777777", "#9a9a9a", "dot"),
}
NAMES = {"floor": "sockets alone / upstream"}
SHAPES = {
    "circle": '<circle cx="{x}" cy="{y}" r="3.5"/>', "dot": '<circle cx="{x}" cy="{y}" r="2"/>',
    "square": '<path d="M{x} {y}m-3 -3h6v6h-6z"/>', "triangle": '<path d="M{x} {y}m0 -4l4 7h-8z"/>',
    "diamond": '<path d="M{x} {y}m0 -4.5l4 4.5l-4 4.5l-4 -4.5z"/>', "bar": '<path d="M{x} {y}m-4 -1.5h8v3h-8z"/>',
    "cross": '<path d="M{x} {y}m-3.5 -3.5l7 7m0 -7l-7 7" fill="none"/>',
}
STYLE = """<style>
svg { font: 13px system-ui, sans-serif; }
.paper { fill: #ffffff; } text { fill: #1f2328; } .grid { stroke: #d8dce1; } .frame { stroke: #8a9099; fill: none; }
.line { fill: none; stroke-width: 1.6; } .own { stroke-width: 3; } .limit { fill: none; stroke-width: 1.4; } .title { font-weight: 600; }
.light@media (prefers-color-scheme: dark) {
.paper { fill: #0d1117; } text { fill: #e6edf3; } .grid { stroke: #2b323b; } .frame { stroke: #6e7681; }
.dark}
</style>"""


def colours(which):
    """Returns a rule for each server: 0 on white, 1 on black."""
    return "".join(f".{name} {{ stroke: {style[which]}; fill: {style[which]}; }} .line.{name} {{ fill: none; }}\n"
                   for name, style in STYLES.items())


class Scale:
    """A logarithmic axis from a value to another one, along so many pixels from a place."""

    def __init__(self, values, start, length):
        self.least, self.most = min(values) / 1.15, max(values) * 1.15
        self.start, self.length = start, length

    def place(self, value):
        share = math.log(value / self.least) / math.log(self.most / self.least)
        return round(self.start + share * self.length, 1)

    def ticks(self, steps):
        """Returns the values of the axis with one of these first digits."""
        powers = range(math.floor(math.log10(self.least)), math.ceil(math.log10(self.most)) + 1)
        values = [step * 10.0**power for power in powers for step in steps]
        return [value for value in values if self.least <= value <= self.most]


def text(x, y, content, anchor="middle", more=""):
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{more}>{content}</text>'


def spelled_rate(value):
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:g}"


def spelled_time(microseconds):
    return f"{microseconds / 1e6:g} s" if microseconds >= 1e6 else f"{microseconds / 1e3:g} ms"


def panel(rows, percentile, x, y, times):
    """Draws one workload and percentile at a place; `times` are the latencies of the whole row of panels."""
    across, up = Scale([row["offered"] for row in rows], x, WIDTH), Scale(times, y + HEIGHT, -HEIGHT)
    parts = [text(x + WIDTH / 2, y - 12, f"{rows[0]['workload']}: {percentile}", more=' class="title"')]
    for value in across.ticks((1, 2, 5)):
        place = across.place(value)
        parts += [f'<path class="grid" d="M{place} {y}v{HEIGHT}"/>', text(place, y + HEIGHT + 18, spelled_rate(value))]
    for value in up.ticks((1, 2, 5) if up.most / up.least < 200 else (1,)):
        place = up.place(value)
        parts += [f'<path class="grid" d="M{x} {place}h{WIDTH}"/>', text(x - 8, place + 4, spelled_time(value), "end")]
    parts.append(f'<rect class="frame" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}"/>')
    parts.append(text(x + WIDTH / 2, y + HEIGHT + 38, "requests offered a second"))
    if percentile == "p50":
        parts.append(text(0, 0, "latency", more=f' transform="translate(16 {y + HEIGHT / 2}) rotate(-90)"'))
    # syncgate comes last, so that no other line covers it.
    for name in sorted(STYLES, key=lambda name: name == "syncgate"):
        points = [(across.place(row["offered"]), up.place(row[percentile]), row["limit"]) for row in rows if row["server"] == name]
        if points:
            parts += line(name, points)
    return parts


def line(name, points):
    """Draws the line of a server, and a ring around the rate that it could not do."""
    path = "L".join(f"{x} {y}" for x, y, _ in points)
    parts = [f'<path class="line {name}{" own" if name == "syncgate" else ""}" d="M{path}"/>']
    for x, y, limit in points:
        parts.append(f'<g class="{name}">{SHAPES[STYLES[name][2]].format(x=x, y=y)}</g>')
        if limit:
            parts.append(f'<g class="limit line {name}"><circle cx="{x}" cy="{y}" r="7"/></g>')
    return parts


def legend(names):
    parts, x = [], LEFT
    for name in names:
        parts += [f'<path class="line {name}" d="M{x} 46h26"/>',
                  f'<g class="{name}">{SHAPES[STYLES[name][2]].format(x=x + 13, y=46)}</g>',
                  text(x + 32, 50, NAMES.get(name, name), "start")]
        x += 72 + 8 * len(NAMES.get(name, name))
    return parts


def drawing(rows):
    """Returns the SVG of the rows of `latency.py`."""
    rows = [row for row in rows if row["p50"] == row["p50"]]
    workloads = list(dict.fromkeys(row["workload"] for row in rows))
    width, height = LEFT + 2 * WIDTH + GAP_X + 60, TOP + len(workloads) * (HEIGHT + GAP_Y) - 30
    names = [name for name in STYLES if any(row["server"] == name for row in rows)]
    parts = [text(LEFT, 22, "Latency by load, from the moment when a request was due; both axes are logarithmic. "
                  "Ring: the server did not complete what was offered.", "start"), *legend(names)]
    for index, workload in enumerate(workloads):
        own = [row for row in rows if row["workload"] == workload]
        times = [row[percentile] for row in own for percentile in ("p50", "p99")]
        for column, percentile in enumerate(("p50", "p99")):
            parts += panel(own, percentile, LEFT + column * (WIDTH + GAP_X + 20), TOP + index * (HEIGHT + GAP_Y), times)
    style = STYLE.replace(".light", colours(0)).replace(".dark", colours(1))
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
                      'aria-label="latency by load">', style, f'<rect class="paper" width="{width}" height="{height}"/>',
                      *parts, "</svg>"]) + "\n"


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.strip())
    rows = store.read("run").get("latency", {}).get("rows")
    if not rows:
        raise SystemExit("plot: there are no latencies; run `make bench BENCH=latency`")
    Path(sys.argv[1]).write_text(drawing(rows))


if __name__ == "__main__":
    main()
