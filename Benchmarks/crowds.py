"""The herd, the overload and the start: each returns the medians over its rounds, for `report.py`."""

import statistics
import time
from contextlib import ExitStack

import servers
from load import TOKEN, generator, get, page, upstream_requests, wrk
from workloads import expect_page, median, progress, started

CROWD = 4000


def herd(bench, size=1000):
    """Measures simultaneous requests for one page that no cache has, from an upstream that takes 30 ms."""
    with ExitStack() as stack:
        caches = [started(stack, make, bench) for make in servers.CACHES.values()]
        ports = {"upstream itself": bench.upstream_port, **{server.name: server.port for server in caches}}
        runs = {}
        for round in range(bench.rounds):
            for name, port in ports.items():
                before = upstream_requests(bench)
                figures = generator(bench, port, page(2048, 30, f"herd{round}-{name[:8]}"), count=size, rate=0,
                                    connections=size)
                responded = figures["accepted_sent"]
                runs.setdefault(name, []).append({
                    "requests": upstream_requests(bench) - before, "responses": responded["count"], "last": figures["last_response"] * 1e6,
                    **{key: responded.get(key, float("nan")) for key in ("p50", "p99", "most")},
                })
                progress(f"  {round + 1}/{bench.rounds}  herd             {name:16} {runs[name][-1]}")
        return [{"server": name, **median(figures)} for name, figures in runs.items()]


# (bottleneck, page, share of its core that the server has, connections of the open loop). A hit costs the load as much
# as the server. There the server is slowed down, so that one core of load can be three times its peak.
OVERLOADS = (
    ("core: hits of 2 KiB, on a quarter of it", page(2048), 0.25, 512),
    ("core: forwards of 2 KiB", f"{page(2048)}?{TOKEN}", None, CROWD),
    ("upstream: 10 ms, 64 connections", f"{page(2048, 10)}?{TOKEN}", None, CROWD),
)


def overload(bench):
    """Measures three times the peak of syncgate in an open loop: hits, then forwards, then a slow upstream."""
    rows = []
    for workload, target, share, connections in OVERLOADS:
        with ExitStack() as stack:
            server = started(stack, servers.syncgate, bench, share)
            expect_page(server.port, target, 2048, server.name)
            figures = []
            for round in range(bench.rounds):
                figures.append(overloaded(bench, server, target, connections))
                figures_text = " ".join(f"{key} {value:.4g}" for key, value in figures[-1].items() if value == value)
                progress(f"  {round + 1}/{bench.rounds}  {workload}: {figures_text}")
            rows.append({"workload": workload, **median(figures)})
    return rows


def overloaded(bench, server, target, connections):
    """Measures the peak in a closed loop, then a quarter of it and three times of it in an open loop."""
    # The limits that the last round tightened recover within a second.
    time.sleep(1)
    peak = wrk(bench, server.port, target, bench.seconds, refusals=True)
    peak = peak["requests"] / peak["seconds"]
    calm = generator(bench, server.port, target, count=int(peak / 4 * 2), rate=peak / 4, connections=connections)
    before, began = sum(server.process.cpu(alone=True)), time.monotonic()
    run = generator(bench, server.port, target, count=int(peak * 3 * bench.seconds), rate=peak * 3,
                    connections=connections, admin=server.admin_port)
    core = (sum(server.process.cpu(alone=True)) - before) / (time.monotonic() - began)
    times = {f"{key} {part}": run[key].get(part, float("nan"))
             for key in ("accepted", "accepted_sent", "rejected", "rejected_sent", "livez", "late")
             for part in ("p50", "p99", "most")}
    return {
        "peak": peak, "offered": peak * 3, "goodput": run["good"] / run["seconds"],
        "rejected": run["rejected"]["count"] / run["seconds"], "abandoned": run["abandoned"] / run["seconds"],
        "queued": run["queued"] / run["seconds"], "bare": run["bare"], "failed": run["failed"] + run["livez_failed"],
        "calm p99": calm["accepted"].get("p99", float("nan")), "core": core, "busy": run["busy"], **times,
    }


def start(bench, times=5):
    """Measures the time from the start of the program to the last byte of the first page through it."""
    rows = []
    for name, make in servers.CACHES.items():
        took = []
        for _ in range(times):
            server = make(bench)
            try:
                took.append(time_to_first_response(server))
            finally:
                server.end()
        progress(f"  {name:12} {' '.join(f'{milliseconds:.1f}' for milliseconds in took)} ms")
        rows.append({"server": name, "median": statistics.median(took), "most": max(took)})
    return rows


def time_to_first_response(server, deadline=20):
    """Sends a request every millisecond until one succeeds, and returns the milliseconds since the start."""
    while time.monotonic() < server.started + deadline:
        try:
            if get(server.port, page(2048))[0] == 200:
                return (time.monotonic() - server.started) * 1e3
        except OSError:
            pass
        time.sleep(0.001)
    raise RuntimeError(f"'{server.name}': no page within {deadline} s; its output:\n{server.process.output_tail()}")
