"""What swift-format and the compiler do not check: each finding one line, any finding exit code 1.

    lint.py [--quick] [--root FOLDER]      --quick leaves out swift-format and the build

Exceptions stand in `.ci/lint-allow`, a line each: the rule, the file, and why.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

IMPORT = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+\s+)?import\s+(?:(?:struct|class|enum|func|protocol|let|var|typealias)\s+)?(\w+)")
PURE = ("CognitoSync", "Messages", "Policy", "SigV4")
WITHOUT_FOUNDATION = (*PURE, "Serving", "Upstream")
# Module -> the folders that may import it.
CONFINED = {
    re.compile(r"_?NIO\w*"): ("Sources/Serving/", "Tests/ServingTests/", "Tests/Fuzz/"),
    re.compile(r"CCurl"): ("Sources/Upstream/",),
    re.compile(r"CCrypto"): ("Sources/SigV4/",),
}
# Rule -> (pattern, the folders where it holds, what to say). Comments are not looked at.
FORBIDDEN = {
    "escape": (r"@unchecked\s+Sendable|nonisolated\(unsafe\)|\btry!|\bas!|\bfatalError\b",
               ("Sources/", "Tests/"), "an escape from what the compiler proves"),
    "trap": (r"\bpreconditionFailure\b|\bassertionFailure\b|\bprecondition\(", ("Sources/",), "a trap"),
    "unsafe": (r"\bunsafe\s|@unsafe\b", ("Sources/",), "unsafe code outside the files that own C handles"),
    "clock": (r"\.now\b|\bDate\(\)|\.random\w*\(|\.shuffle|RandomNumberGenerator\(|\b(?:clock_gettime|gettimeofday|time)\(",
              tuple(f"Sources/{target}/" for target in PURE), "a clock or chance in a pure target"),
    "wall": (r"\bDate\(\)|\bDate\.now\b|\bSystemClock\b|\bCLOCK_REALTIME|\bgettimeofday\b|\btime\(nil\)", ("Sources/",),
             "the wall clock, which is read in one place and handed on"),
    "public": (r"^\s*(?:@\w+\s+)*(?:public\b|open\s+(?:class|func|var|init|subscript)\b)", ("Sources/", "Tests/"), "nothing is public"),
}
# These hold in comments as well.
WORDS = {
    "path": (r"(?<![\w.])/(?:work|root|Users|home(?!/u(?:ser)?\b))/\w", "an absolute path of somebody's machine"),
    "todo": (r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b", "an open end: write an issue or a failing test"),
    "banner": (r"^\s*(?://|#)\s*(?:MA" r"RK:|[-=*#]{4,})", "a section banner"),
}
# What every target may import: the toolchain's own.
TOOLCHAIN = {"Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Swift", "Synchronization", "Testing"}
LONGEST = 400
DRAWER = re.compile(r"(?:Util(?:s|ities)?|Helpers?|Common|Manager|Misc)(?:\+\w+)?\.swift")
SWIFT = {".swift"}
OURS = SWIFT | {".py", ".sh", ".md", ".yaml", ".yml", ".h", ".service", ""}
SKIPPED = {".build", ".venv", ".git", "__pycache__"}


def files(root):
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and not SKIPPED & set(parts) and (path.suffix in OURS or path.name == "Dockerfile"):
            yield "/".join(parts), path


def without_comment(line):
    """The code of a line: what stands before a // that is not in a string, as far as one line tells."""
    outside = re.sub(r'"(?:\\.|[^"\\])*"', lambda match: " " * len(match.group()), line)
    return outside.partition("//")[0]


def swift_findings(name, lines):
    for number, line in enumerate(lines, 1):
        code = without_comment(line)
        if match := IMPORT.match(code):
            module = match.group(1)
            for pattern, folders in CONFINED.items():
                if pattern.fullmatch(module) and not name.startswith(folders):
                    yield "import", number, f"import {module} outside {' and '.join(folders)}"
            bare = tuple(f"Sources/{target}/" for target in WITHOUT_FOUNDATION)
            if module.startswith("Foundation") and name.startswith(bare):
                yield "import", number, f"import {module} in a target that does without it"
        for rule, (pattern, folders, text) in FORBIDDEN.items():
            if name.startswith(folders) and (match := re.search(pattern, code)):
                yield rule, number, f"{match.group().strip()}: {text}"


def findings(root):
    for name, path in files(root):
        lines = path.read_text(errors="replace").splitlines()
        if path.suffix in SWIFT:
            yield from ((rule, name, number, text) for rule, number, text in swift_findings(name, lines))
            if DRAWER.search(path.name):
                yield "name", name, 1, "a drawer, not an idea"
        if len(lines) > LONGEST:
            yield "length", name, len(lines), f"longer than {LONGEST} lines"
        for rule, (pattern, text) in WORDS.items():
            for number, line in enumerate(lines, 1):
                if match := re.search(pattern, line):
                    yield rule, name, number, f"{match.group().strip()}: {text}"


def arrows(root):
    """Imports that the manifest does not declare: the compiler lets them pass where the module happens to be built."""
    run = subprocess.run(["swift", "package", "dump-package"], cwd=root, capture_output=True, text=True, check=True)
    for target in json.loads(run.stdout)["targets"]:
        kind, name = target["type"], target["name"]
        folder = root / (target.get("path") or f"{'Tests' if kind == 'test' else 'Sources'}/{name}")
        declared = {next(iter(dependency.values()))[0] for dependency in target["dependencies"]}
        for path in sorted(folder.rglob("*.swift")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = IMPORT.match(without_comment(line))
                if match and match.group(1) not in declared | TOOLCHAIN | {name}:
                    where = str(path.relative_to(root))
                    yield "arrow", where, number, f"import {match.group(1)}, which {name} does not declare"


def allowed(root):
    """The pairs of rule and file that are excepted; each must still be needed."""
    file = root / ".ci/lint-allow"
    lines = file.read_text().splitlines() if file.exists() else []
    return {tuple(line.split()[:2]) for line in lines if line.strip() and not line.startswith("#")}


def main():
    parser = argparse.ArgumentParser(description="what has to hold of the sources")
    parser.add_argument("--quick", action="store_true", help="without swift-format and the build")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    options = parser.parse_args()

    excepted, used, count = allowed(options.root), set(), 0
    checks = [findings] if options.quick else [findings, arrows]
    for rule, name, number, text in (finding for check in checks for finding in check(options.root)):
        if (rule, name) in excepted:
            used.add((rule, name))
            continue
        print(f"{name}:{number}: {rule}: {text}")
        count += 1
    for rule, name in sorted(excepted - used):
        print(f".ci/lint-allow: {rule} {name}: no longer needed")
        count += 1
    if not options.quick:
        for command in (
            ["swift", "format", "lint", "--strict", "-r", "--parallel", "Package.swift", "Sources", "Tests"],
            ["swift", "build", "--build-tests", "--quiet", "--explicit-target-dependency-import-check", "error"],
        ):
            if code := subprocess.run(command, cwd=options.root, stdin=subprocess.DEVNULL).returncode:
                print(f"{' '.join(command)}: exit code {code}")
                count += 1
    print(f"lint: {count} findings" if count else "lint: clean")
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
