"""Consistency runs: no rule is violated, and a run without a safeguard is detected."""

import os
import unittest

from plans import IDENTITY, PLANS, RULES
from runs import SWITCHES, Run

SECONDS = float(os.environ.get("SYNCGATE_CONSISTENCY_SECONDS", "12"))


class Consistency(unittest.TestCase):
    def verify(self, plan, rules, seed, identity_check=0.0):
        run = Run(PLANS[plan], RULES[rules], seed=seed, identity_check=identity_check)
        violations, done = run.go(SECONDS)
        print(f"           {done}", flush=True)
        self.assertEqual([str(violation) for violation in violations], [])

    def test_late_responses(self):
        self.verify("late", 0, 1)

    def test_resets_and_writers_that_bypass_the_gateway(self):
        self.verify("resets", 3, 2, IDENTITY)

    def test_kills_and_evictions_and_all_the_rest(self):
        self.verify("troubled", 2, 3, IDENTITY)

    def test_merges_streams_lost_writes_and_datasets_made_again(self):
        self.verify("mixed", 0, 4)

    def test_each_safeguard_that_is_off_is_found_out(self):
        for name, environment in SWITCHES.items():
            with self.subTest(without=name):
                violations, done = Run(PLANS["late"], RULES[0], environment, stop_at_first=True).go(60)
                print(f"           {done}\n           {next(iter(violations), 'nothing found')}", flush=True)
                self.assertTrue(violations)


if __name__ == "__main__":
    unittest.main()
