"""What the gateway answers from what it holds is what the emulator would have answered, member by member."""

import os
import unittest

from derived import RULES, Difference, play
from runs import SWITCHES

SEEDS = int(os.environ.get("SYNCGATE_DERIVED_SEEDS", "2"))


class Derived(unittest.TestCase):
    def judge(self, seeds, **options):
        for rules in RULES:
            with self.subTest(**rules):
                how = play(rules, range(1, seeds + 1), **options)
                print(f"           {dict(how)}", flush=True)
                self.assertGreater(how["hit"] + how["hit detail=derived"], sum(how.values()) / 4, "answers of its own")

    def test_random_histories_through_the_gateway(self):
        self.judge(SEEDS)

    def test_random_histories_with_others_who_go_round_it(self):
        self.judge(max(1, SEEDS // 2), bypass=True)

    def test_a_gateway_that_takes_no_notice_of_writes_is_found_out(self):
        with self.assertRaises(Difference):
            play(RULES[0], range(1, 21), environment=SWITCHES["invalidation"])


if __name__ == "__main__":
    unittest.main()
