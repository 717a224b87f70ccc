#!/usr/bin/env python3
"""The latency of good callers while two requests a second have a body of 4 MiB that is expensive to read.

    worst.py [--seconds 10] [--rate 500] [--bodies 2] [--write] [--first] [body…]

Good callers request a cached page, and one that is forwarded, in an open loop: a request falls due at its moment,
whatever the server does. Each row has the same load twice in turn: alone, and beside the bodies of one kind. Without a
kind it measures all. SYNCGATE names the binary. The exit code is 1 if a 99th percentile more than doubles.
"""

import argparse
import datetime
import resource
import socket
import statistics
import sys
import threading
import time

import machine
import processes
import servers
from load import IDENTITY, POOL, TOKEN, generator, page
from report import table
from run import Bench, compile_programs
from workloads import expect_page, progress

sys.path.insert(0, str(machine.PROJECT / "Tests/consistency"))
from hostile.bodies import bodies  # noqa: E402

OWNER = {"IdentityPoolId": POOL, "IdentityId": IDENTITY, "DatasetName": "d"}
TARGET = "AWSCognitoSyncService.UpdateRecords"
MOST = 2.0  # times the percentile without the bodies
TARGETS = {"hits": page(2048), "forwards": f"{page(2048)}?{TOKEN}"}


class Senders:
    """Threads that send a body at fixed moments; each waits for its response on a connection of its own."""

    def __init__(self, port, body, rate):
        self.port, self.rate, self.ended, self.threads = port, rate, threading.Event(), []
        head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: {TARGET}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.request, self.statuses = head.encode() + body, []

    def __enter__(self):
        self.clock = threading.Thread(target=self.run)
        self.clock.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in [self.clock, *self.threads]:
            thread.join()

    def run(self):
        began, number = time.monotonic(), 0
        while not self.ended.wait(max(0, began + number / self.rate - time.monotonic())):
            self.threads.append(threading.Thread(target=self.send))
            self.threads[-1].start()
            number += 1

    def send(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 20) as connection:
                connection.sendall(self.request)
                self.statuses.append(connection.recv(64)[9:12].decode())
        except OSError as error:
            self.statuses.append(type(error).__name__)


def measured(bench, server, target, options):
    count = int(options.rate * options.seconds)
    figures = generator(bench, server.port, target, count=count, rate=options.rate, connections=64)
    if figures["failed"] or figures["accepted"]["count"] < count * 0.99:
        progress(f"  of {count} requests {figures['failed']} failed, {figures['abandoned']} were abandoned, "
                 f"{figures['rejected']['count']} rejected")
    return figures["accepted"]


def row(bench, server, kind, body, options):
    """Measures hits and forwards, alone and beside the bodies, in two rounds whose order changes."""
    found = {name: {False: [], True: []} for name in TARGETS}
    statuses = []
    for beside in (False, True, True, False):
        for name, target in TARGETS.items():
            if not beside:
                found[name][beside].append(measured(bench, server, target, options))
                continue
            with Senders(server.port, body, options.bodies) as senders:
                found[name][beside].append(measured(bench, server, target, options))
            statuses += senders.statuses
    figures = {"kind": kind, "bodies": len(statuses), "statuses": " ".join(sorted(set(statuses)))}
    for name, runs in found.items():
        for part in ("p50", "p99"):
            alone, beside = (statistics.mean(run[part] for run in runs[is_beside]) for is_beside in (False, True))
            figures |= {f"{name} {part}": alone, f"{name} {part} beside": beside, f"{name} {part} times": beside / alone}
    progress(f"  {kind}: " + ", ".join(f"{name} p99 × {figures[f'{name} p99 times']:.1f}" for name in TARGETS))
    return figures


def report(bench, rows, options):
    columns = [("body", lambda r: r["kind"])]
    for name in TARGETS:
        for part in ("p50", "p99"):
            columns += [(f"{name} {part}", lambda r, key=f"{name} {part}": f"{r[key]:.0f}"),
                        ("beside", lambda r, key=f"{name} {part} beside": f"{r[key]:.0f}")]
        columns.append((f"{name} p99 ×", lambda r, key=f"{name} p99 times": f"{r[key]:.1f}"))
    columns += [("bodies", lambda r: str(r["bodies"])), ("statuses", lambda r: r["statuses"])]
    now = datetime.datetime.now(datetime.UTC)
    return now, "\n".join([
        f"# Beside the worst bodies, {now:%Y-%m-%d}", "",
        f"- machine: {machine.processor()}, {len(bench.server_cores) + len(bench.load_cores)} cores, {machine.kernel()}",
        f"- {now:%Y-%m-%d %H:%M} UTC, server on core {bench.server_cores[0]}, load and bodies on the rest",
        f"- {options.rate:g} requests a second for pages of 2 KiB in an open loop, two runs of {options.seconds:g} s each; beside: "
        f"with {options.bodies:g} bodies of 4 MiB a second. Latencies in µs", "", table(columns, rows), "",
    ])


def main():
    parser = argparse.ArgumentParser(description="good callers beside the worst bodies")
    parser.add_argument("kinds", nargs="*", metavar="body")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=500, help="requests of the good callers a second")
    parser.add_argument("--bodies", type=float, default=2, help="bodies a second")
    parser.add_argument("--write", action="store_true", help="write the result to results/")
    parser.add_argument("--first", action="store_true", help="run before all else on a busy machine; needs root")
    options = parser.parse_args()
    every = bodies(OWNER)
    if unknown := set(options.kinds) - set(every):
        parser.error(f"'{', '.join(sorted(unknown))}' is not a body; choose from {', '.join(every)}")
    if options.first:
        processes.before_all_else += processes.FIRST
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    options.rounds = 1
    compile_programs()
    with Bench(options) as bench:
        server = servers.syncgate(bench).wait_for_port()
        try:
            for target in TARGETS.values():
                expect_page(server.port, target, 2048, server.name)
            rows = [row(bench, server, kind, every[kind], options) for kind in options.kinds or every]
        finally:
            server.end()
        now, text = report(bench, rows, options)
    print(text)
    if options.write:
        (machine.PROJECT / f"Benchmarks/results/{now:%Y-%m-%d}-worst.md").write_text(text)
    sys.exit(any(one[f"{name} p99 times"] > MOST for one in rows for name in TARGETS))


if __name__ == "__main__":
    main()
