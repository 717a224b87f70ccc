"""The instructions of each kind of request by callgrind, and the longest time that one request holds an event loop."""

import os
import signal
import socket
import statistics
import time
from contextlib import ExitStack
from pathlib import Path

import machine
import servers
from load import IDENTITY, TOKEN, page, update
from workloads import progress, started

MEBIBYTE = 1 << 20
# Each request of these is the largest of its kind; a body of more than 4 MiB is refused.
LARGEST = ("forward of 1 MiB", "miss of 1 MiB", "hit of 1 MiB", "body of 1 MiB")


def instructions(bench):
    """Counts the instructions of each request outside the kernel, as `make bench-request` does."""
    # Here, since it imports `run.py`, which imports this file.
    import request

    rows = []
    with request.CountedInstructions(bench.programs, bench.syncgate) as counted:
        for name, workload in request.WORKLOADS.items():
            (cost,) = request.cost_of_request(counted, workload, 300)
            progress(f"  {name}: {cost:.0f} instructions")
            rows.append({"workload": name, "instructions": cost})
    return rows


def loop(bench, times=20):
    """Measures the processor time for which one request of the largest size holds its event loop in one go."""
    with ExitStack() as stack:
        counts = Path(bench.folder) / "busy"
        preload = ["env", f"LD_PRELOAD={bench.programs / 'busy.so'}", f"BUSY={counts}"]
        server = started(stack, lambda: servers.Server("syncgate", bench, lambda it: [
            *preload, bench.syncgate, "serve", "--config", it.file], "syncgate.yaml"))
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        return [{"workload": name, **longest(server, connection, counts, name, times)} for name in LARGEST]


def longest(server, connection, counts, name, times):
    """Returns the median and the most of several requests, in milliseconds."""
    from request import send_requests

    took = []
    for number in range(times):
        target, body = page(MEBIBYTE), ""
        if name.startswith("forward"):
            target += f"?{TOKEN}"
        elif name.startswith("miss"):
            target = target.replace(IDENTITY, f"{IDENTITY[:-12]}{number:012x}")
        elif name.startswith("body"):
            target, body = update(1024)
            body = body.replace("v" * 64, "v" * 900)
        send_requests(connection, target, 1, body=body)
        read(server, counts)
        if name.startswith("miss"):
            target = target.replace("page/", "page2/")
        send_requests(connection, target, 1, body=body)
        took.append(read(server, counts))
    progress(f"  {name}: {statistics.median(took):.3f} ms at the median, {max(took):.3f} at most")
    return {"median": statistics.median(took), "most": max(took)}


def read(server, counts, deadline=5):
    """Returns the longest time since the last call, in milliseconds."""
    before = counts.stat().st_size if counts.exists() else 0
    os.kill(server.process.popen.pid, signal.SIGRTMIN)
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        text = counts.read_text() if counts.exists() else ""
        if len(text) > before and text.endswith("\n"):
            return int(text.split()[-1]) / 1e6
        time.sleep(0.002)
    raise RuntimeError(f"no figure in '{counts}' within {deadline} s of SIGRTMIN")
