"""CPU time of the gateway for each request: the figure that stays steady on a shared machine.

    python bench.py [--seconds 4] [--rounds 3]

With `wrk` installed it drives the load; else a slower client of our own does, and only the CPU figures count.
The gateway has one core, the load and the origin have the rest.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import subprocess
import time

from clients import identifiers
from origin import Origin
from processes import Gateway
from raw import ask, read_answer
from test_caching import dataset_path, records_path

CONNECTIONS = 64
TICKS = os.sysconf("SC_CLK_TCK")


def cpu(process):
    """User and system seconds of a process so far."""
    with open(f"/proc/{process.popen.pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) / TICKS, int(fields[12]) / TICKS


def drive(address, target, seconds, headers):
    """How many requests were answered."""
    if wrk := shutil.which("wrk"):
        given = [part for header in headers for part in ("-H", header)]
        command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", *given, f"http://{address}{target}"]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in output:
            raise AssertionError(output)
        return int(re.search(r"(\d+) requests in", output).group(1))
    return asyncio.run(drive_here(address, target, seconds, headers))


async def drive_here(address, target, seconds, headers):
    host, _, port = address.rpartition(":")
    fields = "".join(f"{header}\r\n" for header in headers)
    request = f"GET {target} HTTP/1.1\r\nHost: {address}\r\n{fields}\r\n".encode()
    end = time.monotonic() + seconds

    async def connection():
        reader, writer = await asyncio.open_connection(host, int(port))
        count = 0
        while time.monotonic() < end:
            writer.write(request)
            answer = await read_answer(reader)
            if answer.status != 200:
                raise AssertionError(answer)
            count += 1
        writer.close()
        return count

    return sum(await asyncio.gather(*(connection() for _ in range(CONNECTIONS))))


def main():
    parser = argparse.ArgumentParser(description="CPU time for each request")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    pool, identity = identifiers()
    with Origin() as origin, Gateway(
        origin.address, workers=1, cache={"fresh": "1h"}, log={"access": False}
    ) as gateway:
        for thread in os.listdir(f"/proc/{gateway.popen.pid}/task"):
            os.sched_setaffinity(int(thread), cores[:1])
        if len(cores) > 1:
            os.sched_setaffinity(0, cores[1:])
        patch = {"Op": "replace", "Key": "k", "Value": "x" * 1700, "SyncCount": 0}
        body = {"SyncSessionToken": origin.store.token(pool, identity, "d"), "RecordPatches": [patch]}
        ask(gateway.listen, "POST", dataset_path(pool, identity), json.dumps(body))
        size = len(ask(gateway.listen, "GET", records_path(pool, identity)).body)
        print(f"a page of {size} bytes, {CONNECTIONS} connections, {options.seconds:g} s a run")
        for name, headers in (("hit", []), ("confirmed upstream", ["Cache-Control: no-cache"])):
            for _ in range(options.rounds):
                before = cpu(gateway)
                count = drive(gateway.listen, records_path(pool, identity), options.seconds, headers)
                user, system = (b - a for a, b in zip(before, cpu(gateway)))
                print(f"{name:20} {count / options.seconds:9.0f}/s  {(user + system) / count * 1e6:7.1f} µs CPU "
                      f"a request, {user / count * 1e6:.1f} of it user")


if __name__ == "__main__":
    main()
