#!/usr/bin/env python3
"""The cost of each step of a request, beside its threshold: `make bench-micro`.

    micro.py [--update] [--only TEXT] [--repeat NAME=FACTOR]

It measures the steps, and a hit and a forward from end to end (`request.py`; left out if there is no gateway). Two
figures have thresholds, since they are the same on a busy machine as on a quiet one: allocations, by
`c/allocations.c`, and instructions outside the kernel, by callgrind, whose processor has no SHA instructions. Each is
the difference of two runs, one with twice as much work. The nanoseconds are for information. Thresholds are for one
toolchain and processor, in `Micro/thresholds/`; --update rewrites them. The exit code is 1 if a step costs more.

--repeat makes a step look FACTOR times as expensive, to prove that the check can fail.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import machine
import request
from run import compile_programs

HERE = Path(__file__).resolve().parent
# Hashes are the same in each run. Otherwise the layout of a table, and so its instructions, would differ.
FIXED = {"SWIFT_DETERMINISTIC_HASHING": "1", "PATH": machine.PATH}
# The factors by which a cost may exceed its threshold. A step does the same each time; end to end there are threads.
# SELDOM: rare work, such as the growth of a table, makes fractions of an allocation.
STEP, WHOLE, SELDOM = {"instructions": 1.03, "allocations": 1}, {"instructions": 1.05, "allocations": 1.03}, 0.05
# The work of a step in one run of callgrind, which is fifty times slower than the processor: so many nanoseconds, and
# at least so many repetitions.
WORTH, LEAST = 300_000, 20


class Micro:
    def __init__(self, binary, programs):
        self.binary, self.library = str(binary), programs / "allocations.so"
        # The same binary for both counts: another difference could be taken for work.
        self.bare = str(machine.without_debug_information(self.binary))

    def run(self, *arguments, before=(), **variables):
        run = subprocess.run([*before, self.bare, *map(str, arguments)], capture_output=True, text=True,
                             stdin=subprocess.DEVNULL, env={**FIXED, **variables})
        if run.returncode or run.stdout.startswith("Micro:"):
            raise RuntimeError(f"Micro {' '.join(map(str, arguments))}: {run.stdout}{run.stderr[-1000:]}")
        return run

    def names(self):
        return self.run().stdout.splitlines()

    def nanoseconds(self, name, count):
        return int(self.run(name, count).stdout)

    def allocations(self, name, count):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "counts"
            self.run(name, count, LD_PRELOAD=str(self.library), ALLOCATIONS=str(file))
            return int(file.read_text().split()[1])

    def instructions(self, name, count):
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        output = self.run(name, count, before=command).stderr
        return int(re.search(r"Collected : (\d+)", output).group(1))

    def cost(self, name, factor):
        """Returns allocations, instructions and nanoseconds of one repetition, or of `factor` repetitions."""
        rough = max(1, self.nanoseconds(name, 10))
        count = max(LEAST, WORTH // rough)
        per = lambda measure: (measure(name, 2 * count * factor) - measure(name, count * factor)) / count
        nanoseconds = min(self.nanoseconds(name, max(LEAST, 20_000_000 // rough)) for _ in range(3))
        return {"allocations": round(per(self.allocations), 2), "instructions": round(per(self.instructions)),
                "nanoseconds": nanoseconds * factor}


def toolchain():
    swift = machine.found(r"Swift version (\S+)", machine.output("swift", "--version"))
    return f"swift-{swift}-{os.uname().machine}"


def thresholds(file):
    return json.loads(file.read_text()) if file.exists() else {}


def verdict(cost, threshold, more):
    """Returns the fault of a cost, or an empty text. `more`: the factors by which it may exceed the threshold."""
    if threshold is None:
        return "no threshold; write one with --update"
    if cost["allocations"] > threshold["allocations"] * more["allocations"] + SELDOM:
        return f"{cost['allocations']:g} allocations, {threshold['allocations']:g} are allowed"
    if cost["instructions"] > threshold["instructions"] * more["instructions"]:
        return f"{cost['instructions']} instructions, {threshold['instructions']} are allowed, and {more['instructions'] - 1:.0%}"
    return ""


# The bodies of 64 KiB, and the most that one may cost: of which 6 KiB are read on an event loop, which is held for at
# most 800 000 instructions (`stretch.py`).
BODIES, MOST = "decode 64 KiB of ", 64 * 800_000 // 6


def worst_body(found):
    """Returns the fault of the dearest body, or an empty text."""
    bodies = {name: cost["instructions"] for name, cost in found.items() if name.startswith(BODIES)}
    if not bodies:
        return ""
    name, worst = max(bodies.items(), key=lambda body: body[1])
    print(f"the dearest body: '{name}', {worst / 65536:.1f} instructions a byte")
    return f"bench-micro: '{name}' costs {worst} instructions, {MOST} are allowed" if worst > MOST else ""


def measured(micro, only, repeated, factor):
    """Yields (name, cost, factors above its threshold) of each step, then end to end."""
    for name in micro.names():
        if only in name:
            yield name, micro.cost(name, factor if name == repeated else 1), STEP
    syncgate = os.environ.get("SYNCGATE") or str(machine.PROJECT / ".build/release/syncgate")
    if "end to end" in f"{only or 'end to end'}" and os.access(syncgate, os.X_OK):
        for name, cost in request.costs(machine.PROJECT / ".build/bench", syncgate, 2000).items():
            yield f"{name}, end to end", {"allocations": round(cost[0], 2), "instructions": round(cost[-1])}, WHOLE


def main():
    parser = argparse.ArgumentParser(description="the cost of single steps, beside their thresholds")
    parser.add_argument("--update", action="store_true", help="rewrite the thresholds")
    parser.add_argument("--only", default="", help="only the steps with this text in their name")
    parser.add_argument("--repeat", metavar="NAME=FACTOR", default="=1", help="make a step cost more")
    options = parser.parse_args()
    repeated, _, factor = options.repeat.rpartition("=")
    compile_programs()
    micro = Micro(os.environ.get("MICRO") or machine.PROJECT / ".build/release/Micro", machine.PROJECT / ".build/bench")
    file = HERE / f"Micro/thresholds/{toolchain()}.json"
    allowed, found, failures = thresholds(file), {}, []
    if not allowed and not options.update:
        print(f"bench-micro: no thresholds for '{toolchain()}'; write them with --update")
    print(f"{'':36} {'allocations':>11} {'instructions':>12} {'ns':>9}")
    for name, cost, more in measured(micro, options.only, repeated, int(factor)):
        print(f"{name:36} {cost['allocations']:11g} {cost['instructions']:12} {cost.get('nanoseconds', ''):>9}", flush=True)
        found[name] = {key: cost[key] for key in ("allocations", "instructions")}
        if allowed and not options.update and (wrong := verdict(cost, allowed.get(name), more)):
            failures.append(f"bench-micro: '{name}': {wrong}")
    if wrong := worst_body(found):
        failures.append(wrong)
    if options.update:
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps((allowed if options.only else {}) | found, indent=2) + "\n")
        print(f"written to {file.relative_to(machine.PROJECT)}")
    print("\n".join(failures), end="\n" if failures else "")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
