"""Latency by load: rising rates in an open loop, for each server until it or the generator is at its limit."""

from contextlib import ExitStack

import servers
from load import TOKEN, generator, page, upstream_requests
from workloads import expect_page, forwarders, progress, started

STEP, CONNECTIONS, SECONDS = 1.5, 64, 2
# Workload -> (target, the lowest rate a second, the rates at most).
LADDERS = {"hit 2 KiB": (page(2048), 4000, 10), "forward 2 KiB": (f"{page(2048)}?{TOKEN}", 1000, 10)}
# Above this share of its core, the latencies are those of the generator.
BUSY = 0.9
# A server that completes less than this share of what is offered is at its limit.
LEAST = 0.97


def latency(bench):
    """Measures the latencies of hits and of forwards by the offered rate, from the moment when a request was due."""
    rows = []
    for workload, (target, lowest, count) in LADDERS.items():
        with ExitStack() as stack:
            is_hit = workload.startswith("hit")
            running = [started(stack, make, bench) for make in (servers.CACHES.values() if is_hit else forwarders(bench))]
            ports = {server.name: server.port if is_hit else server.forward_port for server in running}
            for name, port in ports.items():
                expect_page(port, target, 2048, name)
            if is_hit:
                floor = started(stack, servers.floor, bench, 2048)
            for name, port in {"floor": floor.port if is_hit else bench.upstream_port, **ports}.items():
                for step in range(count):
                    rows.append({"workload": workload, "server": name, **point(bench, name, port, target, lowest * STEP**step)})
                    if rows[-1]["limit"]:
                        break
                if rows[-1]["limit"] == "generator":
                    rows.pop()
    return rows


def point(bench, name, port, target, rate):
    """Measures one rate; `limit` names what cannot do more, and is empty below."""
    before = upstream_requests(bench)
    run = generator(bench, port, target, count=int(rate * SECONDS), rate=rate, connections=CONNECTIONS)
    good = run["good"] / run["seconds"]
    limit = "server" if good < LEAST * rate else "generator" if run["busy"] > BUSY else ""
    progress(f"  {name:12} {rate:8.0f}/s, {good:8.0f}/s good, p50 {run['accepted'].get('p50')} us, p99 {run['accepted'].get('p99')} us, "
             f"generator {run['busy']:.0%}, {upstream_requests(bench) - before} upstream {limit}")
    return {"offered": rate, "good": good, "busy": run["busy"], "limit": limit,
            **{key: run["accepted"].get(key, float("nan")) for key in ("p50", "p99")}}
