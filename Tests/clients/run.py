"""The runner of the Python suites. It writes their counts, which `make test` adds up.

    python run.py --counts FILE [NAME…]     NAME: a module, class or test, as unittest takes it
"""

import argparse
import json
import sys
import time
import unittest
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
SUITES = ["clients", "consistency"]


class Result(unittest.TextTestResult):
    """A result that prints one line a test with its time. A test whose subtests fail is one failed test."""

    def startTestRun(self):
        super().startTestRun()
        self.passed, self.failed = set(), set()

    def startTest(self, test):
        self.started = time.monotonic()
        unittest.TestResult.startTest(self, test)

    def stopTest(self, test):
        took = time.monotonic() - self.started
        skipped = any(t is test for t, _ in self.skipped)
        mark = "FAIL" if test.id() in self.failed else "skip" if skipped else " ok "
        print(f"{mark} {took:6.1f} s  {test.id()}", flush=True)
        super().stopTest(test)

    def addFailure(self, test, error):
        self.failed.add(test.id())
        unittest.TestResult.addFailure(self, test, error)

    def addError(self, test, error):
        self.failed.add(test.id())
        unittest.TestResult.addError(self, test, error)

    def addSubTest(self, test, subtest, error):
        if error:
            self.failed.add(test.id())
        unittest.TestResult.addSubTest(self, test, subtest, error)

    def addSuccess(self, test):
        self.passed.add(test.id())
        unittest.TestResult.addSuccess(self, test)

    def addSkip(self, test, reason):
        unittest.TestResult.addSkip(self, test, reason)


def main():
    parser = argparse.ArgumentParser(description="the Python suites")
    parser.add_argument("--counts", help="file for {passed, failed, skipped} as JSON")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()

    sys.path[:0] = [str(TESTS / suite) for suite in SUITES]
    names = options.names or sorted(p.stem for suite in SUITES for p in (TESTS / suite).glob("test_*.py"))
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(sys.stdout, resultclass=Result, verbosity=0).run(suite)

    skipped = {test.id(): reason for test, reason in result.skipped}
    counts = {"passed": len(result.passed), "failed": sorted(result.failed), "skipped": skipped}
    if options.counts:
        Path(options.counts).write_text(json.dumps(counts))
    sys.exit(0 if not result.failed and result.testsRun else 1)


if __name__ == "__main__":
    main()
