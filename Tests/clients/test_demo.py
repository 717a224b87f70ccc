"""The demo: its printed lines give a miss, then a hit, then 429, and boto3 reads a page."""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

from processes import ENVIRONMENT, Process


class Demo(unittest.TestCase):
    def shell(self, line):
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        run = subprocess.run(
            ["bash", "-c", line], capture_output=True, text=True, timeout=60, env={**ENVIRONMENT, "PATH": path}
        )
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def test_the_printed_lines_work_as_they_say(self):
        with Process("serve", "--demo", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0") as demo:
            python = demo.wait_for(r"^ *(\S*python3? -c .*)$").group(1)
            lines = [m.group(1) for line in demo.lines if (m := re.match(r"^ *(curl .*)$", line))]
            look, hammer = lines
            self.assertRegex(self.shell(look), r"(?i)cache-status: syncgate; fwd=uri-miss; stored")
            self.assertRegex(self.shell(look), r"(?i)cache-status: syncgate; hit; ttl=\d+")
            self.assertIn("'Records'", self.shell(python))
            self.assertRegex(self.shell(hammer), r"\b429\b")


if __name__ == "__main__":
    unittest.main()
