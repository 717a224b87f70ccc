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
    """Measures for how long one request of the largest size holds its event loop in one go."""
    with ExitStack() as stack:
        counts = Path(bench.folder) / "busy"
        server = started(stack, lambda: servers.Server("syncgate", bench, lambda it: [
            *preloaded(bench, counts), bench.syncgate, "serve", "--config", it.file], "syncgate.yaml"))
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        rows = [{"workload": name, **longest(server, connection, counts, name, times)} for name in LARGEST]
    for row, counted in zip(rows, most_instructions(bench)):
        row["instructions"] = counted
        progress("  {workload}: {median:.3f} ms at the median, {most:.3f} at most, {instructions} instructions".format(**row))
    return rows


# Copies are made by words: callgrind would count each byte of `rep movsb`.
COPIES = "GLIBC_TUNABLES=glibc.cpu.x86_rep_movsb_threshold=1073741824:glibc.cpu.x86_rep_stosb_threshold=1073741824"


def preloaded(bench, counts):
    return ["env", f"LD_PRELOAD={bench.programs / 'busy.so'}", f"BUSY={counts}"]


def largest(name, number):
    """Returns the target and the body of a request; `number` makes it one that was not sent before."""
    if name.startswith("body"):
        target, body = update(1024)
        return target, body.replace("v" * 64, "v" * 900)
    target = f"{page(MEBIBYTE)}?{TOKEN}" if name.startswith("forward") else page(MEBIBYTE)
    return (target.replace(IDENTITY, f"{IDENTITY[:-12]}{number:012x}") if name.startswith("miss") else target), ""


def longest(server, connection, counts, name, times):
    """Returns the median and the most of several requests, in milliseconds."""
    from request import send_requests

    took = []
    for number in range(times + 1):
        target, body = largest(name, number)
        read(server, counts)
        send_requests(connection, target, 1, body=body)
        # The response comes before the loop waits again.
        time.sleep(0.05)
        took.append(read(server, counts))
    # The first one fills the cache for the hits, and opens the connection to upstream.
    return {"median": statistics.median(took[1:]), "most": max(took[1:])}


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


def most_instructions(bench):
    """Returns for each of the requests the most instructions between two waits of the loop."""
    import request

    class Marked(request.CountedInstructions):
        """A gateway under callgrind, which dumps the instructions of a loop before each of its waits."""

        def counter(self):
            own = super().counter()
            return ["env", COPIES, *preloaded(bench, Path(self.folder) / "busy"), *own, "--separate-threads=yes",
                    "--dump-before=loop_waits"]

        def files(self):
            return set(self.out.parent.glob(f"{self.out.name}.*-*"))

    found = []
    with Marked(bench.programs, bench.syncgate) as counted:
        for name in LARGEST:
            with socket.create_connection(("127.0.0.1", counted.server.port)) as connection:
                target, body = largest(name, 0)
                request.send_requests(connection, target, 1, body=body)
                os.kill(counted.pid, signal.SIGRTMIN)
                # What came before ends with this one, and what is measured with the same again.
                request.send_requests(connection, page(2048), 2)
                before = counted.files()
                target, body = largest(name, 1)
                request.send_requests(connection, target, 1, body=body)
                request.send_requests(connection, page(2048), 2)
                found.append(max(map(total, counted.files() - before)))
    return found


def total(dump):
    """Returns the instructions of a dump; 0 for one that is being written: that of a later wait."""
    return int(machine.found(r"(?m)^totals: (\d+)", dump.read_text() + "\ntotals: 0\n"))
