"""Derived responses: the gateway gives from its cache what upstream gives, member by member."""

import os
import unittest

from derived import PYTHON_RULES, RULES, Difference, run_histories
from runs import SWITCHES

SEEDS = int(os.environ.get("SYNCGATE_DERIVED_SEEDS", "2"))


class Derived(unittest.TestCase):
    def verify(self, sets, seeds, **options):
        for rules in sets:
            with self.subTest(rules=str(rules)):
                statuses = run_histories(rules, range(1, seeds + 1), **options)
                print(f"           {dict(statuses)}", flush=True)
                hits = statuses["hit"] + statuses["hit detail=derived"]
                self.assertGreater(hits, sum(statuses.values()) / 4, "responses from the cache")

    def test_random_histories_through_the_gateway(self):
        self.verify(RULES, SEEDS)

    def test_random_histories_with_bypassing_writers(self):
        self.verify(RULES, max(1, SEEDS // 2), bypass=True)

    def test_random_histories_in_front_of_the_python_upstream(self):
        self.verify(PYTHON_RULES, max(1, SEEDS // 2), steps=70)

    def test_random_histories_with_bypassing_writers_in_front_of_the_python_upstream(self):
        # Seed 2: without merges, so that the datasets are cached.
        for rules in PYTHON_RULES:
            with self.subTest(rules=str(rules)):
                statuses = run_histories(rules, range(2, 2 + max(1, SEEDS // 2)), steps=40, bypass=True)
                print(f"           {dict(statuses)}", flush=True)

    def test_a_gateway_that_ignores_writes_is_found_out(self):
        for rules in (RULES[0], PYTHON_RULES[0]):
            with self.assertRaises(Difference):
                run_histories(rules, range(1, 21), environment=SWITCHES["invalidation"])


if __name__ == "__main__":
    unittest.main()
