#!/usr/bin/env python3
"""What each way keeps off the service: one trace through syncgate, nginx's proxy_cache, and no cache.

    offload.py [--seconds 60] [--rate 300] [--identities 300] [--seed 1] [--write]

The service is the emulator, 10 ms away; it counts what reaches it. README.md says more. SYNCGATE names the binary.
"""

import argparse
import asyncio
import http.client
import json
import os
import shutil
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import machine
import servers
from processes import Process
from report import table, verdict
from servers import free_ports
from devices import POOL, Replay, Shape, events
from works import note

HERE = Path(__file__).resolve().parent
FRESH = 5.0  # seconds: the bound on staleness, of both caches
LATE = 1.0  # seconds that an answer may be on its way


class Offload:
    """What `servers` needs to know; each way has an emulator of its own in front of which it stands."""

    def __init__(self):
        self.syncgate = os.environ.get("SYNCGATE") or str(machine.PROJECT / ".build/release/syncgate")
        if not os.access(self.syncgate, os.X_OK):
            raise SystemExit(f"bench: no program at {self.syncgate}")
        self.server_cores, self.load_cores = machine.cores()

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="syncgate-offload-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        os.chmod(self.folder, 0o755)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def origin(self, name):
        (self.origin_port,) = free_ports(1)
        command = [self.syncgate, "emulate", "--listen", f"127.0.0.1:{self.origin_port}", "--ignore-signatures",
                   "--fault", "latency=10ms"]
        process = Process(command, self.load_cores, self.folder, f"origin-{name}")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                self.reached()
                return process
            except OSError:
                time.sleep(0.01)
        raise RuntimeError(f"the emulator does not listen:\n{process.said()}")

    def reached(self):
        """(calls, bytes of bodies both ways) that the service has seen."""
        connection = http.client.HTTPConnection("127.0.0.1", self.origin_port, timeout=10)
        try:
            connection.request("GET", "/_emulator/statistics")
            counted = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return counted["requests"], counted["bytesIn"] + counted["bytesOut"]


# Name, how its server is made, which of its ports is asked, and whether it has a feed of the changes.
WAYS = {
    "syncgate": (servers.syncgate, "port", False),
    "syncgate with a feed": (servers.syncgate, "port", True),
    "nginx proxy_cache": (servers.nginx, "port", False),
    "no cache (nginx)": (servers.nginx, "forward_port", False),
}


def traces(offload, shape):
    drawn = events(shape)
    return [through(offload, name, shape, drawn) for name in WAYS]


def through(offload, name, shape, drawn):
    """The whole trace one way, from a cold start."""
    make, port, has_feed = WAYS[name]
    # Who is told of all changes may believe for long what it has.
    offload.fresh = "10m" if has_feed else f"{FRESH:g}s"
    origin = offload.origin(name.split()[0])
    try:
        server = make(offload).wait_for_port()
        try:
            replay = Replay(shape, getattr(server, port), offload.origin_port, FRESH + LATE,
                            server.admin_port if has_feed else None)
            figures = []

            def note_figures():
                reached = offload.reached()
                figures.append((reached, sum(server.process.cpu()), replay.figures()))
                replay.forget_figures()

            async def story():
                await replay.fill()
                note_figures()
                await replay.run(drawn, note_figures)
                note_figures()

            asyncio.run(story())
        finally:
            server.end()
    finally:
        origin.end()
    cold, warm = (row(name, first, after) for first, after in zip(figures, figures[1:]))
    note(f"  {name:18} cold {cold}\n{'':20} warm {warm}")
    return {**warm, "cold calls": cold["calls"], "cold bytes": cold["bytes"]}


def row(name, first, after):
    """What lies between two moments."""
    (calls, size), cpu, figures = after
    reads = len(figures["times"])
    percentiles = statistics.quantiles(figures.pop("times"), n=100)
    return {"way": name, "reads": reads, "calls": (calls - first[0][0]) / reads * 1000, "bytes": (size - first[0][1]) / reads * 1000,
            **figures, "p50": percentiles[49] * 1e3, "p99": percentiles[98] * 1e3, "cpu": cpu - first[1]}


def one_record(offload):
    """A dataset of 1 MB, read, changed by somebody else in one record, and read again through syncgate."""
    origin = offload.origin("one")
    try:
        offload.fresh = f"{FRESH:g}s"
        server = servers.syncgate(offload).wait_for_port()
        try:
            return asyncio.run(steps(offload, server))
        finally:
            server.end()
    finally:
        origin.end()


async def steps(offload, server):
    replay = Replay(Shape(identities=1), server.port, offload.origin_port, FRESH)
    original, replay.value = replay.value, lambda: "v" * 1000
    for part in range(10):
        await replay.write_around(0, [f"k{part}-{n:02}" for n in range(100)])
    rows = []

    async def read(what):
        before = offload.reached()
        status, body = await replay.way.ask("GET", f"{replay.path(0)}/records")
        calls, size = (after - first for after, first in zip(offload.reached(), before))
        rows.append({"what": what, "page": len(body), "calls": calls, "bytes": size})
        note(f"  {rows[-1]}")
        return status, body

    # So that the time of its creation, in seconds, tells it from one that was made anew when it is read.
    await asyncio.sleep(1.1)
    await read("the first read")
    await read("the second, at once")
    await asyncio.sleep(FRESH + LATE)
    await read("one that was confirmed unchanged")
    replay.value = original
    await replay.write_around(0, ["k5-50"])
    await asyncio.sleep(FRESH + LATE)
    _, body = await read("one after somebody else changed a record")
    changed = next(record for record in json.loads(body)["Records"] if record["Key"] == "k5-50")
    if changed["SyncCount"] != 11:
        raise RuntimeError(f"the change is not seen: {changed['SyncCount']}")
    return rows


