#!/usr/bin/env python3
"""The benchmark of syncgate beside nginx, HAProxy, Varnish and Envoy, in one run.

    run.py [--rounds 3] [--seconds 3] [--write] [--first] [part…]

Without a part it runs all, and writes the result to `results/`, named by the date. SYNCGATE names the binary.
AWS_SIGV4_PROXY names that of aws-sigv4-proxy, which is then measured too. README.md describes the method.
"""

import argparse
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import certificate
import machine
import processes
import store
from crowds import herd, overload, start
from instructions import instructions, loop
from latency import latency
from plot import drawing
from processes import Process
from report import plot_name, report
from servers import free_ports
from workloads import STEADY, progress

HERE = Path(__file__).resolve().parent
PARTS = {**STEADY, "latency": latency, "herd": herd, "overload": overload, "start": start,
         "instructions": instructions, "loop": loop}
LIMIT = 1500
LIBRARIES = {"upstream": ["-lssl", "-lcrypto"]}


class Bench:
    """The context of all parts, with the upstream that they share."""

    # Longer than a run, so that each hit stays a hit.
    fresh = "10m"

    def __init__(self, options):
        self.seconds, self.rounds = options.seconds, options.rounds
        self.syncgate = os.environ.get("SYNCGATE") or str(machine.PROJECT / ".build/release/syncgate")
        self.sigv4_proxy = os.environ.get("AWS_SIGV4_PROXY")
        for binary in filter(None, (self.syncgate, self.sigv4_proxy)):
            if not os.access(binary, os.X_OK):
                raise SystemExit(f"bench: '{binary}' is not a program; run `make build`, or set SYNCGATE or AWS_SIGV4_PROXY")
        self.server_cores, self.load_cores = machine.cores()
        self.programs = machine.PROJECT / ".build/bench"

    def __enter__(self):
        shared = "/dev/shm"
        self.folder = tempfile.mkdtemp(prefix="syncgate-bench-", dir=shared if os.access(shared, os.W_OK) else None)
        os.chmod(self.folder, 0o755)
        self.upstream_port, self.secure_port = free_ports(2)
        self.certificate, key = certificate.make(Path(self.folder))
        command = [self.programs / "upstream", self.upstream_port, self.secure_port, self.certificate, key]
        self.upstream = Process(command, self.load_cores, self.folder, "upstream")
        return self

    def __exit__(self, *_):
        self.upstream.end()
        shutil.rmtree(self.folder, ignore_errors=True)


def compile_programs():
    """Compiles the floor, the upstream, the generator, the throttle, and the libraries that are loaded before."""
    folder = machine.PROJECT / ".build/bench"
    folder.mkdir(parents=True, exist_ok=True)
    compiler = ["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"]
    for name in ("floor", "upstream", "load", "throttle"):
        subprocess.run([*compiler, "-o", folder / name, HERE / f"c/{name}.c", "-lm", *LIBRARIES.get(name, [])], check=True, stdin=subprocess.DEVNULL)
    for name in ("allocations", "busy"):
        library = ["-shared", "-fPIC", "-o", folder / f"{name}.so", HERE / f"c/{name}.c"]
        subprocess.run([*compiler, *library], check=True, stdin=subprocess.DEVNULL)


class OutOfTime(Exception):
    """An error: the time limit is reached. The figures until then are still reported."""


def out_of_time(*_):
    raise OutOfTime


def stop(*_):
    raise SystemExit("bench: ended by SIGTERM")


def main():
    parser = argparse.ArgumentParser(description="syncgate beside nginx, HAProxy, Varnish and Envoy")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"one of {', '.join(PARTS)}; without it: all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="duration of each run of wrk")
    parser.add_argument("--write", action="store_true", help="write the result of single parts too")
    parser.add_argument("--first", action="store_true", help="run before all else on a busy machine; needs root")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"'{', '.join(sorted(unknown))}' is not a part; choose from {', '.join(PARTS)}")

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGALRM, out_of_time)
    signal.alarm(LIMIT)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    if options.first:
        processes.before_all_else += processes.FIRST
    compile_programs()
    bench = Bench(options)
    facts = {"date": machine.now(), "load before": machine.load(), "stolen": machine.stolen()}
    began, results = time.monotonic(), {}
    with bench:
        try:
            for name in options.parts or PARTS:
                progress(f"{name}: {PARTS[name].__doc__}")
                before, part_began = machine.load(), time.monotonic()
                results[name] = PARTS[name](bench)
                store.write("run", name, results[name], before, bench.syncgate)
                progress(f"{name}: {time.monotonic() - part_began:.0f} s")
        except OutOfTime:
            progress(f"bench: stopped after {LIMIT} s; the result lacks '{name}' and the parts after it")
        signal.alarm(0)
    facts |= {"load after": machine.load(), "stolen": machine.stolen() - facts["stolen"], "took": time.monotonic() - began}
    text = report(bench, facts, results)
    print(text)
    if options.write or len(results) == len(PARTS):
        file = HERE / "results" / f"{facts['date']:%Y-%m-%d}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        if "latency" in results:
            (HERE / "results" / plot_name(facts)).write_text(drawing(results["latency"]))
        progress(f"written to {file.relative_to(machine.PROJECT)}")


if __name__ == "__main__":
    main()
