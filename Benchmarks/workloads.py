"""The parts of the benchmark under a steady load: each returns the medians over its rounds, for `report.py`."""

import itertools
import statistics
import sys
import time
from contextlib import ExitStack

import servers
from load import TOKEN, Plan, changing, get, page, update, upstream_requests, wrk

SIZES = (205, 2048, 20480, 204800)
SECURE = {False: {}, True: {"secure": True}}


def median(figures):
    """Returns the median of each figure of several runs."""
    return {key: statistics.median(figure[key] for figure in figures) for key in figures[0]}


def progress(text):
    print(text, file=sys.stderr, flush=True)


def started(stack, make, *arguments, **options):
    server = make(*arguments, **options)
    stack.callback(server.end)
    return server.wait_for_port()


def expect_page(port, target, bytes, server):
    """Checks that the page has so many bytes, or a few more: syncgate renders it with its own session token."""
    status, body = get(port, target)
    if status != 200 or not bytes <= len(body) <= bytes + 64:
        raise RuntimeError(f"'{server}': status {status} and {len(body)} bytes, not a page of {bytes}: {body[:300]}")


def steady(bench, server, port, target, plan=None):
    """Runs wrk once and returns its figures and the cost for the server."""
    reached, threads = upstream_requests(bench), server.process.threads()
    before, began = server.process.cpu(), time.monotonic()
    figures = wrk(bench, port, target, bench.seconds, plan=plan)
    took = time.monotonic() - began
    user, system = (b - a for a, b in zip(before, server.process.cpu()))
    requests = figures["requests"]
    spent = sorted((after - threads.get(id, 0) for id, after in server.process.threads().items()), reverse=True)
    return {"rate": requests / figures["seconds"], "p50": figures["p50"], "p99": figures["p99"],
            "user": user / requests * 1e6, "system": system / requests * 1e6, "cpu": (user + system) / requests * 1e6,
            "core": (user + system) / took, "memory": server.process.memory(),
            "upstream": (upstream_requests(bench) - reached) / requests, "others": sum(spent[2:]) / max(sum(spent), 1e-9)}


