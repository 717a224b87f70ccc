"""The five parts of the benchmark. Each returns its figures, medians over the rounds; `report.py` makes tables of them."""

import statistics
import sys
import time
from contextlib import ExitStack

import servers
from load import TOKEN, ask, calls, generator, page, wrk

SIZES = (205, 2048, 20480, 204800)
CROWD = 4000


def median(figures):
    """The median of each figure of several runs."""
    return {key: statistics.median(figure[key] for figure in figures) for key in figures[0]}


def note(text):
    print(text, file=sys.stderr, flush=True)


def started(stack, make, *arguments):
    server = make(*arguments)
    stack.callback(server.end)
    return server.wait_for_port()


def expect_page(port, target, bytes, server):
    """A page of so many bytes, or a few more: syncgate renders it anew, with a token of its own."""
    status, body = ask(port, target)
    if status != 200 or not bytes <= len(body) <= bytes + 64:
        raise RuntimeError(f"{server}: {status} and {len(body)} bytes instead of a page of {bytes}: {body[:300]}")


def steady(bench, server, port, target):
    """One run of wrk, and what it cost the server."""
    before, began = server.process.cpu(), time.monotonic()
    figures = wrk(bench, port, target, bench.seconds)
    took = time.monotonic() - began
    user, system = (b - a for a, b in zip(before, server.process.cpu()))
    requests = figures["requests"]
    return {"rate": requests / figures["seconds"], "p50": figures["p50"], "p99": figures["p99"],
            "user": user / requests * 1e6, "system": system / requests * 1e6, "cpu": (user + system) / requests * 1e6,
            "core": (user + system) / took, "memory": server.process.memory()}


