"""The report in Markdown: the machine, the tables, and each aim beside its measured figure."""

import aims
import machine

# The parts under a steady load, which share a table.
STEADY = ("hits", "forwards", "tls", "writes", "misses", "derived", "mixed")
BUSY = ("- **the machine was busy with other work**: rates and latencies, and the aims for them, mean little; CPU time "
        "per request is somewhat too high for all")


def table(columns, rows):
    """Returns a Markdown table. `columns`: (heading, a function of the row)."""
    lines = [[heading for heading, _ in columns], ["---"] + ["---:"] * (len(columns) - 1)]
    lines += [[cell(row) for _, cell in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def figure(key, digits=1, scale=1):
    return lambda row: "–" if row[key] != row[key] else f"{row[key] / scale:.{digits}f}"


def head(bench, facts):
    versions = machine.versions(bench.syncgate)
    cores = len(bench.server_cores) + len(bench.load_cores)
    return "\n".join([
        f"# Benchmark of {facts['date']:%Y-%m-%d}", "",
        f"- machine: {machine.processor()}, {cores} cores, {machine.kernel()}",
        f"- date: {facts['date']:%Y-%m-%d %H:%M} UTC, {facts['took']:.0f} s in all",
        f"- load average before: {facts['load before']}; after: {facts['load after']}; "
        f"taken by the hypervisor: {facts['stolen']:.1f} s of core time",
        *(f"- {name}: {version}" for name, version in versions.items()),
        *(["- sigv4-proxy: the binary in AWS_SIGV4_PROXY"] if bench.sigv4_proxy else []),
        f"- {bench.rounds} rounds, servers in turn, {bench.seconds} s a run, medians; server on core "
        f"{bench.server_cores[0]}, load and upstream on the rest; README.md has the method",
        *([BUSY] if float(facts["load before"].split()[0]) > cores / 2 else []),
    ])


def steady(rows):
    """Returns the table of the steady loads, with the CPU time of syncgate divided by that of each server."""
    own = {row["workload"]: row["cpu"] for row in rows if row["server"] == "syncgate"}

    def ratio(row):
        return "" if row["server"] == "syncgate" else f"{own[row['workload']] / row['cpu']:.2f}"

    return "\n".join(["## A steady load", "64 connections, a closed loop. CPU: µs of the server processes for "
                      "each request; least and most of the rounds; ratio: CPU of syncgate divided by that of this server; core: the "
                      "share of its core that the server had (the rest went to others, or waited for the load); upstream: the share of the requests "
                      "that reached it. RSS: memory that "
                      "processes share counts once; that of HAProxy includes its cache, which it reserves as a whole.", "",
                      table([
        ("workload", lambda row: row["workload"]), ("server", lambda row: row["server"]), ("rate /s", figure("rate", 0)),
        ("p50 µs", figure("p50", 0)), ("p99 µs", figure("p99", 0)), ("user", figure("user")),
        ("system", figure("system")), ("CPU", figure("cpu")),
        ("least–most", lambda row: f"{row['least']:.1f}–{row['most']:.1f}"), ("ratio", ratio),
        ("core %", figure("core", 0, 0.01)), ("upstream %", figure("upstream", 0, 0.01)), ("RSS MiB", figure("memory")),
    ], rows)])


def herd(rows):
    return "\n".join(["## A herd", "1000 requests at once for one page that no cache has, from an upstream that takes "
                      "30 ms. Times in ms, from the write of each request; last: from the first write to the last "
                      "response.", "", table([
        ("server", lambda row: row["server"]), ("upstream requests", figure("requests", 0)), ("responses", figure("responses", 0)),
        ("p50", figure("p50", 1, 1e3)), ("p99", figure("p99", 1, 1e3)), ("most", figure("most", 1, 1e3)),
        ("last", figure("last", 1, 1e3)),
    ], rows)])


def overload(rows):
    return "\n".join(["## Overload", "An open loop of three times the peak of syncgate (wrk, 64 connections): 512 connections "
                      "for hits, 4000 for forwards. Times in ms, from the moment when a request was due; sent: from "
                      "its write. Calm: a quarter of the peak. Abandoned: no free connection for 1 s. Generator: the share of its core "
                      "that it used; late: its own delay.", "", table([
        ("bottleneck", lambda row: row["workload"]), ("peak /s", figure("peak", 0)), ("offered /s", figure("offered", 0)),
        ("goodput /s", figure("goodput", 0)), ("rejected /s", figure("rejected", 0)),
        ("abandoned /s", figure("abandoned", 0)), ("failed", figure("failed", 0)), ("no Retry-After", figure("bare", 0)),
        ("calm p99", figure("calm p99", 1, 1e3)), ("accepted p50", figure("accepted p50", 1, 1e3)),
        ("p99", figure("accepted p99", 1, 1e3)), ("sent p99", figure("accepted_sent p99", 1, 1e3)),
        ("rejected p50", figure("rejected p50", 1, 1e3)), ("p99 ", figure("rejected p99", 1, 1e3)),
        ("sent p99 ", figure("rejected_sent p99", 1, 1e3)), ("/livez p99", figure("livez p99", 1, 1e3)),
        ("most", figure("livez most", 1, 1e3)), ("core %", figure("core", 0, 0.01)),
        ("generator %", figure("busy", 0, 0.01)), ("late p99", figure("late p99", 1, 1e3)),
    ], rows)])


def plot_name(facts):
    return f"{facts['date']:%Y-%m-%d}-latency.svg"


def latency(rows, facts):
    """Returns the plot, and the highest rate that each server completed."""
    best = {(row["workload"], row["server"]): row for row in rows if not row["limit"]}
    return "\n".join(["## Latency by load", "An open loop on 64 connections at rates that grow by half, 2 s each; latencies from the "
                      "moment when a request was due. A line ends at the rate that the server did not complete (a ring), or before "
                      "the one for which the load had no time: generator and upstream share a core. The table has the highest rate "
                      "that was completed.", "", f"![latency by load]({plot_name(facts)})", "", table([
        ("workload", lambda row: row["workload"]), ("server", lambda row: row["server"]), ("offered /s", figure("offered", 0)),
        ("p50 µs", figure("p50", 0)), ("p99 µs", figure("p99", 0)), ("core %", figure("core", 0, 0.01)), ("generator %", figure("busy", 0, 0.01)),
    ], best.values())])


def start(rows):
    return "\n".join(["## Start to first response", "From the start of the program to a page through it, five times; ms.", "",
                      table([("server", lambda row: row["server"]), ("median", figure("median")), ("most", figure("most"))],
                            rows)])


def instructions(rows):
    return "\n".join(["## Instructions", "Of one request outside the kernel, by callgrind, whose processor has no SHA instructions.", "",
                      table([("request", lambda row: row["workload"]), ("instructions", figure("instructions", 0))], rows)])


def loop(rows):
    return "\n".join(["## One request and its loop", "The longest time between two waits of an event loop: ms of the processor, kernel "
                      "included, median and most of several requests; and the most instructions outside the kernel.", "", table([
        ("request", lambda row: row["workload"]), ("median", figure("median", 2)), ("most", figure("most", 2)),
        ("instructions", figure("instructions", 0)),
    ], rows)])


def report(bench, facts, results):
    parts = [head(bench, facts)]
    if rows := [row for name in STEADY for row in results.get(name, [])]:
        parts.append(steady(rows))
    if rows := results.get("latency"):
        parts.append(latency(rows, facts))
    parts += [section(results[name]) for name, section in (("herd", herd), ("overload", overload), ("start", start),
                                                           ("instructions", instructions), ("loop", loop))
              if name in results]
    return "\n\n".join([*parts, aims.section(aims.Figures())])
