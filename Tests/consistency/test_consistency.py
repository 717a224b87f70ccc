"""No read that starts after a write was answered sees less; and the run that must fail does."""

import os
import unittest

from driver import WITHOUT_INVALIDATION, run

SECONDS = float(os.environ.get("SYNCGATE_CONSISTENCY_SECONDS", "60"))


class Consistency(unittest.TestCase):
    def judge(self, seconds, **options):
        violations, done = run(seconds, **options)
        print(f"           {done}", flush=True)
        self.assertEqual([str(violation) for violation in violations], [])

    def test_readers_and_writers_with_late_answers(self):
        self.judge(SECONDS)

    def test_readers_and_writers_with_resets_and_a_writer_round_the_gateway(self):
        self.judge(SECONDS / 2, resets=0.01, bypass=True, seed=2)

    def test_a_gateway_that_does_not_invalidate_is_found_out(self):
        violations, done = run(60, environment=WITHOUT_INVALIDATION, stop_at_first=True)
        print(f"           {done}\n           {next(iter(violations), 'nothing found')}", flush=True)
        self.assertIn("C1", {violation.rule for violation in violations})


if __name__ == "__main__":
    unittest.main()
