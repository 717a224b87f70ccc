#!/usr/bin/env python3
"""The offload benchmark: one trace through syncgate, the proxy_cache of nginx, and no cache.

    offload.py [--seconds 60] [--rate 300] [--identities 300] [--seed 1] [--write]

Upstream is the emulator, 10 ms away; it counts the requests that reach it. README.md has the method. SYNCGATE
names the binary.
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
from aims import verdict
from devices import POOL, Replay, Shape, events
from processes import Process
from report import table
from servers import free_ports
from workloads import progress

HERE = Path(__file__).resolve().parent
FRESH = 5.0  # seconds: the bound on staleness for both caches
LATE = 1.0  # seconds that a response may take


class Offload:
    """The context that `servers` needs; each setup has its own emulator as upstream."""

    def __init__(self):
        self.syncgate = os.environ.get("SYNCGATE") or str(machine.PROJECT / ".build/release/syncgate")
        if not os.access(self.syncgate, os.X_OK):
            raise SystemExit(f"bench: '{self.syncgate}' is not a program; run `make build` or set SYNCGATE")
        self.server_cores, self.load_cores = machine.cores()

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="syncgate-offload-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        os.chmod(self.folder, 0o755)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def upstream(self, name):
        (self.upstream_port,) = free_ports(1)
        command = [self.syncgate, "emulate", "--listen", f"127.0.0.1:{self.upstream_port}", "--ignore-signatures",
                   "--fault", "latency=10ms"]
        process = Process(command, self.load_cores, self.folder, f"upstream-{name}")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                self.reached()
                self.let_tokens_be_shared()
                return process
            except OSError:
                time.sleep(0.01)
        raise RuntimeError(f"the emulator does not listen; its output:\n{process.output_tail()}")

    def let_tokens_be_shared(self):
        """Lets many writes use one session token: a plain cache gives the same one to many devices."""
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream_port, timeout=10)
        try:
            connection.request("POST", "/_emulator/options", "tokenUse=many")
            if (status := connection.getresponse().status) != 200:
                raise RuntimeError(f"the emulator answers {status} to its options")
        finally:
            connection.close()

    def reached(self):
        """Returns (requests, bytes of bodies in both directions) that upstream has seen."""
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream_port, timeout=10)
        try:
            connection.request("GET", "/_emulator/statistics")
            counted = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return counted["requests"], counted["bytesIn"] + counted["bytesOut"]


# Name -> (function that starts the proxy, port for the reads, whether it has a feed of the changes).
SETUPS = {
    "syncgate": (servers.syncgate, "port", False),
    "syncgate with a feed": (servers.syncgate, "port", True),
    "nginx proxy_cache": (servers.nginx, "port", False),
    "no cache (nginx)": (servers.nginx, "forward_port", False),
}


def traces(offload, shape):
    drawn = events(shape)
    return [through(offload, name, shape, drawn) for name in SETUPS]


def through(offload, name, shape, drawn):
    """Runs the whole trace through one setup, from a cold start."""
    make, port, has_feed = SETUPS[name]
    # With a feed of all changes, cached data may be fresh for long.
    offload.fresh = "10m" if has_feed else f"{FRESH:g}s"
    upstream = offload.upstream(name.split()[0])
    try:
        server = make(offload).wait_for_port()
        try:
            replay = Replay(shape, getattr(server, port), offload.upstream_port, FRESH + LATE,
                            server.admin_port if has_feed else None)
            figures = []

            def record_figures():
                reached = offload.reached()
                figures.append((reached, sum(server.process.cpu()), replay.figures()))
                replay.reset_figures()

            async def replay_all():
                await replay.fill()
                record_figures()
                await replay.run(drawn, record_figures)
                record_figures()

            asyncio.run(replay_all())
        finally:
            server.end()
    finally:
        upstream.end()
    cold, warm = (row(name, first, after) for first, after in zip(figures, figures[1:]))
    progress(f"  {name:18} cold {cold}\n{'':20} warm {warm}")
    return {**warm, "cold requests": cold["requests"], "cold bytes": cold["bytes"]}


def row(name, first, after):
    """Returns the figures between two moments."""
    (requests, size), cpu, figures = after
    reads = len(figures["times"])
    percentiles = statistics.quantiles(figures.pop("times"), n=100)
    return {"setup": name, "reads": reads, "requests": (requests - first[0][0]) / reads * 1000,
            "bytes": (size - first[0][1]) / reads * 1000, **figures,
            "p50": percentiles[49] * 1e3, "p99": percentiles[98] * 1e3, "cpu": cpu - first[1]}


def one_record(offload):
    """Reads a dataset of 1 MB through syncgate before and after a bypassing write of one record."""
    upstream = offload.upstream("one")
    try:
        offload.fresh = f"{FRESH:g}s"
        server = servers.syncgate(offload).wait_for_port()
        try:
            return asyncio.run(steps(offload, server))
        finally:
            server.end()
    finally:
        upstream.end()


async def steps(offload, server):
    replay = Replay(Shape(identities=1), server.port, offload.upstream_port, FRESH)
    original, replay.value = replay.value, lambda: "v" * 1000
    for part in range(10):
        await replay.bypassing_write(0, [f"k{part}-{n:02}" for n in range(100)])
    rows = []

    async def read(what):
        before = offload.reached()
        status, body = await replay.proxy.send("GET", f"{replay.path(0)}/records")
        requests, size = (after - first for after, first in zip(offload.reached(), before))
        rows.append({"what": what, "page": len(body), "requests": requests, "bytes": size})
        progress(f"  {rows[-1]}")
        return status, body

    # The creation date is in whole seconds: after the pause the read does not take the dataset for a new incarnation.
    await asyncio.sleep(1.1)
    await read("the first read")
    await read("the second, at once")
    await asyncio.sleep(FRESH + LATE)
    await read("one that was revalidated")
    replay.value = original
    await replay.bypassing_write(0, ["k5-50"])
    await asyncio.sleep(FRESH + LATE)
    _, body = await read("one after a bypassing write of one record")
    changed = next(record for record in json.loads(body)["Records"] if record["Key"] == "k5-50")
    if changed["SyncCount"] != 11:
        raise RuntimeError(f"the change is not seen: the sync count is {changed['SyncCount']}, not 11")
    return rows


def report(offload, facts, results, steps):
    versions = machine.versions(offload.syncgate)
    shape = results[0][0]
    return "\n".join([
        f"# Requests kept off upstream, {facts['date']:%Y-%m-%d}", "",
        f"- machine: {machine.processor()}, {len(offload.server_cores) + len(offload.load_cores)} cores, {machine.kernel()}",
        f"- date: {facts['date']:%Y-%m-%d %H:%M} UTC, {facts['took']:.0f} s in all",
        f"- load average before: {facts['load before']}; after: {facts['load after']}",
        *(f"- {name}: {versions[name]}" for name in ("syncgate", "nginx")),
        f"- trace: {shape.identities} identities by Zipf's law (exponent {shape.exponent:g}), {shape.rate:g} events a second; each identity "
        f"has a dataset of 40 records, devices that poll by their count, and a caller that reads all of it ({shape.whole:.0%} of "
        f"the reads); {shape.writes:.0%} writes through the proxy, {shape.bypass:.0%} that bypass it; seed {shape.seed}",
        f"- {shape.warming:g} s from cold caches, then {shape.seconds:g} s, for which the figures are; both caches may be {FRESH:g} s behind writes "
        "that bypass them; with a feed syncgate learns of each change half a second later, and fresh is 10 minutes; README.md has the method", "",
        "Requests upstream and KiB of bodies, in both directions, for each 1000 reads; cold: the same while the caches filled. Stale: "
        "reads that began after the response to a write through the same proxy and missed it. Too old: reads that missed a bypassing "
        f"write older than {FRESH + LATE:g} s. Conflicts: writes refused with 409, after a stale page or in a race; lost: those "
        "refused three times. Times in ms; upstream is 10 ms away. CPU: seconds of the server processes.", "",
        *(f"## {shape.devices} devices an identity\n{setup_table(rows)}\n" for shape, rows in results),
        "## One changed record of 1 MB",
        "1000 records of 1000 bytes through syncgate: the upstream requests and bytes of each read of all of it.", "",
        table([("read", lambda row: row["what"]), ("page, bytes", number("page")), ("requests", number("requests")),
               ("bytes", number("bytes"))], steps), "",
        "## Aims", "", table([
            ("at most", lambda aim: aim[0]), ("aim", lambda aim: f"{aim[1]:g}"), ("measured", lambda aim: f"{aim[2]:.3g}"),
            ("", lambda aim: verdict(aim[1], aim[2])),
        ], list(aims(results, steps))), "",
    ])


def number(key, digits=0, scale=1):
    return lambda row: f"{row[key] / scale:.{digits}f}"


def setup_table(rows):
    return table([
        ("setup", lambda row: row["setup"]), ("reads", number("reads")), ("writes", number("writes")), ("requests", number("requests")),
        ("KiB", number("bytes", 0, 1024)), ("cold requests", number("cold requests")), ("cold KiB", number("cold bytes", 0, 1024)),
        ("stale", number("stale")), ("too old", number("late")), ("conflicts", number("conflicts")), ("lost", number("refused")),
        ("p50", number("p50", 1)), ("p99", number("p99", 1)), ("CPU", number("cpu", 1)),
    ], rows)


def aims(results, steps):
    """Yields (aim, bound, measured)."""
    for shape, rows in results:
        by = {row["setup"]: row for row in rows}
        nginx = by["nginx proxy_cache"]
        for name in ("syncgate", "syncgate with a feed"):
            own = by[name]
            yield f"{name}: requests, as a share of nginx", 0.25, own["requests"] / nginx["requests"]
            yield f"{name}: bytes, as a share of nginx", 0.1, own["bytes"] / nginx["bytes"]
            yield f"{name}: reads that miss a write through the same proxy", 0, own["stale"]
            yield f"{name}: reads that miss a bypassing write for longer than the bound", 0, own["late"]
    yield "KiB for one changed record of 1 MB", 2, steps[-1]["bytes"] / 1024


def main():
    shape = Shape()
    parser = argparse.ArgumentParser(description="the requests that each setup keeps off upstream")
    parser.add_argument("--seconds", type=float, default=shape.seconds)
    parser.add_argument("--rate", type=float, default=shape.rate)
    parser.add_argument("--identities", type=int, default=shape.identities)
    parser.add_argument("--seed", type=int, default=shape.seed)
    parser.add_argument("--write", action="store_true", help="write the result to a file named by the date")
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
