"""The pacing toward AWS has the numbers of botocore's adaptive mode.

The vectors of Tests/PolicyTests/Pacing/AdaptiveVectors.swift are computed again by botocore's own classes.
"""

import pathlib
import re
import unittest

from botocore.retries.adaptive import RateClocker
from botocore.retries.bucket import TokenBucket
from botocore.retries.throttling import CubicCalculator

VECTORS = pathlib.Path(__file__).parent.parent / "PolicyTests/Pacing/AdaptiveVectors.swift"


class Clock:
    def __init__(self):
        self.time = 0.0

    def current_time(self):
        return self.time


def responses():
    """Returns times and throttlings: steady calls, two storms, and a generator's choice after them."""
    rows = [(round(0.2 * (n + 1), 1), 9 <= n < 12 or n == 17) for n in range(25)]
    state = 7
    time = rows[-1][0]
    for _ in range(60):
        state = (state * 1103515245 + 12345) % 2**31
        time = round(time + (state >> 16) % 40 / 100 + 0.01, 2)
        rows.append((time, (state >> 8) % 5 == 0))
    return rows


def rates():
    """Returns time, throttling, measured rate and the rate of the bucket, once it is in use."""
    clock = Clock()
    cubic, clocker = CubicCalculator(starting_max_rate=0, start_time=0), RateClocker(clock)
    bucket = TokenBucket(max_rate=1, clock=clock)
    is_enabled = False
    rows = []
    for time, throttled in responses():
        clock.time = time
        measured = clocker.record()
        if throttled:
            rate = cubic.error_received(min(measured, bucket.max_rate) if is_enabled else measured, time)
            is_enabled = True
        else:
            rate = cubic.success_received(time)
        bucket.max_rate = min(rate, 2.0 * measured)
        rows.append((time, throttled, measured, bucket.max_rate if is_enabled else 0.0))
    return rows


class Vectors(unittest.TestCase):
    def test_the_vectors_are_those_of_botocore(self):
        text = VECTORS.read_text(encoding="utf-8")
        found = re.findall(r"^ +\(([\d.]+), (true|false), ([\d.]+), ([\d.]+)\),?$", text, re.MULTILINE)
        wanted = [(f"{t}", str(th).lower(), f"{m:.9f}", f"{r:.9f}") for t, th, m, r in rates()]
        self.assertEqual(found, wanted)


if __name__ == "__main__":
    unittest.main()
