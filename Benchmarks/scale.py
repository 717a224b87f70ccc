#!/usr/bin/env python3
"""The cost of many cores, connections, identities and keys. `make bench-scale`.

    scale.py [cores] [connections] [pages] [identities] [keys] [start]

Without a part it runs all. SYNCGATE and MICRO name the binaries. It prints each aim beside the measured figure; the
exit code is 1 if one is missed. README.md has the limits of a machine with two cores.
"""

import argparse
import json
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import machine
import processes
import servers
import store
from load import IDENTITY, get, page
from processes import Process
from request import send_requests
from run import compile_programs

MEBIBYTE = 1 << 20


class Scale:
    """The context of all parts: the programs and upstream."""

    fresh = "1h"

    def __init__(self, options):
        self.options = options
        self.syncgate = os.environ.get("SYNCGATE") or str(machine.PROJECT / ".build/release/syncgate")
        self.micro = os.environ.get("MICRO") or str(machine.PROJECT / ".build/release/Micro")
        self.programs = machine.PROJECT / ".build/bench"
        self.all_cores = sorted(os.sched_getaffinity(0))
        self.server_cores, self.load_cores = machine.cores()
        # All aims, and the figures of the part that runs.
        self.aims, self.found = [], {}

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="syncgate-scale-")
        (self.upstream_port,) = servers.free_ports(1)
        self.upstream = Process([self.programs / "upstream", self.upstream_port], self.load_cores, self.folder, "upstream")
        return self

    def __exit__(self, *_):
        self.upstream.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def gateway(self, stack, **changes):
        """Starts a gateway with some configuration keys changed by the environment."""
        variables = [f"SYNCGATE_{key.upper()}={value}" for key, value in changes.items()]
        server = servers.Server("syncgate", self, lambda it: [
            "env", *variables, self.syncgate, "serve", "--config", it.file], "syncgate.yaml")
        stack.callback(server.end)
        return server.wait_for_port()

    def aim(self, text, at_most, measured, digits=1):
        self.aims.append((text, at_most, measured, digits))
        self.found[text] = measured
        print(f"  {text}: {measured:.{digits}f} (at most {at_most:.{digits}f})", flush=True)


def cores(scale, seconds=4, rounds=3):
    """Measures the CPU time of a hit with one event loop on one core, and with two event loops on two."""
    runs = {}
    for _ in range(rounds):
        for workers, own, load in ((1, scale.server_cores, scale.load_cores), (2, scale.all_cores[:2], scale.all_cores[:2])):
            with ExitStack() as stack:
                scale.server_cores, before = own, scale.server_cores
                server = scale.gateway(stack, workers=workers)
                scale.server_cores = before
                runs.setdefault(workers, []).append(one_load(server, load, workers, seconds))
    for workers, figures in runs.items():
        middle = {key: statistics.median(figure[key] for figure in figures) for key in figures[0]}
        runs[workers] = middle
        print("  {workers} event loop(s): {cpu:.2f} us a request, {rate:.0f}/s, {waits:.4f} voluntary switches a request, "
              "{futexes} futex calls a request".format(workers=workers, **middle))
    scale.aim("CPU time of a hit with two event loops, divided by that with one", 1.05, runs[2]["cpu"] / runs[1]["cpu"], 3)


def one_load(server, load_cores, workers, seconds):
    target, process = page(2048), server.process
    get(server.port, target)
    command = processes.on(load_cores, "wrk", f"-t{workers}", f"-c{64 * workers}", f"-d{seconds}s", "-s",
                           servers.HERE / "wrk.lua", f"http://127.0.0.1:{server.port}{target}")
    before, switches = process.cpu(alone=True), voluntary(process.popen.pid)
    counter = futex_counter(process.popen.pid, seconds + 1)
    run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=True)
    figures = json.loads(next(line for line in run.stdout.splitlines() if line.startswith("{")))
    requests = figures["requests"]
    return {"cpu": (sum(process.cpu(alone=True)) - sum(before)) / requests * 1e6, "rate": requests / figures["seconds"],
            "waits": (voluntary(process.popen.pid) - switches) / requests, "futexes": round(counter() / requests, 5)}


def voluntary(pid):
    """Returns how often the threads of a process gave up their core to wait for requests or for a lock."""
    count = 0
    for file in Path(f"/proc/{pid}/task").glob("*/status"):
        count += int(machine.found(r"\nvoluntary_ctxt_switches:\s+(\d+)", file.read_text()))
    return count


