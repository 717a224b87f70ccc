"""Derived responses: the gateway gives from its cache what the emulator gives, member by member."""

import os
import unittest

from derived import RULES, Difference, run_histories
from runs import SWITCHES

SEEDS = int(os.environ.get("SYNCGATE_DERIVED_SEEDS", "2"))


class Derived(unittest.TestCase):
    def verify(self, seeds, **options):
        for rules in RULES:
            with self.subTest(**rules):
                statuses = run_histories(rules, range(1, seeds + 1), **options)
                print(f"           {dict(statuses)}", flush=True)
                self.assertGreater(statuses["hit"] + statuses["hit detail=derived"], sum(statuses.values()) / 4, "responses from the cache")

    def test_random_histories_through_the_gateway(self):
        self.verify(SEEDS)

    def test_random_histories_with_bypassing_writers(self):
        self.verify(max(1, SEEDS // 2), bypass=True)

    def test_a_gateway_that_ignores_writes_is_found_out(self):
        with self.assertRaises(Difference):
            run_histories(RULES[0], range(1, 21), environment=SWITCHES["invalidation"])


if __name__ == "__main__":
    unittest.main()
