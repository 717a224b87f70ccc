"""Adds up what both suites said: `sum.py FOLDER SWIFT_EXIT PYTHON_EXIT`, the last line of `make test`.

Swift Testing's event stream is written as it goes, so that a crash still leaves what had ended by then; a
test that never ended has failed. XCTest's runner, whose suite is empty, is not in it.
"""

import json
import sys
from pathlib import Path


def swift_counts(file):
    functions, passed, skipped, failed = set(), set(), set(), []
    for line in file.read_text().splitlines() if file.exists() else []:
        try:
            record = json.loads(line)
        except ValueError:  # a crash cuts a line
            continue
        payload = record["payload"]
        if record["kind"] == "test" and payload["kind"] == "function":
            functions.add(payload["id"])
        elif payload.get("kind") == "testSkipped":
            skipped.add(payload["testID"])
        elif payload.get("kind") == "testEnded":
            symbol = payload["messages"][0]["symbol"]
            (passed.add if symbol.startswith("pass") else failed.append)(payload["testID"])
    for test in sorted(functions - passed - skipped):
        print(f"{'failed' if test in failed else 'did not end'}: {test}")
    return [len(functions & passed), len(functions - passed - skipped), len(functions & skipped)]


def python_counts(file):
    counts = json.loads(file.read_text()) if file.exists() else {}
    return [counts.get(name, 0) for name in ("passed", "failed", "skipped")]


def main():
    folder, exits = Path(sys.argv[1]), list(map(int, sys.argv[2:4]))
    suites = [swift_counts(folder / "swift.jsonl"), python_counts(folder / "python.json")]
    for name, counts, code in zip(("Swift", "Python"), suites, exits):
        # An exit code that no failed test explains: a crash, a hang, or a suite that never began.
        if (code and not counts[1]) or not sum(counts):
            print(f"the {name} suite ended with exit code {code}")
            counts[1] += 1
    passed, failed, skipped = map(sum, zip(*suites))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
