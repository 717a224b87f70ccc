"""The bounds of the process under a flood: memory with slow readers, descriptors with many connections."""

import contextlib
import json
import re
import socket
import time
import unittest
from pathlib import Path

from callers import identifiers
from processes import Gateway, eventually
from raw import send
from test_caching import dataset_path, metric, records_path
from upstream import Upstream

MEBIBYTE = 1 << 20
READERS = 200
KEPT = 400
DESCRIPTORS = 256


def resident(process):
    """Returns the bytes of memory that a process holds."""
    text = Path(f"/proc/{process.popen.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", text).group(1)) * 1024


def connect(address):
    """Returns a connection that reads as little as the system permits."""
    host, _, port = address.rpartition(":")
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(5)
    connection.connect((host, int(port)))
    return connection


class Bounds(unittest.TestCase):
    def setUp(self):
        self.running = contextlib.ExitStack()
        self.addCleanup(self.running.close)
        self.pool, self.identity = identifiers()
        self.upstream = self.running.enter_context(Upstream())

    def start(self, type=Gateway, **sections):
        return self.running.enter_context(type(self.upstream.address, **sections))

    def write_page(self, gateway):
        body = {
            "SyncSessionToken": self.upstream.store.token(self.pool, self.identity, "d"),
            "RecordPatches": [{"Op": "replace", "Key": "k", "Value": "v" * (MEBIBYTE - 1), "SyncCount": 0}],
        }
        path = dataset_path(self.pool, self.identity)
        self.assertEqual(send(gateway.listen, "POST", path, json.dumps(body)).status, 200)

    def test_slow_readers_share_one_page(self):
        gateway = self.start()
        self.write_page(gateway)
        path = records_path(self.pool, self.identity)
        # The page is fetched, then a hit on the regular path, then one on the fast path of each event loop.
        for _ in range(20):
            page = send(gateway.listen, "GET", path)
            self.assertGreater(len(page.body), MEBIBYTE)
        before = resident(gateway)
        request = f"GET {path} HTTP/1.1\r\nHost: {gateway.listen}\r\n\r\n".encode()
        readers = [self.running.enter_context(contextlib.closing(connect(gateway.listen))) for _ in range(READERS)]
        for reader in readers:
            # The system takes several pages for each of them; the last ones wait in the gateway.
            reader.sendall(request * 16)
        eventually(lambda: metric(gateway, "syncgate_connections", state="active") >= READERS, "all responses wait")
        grown = resident(gateway) - before
        self.assertLess(grown, 16 * MEBIBYTE, f"{grown / MEBIBYTE:.1f} MiB for {READERS} slow readers")
        self.assertEqual(send(gateway.listen, "GET", path).status, 200)
        status = send(gateway.admin, "GET", "/status").json
        self.assertGreater(status["limits"]["bytes"], MEBIBYTE)
        gateway.wait_for("memory is bounded")

    def test_bodies_beyond_the_bound_are_refused(self):
        gateway = self.start(limits={"bytes": "1MiB", "body": "1MiB"})
        path = dataset_path(self.pool, self.identity)
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 600000\r\n\r\n"
        with contextlib.closing(connect(gateway.listen)) as first, contextlib.closing(connect(gateway.listen)) as second:
            first.sendall(head.encode())
            eventually(lambda: send(gateway.admin, "GET", "/status").json["limits"]["bytes_held"] == 600000, "charged")
            second.sendall(head.encode())
            response = second.recv(4096).decode()
        self.assertRegex(response, r"^HTTP/1\.1 503 ")
        self.assertIn("ServiceUnavailableException", response)
        self.assertRegex(response, r"(?i)\r\nretry-after: \d")
        self.assertEqual(metric(gateway, "syncgate_refused_total", reason="out_of_bytes"), 1)
        eventually(lambda: send(gateway.admin, "GET", "/status").json["limits"]["bytes_held"] == 0, "released")

    def test_health_is_seen_at_the_descriptor_limit(self):
        gateway = self.start(FewDescriptors)
        notice = json.loads(gateway.wait_for(r".*limits.connections is lowered.*").group(0))
        limits = send(gateway.admin, "GET", "/status").json["limits"]
        self.assertEqual(limits["descriptors"], DESCRIPTORS)
        self.assertLess(limits["connections"], DESCRIPTORS - 64)
        self.assertEqual(limits["configured_connections"], 4096)
        self.assertIn(str(limits["connections"]), notice.values())
        path = records_path(self.pool, self.identity)
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        slowest, served, refused = 0.0, [], 0
        host, _, port = gateway.listen.rpartition(":")
        for number in range(KEPT):
            connection = socket.create_connection((host, int(port)), 5)
            self.running.enter_context(contextlib.closing(connection))
            try:
                connection.sendall(request)
                start = connection.recv(12)
            except ConnectionError:
                start = b""
            if start == b"HTTP/1.1 200":
                served.append(connection)
            else:
                self.assertIn(start, (b"", b"HTTP/1.1 503"))
                refused += 1
            if number % 10 == 0:
                slowest = max(slowest, self.livez(gateway))
        self.assertEqual(len(served), limits["connections"])
        self.assertEqual(refused, KEPT - len(served))
        # A flood that comes at once, beside those that are open.
        flood = []
        for _ in range(KEPT):
            connection = socket.socket()
            self.running.enter_context(contextlib.closing(connection))
            connection.setblocking(False)
            connection.connect_ex((host, int(port)))
            flood.append(connection)
        for _ in range(20):
            slowest = max(slowest, self.livez(gateway))
        self.assertLess(slowest, 0.1)
        open_files = len(list(Path(f"/proc/{gateway.popen.pid}/fd").iterdir()))
        self.assertLess(open_files, DESCRIPTORS)
        for connection in served + flood:
            connection.close()
        eventually(lambda: send(gateway.listen, "GET", path).status == 200, "serves again", 1)

    def livez(self, gateway):
        """Returns the seconds that a response of the admin listener takes."""
        start = time.monotonic()
        self.assertEqual(send(gateway.admin, "GET", "/livez", timeout=5).status, 200)
        return time.monotonic() - start


class FewDescriptors(Gateway):
    """A gateway that may have no more than 256 open files."""

    prefix = ["prlimit", f"--nofile={DESCRIPTORS}"]


if __name__ == "__main__":
    unittest.main()
