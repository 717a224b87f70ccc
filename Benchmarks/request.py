#!/usr/bin/env python3
"""The cost of each kind of request, end to end: allocations and instructions. `make bench-request`.

    request.py [--requests 2000] [--most 1] [--trace]

The release binary (SYNCGATE names it) runs under `c/allocations.c`, which counts every allocation of every thread, and
then under callgrind, which counts the instructions outside the kernel. One connection sends N requests, and then 2 N.
The additional cost of the second series, divided by N, is the cost of one request. It is exact except for the work that
the program does once a second. --trace shows the allocations by the module that makes them. The exit code is 1 if a hit
makes more allocations than --most.
"""

import argparse
import bisect
import collections
import itertools
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
from caller import NamedCaller
from load import IDENTITY, TOKEN, page, update
from processes import Process
from run import compile_programs

HEAD = ("Host: 127.0.0.1\r\nAccept-Encoding: identity\r\nUser-Agent: Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux\r\n"
        "X-Request-Id: b3d2e31e-d6b7-4612-8e84-c9ba288dab5d\r\n\r\n")
# Mangled names in Swift begin with the module: its length and name.
OURS = {f"{len(name)}{name}": name for name in (
    "Serving", "Gateway", "GatewayConfiguration", "CredentialSources", "Telemetry", "Policy", "CognitoSync", "SigV4",
    "Cryptography", "Upstream", "Messages")}
OTHERS = {f"{len(name)}{name}": name for name in (
    "NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL", "HTTPTypes", "DequeModule", "Logging", "Synchronization")}


class Counted:
    """A gateway whose cost is counted, in front of the upstream of the benchmark."""

    fresh = "1h"

    def __init__(self, programs, syncgate, named=False):
        self.folder = tempfile.mkdtemp(prefix="syncgate-request-")
        caller = NamedCaller(Path(self.folder)) if named else None
        self.sections, self.header = (caller.sections, caller.header) if caller else ("", "")
        (self.upstream_port,) = servers.free_ports(1)
        self.programs, self.server_cores = programs, sorted(os.sched_getaffinity(0))
        self.upstream = Process([programs / "upstream", self.upstream_port], self.server_cores, self.folder, "upstream")
        self.server = servers.Server("syncgate", self, lambda it: [
            *self.counter(), syncgate, "serve", "--config", it.file], "syncgate.yaml").wait_for_port(60)
        self.pid = self.server.process.popen.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.end()
        self.upstream.end()
        shutil.rmtree(self.folder, ignore_errors=True)


class CountedAllocations(Counted):
    def __init__(self, programs, syncgate, trace=False, named=False):
        self.trace = trace
        super().__init__(programs, syncgate, named)

    def counter(self):
        self.counts = Path(self.folder) / "counts"
        return ["env", f"LD_PRELOAD={self.programs / 'allocations.so'}", f"ALLOCATIONS={self.counts}",
                *(["ALLOCATIONS_TRACE=1"] if self.trace else [])]

    def read_counts(self):
        """Returns [allocations, moves, frees, bytes] so far."""
        before = self.counts.read_text().count("counts ") if self.counts.exists() else 0
        os.kill(self.pid, signal.SIGRTMIN)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            text = self.counts.read_text() if self.counts.exists() else ""
            if text.count("counts ") > before:
                return list(map(int, text.rpartition("counts ")[2].split()[:4]))
            time.sleep(0.005)
        raise RuntimeError(f"no counts in '{self.counts}' within 5 s of SIGRTMIN")


class CountedInstructions(Counted):
    def __init__(self, programs, syncgate, named=False):
        super().__init__(programs, machine.without_debug_information(syncgate), named)

    def counter(self):
        self.out, self.dumps, self.total = Path(self.folder) / "callgrind", 0, 0
        return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self.out}"]

    def read_counts(self):
        """Returns [instructions] so far; each dump has those since the previous one."""
        subprocess.run(["callgrind_control", "-d", str(self.pid)], check=True, capture_output=True,
                       stdin=subprocess.DEVNULL)
        self.dumps += 1
        self.total += int(machine.found(r"(?m)^(?:totals|summary): (\d+)", self.dump().read_text()))
        return [self.total]

    def dump(self):
        """Returns the newest dump, once it is complete."""
        file, deadline = Path(f"{self.out}.{self.dumps}"), time.monotonic() + 30
        while time.monotonic() < deadline:
            if file.exists() and "\ntotals: " in file.read_text():
                return file
            time.sleep(0.05)
        raise RuntimeError(f"no dump in '{file}' within 30 s of callgrind_control")


