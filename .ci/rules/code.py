"""Rules on code: what it may import and do, and how large files and folders grow."""

import re

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+\s+)?import\s+(?:(?:struct|class|enum|func|protocol|let|var|typealias)\s+)?(\w+)"
)
PURE = ("CognitoSync", "Cryptography", "Messages", "Policy", "SigV4", "WebTokens")
WITHOUT_FOUNDATION = (*PURE, "Serving", "Upstream")
# Module -> the folders that may import it.
CONFINED = {
    re.compile(r"_?C?NIO\w*"): ("Sources/Serving/", "Tests/ServingTests/", "Tests/Fuzz/"),
    re.compile(r"CCurl"): ("Sources/Upstream/",),
    re.compile(r"CCrypto"): ("Sources/Cryptography/",),
    re.compile(r"CProcess"): ("Sources/syncgate/", "Sources/CredentialSources/"),
    re.compile(r"Yams|CYaml"): ("Sources/GatewayConfiguration/",),
    re.compile(r"Logging"): (
        *(f"Sources/{target}/" for target in ("Gateway", "GatewayConfiguration", "Telemetry", "syncgate")),
        "Tests/",
    ),
}
# Rule -> (pattern, the folders where it holds, the reason). Comments are not looked at.
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
LINES = {
    "path": (r"(?<![\w.])/(?:work|root|Users|home(?!/u(?:ser)?\b))/\w", "an absolute path of somebody's machine"),
    "todo": (r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b", "an open end: write an issue or a failing test"),
    "banner": (r"^\s*(?://|#)\s*(?:MA" r"RK:|[-=*#]{4,})", "a section banner"),
}
LONGEST = 400
DRAWER = re.compile(r"(?:Util(?:s|ities)?|Helpers?|Common|Manager|Misc)(?:\+\w+)?\.swift")
# Files of Swift that one folder of the gateway holds beside its own folders.
FULLEST = 8


def imports(source):
    bare = tuple(f"Sources/{target}/" for target in WITHOUT_FOUNDATION)
    for number, code in enumerate(source.code, 1):
        if not (match := IMPORT.match(code)):
            continue
        module = match.group(1)
        for pattern, folders in CONFINED.items():
            if pattern.fullmatch(module) and not source.name.startswith(folders):
                yield "import", source.name, number, f"import {module} outside {' and '.join(folders)}"
        if module.startswith("Foundation") and source.name.startswith(bare):
            yield "import", source.name, number, f"import {module} in a target that does without it"


def forbidden(source):
    for rule, (pattern, folders, text) in FORBIDDEN.items():
        if source.name.startswith(folders):
            for number, code in enumerate(source.code, 1):
                if match := re.search(pattern, code):
                    yield rule, source.name, number, f"{match.group().strip()}: {text}"


def check(source):
    """Yields what is wrong in one file."""
    if source.suffix == ".swift":
        yield from imports(source)
        yield from forbidden(source)
        if DRAWER.search(source.path.name):
            yield "name", source.name, 1, "a drawer, not an idea"
    if len(source.lines) > LONGEST:
        yield "length", source.name, len(source.lines), f"longer than {LONGEST} lines"
    for rule, (pattern, text) in LINES.items():
        for number, line in enumerate(source.lines, 1):
            if match := re.search(pattern, line):
                yield rule, source.name, number, f"{match.group().strip()}: {text}"


def folders(root):
    """Yields the folders of the gateway that hold more files than one sees at a glance."""
    gateway = root / "Sources/Gateway"
    for folder in [gateway, *sorted(path for path in gateway.rglob("*") if path.is_dir())]:
        if (count := len(list(folder.glob("*.swift")))) > FULLEST:
            yield "folder", folder.relative_to(root).as_posix(), 1, f"{count} Swift files beside each other; {FULLEST} at most"
