#!/usr/bin/env python3
"""What a hit and a forward cost the gateway, end to end: allocations and instructions. `make bench-request`.

    request.py [--requests 2000] [--most 1] [--trace]

The release binary (SYNCGATE names it) runs under `c/allocations.c`, which counts every allocation of every thread, and
then under callgrind, which counts the instructions outside the kernel. On one connection N requests are made, and then
2 N: what the second lot cost more, divided by N, is what one request costs, exact but for what the program does once a
second. --trace shows where the allocations are made, by the module whose code asked for them. Exit code 1 if a hit
makes more allocations than --most.
"""

import argparse
import bisect
import collections
import os
import re
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
    """A gateway whose cost is counted, in front of the benchmark's origin."""

    fresh = "1h"

    def __init__(self, programs, syncgate):
        self.folder = tempfile.mkdtemp(prefix="syncgate-request-")
        (self.origin_port,) = servers.free_ports(1)
        self.programs, self.server_cores = programs, sorted(os.sched_getaffinity(0))
        self.origin = Process([programs / "origin", self.origin_port], self.server_cores, self.folder, "origin")
        self.server = servers.Server("syncgate", self, lambda it: [
            *self.counter(), syncgate, "serve", "--config", it.file], "syncgate.yaml").wait_for_port(60)
        self.pid = self.server.process.popen.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.end()
        self.origin.end()
        shutil.rmtree(self.folder, ignore_errors=True)


class CountedAllocations(Counted):
    def __init__(self, programs, syncgate, trace=False):
        self.trace = trace
        super().__init__(programs, syncgate)

    def counter(self):
        self.counts = Path(self.folder) / "counts"
        return ["env", f"LD_PRELOAD={self.programs / 'allocations.so'}", f"ALLOCATIONS={self.counts}",
                *(["ALLOCATIONS_TRACE=1"] if self.trace else [])]

    def snapshot(self):
        """[allocations, moves, frees, bytes] so far."""
        before = self.counts.read_text().count("counts ") if self.counts.exists() else 0
        os.kill(self.pid, signal.SIGUSR2)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            text = self.counts.read_text() if self.counts.exists() else ""
            if text.count("counts ") > before:
                return list(map(int, text.rpartition("counts ")[2].split()[:4]))
            time.sleep(0.005)
        raise RuntimeError("the counting library does not answer")


class CountedInstructions(Counted):
    def __init__(self, programs, syncgate):
        super().__init__(programs, machine.without_debug_information(syncgate))

    def counter(self):
        self.out, self.dumps, self.total = Path(self.folder) / "callgrind", 0, 0
        return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self.out}"]

    def snapshot(self):
        """[instructions] so far; each dump has those since the one before."""
        subprocess.run(["callgrind_control", "-d", str(self.pid)], check=True, capture_output=True,
                       stdin=subprocess.DEVNULL)
        self.dumps += 1
        self.total += int(machine.found(r"(?m)^(?:totals|summary): (\d+)", self.dump().read_text()))
        return [self.total]

    def dump(self):
        """The newest one, once it is whole."""
        file, deadline = Path(f"{self.out}.{self.dumps}"), time.monotonic() + 30
        while time.monotonic() < deadline:
            if file.exists() and "\ntotals: " in file.read_text():
                return file
            time.sleep(0.05)
        raise RuntimeError("callgrind does not answer")


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
    """What a snapshot counts, for one request."""
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
    binary = os.readlink(f"/proc/{counted.pid}/exe")
    mapped = Path(f"/proc/{counted.pid}/maps").read_text().splitlines()
    base = min(int(line.split("-")[0], 16) for line in mapped if line.endswith(binary))
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


WORKS = {"hit": page(2048), "forward": f"{page(2048)}?{TOKEN}"}


def costs(programs, syncgate, count):
    """Of a hit and of a forward: [allocations, moves, frees, bytes, instructions]."""
    with CountedAllocations(programs, syncgate) as counted:
        found = {name: a_request(counted, target, count) for name, target in WORKS.items()}
    with CountedInstructions(programs, syncgate) as counted:
        return {name: found[name] + a_request(counted, target, count // 4) for name, target in WORKS.items()}


def main():
    parser = argparse.ArgumentParser(description="what a request costs, end to end")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--most", type=float, default=1, help="allocations of a hit")
    parser.add_argument("--trace", action="store_true", help="where the allocations are made")
    options = parser.parse_args()
    syncgate = os.environ.get("SYNCGATE") or str(machine.PROJECT / ".build/release/syncgate")
    compile_programs()
    programs = machine.PROJECT / ".build/bench"
    if options.trace:
        with CountedAllocations(programs, syncgate, trace=True) as counted:
            for name, target in WORKS.items():
                print(f"{name}: allocations")
                show_traces(traces(counted, target, 500), 500)
        return 0
    found = costs(programs, syncgate, options.requests)
    for name, cost in found.items():
        print("{}: {:.2f} allocations, {:.2f} moves, {:.2f} frees, {:.0f} bytes, {:.0f} instructions".format(name, *cost))
    if found["hit"][0] > options.most + 0.05:
        print(f"bench-request: a hit makes {found['hit'][0]:.2f} allocations, {options.most:g} are allowed")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