def send_requests(connection, targets, count, header="", body=""):
    """Sends so many requests one after another, GET or with a body POST; each must get 200.

    A text is the target of all of them.
    """
    method, fields = ("POST", f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n") if body else ("GET", "")
    for target in itertools.islice(itertools.repeat(targets) if isinstance(targets, str) else targets, count):
        connection.sendall(f"{method} {target} HTTP/1.1\r\n{header}{fields}{HEAD}{body}".encode())
        response = b""
        while b"\r\n\r\n" not in response:
            response += receive(connection)
        head, _, received = response.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(head.decode(errors="replace"))
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(received) < length:
            received += receive(connection)


def receive(connection):
    got = connection.recv(65536)
    if not got:
        raise RuntimeError("the gateway closed the connection")
    return got


def cost_of_request(counted, workload, count):
    """Returns the counts of `read_counts` for one request."""
    targets, body = workload()
    with socket.create_connection(("127.0.0.1", counted.server.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        send_requests(connection, targets, 200, counted.header, body)
        first = counted.read_counts()
        send_requests(connection, targets, count, counted.header, body)
        second = counted.read_counts()
        send_requests(connection, targets, 2 * count, counted.header, body)
        third = counted.read_counts()
    return [((c - b) - (b - a)) / count for a, b, c in zip(first, second, third)]


def traces(counted, workload, count):
    """Returns the places of the allocations: (module, function) of the innermost frame in a known module -> count."""
    targets, body = workload()
    with socket.create_connection(("127.0.0.1", counted.server.port)) as connection:
        send_requests(connection, targets, 200, body=body)
        counted.read_counts()
        begin = counted.counts.stat().st_size
        send_requests(connection, targets, count, body=body)
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
    """Returns module and function of the innermost frame in a module of the project or of a library that it uses."""
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
    print(f"    {ours:6.2f}  by modules of the project, {sum(found.values()) / count - ours:.2f} by libraries")


def misses():
    """Returns targets of datasets that were not asked for before, each of its own identity."""
    return (page(2048).replace(IDENTITY, f"{IDENTITY[:-12]}{number:012x}") for number in itertools.count())


def derived():
    """Returns targets of pages of one cached dataset: 4 records, each time rendered for another number of them at most.

    A dataset has fewer pages in the cache than there are targets, so that no page is a hit when its turn comes again.
    """
    return (f"{page(2048)}?maxResults={number}" for number in itertools.cycle(range(4, 1024)))


# The targets of the requests, and the body of each.
WORKLOADS = {"hit": lambda: (page(2048), ""), "derived": lambda: (derived(), ""), "miss": lambda: (misses(), ""),
             "forward": lambda: (f"{page(2048)}?{TOKEN}", ""), "update of 1 record": lambda: update(1),
             "update of 20 records": lambda: update(20)}


def costs(programs, syncgate, count):
    """Returns [allocations, moves, frees, bytes, instructions] of each workload, and of a hit with a token."""
    found = {}
    for named, workloads in ((False, WORKLOADS), (True, {"hit with a token": WORKLOADS["hit"]})):
        with CountedAllocations(programs, syncgate, named=named) as counted:
            found |= {name: cost_of_request(counted, workload, count) for name, workload in workloads.items()}
        with CountedInstructions(programs, syncgate, named=named) as counted:
            found |= {name: found[name] + cost_of_request(counted, workload, count // 4)
                      for name, workload in workloads.items()}
    return found


def main():
    parser = argparse.ArgumentParser(description="the cost of a request, end to end")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--most", type=float, default=1, help="the allocations that a hit may make")
    parser.add_argument("--trace", action="store_true", help="show the places of the allocations")
    options = parser.parse_args()
    syncgate = os.environ.get("SYNCGATE") or str(machine.PROJECT / ".build/release/syncgate")
    compile_programs()
    programs = machine.PROJECT / ".build/bench"
    if options.trace:
        with CountedAllocations(programs, syncgate, trace=True) as counted:
            for name, workload in WORKLOADS.items():
                print(f"{name}: allocations")
                show_traces(traces(counted, workload, 500), 500)
        return 0
    found = costs(programs, syncgate, options.requests)
    for name, cost in found.items():
        print("{}: {:.2f} allocations, {:.2f} moves, {:.2f} frees, {:.0f} bytes, {:.0f} instructions".format(name, *cost))
    if found["hit"][0] > options.most + 0.05:
        print(f"bench-request: a hit makes {found['hit'][0]:.2f} allocations, {options.most:g} are allowed; see --trace")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
