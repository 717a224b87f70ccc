"""A gateway of a run: it can be killed, restarted at the same address, reconfigured and purged."""

import json
import os
import signal
import time
import urllib.parse
from pathlib import Path

from processes import Gateway
from raw import send


class RestartableGateway:
    """A gateway that can be killed and restarted at the same address."""

    def __init__(self, upstream, environment, **sections):
        self.upstream, self.environment, self.sections = upstream, environment, sections
        self.kills, self.slowest, self.running = 0, 0.0, None
        self.reloads, self.purges = 0, 0

    def start(self, address="127.0.0.1:0"):
        self.address = address
        sections = {"listen": {"address": address}, "log": {"access": False}, **self.sections}
        self.running = Gateway(self.upstream, environment=self.environment, **sections).__enter__()
        self.listen, self.admin = self.running.listen, self.running.admin

    def kill(self):
        """Sends SIGKILL, starts the gateway again, and measures the time until it listens."""
        self.running.signal(signal.SIGKILL)
        self.running.popen.wait()
        self.running.end()
        began = time.monotonic()
        self.start(self.listen)
        self.kills, self.slowest = self.kills + 1, max(self.slowest, time.monotonic() - began)

    def reload(self, cache, host="127.0.0.1"):
        """Changes the cache and the name of the upstream host, and returns when that is in force."""
        self.sections["cache"] = cache
        self.running.reconfigure(listen={"address": self.address}, log={"access": False}, **self.sections)
        written = json.loads(self.running.file.read_text())
        written["upstream"]["endpoint"] = f"http://{host}:{self.upstream.rpartition(':')[2]}"
        self.running.file.write_text(json.dumps(written))
        response = send(self.admin, "POST", "/reload")
        if response.status != 200:
            raise AssertionError(response)
        self.reloads += 1

    def purge(self, **scope):
        """Purges a pool, an identity or a dataset."""
        response = send(self.admin, "DELETE", f"/cache?{urllib.parse.urlencode(scope)}")
        if response.status != 200:
            raise AssertionError(response)
        self.purges += 1

    def metric(self, name):
        lines = send(self.admin, "GET", "/metrics").body.decode().splitlines()
        return int(sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)))

    @property
    def resident(self):
        """The resident memory of the gateway in MiB."""
        pages = int(Path(f"/proc/{self.running.popen.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") >> 20

    @property
    def summary(self):
        kills = f"{self.kills} kills, up within {self.slowest:.1f} s, " if self.kills else ""
        reloads = f"{self.reloads} reloads, {self.purges} purges, " if self.reloads else ""
        evicted, fenced = self.metric("syncgate_cache_evictions_total"), self.metric("syncgate_cache_fenced_fills_total")
        return f"{kills}{reloads}{evicted} evicted, {fenced} fenced, {self.resident} MiB"
