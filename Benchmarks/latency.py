"""Latency by load: rising rates in an open loop, for each server until it or the generator is at its limit."""

from contextlib import ExitStack

import servers
from load import TOKEN, generator, page
from workloads import expect_page, forwarders, progress, started

STEP, CONNECTIONS, SECONDS = 1.5, 64, 2
# Workload -> (target, the lowest rate a second, the rates at most).
LADDERS = {"hit 2 KiB": (page(2048), 4000, 10), "forward 2 KiB": (f"{page(2048)}?{TOKEN}", 1000, 10)}
# Above this share of its core, the latencies are those of the generator.
BUSY = 0.9
# A server that completes less than this share of what is offered is at its limit, if it uses so much of its core.
LEAST, FULL = 0.97, 0.85


def latency(bench):
    """Measures the latencies of hits and of forwards by the offered rate, from the moment when a request was due."""
    rows = []
    for workload, (target, lowest, count) in LADDERS.items():
        with ExitStack() as stack:
            is_hit = workload.startswith("hit")
            running = [started(stack, make, bench) for make in (servers.CACHES.values() if is_hit else forwarders(bench))]
            places = [(server.name, server.process, server.port if is_hit else server.forward_port) for server in running]
            for name, _, port in places:
                expect_page(port, target, 2048, name)
            if is_hit:
                floor = started(stack, servers.floor, bench, 2048)
                places.insert(0, ("floor", floor.process, floor.port))
            else:
                places.insert(0, ("floor", bench.upstream, bench.upstream_port))
            for place in places:
                rows += [{"workload": workload, "server": place[0], **row} for row in climb(bench, place, target, lowest, count)]
    return rows


def climb(bench, place, target, lowest, count):
    """Returns the figures of one server at rising rates."""
    rows = []
    for step in range(count):
        rows.append(point(bench, place, target, lowest * STEP**step))
        if rows[-1]["limit"]:
            break
    return rows[:-1] if rows[-1]["limit"] == "load" else rows


def point(bench, place, target, rate):
    """Measures one rate; `limit` is the server or the load if one cannot do more, and empty below."""
    name, process, port = place
    before = sum(process.cpu())
    run = generator(bench, port, target, count=int(rate * SECONDS), rate=rate, connections=CONNECTIONS)
    core = (sum(process.cpu()) - before) / max(run["last_response"], 1e-9)
    good, limit = run["good"] / run["seconds"], ""
    if good < LEAST * rate:
        limit = "server" if core > FULL else "load"
    elif run["busy"] > BUSY:
        limit = "load"
    progress(f"  {name:12} {rate:8.0f}/s, {good:8.0f}/s good, p50 {run['accepted'].get('p50')} us, p99 {run['accepted'].get('p99')} us, "
             f"core {core:.0%}, generator {run['busy']:.0%} {limit}")
    return {"offered": rate, "good": good, "core": core, "busy": run["busy"], "limit": limit,
            **{key: run["accepted"].get(key, float("nan")) for key in ("p50", "p99")}}
