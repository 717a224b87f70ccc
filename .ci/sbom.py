"""Writes the software bill of materials (CycloneDX 1.5): packages, C libraries and Swift.

    sbom.py [--output FILE]

Two runs on one commit write the same bytes; the time in it is SOURCE_DATE_EPOCH, or the date of the commit.
"""

import argparse
import datetime
import json
import os
import re
import subprocess
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "syncgate"
# Library -> its name for pkg-config, its licence, and the vendor and product of its CPE.
LIBRARIES = {
    "libcurl": ("libcurl", {"license": {"id": "curl"}}, "haxx:libcurl"),
    "openssl": ("libcrypto", {"license": {"id": "Apache-2.0"}}, "openssl:openssl"),
}


def output(*command):
    run = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True)
    return run.stdout


def licences(folder):
    """Returns the licence of a checkout, where its text is a well-known one."""
    for file in sorted(folder.glob("LICEN[CS]E*")):
        text = file.read_text(errors="replace")
        if re.search(r"Apache License\s+Version 2\.0", text):
            if "Runtime Library Exception" in text:
                return [{"expression": "Apache-2.0 WITH Swift-exception"}]
            return [{"license": {"id": "Apache-2.0"}}]
        if "MIT License" in text:
            return [{"license": {"id": "MIT"}}]
    return []


def packages(package):
    """Returns each package below this one, by its identity."""
    found = {}
    for dependency in package["dependencies"]:
        found |= {dependency["identity"]: dependency} | packages(dependency)
    return found


def purl(package):
    repository = package["url"].removeprefix("https://").removesuffix(".git")
    return f"pkg:swift/{repository}@{package['version']}"


def package_component(package):
    component = {
        "type": "library",
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "purl": purl(package),
        "externalReferences": [{"type": "vcs", "url": package["url"]}],
    }
    if found := licences(Path(package["path"])):
        component["licenses"] = found
    return component


def library_component(name):
    module, licence, product = LIBRARIES[name]
    version = output("pkg-config", "--modversion", module).strip()
    return {
        "type": "library",
        "bom-ref": f"pkg:generic/{name}@{version}",
        "name": name,
        "version": version,
        "cpe": f"cpe:2.3:a:{product}:{version}:*:*:*:*:*:*:*",
        "purl": f"pkg:generic/{name}@{version}",
        "licenses": [licence],
    }


def swift_component():
    """Returns the toolchain: its standard library, Foundation and Dispatch are linked into the program."""
    version = re.search(r"Swift version (\d+(?:\.\d+)*)", output("swift", "--version")).group(1)
    return {
        "type": "framework",
        "bom-ref": f"pkg:swift/github.com/swiftlang/swift@{version}",
        "name": "swift",
        "version": version,
        "purl": f"pkg:swift/github.com/swiftlang/swift@{version}",
        "licenses": [{"expression": "Apache-2.0 WITH Swift-exception"}],
    }


def project_component():
    texts = (path.read_text() for path in sorted(ROOT.glob("Sources/syncgate/*.swift")))
    versions = (match.group(1) for text in texts if (match := re.search(r'BuildInformation\(version: "([^"]+)"', text)))
    component = {"type": "application", "bom-ref": NAME, "name": NAME, "version": next(versions, "unspecified")}
    licence = ROOT / "LICENSE"
    if licence.exists() and re.search(r"Apache-2\.0|Apache License\W+Version 2\.0", licence.read_text()):
        component["licenses"] = [{"license": {"id": "Apache-2.0"}}]
    return component


def timestamp():
    """Returns the time to write, or None where there is neither a variable nor a commit."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        command = ["git", "log", "-1", "--format=%ct"]
        seconds = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    if not seconds:
        return None
    return datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def bill():
    graph = json.loads(output("swift", "package", "show-dependencies", "--format", "json"))
    found = packages(graph)
    others = [*(library_component(name) for name in sorted(LIBRARIES)), swift_component()]
    components = [*(package_component(found[identity]) for identity in sorted(found)), *others]
    direct = [purl(package) for package in graph["dependencies"]] + [component["bom-ref"] for component in others]
    edges = {component["bom-ref"]: [] for component in others} | {NAME: direct}
    edges |= {purl(package): [purl(below) for below in package["dependencies"]] for package in found.values()}
    metadata = {"component": project_component()}
    if time := timestamp():
        metadata = {"timestamp": time} | metadata
    content = {
        "components": components,
        "dependencies": [{"ref": reference, "dependsOn": sorted(edges[reference])} for reference in sorted(edges)],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([metadata["component"], content]))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{serial}", "version": 1}
    return head | {"metadata": metadata} | content


def main():
    parser = argparse.ArgumentParser(description="the software bill of materials")
    parser.add_argument("--output", type=Path, default=ROOT / ".build/sbom.cdx.json")
    options = parser.parse_args()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(bill(), indent=2, ensure_ascii=False) + "\n")
    print(options.output)


if __name__ == "__main__":
    main()
