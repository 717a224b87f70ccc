"""Samples of the memory, descriptors and threads of a gateway during a run, and the verdict on their course."""

import os
import statistics
from dataclasses import dataclass
from pathlib import Path

EVERY = 5.0  # seconds between two samples
WINDOW = 1200.0  # seconds at the end of a run that are judged; a shorter run: its last two thirds
BUCKET = 60.0  # seconds of which the least sample counts: what a load needs for a moment is no leak
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Sample:
    at: float  # seconds
    memory: int  # resident, in bytes
    descriptors: int
    threads: int


def sample(pid, at):
    """Returns a sample of a process; raises OSError if it has ended."""
    folder = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    if "VmRSS" not in status:
        raise ProcessLookupError(f"process {pid} has ended")
    return Sample(at, int(status["VmRSS"].split()[0]) << 10, len(os.listdir(folder / "fd")), int(status["Threads"]))


def judge(samples, window=WINDOW):
    """Yields a line for each of the three that grew in the last seconds of a run."""
    if len(samples) < 12:
        yield f"{len(samples)} samples are too few for a verdict"
        return
    end, span = samples[-1].at, min(window, (samples[-1].at - samples[0].at) * 2 / 3)
    late = [one for one in samples if one.at >= end - span]
    size = min(BUCKET, span / 8)
    memory = growth(late, "memory", size) * span
    level = statistics.median(one.memory for one in late)
    if memory >= MEBIBYTE and memory / level * 3600 / span >= 0.01:
        yield f"memory grew by {memory / MEBIBYTE:.1f} MiB in the last {span:.0f} s, from about {level / MEBIBYTE:.0f} MiB"
    for name, most in [("descriptors", 8), ("threads", 1)]:
        if (more := growth(late, name, size) * span) > most:
            yield f"{name} grew by {more:.0f} in the last {span:.0f} s"


def growth(samples, name, size):
    """Returns the growth a second: the median of the slopes between the least values of all pairs of buckets.

    One bucket that is out of line does not move a median (Theil and Sen).
    """
    buckets = {}
    for one in samples:
        number = int((one.at - samples[0].at) / size)
        buckets[number] = min(buckets.get(number, getattr(one, name)), getattr(one, name))
    points = sorted(buckets.items())
    slopes = [(b - a) / (n - m) / size for i, (m, a) in enumerate(points) for n, b in points[i + 1:]]
    return statistics.median(slopes) if slopes else 0.0
