"""Adds up the results of the suites, names what failed and what was skipped; its last line is that of `make test`.

    sum.py [--all] FOLDER SUITE=EXIT…

`--all`: a skipped test is a failure. A suite has `FOLDER/SUITE.jsonl`, the event stream of Swift Testing, or
`FOLDER/SUITE.json`, written by `Tests/clients/run.py`. The event stream is written during the run: a crash leaves the
tests that had ended. A test that never ended has failed. XCTest's runner, whose suite is empty, is not in it.
"""

import argparse
import json
import re
import sys
from pathlib import Path


class Results:
    """The results of one suite: how many passed, and by name what failed and what was skipped."""

    def __init__(self):
        self.passed, self.failed, self.skipped = 0, {}, {}

    @property
    def counts(self):
        return [self.passed, len(self.failed), len(self.skipped)]


def records(file):
    for line in file.read_text().splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # a crash cuts a line
            continue


def test_name(test):
    """Returns an identifier of Swift Testing without the place in the source."""
    return re.sub(r"/[^/]+\.swift:\d+:\d+$", "", test)


def swift_results(file):
    functions, passed, failed, skipped = set(), set(), set(), {}
    for record in records(file):
        payload = record["payload"]
        if record["kind"] == "test" and payload["kind"] == "function":
            functions.add(payload["id"])
        elif payload.get("kind") == "testSkipped":
            text = payload["messages"][0]["text"] if payload["messages"] else ""
            skipped[payload["testID"]] = text.partition(": ")[2].strip('"') or "no reason given"
        elif payload.get("kind") == "testEnded":
            symbol = payload["messages"][0]["symbol"]
            (passed if symbol.startswith("pass") else failed).add(payload["testID"])
    results = Results()
    results.passed = len(functions & passed)
    for test in sorted(functions - passed - skipped.keys()):
        results.failed[test_name(test)] = "failed" if test in failed else "did not end"
    results.skipped = {test_name(test): reason for test, reason in skipped.items() if test in functions}
    return results


def python_results(file):
    results, counts = Results(), json.loads(file.read_text())
    results.passed = counts["passed"]
    results.failed = dict.fromkeys(counts["failed"], "failed")
    results.skipped = counts["skipped"]
    return results


def read(folder, suite):
    for suffix, reader in ((".jsonl", swift_results), (".json", python_results)):
        if (file := folder / f"{suite}{suffix}").exists():
            return reader(file)
    return Results()


def main():
    parser = argparse.ArgumentParser(description="the sum of the suites")
    parser.add_argument("--all", action="store_true", help="a skipped test is a failure")
    parser.add_argument("folder", type=Path)
    parser.add_argument("exits", nargs="+", metavar="SUITE=EXIT")
    options = parser.parse_args()

    suites = []
    for suite, exit_code in (text.split("=") for text in options.exits):
        results = read(options.folder, suite)
        # An exit code that no failed test explains: a crash, a hang, or a suite that never began.
        if (exit_code != "0" and not results.failed) or not sum(results.counts):
            results.failed[f"the suite {suite}"] = f"ended with exit code {exit_code}"
        suites.append(results)
    for results in suites:
        for test, reason in sorted(results.skipped.items()):
            print(f"skipped: {test}: {reason}")
    for results in suites:
        for test, reason in sorted(results.failed.items()):
            print(f"{reason}: {test}")
    passed, failed, skipped = map(sum, zip(*(results.counts for results in suites)))
    if options.all and skipped:
        print("no test may be skipped here: install what the reasons name")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed or (options.all and skipped) else 0)


if __name__ == "__main__":
    main()
