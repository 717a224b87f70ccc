"""Each check of `make lint` finds what it is for, and a clean tree passes."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from processes import PROJECT

# Rule -> (file, a line that must be found there).
WRONG = {
    "escape": ("Sources/Gateway/a.swift", "final class A: @unchecked Sendable {}"),
    "trap": ("Sources/Gateway/b.swift", "preconditionFailure()"),
    "unsafe": ("Sources/Gateway/c.swift", "let x = unsafe pointer.pointee"),
    "clock": ("Sources/Policy/d.swift", "let now = ContinuousClock().now"),
    "wall": ("Sources/syncgate/d.swift", "let now = Date()"),
    "name": ("Sources/Gateway/CacheUtils.swift", "let a = 1"),
    "public": ("Sources/Gateway/e.swift", "public struct E {}"),
    "path": ("README.md", "see /" + "root/notes"),
    "todo": ("Sources/Gateway/g.swift", "// TO" + "DO later"),
    "banner": ("Sources/Gateway/h.swift", "// MA" + "RK: - part"),
    "length": ("Sources/Gateway/i.swift", "let a = 1\n" * 401),
    "import NIOCore": ("Sources/Gateway/j.swift", "internal import NIOCore"),
    "import CCurl": ("Tests/GatewayTests/k.swift", "import CCurl"),
    "import CCrypto": ("Sources/Upstream/l.swift", "package import CCrypto"),
    "import Foundation": ("Sources/Policy/m.swift", "import struct Foundation.Date"),
}
RIGHT = {
    "Sources/Serving/a.swift": "import NIOCore\n",
    "Tests/GatewayTests/a.swift": 'let file = "/home/u/.aws/config"\n',
    "Sources/Upstream/b.swift": "import CCurl\n",
    "Sources/SigV4/c.swift": "internal import CCrypto\n",
    "Sources/Gateway/d.swift": 'import Foundation\n// try! is only spoken of here\nlet text = "try! // as!"\n',
}


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

    def test_each_rule_finds_what_it_is_for(self):
        for rule, (name, text) in WRONG.items():
            with self.subTest(rule=rule):
                code, output = self.lint({name: text})
                self.assertEqual(code, 1, output)
                self.assertIn(name, output)
                self.assertIn(f": {rule.split()[0]}: ", output)

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.lint(RIGHT), (0, "lint: clean\n"))

    def test_an_exception_is_named_and_must_be_needed(self):
        name, text = WRONG["unsafe"]
        self.assertEqual(self.lint({name: text}, f"unsafe {name} owns a handle\n")[0], 0)
        code, output = self.lint(RIGHT, f"unsafe {name} owns a handle\n")
        self.assertEqual(code, 1)
        self.assertIn("no longer needed", output)


if __name__ == "__main__":
    unittest.main()