def summary(figures):
    """Medians; CPU time and its two parts are of one run, so that they add up: the one with the median CPU time."""
    middle = sorted(figures, key=lambda figure: figure["cpu"])[len(figures) // 2]
    spread = {"least": min(figure["cpu"] for figure in figures), "most": max(figure["cpu"] for figure in figures)}
    return median(figures) | {key: middle[key] for key in ("user", "system", "cpu")} | spread


def in_turn(bench, plan):
    """Runs `plan`, a list of (work, server's name, a function for one run), round by round."""
    runs = {}
    for round in range(bench.rounds):
        for work, name, run in plan:
            figures = run()
            runs.setdefault((work, name), []).append(figures)
            note(f"  {round + 1}/{bench.rounds}  {work:16} {name:12} {figures['rate']:9.0f}/s {figures['cpu']:7.2f} us")
    return [{"work": work, "server": name, **summary(figures)} for (work, name), figures in runs.items()]


def hits(bench):
    """Pages from the caches, in four sizes, beside a server that answers without looking."""
    with ExitStack() as stack:
        peers = [started(stack, make, bench) for make in servers.CACHES.values()]
        plan = []
        for bytes in SIZES:
            work, target = f"hit {bytes / 1024:.1f} KiB".replace(".0", ""), page(bytes)
            floor = started(stack, servers.floor, bench, bytes)
            for server in (floor, *peers):
                expect_page(server.port, target, bytes, server.name)
                plan.append((work, server.name, lambda server=server, target=target: hit(bench, server, target)))
        return in_turn(bench, plan)


def hit(bench, server, target):
    """A run that fails when the origin hears of it."""
    ask(server.port, target)
    before = calls(bench)
    figures = steady(bench, server, server.port, target)
    if calls(bench) != before:
        raise RuntimeError(f"{server.name}: {calls(bench) - before} of its hits were none")
    return figures


def forwards(bench):
    """Pages of 2 KiB that must come from the origin each time; syncgate and aws-sigv4-proxy sign for it."""
    makers = list(servers.CACHES.values()) + ([servers.sigv4_proxy] if bench.sigv4_proxy else [])
    target = f"{page(2048)}?{TOKEN}"
    with ExitStack() as stack:
        plan = []
        for server in [started(stack, make, bench) for make in makers]:
            expect_page(server.forward_port, target, 2048, server.name)
            plan.append(("forward 2 KiB", server.name, lambda server=server: forward(bench, server, target)))
        return in_turn(bench, plan)


def forward(bench, server, target):
    """A run that fails when the origin did not hear of each request."""
    before = calls(bench)
    figures = steady(bench, server, server.forward_port, target)
    if calls(bench) - before < figures["rate"] * (bench.seconds - 1):
        raise RuntimeError(f"{server.name}: the origin saw only {calls(bench) - before} requests")
    return figures


def herd(bench, size=1000):
    """All at once ask for the same page that nobody has, of an origin that takes 30 ms."""
    with ExitStack() as stack:
        peers = [started(stack, make, bench) for make in servers.CACHES.values()]
        runs = {}
        for round in range(bench.rounds):
            for server in peers:
                before = calls(bench)
                figures = generator(bench, server.port, page(2048, 30, f"herd{round}-{server.name}"), count=size, rate=0,
                                    connections=size)
                answered = figures["accepted_sent"]
                runs.setdefault(server.name, []).append({
                    "calls": calls(bench) - before, "answered": answered["count"], "last": figures["answered"] * 1e6,
                    **{key: answered.get(key, float("nan")) for key in ("p50", "p99", "most")},
                })
                note(f"  {round + 1}/{bench.rounds}  herd             {server.name:12} {runs[server.name][-1]}")
        return [{"server": name, **median(figures)} for name, figures in runs.items()]


# What is short; the page; the share of its core that the server has; the connections of the open loop. A hit costs
# the load as much as the server, so there the server is slowed down until one core of load is three times too much.
OVERLOADS = (
    ("core: hits of 2 KiB, on a quarter of it", page(2048), 0.25, 512),
    ("core: forwards of 2 KiB", f"{page(2048)}?{TOKEN}", None, CROWD),
    ("origin: 10 ms, 64 connections", f"{page(2048, 10)}?{TOKEN}", None, CROWD),
)


def overload(bench):
    """Three times what syncgate can do, by an open loop: hits, then forwards, then an origin that is short."""
    rows = []
    for work, target, share, connections in OVERLOADS:
        with ExitStack() as stack:
            server = started(stack, servers.syncgate, bench, share)
            expect_page(server.port, target, 2048, server.name)
            figures = []
            for round in range(bench.rounds):
                figures.append(overloaded(bench, server, target, connections))
                told = " ".join(f"{key} {value:.4g}" for key, value in figures[-1].items() if value == value)
                note(f"  {round + 1}/{bench.rounds}  {work}: {told}")
            rows.append({"work": work, **median(figures)})
    return rows


def overloaded(bench, server, target, connections):
    """Peak by a closed loop, a calm quarter of it, and three times of it; what happened to each request then."""
    # The limits that the last round tightened come back in less than a second.
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
    """From starting the program to the last byte of the first page that came through it."""
    rows = []
    for name, make in servers.CACHES.items():
        took = []
        for _ in range(times):
            server = make(bench)
            try:
                took.append(first_answer(server))
            finally:
                server.end()
        note(f"  {name:12} {' '.join(f'{milliseconds:.1f}' for milliseconds in took)} ms")
        rows.append({"server": name, "median": statistics.median(took), "most": max(took)})
    return rows


def first_answer(server, deadline=20):
    """Milliseconds; asked again every millisecond until it answers."""
    while time.monotonic() < server.started + deadline:
        try:
            if ask(server.port, page(2048))[0] == 200:
                return (time.monotonic() - server.started) * 1e3
        except OSError:
            pass
        time.sleep(0.001)
    raise RuntimeError(f"{server.name} never answered:\n{server.process.said()}")


PARTS = {"hits": hits, "forwards": forwards, "herd": herd, "overload": overload, "start": start}