def summary(figures):
    """Returns the medians.

    CPU time and its two parts are from the run with the median CPU time, so that they add up.
    """
    middle = sorted(figures, key=lambda figure: figure["cpu"])[len(figures) // 2]
    spread = {"least": min(figure["cpu"] for figure in figures), "most": max(figure["cpu"] for figure in figures)}
    return median(figures) | {key: middle[key] for key in ("user", "system", "cpu")} | spread


def in_turn(bench, plan):
    """Runs `plan`, a list of (workload, name of the server, function for one run), round by round."""
    runs = {}
    for round in range(bench.rounds):
        for workload, name, run in plan:
            figures = run()
            runs.setdefault((workload, name), []).append(figures)
            progress(f"  {round + 1}/{bench.rounds}  {workload:16} {name:12} {figures['rate']:9.0f}/s {figures['cpu']:7.2f} us")
    return [{"workload": workload, "server": name, **summary(figures)} for (workload, name), figures in runs.items()]


def hits(bench):
    """Measures pages from the caches, in four sizes, beside a server with a fixed response."""
    with ExitStack() as stack:
        caches = [started(stack, make, bench) for make in servers.CACHES.values()]
        plan = []
        for bytes in SIZES:
            workload, target = f"hit {bytes / 1024:.1f} KiB".replace(".0", ""), page(bytes)
            floor = started(stack, servers.floor, bench, bytes)
            for server in (floor, *caches):
                expect_page(server.port, target, bytes, server.name)
                plan.append((workload, server.name, lambda server=server, target=target: hit(bench, server, target)))
        return in_turn(bench, plan)


def hit(bench, server, target):
    """Measures hits; fails if a request reaches upstream."""
    get(server.port, target)
    figures = steady(bench, server, server.port, target)
    if figures["upstream"]:
        raise RuntimeError(f"{server.name}: {figures['upstream']:.2%} of the hits reached upstream")
    return figures


def forwards(bench, secure=False, workload="forward 2 KiB"):
    """Measures pages of 2 KiB that come from upstream each time; syncgate, Envoy and aws-sigv4-proxy sign."""
    target = f"{page(2048)}?{TOKEN}"
    makers = [make for make in forwarders(bench) if not secure or make is not servers.varnish]
    with ExitStack() as stack:
        plan = []
        for server in [started(stack, make, bench, **SECURE[secure]) for make in makers]:
            expect_page(server.forward_port, target, 2048, server.name)
            if secure:
                # The handshakes; the connections stay open.
                wrk(bench, server.forward_port, target, 1)
            plan.append((workload, server.name, lambda server=server: forward(bench, server, target)))
        return in_turn(bench, plan)


def forwarders(bench):
    if not bench.sigv4_proxy:
        progress("  aws-sigv4-proxy is missing; AWS_SIGV4_PROXY can name its binary")
    return list(servers.CACHES.values()) + [servers.sigv4_proxy] * bool(bench.sigv4_proxy)


def forward(bench, server, target, plan=None):
    """Measures forwards; fails if requests do not reach upstream."""
    figures = steady(bench, server, server.forward_port, target, plan)
    if figures["upstream"] < 0.9:
        raise RuntimeError(f"{server.name}: only {figures['upstream']:.0%} of the requests reached upstream")
    return figures


def tls(bench):
    """Measures the same over TLS to upstream, whose certificate is checked; Varnish cannot do it."""
    return forwards(bench, True, "forward 2 KiB, TLS")


def writes(bench):
    """Measures UpdateRecords of 1 and of 20 patches to 1000 identities in turn, which are not cached."""
    with ExitStack() as stack:
        plan, running = [], [started(stack, make, bench) for make in forwarders(bench)]
        for records in (1, 20):
            target, body = update(records)
            for server in running:
                plan.append((f"update of {records}", server.name, lambda server=server, target=target, body=body: forward(
                    bench, server, target, Plan("spread", body=body))))
        return in_turn(bench, plan)


def misses(bench):
    """Measures pages of 2 KiB of identities that were not seen before: from upstream, into the cache, to the caller."""
    numbers = itertools.count(1)
    with ExitStack() as stack:
        plan = []
        for server in [started(stack, make, bench) for make in servers.CACHES.values()]:
            expect_page(server.port, page(2048), 2048, server.name)
            plan.append(("miss 2 KiB", server.name, lambda server=server: miss(bench, server, next(numbers))))
        return in_turn(bench, plan)


def miss(bench, server, number):
    figures = steady(bench, server, server.port, page(2048), Plan("misses", number * 10_000_000))
    if figures["upstream"] < 0.9:
        raise RuntimeError(f"{server.name}: only {figures['upstream']:.0%} of the misses reached upstream")
    return figures


def derived(bench):
    """Measures pages that syncgate renders from cached records, of 4 and of 400; for other caches these are misses."""
    with ExitStack() as stack:
        plan, server = [], started(stack, servers.syncgate, bench)
        for records in (4, 400):
            target = page(512 * records)
            get(server.port, target)
            plan.append((f"derived, {records} records", server.name, lambda target=target, records=records: derive(
                bench, server, target, records)))
        return in_turn(bench, plan)


def derive(bench, server, target, records):
    """Measures derived pages, each with another page size; fails if more than a few requests reach upstream."""
    figures = steady(bench, server, server.port, target, Plan("derived", records))
    if figures["upstream"] > 0.01:
        raise RuntimeError(f"{figures['upstream']:.0%} of the derived pages reached upstream")
    return figures


def mixed(bench):
    """Measures 80 % hits, 15 % deltas and 5 % writes of 1000 identities; other caches then serve stale pages."""
    body = update(1)[1]
    with ExitStack() as stack:
        plan = []
        for server in [started(stack, make, bench) for make in servers.CACHES.values()]:
            target = changing(4, server.name)
            # All pages once, so that each is a hit when its turn comes.
            wrk(bench, server.port, target, 1, plan=Plan("spread"))
            plan.append(("mixed", server.name, lambda server=server, target=target: steady(
                bench, server, server.port, target, Plan("mixed", body=body))))
        return in_turn(bench, plan)


STEADY = {"hits": hits, "forwards": forwards, "tls": tls, "writes": writes, "misses": misses, "derived": derived,
          "mixed": mixed}
