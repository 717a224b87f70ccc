"""The checks of `make lint`: each finds its violation, and a clean tree passes."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from processes import PROJECT

sys.path.insert(0, str(PROJECT / ".ci"))

from rules import packages

# Rule -> (file, a line that must be found there).
WRONG = {
    "escape": ("Sources/Gateway/a.swift", "final class A: @unchecked Sendable {}"),
    "trap": ("Sources/Gateway/b.swift", "preconditionFailure()"),
    "unsafe": ("Sources/Gateway/Pointer.swift", "struct Pointer { let x = unsafe pointer.pointee }"),
    "clock": ("Sources/Policy/d.swift", "let now = ContinuousClock().now"),
    "clock of Cryptography": ("Sources/Cryptography/d.swift", "let bytes = UInt64.random(in: 0...9)"),
    "wall": ("Sources/syncgate/d.swift", "let now = Date()"),
    "name": ("Sources/Gateway/CacheUtils.swift", "let a = 1"),
    "public": ("Sources/Gateway/e.swift", "public struct E {}"),
    "path": ("README.md", "see /" + "root/notes"),
    "todo": ("Sources/Gateway/g.swift", "// TO" + "DO later"),
    "banner": ("Sources/Gateway/h.swift", "// MA" + "RK: - part"),
    "length": ("Sources/Gateway/i.swift", "let a = 1\n" * 401),
    "import NIOCore": ("Sources/Gateway/j.swift", "internal import NIOCore"),
    "import CCurl": ("Tests/GatewayTests/k.swift", "import CCurl"),
    "import CCrypto": ("Sources/SigV4/l.swift", "package import CCrypto"),
    "import Yams": ("Sources/Gateway/n.swift", "import Yams"),
    "import CYaml": ("Sources/Gateway/p.swift", "import CYaml"),
    "import Logging": ("Sources/Policy/o.swift", "import Logging"),
    "import Foundation": ("Sources/Policy/m.swift", "import struct Foundation.Date"),
    "import Foundation of Cryptography": ("Sources/Cryptography/m.swift", "import Foundation"),
}
RIGHT = {
    "Sources/Serving/Channel.swift": "import NIOCore\nstruct Channel {}\n",
    "Tests/GatewayTests/HomeTests.swift": 'struct HomeTests { let file = "/home/u/.aws/config" }\n',
    "Sources/Upstream/Handle.swift": "import CCurl\nenum Handle {}\n",
    "Sources/Cryptography/Digest.swift": "internal import CCrypto\nenum Digest {}\n",
    "Sources/GatewayConfiguration/Document.swift": "import Logging\nimport Yams\nenum Document {}\n",
    "Sources/Gateway/Text.swift": 'import Foundation\n// try! is only spoken of here\nenum Text { let text = "try! // as!" }\n',
}
# Rule, file, a text in which it is found, and one that passes.
PAIRS = [
    ("summary", "Sources/Policy/A.swift", "/// What a page costs.\nstruct A {}", "/// The cost of a page.\nstruct A {}"),
    ("summary", "Sources/Policy/A.swift", "/// Whether it may.\n@inline(__always)\npackage func mayGo() {}\nstruct A {}",
     "/// Whether it may.\n@usableFromInline\npackage private(set) var mayGo = true\nstruct A {}"),
    ("summary", "Tests/clients/a.py", '"""Who asks."""', '"""The caller."""'),
    ("summary", "Tests/clients/a.py", 'def a():\n    """Whether it is."""', '@property\ndef a():\n    """Whether it is."""'),
    ("words", "Sources/Policy/A.swift", "// The fetch is in the\n// air.\nstruct A {}", "// The fetch is in\n// flight.\nstruct A {}"),
    ("words", "Sources/Policy/A.swift", "/// A flight.\nstruct A {}", "/// A single-flight fetch.\nstruct A {}"),
    ("words", "Sources/Policy/A.swift", "struct A {}  // voids all", 'struct A { let a = "walk" }  // returns `walk` or Void'),
    ("words", "Sources/Policy/A.swift", "/* of\n late */\nstruct A {}", "/* lately */\nstruct A {}"),
    ("words", "Sources/Policy/A.swift", "/// A hot request.\nstruct A {}", "/// A hot key.\nstruct A {}"),
    ("words", "Sources/CCurl/shim.h", "// the origin", "// the Origin field, same-origin"),
    ("words", "Tests/clients/a.py", "a = 1  # the peer", "peer = 1  # the caller"),
    ("words", "Tests/clients/a.py", '"""Lets go."""', 'text = """Lets go."""'),
    ("words", "Makefile", "# an errand", "errand: # a target"),
    ("words", "docs/a.md", "The gateway, whoever asks.", "The gateway.\n```\nwhoever\n```\nIt has [a page](walk.md), `errand`."),
    ("columns", "Sources/Policy/A.swift", "struct A {}  // " + "a" * 110, "struct A {}  // " + "a" * 100),
    ("columns", "Tests/clients/a.py", '"""A ' + "a" * 120 + '."""', "a = " + "1" * 120),
    ("columns", "config/a.yaml", "a: 1  # " + "a" * 120, "a: " + "1" * 120),
    ("file-name", "Sources/Policy/Table.swift", "struct Other {}", "struct Table {}"),
    ("file-name", "Sources/Policy/Table+Pages.swift", "extension Other {}", "extension Table.Entry {}\nextension Table {}"),
    ("file-name", "Sources/Policy/FieldName.swift", "enum Fields {}", "extension HTTPField.Name {}\nextension Field.Name {}"),
    ("file-name", "Tests/PolicyTests/TableTests.swift", "struct Tables {}", "@Suite struct TableTests {}"),
    ("file-name", "Sources/Policy/InParallel.swift", "enum A { func inParallel() {} }", "func inParallel() {}"),
    ("identifier", "Sources/Policy/A.swift", "struct A { func takeAnswer() {} }", "struct A { func answering() {} }"),
    ("identifier", "Sources/Policy/A.swift", "struct A { enum FlightPlan {} }", "struct A { enum InFlightLimit {} }"),
    ("identifier", "Sources/Policy/A.swift", "struct A { class func call() {} }", "struct A { func callback() { call() } }"),
    ("identifier", "Sources/Policy/KeptPage.swift", "struct KeptPage {}", ""),
    ("identifier", "Tests/clients/a.py", "class Client: pass", "class ClientCertificate: pass"),
    ("identifier", "Benchmarks/a.py", "def walk_pages(): pass", "pages = walk()"),
    ("identifier", "Tests/clients/origin.py", "", ""),
]
# One dependency that brings another.
GRAPH = {"dependencies": [{"identity": "a", "version": "1.10.0", "dependencies": [
    {"identity": "b", "version": "2.0.0", "dependencies": []}]}]}


class Lint(unittest.TestCase):
    def lint(self, tree, allow=""):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**tree, ".ci/lint-allow": allow}.items():
                file = Path(folder, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            command = [sys.executable, str(PROJECT / ".ci/lint.py"), "--quick", "--root", folder]
            run = subprocess.run(command, capture_output=True, text=True, timeout=60)
            return run.returncode, run.stdout

    def test_each_rule_finds_its_violation(self):
        wrong = [*((rule.split()[0], *sample) for rule, sample in WRONG.items()), *(pair[:3] for pair in PAIRS)]
        for rule, name, text in wrong:
            with self.subTest(rule=rule, text=text):
                code, output = self.lint({name: text})
                self.assertEqual(code, 1, output)
                self.assertRegex(output, rf"(?m)^{name.replace('+', '.')}:\d+: {rule}: ")

    def test_each_rule_passes_what_is_right(self):
        for rule, name, _, text in PAIRS:
            if text:
                with self.subTest(rule=rule, text=text):
                    self.assertEqual(self.lint({name: text}), (0, "lint: clean\n"))

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.lint(RIGHT), (0, "lint: clean\n"))

    def test_a_folder_of_the_gateway_holds_eight_files(self):
        tree = {f"Sources/Gateway/Cache/Page{letter}.swift": f"struct Page{letter} {{}}\n" for letter in "ABCDEFGH"}
        self.assertEqual(self.lint(tree)[0], 0)
        tree["Sources/Gateway/Cache/PageI.swift"] = "struct PageI {}\n"
        self.assertIn("Sources/Gateway/Cache:1: folder: 9 ", self.lint(tree)[1])

    def test_an_exception_is_named_and_must_be_needed(self):
        name, text = WRONG["unsafe"]
        self.assertEqual(self.lint({name: text}, f"unsafe {name} owns a handle\n")[0], 0)
        code, output = self.lint(RIGHT, f"unsafe {name} owns a handle\n")
        self.assertEqual(code, 1)
        self.assertIn("no longer needed", output)

    def test_an_exception_of_a_word_is_of_no_other(self):
        tree = {"docs/a.md": "An errand of late.\n"}
        self.assertEqual(self.lint(tree, "words docs/* errand why\nwords docs/a.md of-late why\n")[0], 0)
        self.assertIn("words: errand", self.lint(tree, "words docs/a.md of-late why\n")[1])

    def test_results_of_the_benchmark_keep_their_words(self):
        self.assertEqual(self.lint({"Benchmarks/results/a.md": "The peers.\n"})[0], 0)

    def floors(self, text):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, ".ci").mkdir()
            Path(folder, packages.FLOORS).write_text(text)
            return [finding[3] for finding in packages.floors(folder, GRAPH)]

    def test_dependencies_stay_above_their_floors(self):
        self.assertEqual(self.floors("# all\na 1.9.2 parses\nb 2.0.0 parses\n"), [])
        self.assertEqual(self.floors("a 1.10.1 parses\nb 2 parses\n"), ["a: 1.10.0 was resolved; 1.10.1 at least"])
        self.assertEqual(self.floors("a 1 parses\nb 2 parses\nc 1 parses\n"), ["c: no dependency of the package"])
        self.assertEqual(self.floors("a 1 parses\n"), ["b 2.0.0: a dependency without a line here"])


if __name__ == "__main__":
    unittest.main()
