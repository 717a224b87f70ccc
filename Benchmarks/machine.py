"""The machine of a benchmark: its cores, its load, and the versions of the programs."""

import datetime
import os
import platform
import re
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def without_debug_information(binary):
    """Makes a stripped program for valgrind, which cannot read the debug information of the Swift compiler."""
    copy = PROJECT / ".build/bench" / f"{Path(binary).name}-bare"
    subprocess.run(["strip", "--strip-debug", "-o", copy, binary], check=True, stdin=subprocess.DEVNULL)
    return copy


def envoy():
    """Returns the path of Envoy, which `install` puts into a virtual environment."""
    found = sorted(PROJECT.glob(".build/bench/envoy/lib/python*/site-packages/envoy/_bin/envoy"))
    if not found:
        raise SystemExit("bench: Envoy is missing; run Benchmarks/install")
    return found[-1]


def cores():
    """Returns one core for the measured server, and the others for the load and upstream."""
    mine = sorted(os.sched_getaffinity(0))
    if len(mine) < 2:
        raise SystemExit(f"bench: {len(mine)} core is not enough; allow two, one for the server and one for the load")
    return mine[:1], mine[1:]


def output(*command):
    """Returns the standard output and error of a short command, or an empty text if it cannot run."""
    try:
        run = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             timeout=10, text=True, env={"PATH": PATH})
    except OSError:
        return ""
    return run.stdout


def found(pattern, text):
    match = re.search(pattern, text)
    return match.group(1) if match else "unknown"


def versions(syncgate):
    """Returns the version of each program, as it prints it."""
    # The binary may be from another tree.
    tree = ("git", "-C", str(Path(syncgate).resolve().parent))
    revision = found(r"^([0-9a-f]{7,})$", output(*tree, "rev-parse", "--short", "HEAD").strip())
    changed = output(*tree, "status", "--porcelain", "--untracked-files=no").startswith(" M")
    own = found(r"syncgate (\S+)", output(syncgate, "version"))
    swift = found(r"Swift ([\d.]+)", output(syncgate, "version"))
    return {
        "syncgate": f"{own}, tree {revision}{' with changes' if changed else ''}, Swift {swift}",
        "nginx": found(r"nginx/(\S+)", output("nginx", "-v")),
        "haproxy": found(r"version (\S+)", output("haproxy", "-v")),
        "varnish": found(r"varnish-(\S+)", output("varnishd", "-V")),
        "envoy": found(r"version: \w+/([\d.]+)", output(envoy(), "--version")),
        "wrk": found(r"wrk (?:debian/)?(\S+)", output("wrk", "-v")),
        "gcc": found(r"\) ([\d.]+)", output("gcc", "--version")),
    }


def processor():
    return found(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())


def load():
    """Returns the load averages of 1, 5 and 15 minutes."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def stolen():
    """Returns the seconds that the hypervisor has taken from the cores of this machine so far."""
    return int(Path("/proc/stat").read_text().split()[8]) / os.sysconf("SC_CLK_TCK")


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def kernel():
    return f"{platform.system()} {platform.release()} {platform.machine()}"
