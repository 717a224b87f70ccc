"""Dates in whole milliseconds since 1970."""

import time


class Date(int):
    """A date in milliseconds. It is written in seconds: 1424801824343 as 1.424801824343E9."""


class Clock:
    """A clock that never repeats a millisecond and never runs ahead of the system."""

    def __init__(self, milliseconds=lambda: time.time_ns() // 10**6):
        self.milliseconds, self.last = milliseconds, 0

    def now(self):
        while (now := self.milliseconds()) <= self.last:
            time.sleep(0.0002)
        self.last = now
        return Date(now)