def report(offload, facts, results, steps):
    versions = machine.versions(offload.syncgate)
    shape = results[0][0]
    return "\n".join([
        f"# What is kept off the service, {facts['date']:%Y-%m-%d}", "",
        f"- machine: {machine.processor()}, {len(offload.server_cores) + len(offload.load_cores)} cores, {machine.kernel()}",
        f"- date: {facts['date']:%Y-%m-%d %H:%M} UTC, {facts['took']:.0f} s in all",
        f"- load average before: {facts['load before']}; after: {facts['load after']}",
        *(f"- {name}: {versions[name]}" for name in ("syncgate", "nginx")),
        f"- trace: {shape.identities} identities by Zipf's law (exponent {shape.exponent:g}), {shape.rate:g} events a second; each identity "
        f"has a dataset of 40 records, devices that poll by their count and a service that reads all ({shape.whole:.0%} of the "
        f"reads); {shape.writes:.0%} writes the same way, {shape.bypass:.0%} round it; seed {shape.seed}",
        f"- {shape.warming:g} s from cold caches, then {shape.seconds:g} s, for which the figures are; both caches may be {FRESH:g} s behind those "
        "who go round them; with a feed syncgate is told of every change half a second later, and fresh is 10 minutes; README.md has the method", "",
        "Upstream: calls and KiB of bodies, both ways, for each 1000 reads; cold: the same while the caches filled. Stale: reads that "
        "began after a write the same way was answered, and did not see it. Too old: reads that missed a write round the cache that was "
        f"older than {FRESH + LATE:g} s. Conflicts: writes refused with 409, for what a stale page said or for a race; lost: those "
        "refused three times. Times in ms, the service is 10 ms away. CPU: seconds of the server's processes.", "",
        *(f"## {shape.devices} devices an identity\n{ways(rows)}\n" for shape, rows in results),
        "## One changed record of 1 MB", "1000 records of 1000 bytes through syncgate: what each read of all of it costs upstream.", "",
        table([("read", lambda row: row["what"]), ("page, bytes", number("page")), ("calls", number("calls")),
               ("bytes", number("bytes"))], steps), "",
        "## Aims", "", table([
            ("at most", lambda aim: aim[0]), ("aim", lambda aim: f"{aim[1]:g}"), ("measured", lambda aim: f"{aim[2]:.3g}"),
            ("", lambda aim: verdict(aim[1], aim[2])),
        ], list(aims(results, steps))), "",
    ])


def number(key, digits=0, scale=1):
    return lambda row: f"{row[key] / scale:.{digits}f}"


def ways(rows):
    return table([
        ("way", lambda row: row["way"]), ("reads", number("reads")), ("writes", number("writes")), ("calls", number("calls")),
        ("KiB", number("bytes", 0, 1024)), ("cold calls", number("cold calls")), ("cold KiB", number("cold bytes", 0, 1024)),
        ("stale", number("stale")), ("too old", number("late")), ("conflicts", number("conflicts")), ("lost", number("refused")),
        ("p50", number("p50", 1)), ("p99", number("p99", 1)), ("CPU", number("cpu", 1)),
    ], rows)


def aims(results, steps):
    """(aim, bound, measured)."""
    for shape, rows in results:
        by = {row["way"]: row for row in rows}
        peer = by["nginx proxy_cache"]
        for name in ("syncgate", "syncgate with a feed"):
            own = by[name]
            yield f"{name}: calls, of nginx's", 0.25, own["calls"] / peer["calls"]
            yield f"{name}: bytes, of nginx's", 0.1, own["bytes"] / peer["bytes"]
            yield f"{name}: reads that miss what was written the same way", 0, own["stale"]
            yield f"{name}: reads that miss what went round for longer than the bound", 0, own["late"]
    yield "KiB for one changed record of 1 MB", 2, steps[-1]["bytes"] / 1024


def main():
    shape = Shape()
    parser = argparse.ArgumentParser(description="what each way keeps off the service")
    parser.add_argument("--seconds", type=float, default=shape.seconds)
    parser.add_argument("--rate", type=float, default=shape.rate)
    parser.add_argument("--identities", type=int, default=shape.identities)
    parser.add_argument("--seed", type=int, default=shape.seed)
    parser.add_argument("--write", action="store_true", help="write the result under the day's date")
    options = parser.parse_args()
    shape = replace(shape, seconds=options.seconds, rate=options.rate, identities=options.identities, seed=options.seed)
    facts, began = {"date": machine.now(), "load before": machine.load()}, time.monotonic()
    with Offload() as offload:
        steps = one_record(offload)
        results = [(one, traces(offload, one)) for one in (shape,)]
        facts |= {"load after": machine.load(), "took": time.monotonic() - began}
        text = report(offload, facts, results, steps)
    print(text)
    if options.write:
        (HERE / f"results/{facts['date']:%Y-%m-%d}-offload.md").write_text(text)


if __name__ == "__main__":
    main()
