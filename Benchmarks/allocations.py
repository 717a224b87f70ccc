#!/usr/bin/env python3
"""What the gateway allocates for a hit, and for a forward, end to end: `make bench-allocations`.

    allocations.py [--requests 5000] [--most 1] [--trace]

The release binary (SYNCGATE names it) runs under `c/allocations.c`, which counts every allocation of every thread. On
one connection N requests are made, and then 2 N: what the second lot cost more, divided by N, is what one request
costs, exact but for what the program does once a second. --trace shows where the allocations of a hit are made, by
the module whose code asked for them. Exit code 1 if a hit makes more allocations than --most.
"""

import argparse
import bisect
import collections
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import machine
import servers
from load import TOKEN, page
from processes import Process
from run import compile_programs

HEAD = ("Host: 127.0.0.1\r\nAccept-Encoding: identity\r\nUser-Agent: Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux\r\n"
        "X-Request-Id: b3d2e31e-d6b7-4612-8e84-c9ba288dab5d\r\n\r\n")
# Swift's mangled names begin with the module: its length and name.
OURS = {f"{len(name)}{name}": name for name in ("Serving", "Gateway", "Policy", "CognitoSync", "SigV4", "Upstream", "Messages")}
OTHERS = {f"{len(name)}{name}": name for name in (
    "NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL", "HTTPTypes", "DequeModule", "Logging", "Synchronization")}


class Counted:
    """A gateway under the counting library, in front of the benchmark's origin."""

    def __init__(self, programs, syncgate, trace, cores):
        self.folder = tempfile.mkdtemp(prefix="syncgate-allocations-")
        (self.origin_port,) = servers.free_ports(1)
        self.programs, self.syncgate, self.server_cores = programs, syncgate, cores
        self.counts = Path(self.folder) / "counts"
        self.origin = Process([programs / "origin", self.origin_port], cores, self.folder, "origin")
        counted = ["env", f"LD_PRELOAD={programs / 'allocations.so'}", f"ALLOCATIONS={self.counts}",
                   *([f"ALLOCATIONS_TRACE={trace}"] if trace else [])]
        self.server = servers.Server("syncgate", self, lambda it: [
            *counted, syncgate, "serve", "--config", it.file], "syncgate.yaml").wait_for_port()

    def end(self):
        self.server.end()
        self.origin.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def snapshot(self):
        """[allocations, moves, frees, bytes] so far."""
        before = self.counts.read_text().count("counts ") if self.counts.exists() else 0
        os.kill(self.server.process.popen.pid, signal.SIGUSR2)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            lines = [line for line in self.counts.read_text().splitlines() if line.startswith("counts ")] if self.counts.exists() else []
            if len(lines) > before:
                return list(map(int, lines[-1].split()[1:]))
            time.sleep(0.005)
        raise RuntimeError("the counting library does not answer")


def ask(connection, target, count, header=b""):
    """So many requests one after another, each answered with 200."""
    request = f"GET {target} HTTP/1.1\r\n{HEAD}".encode()
    for _ in range(count):
        connection.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += receive(connection)
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(head.decode(errors="replace"))
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += receive(connection)


def receive(connection):
    got = connection.recv(65536)
    if not got:
        raise RuntimeError("the gateway closed the connection")
    return got


def a_request(counted, target, count):
    """[allocations, moves, frees, bytes] that one request costs."""
    with socket.create_connection(("127.0.0.1", counted.server.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ask(connection, target, 200)
        first = counted.snapshot()
        ask(connection, target, count)
        second = counted.snapshot()
        ask(connection, target, 2 * count)
        third = counted.snapshot()
    return [((c - b) - (b - a)) / count for a, b, c in zip(first, second, third)]


def traces(counted, target, count):
    """Where allocations were made, as (module, function) of the innermost frame that is of a known module."""
    with socket.create_connection(("127.0.0.1", counted.server.port)) as connection:
        ask(connection, target, 200)
        counted.snapshot()
        begin = counted.counts.stat().st_size
        ask(connection, target, count)
        end = counted.counts.stat().st_size
    pid = counted.server.process.popen.pid
    binary = os.readlink(f"/proc/{pid}/exe")
    base = min(int(line.split("-")[0], 16) for line in Path(f"/proc/{pid}/maps").read_text().splitlines() if line.endswith(binary))
    symbols = sorted((int(parts[0], 16), parts[2]) for parts in map(str.split, subprocess.run(
        ["nm", "--defined-only", binary], capture_output=True, text=True, check=True).stdout.splitlines())
        if len(parts) == 3 and parts[1] in "tTwW")
    starts = [start for start, _ in symbols]
    found = collections.Counter()
    with open(counted.counts) as file:
        file.seek(begin)
        text = file.read(end - begin)
    for line in text.splitlines():
        if line.startswith("0x"):
            names = [symbols[index][1] for address in line.split()
                     if (index := bisect.bisect_right(starts, int(address, 16) - base) - 1) >= 0]
            found[blame(names)] += 1
    return found


def blame(names):
    """Module and function of the innermost frame of ours or of a library that we use."""
    for name in names:
        mangled = name.removeprefix("$s")
        for prefix, module in {**OURS, **OTHERS}.items():
            if mangled.startswith(prefix):
                return module, name
    return "other", names[0] if names else "?"


def demangled(names):
    run = subprocess.run(["swift", "demangle", "--simplified", "--compact", *names], capture_output=True, text=True)
    lines = run.stdout.splitlines()
    return dict(zip(names, lines)) if len(lines) == len(names) else {name: name for name in names}


def show_traces(found, count):
    names = demangled(sorted({name for (_, name), _ in found.most_common(15)}))
    for (module, name), number in found.most_common(15):
        if number / count >= 0.02:
            print(f"    {number / count:6.2f}  {module:12} {names.get(name, name)[:140]}")
    ours = sum(number for (module, _), number in found.items() if module in OURS.values()) / count
    print(f"    {ours:6.2f}  by our code, {sum(found.values()) / count - ours:.2f} by libraries")


def main():
    parser = argparse.ArgumentParser(description="allocations of a request, end to end")
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--most", type=float, default=1, help="allocations of a hit")
    parser.add_argument("--trace", action="store_true", help="where they are made")
    options = parser.parse_args()
    syncgate = os.environ.get("SYNCGATE") or str(machine.PROJECT / ".build/release/syncgate")
    compile_programs()
    programs, cores = machine.PROJECT / ".build/bench", sorted(os.sched_getaffinity(0))
    works = {"hit": page(2048), "forward": f"{page(2048)}?{TOKEN}"}
    costs = {}
    counted = Counted(programs, syncgate, 1 if options.trace else 0, cores)
    try:
        for name, target in works.items():
            # Traces are written by the traced program, so what it counts then is its own.
            if options.trace:
                found = traces(counted, target, 500)
                print(f"{name}: {sum(found.values()) / 500:.2f} allocations")
                show_traces(found, 500)
            else:
                costs[name] = a_request(counted, target, options.requests)
                print("{}: {:.2f} allocations, {:.2f} moves, {:.2f} frees, {:.0f} bytes".format(name, *costs[name]))
    finally:
        counted.end()
    if costs and costs["hit"][0] > options.most + 0.05:
        print(f"bench-allocations: a hit makes {costs['hit'][0]:.2f} allocations, {options.most:g} are allowed")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
