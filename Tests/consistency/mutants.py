"""Takes one safeguard of the cache out of the sources at a time, and sees that it is found out.

    python mutants.py [NAME…]    or --check: only sees whether the texts are in their files

Works on a copy under .build/mutants, debug. Each mutant is built and run until something is found; the last line
says which were not. A text that is no longer in its file is an error: then this table is out of date.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TREE = PROJECT / ".build/mutants/tree"
BINARY = TREE / ".build/debug/syncgate"
CACHE = "Sources/Policy/Cache/"


@dataclass
class Mutant:
    name: str
    changes: list  # (file, text, what stands in its place)
    by: list  # the program that finds it, with its arguments


def runs(plan, rules=0, seconds=90):
    return ["runs.py", "--find", "--plan", plan, "--rules", str(rules), "--seconds", str(seconds)]


def derived(*arguments):
    return ["derived.py", "--seeds", "40", *arguments]


# Not among them: that a write is merged only if no other was on its way (`wasAlone`). The others put the state in
# doubt when their answers do not continue it, and a doubt outlasts the merge: without it no run was ever wrong.
MUTANTS = [
    Mutant("the cache takes no notice of what passes", [
        ("Sources/Gateway/CachedReads.swift", "guard notices else { return .unnoticed }", "if notices { return .unnoticed }"),
    ], runs("late")),
    Mutant("an answer that left before a write was answered is stored", [
        (CACHE + "CacheTable+Fence.swift", "departed > entry.voided else { return .late }", "departed >= departed else { return .late }"),
        (CACHE + "CacheTable+Fence.swift", "guard departed > entry.changed else { return .late }", ""),
    ], runs("late")),
    Mutant("a reader joins a call that left before a write was answered", [
        (CACHE + "CacheTable+Flights.swift", "guard call.stamp > entry.changed, now", "guard now"),
    ], runs("late")),
    Mutant("a reader joins by its lease a call that left before a write was answered", [
        (CACHE + "DatasetEntry.swift", "where call.stamp <= changed {", "where call.stamp > changed {"),
    ], runs("late")),
    Mutant("no doubt after a conflict or an unknown outcome", [
        (CACHE + "CacheTable+Changes.swift", "doubt(dataset, because: .write)\n            return", "return"),
    ], runs("resets")),
    Mutant("an answer to a write is merged across a gap", [
        (CACHE + "DatasetCopy.swift", "change.syncCount == syncCount &+ 1, !change", "change.syncCount > syncCount, !change"),
    ], runs("resets")),
    Mutant("DeleteDataset voids nothing", [
        (CACHE + "CacheTable+Changes.swift", "        voidAll(owners[owner]?.datasets ?? [], because: .delete)\n", ""),
    ], runs("late")),
    Mutant("nobody looks whether a dataset was made anew", [
        (CACHE + "CacheTable+Fence.swift", "origin == .doubtful || seen.wasDeleted ? nil : suspect", "origin == .doubtful && seen.wasDeleted ? nil : suspect"),
        (CACHE + "Observation.swift", "isPlain, !wasDeleted, nextToken", "isPlain, nextToken"),
    ], runs("resets", 1)),
    Mutant("what is older than the first listing is answered too", [
        (CACHE + "DatasetCopy.swift", "!isAbsent && base <= since && since <= syncCount", "!isAbsent && since <= syncCount"),
    ], derived()),
    Mutant("what is fresh stays fresh", [
        (CACHE + "Lease.swift", "return age < lifetime ? Standing(age: age, timeToLive: lifetime - age) : nil",
         "return lifetime > 0 && moment > .min ? Standing(age: age, timeToLive: 1) : nil"),
        (CACHE + "Freshness.swift", "if age < lifetime { return .fresh(timeToLive: lifetime - age) }", "if age >= 0 { return .fresh(timeToLive: 1) }"),
    ], runs("resets")),
    Mutant("a lease does not end", [
        (CACHE + "Lease.swift", "func end() { confirmedAt.store(.min, ordering: .releasing) }", "func end() {}"),
    ], runs("late")),
    Mutant("a walk goes on in whatever is held", [
        (CACHE + "DatasetCopy+Answer.swift", "place.syncCount == syncCount && answers(place.since) && place.digest == digest(since: place.since)",
         "answers(place.since)"),
    ], runs("late")),
    Mutant("a merge of identities is not looked at", [
        (CACHE + "Observation.swift", "{ !hasMerges && !hasUnknownMembers }", "{ !hasUnknownMembers }"),
    ], derived("--bypass")),
]


def files(root):
    """Of the package, by their names in it."""
    for name in ("Package.swift", "Package.resolved"):
        yield name
    for folder in ("Sources", "Tests"):
        yield from (str(path.relative_to(root)) for path in (root / folder).rglob("*") if path.is_file() and path.suffix != ".pyc")


def copy():
    """The sources of now; a file that is the same stays untouched, so that only what differs is built."""
    wanted = set(files(PROJECT))
    for name in set(files(TREE)) - wanted if TREE.exists() else ():
        (TREE / name).unlink()
    for name in wanted:
        source, target = PROJECT / name, TREE / name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())


def build():
    run = subprocess.run(["swift", "build", "--product", "syncgate"], cwd=TREE, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"mutants: no build\n{run.stdout[-3000:]}{run.stderr[-1000:]}")


def apply(mutant):
    for name, old, new in mutant.changes:
        file = TREE / name
        text = file.read_text()
        if text.count(old) != 1:
            raise SystemExit(f"mutants: {text.count(old)} times in {name}: {old}")
        file.write_text(text.replace(old, new))


def finds(mutant):
    """What the program that looks for it says last, or None where it found nothing."""
    program, *arguments = mutant.by
    run = subprocess.run([sys.executable, str(PROJECT / "Tests/consistency" / program), *arguments],
                         env={**os.environ, "SYNCGATE": str(BINARY)}, capture_output=True, text=True)
    if run.returncode == 0:
        return None
    lines = [line for line in (run.stdout + run.stderr).splitlines() if line.startswith(("C", "derived.Difference", "Difference"))]
    if not lines:
        raise SystemExit(f"mutants: {program} failed\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return lines[0]


def check():
    """Whether each text is in its file, and there once."""
    stale = [f"{name}: {old}" for mutant in MUTANTS for name, old, _ in mutant.changes if (PROJECT / name).read_text().count(old) != 1]
    print("\n".join(f"mutants: out of date: {line}" for line in stale) or "mutants: up to date")
    return 1 if stale else 0


def main():
    if sys.argv[1:] == ["--check"]:
        sys.exit(check())
    chosen = [m for m in MUTANTS if not sys.argv[1:] or any(name in m.name for name in sys.argv[1:])]
    missed = []
    for mutant in chosen:
        copy()
        apply(mutant)
        build()
        began = time.monotonic()
        found = finds(mutant)
        print(f"{'found' if found else 'MISSED'} after {time.monotonic() - began:.0f} s: {mutant.name}\n    {found}", flush=True)
        if not found:
            missed.append(mutant.name)
    print(f"{len(chosen) - len(missed)} found, {len(missed)} missed" + "".join(f"\n    {name}" for name in missed))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
