"""Tests of the verdict on memory, descriptors and threads: a leak is found, the waves of a load are not."""

import math
import os
import random
import unittest

from hostile_plan import too_few
from vitals import MEBIBYTE, Sample, judge, sample


def course(memory=lambda t: 60 * MEBIBYTE, descriptors=lambda t: 40, threads=lambda t: 9, seconds=1800):
    return [Sample(t, int(memory(t)), int(descriptors(t)), int(threads(t))) for t in range(0, seconds, 5)]


class Vitals(unittest.TestCase):
    def test_a_flat_course_is_fine(self):
        self.assertEqual(list(judge(course())), [])

    def test_growth_at_the_start_is_no_leak(self):
        self.assertEqual(list(judge(course(lambda t: (60 - 40 * math.exp(-t / 60)) * MEBIBYTE))), [])

    def test_the_waves_of_a_load_are_no_leak(self):
        chance = random.Random(1)
        waves = course(lambda t: (60 + 20 * chance.random()) * MEBIBYTE, lambda t: 40 + chance.randrange(300))
        self.assertEqual(list(judge(waves)), [])

    def test_a_leak_of_memory_is_found(self):
        chance = random.Random(1)
        leak = course(lambda t: (60 + 20 * chance.random() + 6 * t / 3600) * MEBIBYTE)
        self.assertRegex("".join(judge(leak)), "memory grew by [12]")

    def test_a_leak_of_a_large_process_counts_by_its_share(self):
        self.assertEqual(list(judge(course(lambda t: (4000 + 12 * t / 3600) * MEBIBYTE))), [])
        self.assertRegex("".join(judge(course(lambda t: (4000 + 60 * t / 3600) * MEBIBYTE))), "memory")

    def test_a_leak_of_descriptors_or_threads_is_found(self):
        self.assertRegex("".join(judge(course(descriptors=lambda t: 40 + t / 60))), "descriptors grew by [12]")
        self.assertRegex("".join(judge(course(threads=lambda t: 9 + t / 400))), "threads grew by [234]")

    def test_a_short_run_is_judged_too(self):
        self.assertRegex("".join(judge(course(lambda t: (60 + t / 10) * MEBIBYTE, seconds=180))), "memory grew")
        self.assertRegex("".join(judge(course(seconds=30))), "too few")

    def test_a_sample_of_a_process(self):
        mine = sample(os.getpid(), 1.0)
        self.assertGreater(min(mine.memory, mine.descriptors, mine.threads), 0)


class Attacks(unittest.TestCase):
    def test_a_plan_whose_attackers_did_nothing_fails(self):
        self.assertTrue(any("flood" in line for line in too_few({}, 60)))


if __name__ == "__main__":
    unittest.main()
