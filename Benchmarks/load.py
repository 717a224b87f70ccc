"""The load: single requests that check a response, wrk for a closed loop, and `c/load.c` for an open one."""

import http.client
import json
import os
import subprocess
from pathlib import Path

from processes import on

HERE = Path(__file__).resolve().parent
POOL = "us-east-1:0c1ba052-7f5a-4f2e-9e26-1b0a4d3f8a11"
IDENTITY = "us-east-1:8d2f0c4e-3b1a-4c5d-8e6f-7a9b0c1d2e3f"
TOKEN = "syncSessionToken=bypass"


class Plan:
    """Requests that differ (`wrk.lua` lists the kinds): the number of the first one, and the body of the writes."""

    def __init__(self, kind, first=0, body=""):
        self.kind, self.first, self.body = kind, first, body

    def variables(self, folder):
        file = Path(folder) / "body"
        file.write_text(self.body)
        return {"PLAN": self.kind, "PLAN_START": str(self.first), **({"BODY": str(file)} if self.body else {})}


def page(bytes, milliseconds=0, name="page"):
    """Returns the target of a page that upstream sends with this size after this delay."""
    dataset = f"{bytes}B-{milliseconds}ms-{name}"
    return f"/identitypools/{POOL}/identities/{IDENTITY}/datasets/{dataset}/records"


def changing(records, name):
    """Returns the target of a dataset of so many records that remembers its writes (`c/datasets.h`)."""
    return page(0).replace("0B-0ms-page", f"{records}S-0ms-{name}")


def update(records, milliseconds=0):
    """Returns the target and the body of an UpdateRecords of so many patches, which upstream takes after this delay."""
    patches = [{"Op": "replace", "Key": f"key{index:05}", "Value": "v" * 64, "SyncCount": 1,
                "DeviceLastModifiedDate": 1400000000} for index in range(records)]
    body = {"SyncSessionToken": "write", "RecordPatches": patches}
    return page(0).replace("0B-0ms-page/records", f"{records}R-{milliseconds}ms-write"), json.dumps(body, separators=(",", ":"))


def get(port, target):
    """Sends one request on its own connection and returns (status, body)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", target)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def upstream_requests(bench):
    """Returns the number of pages requested from upstream so far."""
    return int(get(bench.upstream_port, "/requests")[1])


def wrk(bench, port, target, seconds, connections=64, refusals=False, plan=None):
    """Runs a closed loop: each connection sends its next request after its response.

    A response that is not 2xx is an error. With `refusals` it is expected, and is not counted. All requests are the
    same without a `plan`.
    """
    command = on(bench.load_cores, "wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s",
                 "-s", HERE / "wrk.lua", f"http://127.0.0.1:{port}{target}")
    run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=seconds + 30,
                         env={**os.environ, **(plan.variables(bench.folder) if plan else {})})
    lines = [line for line in run.stdout.splitlines() if line.startswith("{")]
    if not lines or not (figures := json.loads(lines[0]))["requests"] or figures["errors"] and not refusals:
        raise RuntimeError(f"wrk: {run.stdout}{run.stderr}")
    return {**figures, "requests": figures["requests"] - figures["errors"]}


def generator(bench, port, target, *, count, rate, connections, admin=None):
    """Runs an open loop, or a herd if the rate is 0, and returns the figures that `c/load.c` documents."""
    command = on(bench.load_cores, bench.programs / "load", port, target, connections, count, rate, *[admin] * bool(admin))
    run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    if run.returncode:
        raise RuntimeError(f"load: exit code {run.returncode}: {run.stderr}")
    return json.loads(run.stdout)
