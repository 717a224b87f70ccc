"""Checks what swift-format and the compiler do not: each finding one line, any finding exit code 1.

    lint.py [--quick] [--root FOLDER] [FILE…]

`--quick` leaves out swift-format, the build and the package manager. FILE may be the
beginning of a path: `Sources/Policy`.
The rules are in `.ci/rules`, their exceptions in `.ci/lint-allow`.
"""

import argparse
import subprocess
import sys
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path

from rules import code, names, packages, prose
from rules.sources import sources

FORMATTED = ["Package.swift", "Sources", "Tests", "Benchmarks/Micro"]
COMMANDS = (
    ["swift", "format", "lint", "--strict", "-r", "--parallel", *FORMATTED],
    ["swift", "build", "--build-tests", "--quiet", "--explicit-target-dependency-import-check", "error"],
    [".venv/bin/hadolint", "--config", ".ci/hadolint.yaml", "deploy/Dockerfile"],
)
# The rules whose exceptions name a word.
BY_WORD = {"words", "identifier"}


class Exceptions:
    """The exceptions of `.ci/lint-allow` and whether each was needed."""

    def __init__(self, root):
        file = root / ".ci/lint-allow"
        self.lines, self.used = [], set()
        for line in file.read_text().splitlines() if file.exists() else []:
            fields = line.split()
            if fields and not line.startswith("#"):
                self.lines.append((fields[0], fields[1], fields[2] if fields[0] in BY_WORD else "*"))

    def cover(self, rule, name, word):
        for line in self.lines:
            if line[0] == rule and fnmatchcase(name, line[1]) and fnmatchcase(word, line[2]):
                self.used.add(line)
                return True
        return False

    @property
    def unneeded(self):
        return [line for line in self.lines if line not in self.used]


def findings(root, quick, beginnings):
    for source in sources(root):
        if source.name.startswith(beginnings):
            for check in (code.check, prose.check, names.check):
                yield from check(source)
    yield from code.folders(root)
    if not quick:
        yield from packages.arrows(root)
        yield from packages.floors(root)


def main():
    parser = argparse.ArgumentParser(description="what has to hold of the sources")
    parser.add_argument("--quick", action="store_true", help="without swift-format, the build and the package manager")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("files", nargs="*", help="only what begins so, relative to the root")
    options = parser.parse_args()

    exceptions, counts = Exceptions(options.root), Counter()
    for rule, name, number, text, *word in findings(options.root, options.quick, tuple(options.files or [""])):
        if not exceptions.cover(rule, name, *word or [""]):
            print(f"{name}:{number}: {rule}: {text}")
            counts[rule] += 1
    for line in [] if options.files else exceptions.unneeded:
        print(f".ci/lint-allow: {' '.join(line).removesuffix(' *')}: no longer needed")
        counts["allow"] += 1
    for command in [] if options.quick else COMMANDS:
        if exit_code := subprocess.run(command, cwd=options.root, stdin=subprocess.DEVNULL).returncode:
            print(f"{' '.join(command)}: exit code {exit_code}")
            counts[command[1]] += 1
    by_rule = ", ".join(f"{rule} {count}" for rule, count in counts.most_common())
    print(f"lint: {counts.total()} findings ({by_rule})" if counts else "lint: clean")
    sys.exit(1 if counts else 0)


if __name__ == "__main__":
    main()
