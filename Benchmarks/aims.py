#!/usr/bin/env python3
"""The aims of the project beside the figures of the last `make bench` and `make bench-scale`. `make bench-aims`.

    aims.py [--write]

A part that was not measured has no figure. --write puts the table into the newest file of `results/` that `make bench`
wrote. The exit code is 1 if an aim is missed, and 2 if one is not measured.
"""

import argparse
import re
import sys
from pathlib import Path

import store

FOLDER = Path(__file__).resolve().parent / "results"
TITLE = "## Aims"
# The cost of the sockets alone, in microseconds, on the machine for which a forward has its aim.
FLOOR = 5.5
SILENT = float("nan")


class Figures:
    """The figures of both benchmarks; NaN for what was not measured."""

    def __init__(self):
        self.run, self.scale = store.read("run"), store.read("scale")

    def rows(self, part):
        return self.run.get(part, {}).get("rows", [])

    def row(self, part, **wanted):
        """Returns the first row with these values; a value may be the beginning of a text."""
        for row in self.rows(part):
            if all(str(row[key]).startswith(value) for key, value in wanted.items()):
                return row
        return {}

    def cpu(self, part, workload, server="syncgate"):
        return self.row(part, workload=workload, server=server).get("cpu", SILENT)

    def instructions(self, workload):
        return self.row("instructions", workload=workload).get("instructions", SILENT)

    def scaled(self, part, beginning):
        """Returns the figure of `make bench-scale` whose text begins so."""
        found = self.scale.get(part, {}).get("rows", {})
        return next((figure for text, figure in found.items() if text.startswith(beginning)), SILENT)


def aims(figures):
    """Yields (figure, sign, bound, measured, digits, note) of each aim."""
    forward = figures.cpu("forwards", "forward")
    for server, most in (("sigv4-proxy", 0.3), ("envoy", 0.5)):
        other = figures.cpu("forwards", "forward", server)
        yield f"forward signed, plain: CPU as a share of {server}", "≤", most, forward / other, 2, f"{forward:.1f} of {other:.1f} µs"
    floor = figures.cpu("hits", "hit 2 KiB", "floor")
    yield (f"the same in µs, where the sockets alone take {FLOOR} µs", "≤", 40, forward * FLOOR / floor, 1,
           f"{forward:.1f} µs; the sockets alone {floor:.1f} µs")
    forward, other = figures.cpu("tls", "forward"), figures.cpu("tls", "forward", "nginx")
    yield ("forward signed over TLS: CPU as a multiple of the unsigned one of nginx", "≤", 2, forward / other, 2,
           f"{forward:.1f} of {other:.1f} µs")
    yield "miss of 2 KiB: instructions", "≤", 250_000, figures.instructions("miss"), 0, ""
    for records, most in (("1 record", 250_000), ("20 records", 350_000)):
        row = figures.row("writes", workload=f"update of {records.split()[0]}", server="syncgate")
        yield f"update of {records}: instructions", "≤", most, figures.instructions(f"update of {records}"), 0, ""
        yield "its CPU outside the loop and the transfer thread, %", "≤", 2, row.get("others", SILENT) * 100, 1, ""
    yield "derived page of 4 records: instructions", "≤", 100_000, figures.instructions("derived"), 0, ""
    own = figures.cpu("hits", "hit 2 KiB")
    for server, most in (("haproxy", 0.8), ("floor", 1.4)):
        other = figures.cpu("hits", "hit 2 KiB", server)
        yield f"hit of 2 KiB: CPU as a share of {server}", "≤", most, own / other, 2, f"{own:.1f} of {other:.1f} µs"
    own, other = (figures.row("herd", server=server).get("p99", SILENT) / 1e3 for server in ("syncgate", "upstream itself"))
    yield "herd of 1000: p99 as a multiple of that of upstream itself", "≤", 1.2, own / other, 2, f"{own:.1f} of {other:.1f} ms"
    for workload, name, least in (("upstream", "upstream", 95), ("core: forwards", "the core", 70)):
        row = figures.row("overload", workload=workload)
        peak, goodput = row.get("peak", SILENT), row.get("goodput", SILENT)
        yield (f"three times the peak, {name} short: goodput, % of the peak", "≥", least, goodput / peak * 100, 0,
               f"{goodput:.0f} of {peak:.0f}/s")
        if name == "upstream":
            yield "the same: p99 of a rejection, ms", "≤", 10, row.get("rejected p99", SILENT) / 1e3, 1, ""
    yield "a full cache of 64 MiB takes beyond an empty one, MiB", "≤", 72, figures.scaled("pages", "MiB that 64 MiB"), 1, ""
    yield "two event loops: CPU of a hit as a multiple of one", "≤", 1.05, figures.scaled("cores", "CPU time"), 3, ""
    yield "10 000 idle connections take, MiB", "≤", 60, figures.scaled("connections", "MiB that 10000"), 1, ""
    yield from loop_aims(figures)


def loop_aims(figures):
    longest = max(figures.rows("loop"), key=lambda row: row["median"], default={})
    yield ("one request holds its loop in one go, ms of the processor", "≤", 0.2, longest.get("median", SILENT), 2,
           longest.get("workload", ""))
    most = max(figures.rows("loop"), key=lambda row: row.get("instructions", 0), default={})
    yield "the same, instructions outside the kernel", "≤", 800_000, most.get("instructions", SILENT), 0, most.get("workload", "")


def verdict(bound, measured, sign="≤"):
    if measured != measured:
        return "not measured"
    return "met" if (measured <= bound if sign == "≤" else measured >= bound) else "missed"


def section(figures):
    """Returns the table in Markdown, with its heading and the moments of the runs."""
    parts = [*figures.run.values(), *figures.scale.values()]
    moments, binaries = sorted(part["date"] for part in parts), {part["binary"] for part in parts}
    lines = [TITLE, f"The last figures of `make bench` and `make bench-scale`, from {moments[0]} to {moments[-1]} UTC." if parts else ""]
    if len(binaries) > 1:
        lines.append("**They are not all of the same binary.**")
    lines += ["", "| figure | aim | measured | | |", "| --- | ---: | ---: | --- | --- |"]
    for figure, sign, bound, measured, digits, note in aims(figures):
        known = measured == measured
        lines.append(f"| {figure} | {sign} {bound:,} | {f'{measured:,.{digits}f}' if known else '–'} "
                     f"| {verdict(bound, measured, sign)} | {note if known else ''} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description="the aims beside the last figures")
    parser.add_argument("--write", action="store_true", help="replace the table in the newest result")
    options = parser.parse_args()
    figures = Figures()
    text = section(figures)
    print(text, end="")
    if options.write:
        files = sorted(FOLDER.glob("????-??-??.md"))
        if not files:
            raise SystemExit("aims: there is no result; run `make bench`")
        before, _, after = files[-1].read_text().partition(f"{TITLE}\n")
        following = re.search(r"(?m)^## ", after)
        files[-1].write_text(before + text + (f"\n{after[following.start():]}" if following else ""))
        print(f"written to {files[-1].relative_to(FOLDER.parents[1])}", file=sys.stderr)
    verdicts = {verdict(bound, measured, sign) for _, sign, bound, measured, *_ in aims(figures)}
    return 1 if "missed" in verdicts else 2 if "not measured" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
