"""Takes one safeguard of the cache at a time out of the sources, and checks that a consistency program finds out.

    python mutants.py [NAME…]    or --check: only checks that each text is in its file

Works on a copy under .build/mutants, debug. Each mutant is built and run until something is found. The last line names
those that were not found. A text that is no longer in its file is an error: then this table is out of date.
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
FENCE = CACHE + "Records/Fence/"
RESPONSES = FENCE + "FenceFacts+Responses.swift"
CHANGES = FENCE + "FenceFacts+Changes.swift"
SNAPSHOT = CACHE + "Records/Snapshot/"
LOOK_BACK = SNAPSHOT + "DatasetSnapshot+LookBack.swift"
STORAGE = CACHE + "Records/Storage/"
STORED = CACHE + "Records/Table/RecordsTable+Storage.swift"
INQUIRY = "Sources/Gateway/Forwarding/Writes/OutcomeInquiry.swift"


@dataclass
class Mutant:
    """A safeguard, the changes that take it out, and the program that finds it out, with its arguments."""

    name: str
    changes: list  # (file, text, replacement)
    by: list


def runs(plan, rules=0, check=0, seconds=60):
    return ["runs.py", "--find", "--plan", plan, "--rules", str(rules), "--identity-check", str(check), "--seconds", str(seconds)]


def derived(*arguments):
    return ["derived.py", "--seeds", "40", *arguments]


# Not among them: that a write confirms nothing (d). The page that brings its session token shows a merge too, so no run
# was ever wrong without it. `WriteTests.aWriteMakesTheStateNoFresher` has it. Nor that an inquiry
# compares dates: the count of that page tells most equal writes of others apart. `OutcomeInquiryTests` has the dates.
# Nor that a read with no-cache shares only what was sent after it came: the runs seldom have three at once. The drivers
# of `PolicyTests` have it.

# Datasets that others remake up to the cached count; identity_check alone would find them a minute later.
remade = derived("--origin", "python", "--bypass", "--identity-check", "60s", "--rule", "counter=restarts", "--steps", "120")

MUTANTS = [
    Mutant("the cache takes no notice of other operations", [
        ("Sources/Gateway/Cache/RecordsCache.swift", "guard notices else { return .unnoticed }", "if notices { return .unnoticed }"),
    ], runs("late")),
    Mutant("a response from before the end of a write is stored", [
        (RESPONSES, "guard token.stamp > invalidated else { return .late }", ""),
        (RESPONSES, "guard token.stamp > changed else {\n", "guard token.stamp > changed || true else {\n"),
    ], runs("late")),
    Mutant("a reader joins a fetch from before the end of a write", [
        (CACHE + "Fetches/FetchBoard.swift", "?? fetch.isOpen)", "?? true)"),
    ], runs("late")),
    Mutant("a reader joins by its lease a fetch from before the end of a write", [
        (CACHE + "Fetches/FetchBoard.swift", "pending[target][index].lease.end()\n", "\n"),
    ], runs("late")),
    Mutant("no doubt after a conflict or an unknown outcome", [
        (CHANGES, "guard let change else { return doubt(because: .write) }", "guard let change else { return .nothing }"),
    ], runs("resets")),
    Mutant("the response to a write is merged across a gap", [
        (SNAPSHOT + "DatasetSnapshot.swift", "change.syncCount == syncCount &+ 1, !change", "change.syncCount > syncCount, !change"),
    ], runs("resets")),
    Mutant("DeleteDataset invalidates nothing", [
        (CACHE + "Records/Table/RecordsTable+Writes.swift",
         "        for dataset in datasets.datasets(of: owner) { apply(.deleted, to: dataset) }\n", ""),
    ], runs("late")),
    Mutant("a snapshot serves counts below its base", [
        (SNAPSHOT + "DatasetSnapshot.swift", "!isAbsent && base <= since && since <= syncCount", "!isAbsent && since <= syncCount"),
    ], derived()),
    Mutant("a fresh state stays fresh", [
        (CACHE + "Fetches/Lease.swift", "return age < lifetime ? RemainingFreshness(age: age, timeToLive: lifetime - age) : nil",
         "return lifetime > 0 && moment > .min ? RemainingFreshness(age: age, timeToLive: 1) : nil"),
        (CACHE + "Freshness.swift", "if age < lifetime { return .fresh(timeToLive: lifetime - age) }", "if age >= 0 { return .fresh(timeToLive: 1) }"),
    ], runs("resets")),
    Mutant("a lease does not end", [
        (CACHE + "Fetches/Lease.swift", "func end() { validatedAt.store(.min, ordering: .releasing) }", "func end() {}"),
    ], runs("late")),
    Mutant("a pagination continues in any snapshot", [
        (SNAPSHOT + "DatasetSnapshot+Response.swift",
         "cursor.syncCount == syncCount && serves(cursor.since) && cursor.digest == digest(since: cursor.since)",
         "serves(cursor.since)"),
    ], runs("late")),
    Mutant("a merge of identities is ignored", [
        (SNAPSHOT + "Observation.swift", "{ !hasMerges && !hasUnknownMembers }", "{ !hasUnknownMembers }"),
    ], derived("--bypass")),

    # (a) What proves another incarnation invalidates.
    Mutant("a write at or below the cached count proves nothing", [
        (CHANGES, "return cached.snapshot.holds(change) ? .nothing : .invalidate(.contradiction)", "return .nothing"),
    ], runs("remakes", check=2)),
    Mutant("other records at a known count prove nothing", [
        (LOOK_BACK, "if !isConsistent { return .contradicts }", "if !isConsistent { return .proves }"),
    ], remade),
    # (b) What is doubtful makes the next revalidation prove the incarnation.
    Mutant("no record comes again, and a doubt asks for no date", [
        (LOOK_BACK, "guard newest.count > 0, newest.bytes <= limit else { return confirmed }", "guard limit < 0 else { return confirmed }"),
        (STORAGE + "CachedDataset.swift", "mustProve: isAsked || isDoubted || isCheckDue", "mustProve: isCheckDue"),
    ], remade),
    Mutant("a check of the incarnation that is due is not made", [
        (STORAGE + "CachedDataset.swift", "mustProve: isAsked || isDoubted || isCheckDue(by: limits, now: now),", "mustProve: false,"),
        (LOOK_BACK, "guard newest.count > 0, newest.bytes <= limit else { return confirmed }", "guard limit < 0 else { return confirmed }"),
        (RESPONSES, "if isProven || !cached.isCheckDue(by: limits, now: token.start) {", "do {"),
    ], runs("remakes", check=2)),
    # (c) What proves identity survives an eviction, and is of the departure.
    Mutant("what is known of an incarnation is lost with its state", [
        (RESPONSES, "            facts = base.incarnation\n", "            _ = base.incarnation\n"),
        (LOOK_BACK, "guard newest.count > 0, newest.bytes <= limit else { return confirmed }", "guard limit < 0 else { return confirmed }"),
    ], runs("evictions", check=4)),
    # (e) Fetches and pages are of one generation.
    Mutant("pages of an earlier runtime are cached", [
        (STORED, "guard isInForce(generation), !limits.keepsOriginTokens,", "guard !limits.keepsOriginTokens,"),
        ("Sources/Gateway/Reload/Service+Reload.swift", "oldBinding.isForeign(to: configuration) || oldRuntime.tokensDiffer(from: runtime)",
         "oldBinding.isForeign(to: configuration)"),
    ], runs("reloads")),
    # (f) A pagination is bound to the bytes of the records.
    Mutant("the digest of a pagination covers keys and counts only", [
        (SNAPSHOT + "DatasetSnapshot+Response.swift", "digest.append(entry.range, of: records.bytes)", "digest.append(entry.key, of: records.bytes)"),
    ], runs("remakes")),

    # Merges of writes and events.
    Mutant("an older change is merged into its successor", [
        (SNAPSHOT + "DatasetSnapshot.swift", "newest < date,", "newest < .infinity, date < .infinity,"),
        (LOOK_BACK, "if !isConsistent { return .contradicts }", "if !isConsistent { return .proves }"),
    ], runs("streams")),
    Mutant("a change is merged into a doubtful state", [
        (CHANGES, "guard token.stamp > invalidated, !cached.isDoubted, let next = cached.snapshot.following(change)\n",
         "guard let next = cached.snapshot.following(change)\n"),
        (CHANGES, "        state.snapshot = next\n        return .bringForward(state, counts: .write)",
         "        state.snapshot = next\n        state.doubt = nil\n        return .bringForward(state, counts: .write)"),
    ], runs("resets")),
    # The verdicts of the inquiry.
    Mutant("every lost write is reported as not applied", [
        (INQUIRY, "return isUnchanged ? .notApplied(at: syncCount) : .unknown", "return .notApplied(at: isUnchanged ? syncCount : syncCount)"),
        (INQUIRY, "count > syncCount || incarnation == .contradicts", "count > syncCount && incarnation == .contradicts"),
    ], runs("lost")),
    Mutant("an unchanged count means not applied, whoever has it", [
        (INQUIRY, "incarnation == .proves && page.datasetSyncCount == syncCount", "page.datasetSyncCount == syncCount"),
        (INQUIRY, "count > syncCount || incarnation == .contradicts", "count > syncCount"),
    ], runs("lost")),
]


def files(root):
    """Yields the files of the package, relative to its root."""
    for name in ("Package.swift", "Package.resolved"):
        yield name
    for folder in ("Sources", "Tests"):
        yield from (str(path.relative_to(root)) for path in (root / folder).rglob("*") if path.is_file() and path.suffix != ".pyc")


def copy():
    """Copies the sources; an equal file stays untouched, so that only what differs is built."""
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
    """Returns the first finding of the program that looks for the mutant; None if it found nothing."""
    program, *arguments = mutant.by
    run = subprocess.run([sys.executable, str(PROJECT / "Tests/consistency" / program), *arguments],
                         env={**os.environ, "SYNCGATE": str(BINARY)}, capture_output=True, text=True)
    if run.returncode == 0:
        return None
    lines = [line for line in (run.stdout + run.stderr).splitlines() if line.startswith(("C", "tokens", "derived.Difference", "Difference"))]
    if not lines:
        raise SystemExit(f"mutants: {program} failed\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return lines[0]


def check():
    """Prints the texts that are not in their file exactly once, and returns the exit code."""
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