def futex_counter(pid, seconds):
    """Starts to count futex calls. Returns a function that returns the count, or NaN if perf is missing."""
    if not shutil.which("perf"):
        return lambda: float("nan")
    counter = subprocess.Popen(["perf", "stat", "-x,", "-e", "syscalls:sys_enter_futex", "-p", str(pid), "sleep", str(seconds)],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def count():
        output = counter.communicate(timeout=seconds + 30)[1]
        number = machine.found(r"(?m)^(\d+),,syscalls:sys_enter_futex", output)
        return int(number) if number.isdigit() else float("nan")

    return count


def connections(scale, count=10_000):
    """Measures callers that have sent one request, and are silent now."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    count = min(count, most - 500)
    with ExitStack() as stack:
        server = scale.gateway(stack, limits__connections=count + 100, limits__connections_per_peer=count + 100,
                               timeouts__idle="5m")
        target = page(2048)
        get(server.port, target)
        before, sockets = server.process.memory(), []
        stack.callback(lambda: [it.close() for it in sockets])
        for _ in range(count):
            it = socket.create_connection(("127.0.0.1", server.port))
            sockets.append(it)
            send_requests(it, target, 1)
        after, cpu = server.process.memory(), sum(server.process.cpu(alone=True))
        time.sleep(2)
        idle = (sum(server.process.cpu(alone=True)) - cpu) / 2
        # All connections still get a response.
        for it in sockets[::100]:
            send_requests(it, target, 1)
        print(f"  {before:.1f} MiB without, {after:.1f} MiB with: {(after - before) * 1024 / count:.2f} KiB each; {idle:.1%} of a core")
        scale.aim(f"MiB that {count} idle connections take", 60 * count / 10_000, after - before)


def pages(scale, limit=64, count=40_000, bytes=2048):
    """Measures the resident memory after more identities through the gateway than its cache has room for."""
    with ExitStack() as stack:
        server = scale.gateway(stack, cache__memory=f"{limit}MiB")
        before = server.process.memory()
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        for number in range(count):
            send_requests(connection, page(bytes).replace(IDENTITY, f"{IDENTITY[:-12]}{number:012x}"), 1)
        after, cached = server.process.memory(), metrics(server, "syncgate_cache_bytes")
        print(f"  {before:.1f} MiB before, {after:.1f} MiB after {count} identities; its metric says {cached / MEBIBYTE:.1f} MiB")
        scale.aim(f"MiB that {limit} MiB of cache take", 72 * limit / 64, after - before)


def metrics(server, name):
    text = get(server.admin_port, "/metrics")[1].decode()
    return float(machine.found(rf"(?m)^{name}(?:{{[^}}]*}})? ([\d.e+]+)$", text))


def identities(scale, sizes=(1000, 1_000_000)):
    """Measures the table alone: a page for each of so many identities."""
    took = {}
    for size in sizes:
        figures, memory = table(scale, "identities", size)
        took[size] = figures["nanoseconds"]
        print(f"  {size}: {figures['pages']} pages, {memory:.0f} MiB, limit {figures['limit'] / MEBIBYTE:.0f} MiB, "
              f"{figures['nanoseconds']} ns a random look-up", flush=True)
        if size == max(sizes):
            scale.aim(f"MiB of {size} identities", figures["limit"] / MEBIBYTE, memory)
            scale.aim(f"identities of {size} that found no room", 0, size - figures["pages"], 0)
    # Memory is slower than the processor caches; a table that slows down more than that is not flat.
    scale.aim("a look-up in the largest table, as a multiple of one in the smallest", 5, took[max(sizes)] / took[min(sizes)])


def keys(scale, count=10_000_000):
    """Measures the buckets alone: so many keys with one request each, and a well-behaved caller between them."""
    _, empty = table(scale, "keys", 1)
    figures, memory = table(scale, "keys", count)
    print(f"  {count} keys seen: {figures['kept']} kept, {memory:.1f} MiB ({empty:.1f} with one), {figures['nanoseconds']} ns each; "
          f"{figures['strangers']} of them admitted")
    scale.aim(f"MiB more after {count} keys", 16, memory - empty)
    scale.aim("% of the requests of a well-behaved caller that were refused", 5, 100 * (1 - figures["admitted"] / figures["asked"]))


def table(scale, name, size):
    """Returns the figures of Micro for a table, and its resident MiB while the table exists."""
    command = processes.on(scale.server_cores, scale.micro, "scale", name, size)
    run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        output = json.loads(run.stdout.readline())
        rollup = Path(f"/proc/{run.pid}/smaps_rollup").read_text()
        return output, sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
    finally:
        run.communicate("\n", timeout=60)


def start(scale, times=5):
    """Measures the time from the start of the program to the first 200 of /livez, and to the first page."""
    live, first = [], []
    for _ in range(times):
        for port, target, took in (("admin_port", "/livez", live), ("port", page(2048), first)):
            server = servers.syncgate(scale)
            try:
                took.append(time_to_response(server, getattr(server, port), target))
            finally:
                server.end()
    scale.aim("ms to the first /livez, median", 100, statistics.median(live))
    scale.aim("ms to the first page, median", 100, statistics.median(first))


def time_to_response(server, port, target, deadline=20):
    while time.monotonic() < server.started + deadline:
        try:
            if get(port, target)[0] == 200:
                return (time.monotonic() - server.started) * 1e3
        except OSError:
            pass
        time.sleep(0.001)
    raise RuntimeError(f"no response within {deadline} s; its output:\n{server.process.output_tail()}")


PARTS = {"cores": cores, "connections": connections, "pages": pages, "identities": identities, "keys": keys, "start": start}


def main():
    parser = argparse.ArgumentParser(description="the cost of many cores, connections, identities and keys")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"one of {', '.join(PARTS)}; without it: all")
    parser.add_argument("--first", action="store_true", help="run before all else on a busy machine; needs root")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"'{', '.join(sorted(unknown))}' is not a part; choose from {', '.join(PARTS)}")
    if options.first:
        processes.before_all_else += processes.FIRST
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    compile_programs()
    with Scale(options) as scale:
        for name in options.parts or PARTS:
            print(f"{name}: {PARTS[name].__doc__}", flush=True)
            before, scale.found = machine.load(), {}
            PARTS[name](scale)
            store.write("scale", name, scale.found, before, scale.syncgate)
    missed = [aim for aim in scale.aims if aim[2] > aim[1]]
    for text, at_most, measured, digits in missed:
        print(f"bench-scale: {text}: {measured:.{digits}f} is more than {at_most:.{digits}f}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
