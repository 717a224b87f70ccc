"""`make sbom` names every part of the program with its version, in the form that CycloneDX 1.5 asks for."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from processes import PROJECT

TYPES = {"application", "framework", "library"}


def write_bill(folder):
    """Returns the bytes of a bill that is written at a fixed time."""
    file = Path(folder, "sbom.json")
    command = [sys.executable, str(PROJECT / ".ci/sbom.py"), "--output", str(file)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True, timeout=120)
    return file.read_bytes()


class Bill(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            cls.bytes = write_bill(folder)
            cls.again = write_bill(folder)
        cls.bill = json.loads(cls.bytes)
        cls.by_name = {component["name"]: component for component in cls.bill["components"]}

    def test_it_has_the_required_fields(self):
        self.assertEqual((self.bill["bomFormat"], self.bill["specVersion"], self.bill["version"]), ("CycloneDX", "1.5", 1))
        self.assertRegex(self.bill["serialNumber"], r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.assertEqual(self.bill["metadata"]["timestamp"], "2023-11-14T22:13:20Z")
        for component in [self.bill["metadata"]["component"], *self.bill["components"]]:
            with self.subTest(component=component["name"]):
                self.assertIn(component["type"], TYPES)
                self.assertRegex(component["version"], r"^\d+(\.\d+)+[a-z]?$")
                for licence in component["licenses"]:
                    self.assertTrue(licence.keys() == {"expression"} or licence["license"].keys() == {"id"})

    def test_references_are_unique_and_resolve(self):
        references = [self.bill["metadata"]["component"]["bom-ref"], *(c["bom-ref"] for c in self.bill["components"])]
        self.assertEqual(len(references), len(set(references)))
        self.assertEqual(sorted(references), [entry["ref"] for entry in self.bill["dependencies"]])
        for entry in self.bill["dependencies"]:
            self.assertLessEqual(set(entry["dependsOn"]), set(references))

    def test_each_direct_dependency_is_in_it_with_its_exact_version(self):
        pattern = r'\.package\(url: "https://([^"]+)", (\w+): "([^"]+)"\)'
        direct = re.findall(pattern, (PROJECT / "Package.swift").read_text())
        self.assertTrue(direct)
        for repository, requirement, version in direct:
            with self.subTest(package=repository):
                self.assertEqual(requirement, "exact")
                component = self.by_name[repository.rpartition("/")[2]]
                self.assertEqual(component["version"], version)
                self.assertEqual(component["purl"], f"pkg:swift/{repository}@{version}")

    def test_the_c_libraries_and_swift_are_in_it(self):
        for name, module in (("libcurl", "libcurl"), ("openssl", "libcrypto")):
            version = subprocess.check_output(["pkg-config", "--modversion", module], text=True).strip()
            self.assertEqual(self.by_name[name]["version"], version)
            self.assertIn(f":{version}:", self.by_name[name]["cpe"])
        self.assertIn(f"Swift version {self.by_name['swift']['version']}", subprocess.check_output(
            ["swift", "--version"], text=True, stderr=subprocess.DEVNULL))

    def test_two_runs_write_the_same_bytes(self):
        self.assertEqual(self.bytes, self.again)


if __name__ == "__main__":
    unittest.main()
