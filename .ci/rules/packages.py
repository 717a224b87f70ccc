"""Rules that the package manager has to be asked about: declared imports, and versions of dependencies."""

import json
import re
import subprocess
from pathlib import Path

from .code import IMPORT
from .sources import Source

# What every target may import: the toolchain's own.
TOOLCHAIN = {"Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Swift", "Synchronization", "Testing"}
# Product -> modules of its package that have no product. The exact version of the package keeps them in place.
BEHIND = {"Yams": {"CYaml"}}
FLOORS = ".ci/floors"


def swift_package(root, *arguments):
    run = subprocess.run(
        ["swift", "package", *arguments], cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(run.stdout)


def arrows(root):
    """Yields imports that the manifest does not declare.

    The compiler lets them pass where the module happens to be built.
    """
    for target in swift_package(root, "dump-package")["targets"]:
        kind, name = target["type"], target["name"]
        folder = root / (target.get("path") or f"{'Tests' if kind == 'test' else 'Sources'}/{name}")
        declared = {next(iter(dependency.values()))[0] for dependency in target["dependencies"]}
        declared |= {module for product in declared for module in BEHIND.get(product, ())}
        folders = [folder / part for part in target.get("sources") or ["."]]
        for path in sorted(path for part in folders for path in part.rglob("*.swift")):
            source = Source(path.relative_to(root).as_posix(), path)
            for number, code in enumerate(source.code, 1):
                match = IMPORT.match(code)
                if match and match.group(1) not in declared | TOOLCHAIN | {name}:
                    yield "arrow", source.name, number, f"import {match.group(1)}, which {name} does not declare"


def resolved(package):
    """Returns the version of each package below this one, by its identity."""
    found = {}
    for dependency in package["dependencies"]:
        found |= {dependency["identity"]: dependency["version"]} | resolved(dependency)
    return found


def version(text):
    """Returns a version's numbers, to compare; None for a branch or a revision."""
    return tuple(map(int, text.split("."))) if re.fullmatch(r"\d+(?:\.\d+)*", text) else None


def floors(root, graph=None):
    """Yields dependencies that are below their floor, that are missing, and that have no line in `.ci/floors`.

    `graph`: what `swift package show-dependencies --format json` prints.
    """
    found = resolved(graph or swift_package(root, "show-dependencies", "--format", "json"))
    known = set()
    for number, line in enumerate(Path(root, FLOORS).read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, least, *_ = line.split()
        known.add(name)
        if name not in found:
            yield "floor", FLOORS, number, f"{name}: no dependency of the package"
        elif (is_at := version(found[name])) is None or is_at < version(least):
            yield "floor", FLOORS, number, f"{name}: {found[name]} was resolved; {least} at least"
    for name in sorted(found.keys() - known):
        yield "floor", FLOORS, 1, f"{name} {found[name]}: a dependency without a line here"
