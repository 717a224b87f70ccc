"""The gateway behind load balancers: PROXY protocol and forwarding fields, from real ones and from plain sockets."""

import asyncio
import http.client
import json
import shutil
import socket
import struct
import subprocess
import tempfile
import unittest
import uuid
from contextlib import closing
from pathlib import Path

from callers import identifiers
from certificates import Authority
from hops import HAPROXY, NGINX, haproxy, nginx
from processes import ENVIRONMENT, OPEN_THROTTLE, Gateway, eventually
from raw import read_response, send
from test_caching import records_path
from upstream import Upstream

CALLER = "127.0.0.7"
SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
CONNECTIONS, ADDRESSES = 600, 100


def ask(address, path, fields=None, source=CALLER):
    """Sends a GET from a source address; returns its status."""
    host, _, port = address.rpartition(":")
    with closing(http.client.HTTPConnection(host, int(port), timeout=20, source_address=(source, 0))) as connection:
        connection.request("GET", path, headers=fields or {})
        response = connection.getresponse()
        response.read()
        return response.status


class Scene(unittest.TestCase):
    """A gateway with an upstream, whose access lines name the callers."""

    def start(self, **sections):
        upstream = self.enterContext(Upstream())
        self.path = records_path(*identifiers())
        return self.enterContext(Gateway(upstream.address, **sections))

    def address_seen(self, gateway, through, fields=None):
        """Returns the address in the access line of a request that goes through a load balancer."""
        name = str(uuid.uuid4())
        self.assertEqual(ask(through, self.path, {"X-Request-Id": name, **(fields or {})}), 200)
        line = gateway.wait_for(r'.*"http\.request\.id":"' + name + ".*").group(0)
        return json.loads(line)["client.address"]

    def metric(self, gateway, reason):
        line = f'syncgate_refused_total{{reason="{reason}"}} '
        text = send(gateway.admin, "GET", "/metrics").body.decode()
        return int(next(found for found in text.splitlines() if found.startswith(line)).removeprefix(line))

    def enterContext(self, context):  # of Python 3.11
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value


def listen(**keys):
    return {"address": "127.0.0.1:0", "trusted": ["127.0.0.1"], **keys}


@unittest.skipUnless(HAPROXY, "no haproxy")
class HAProxy(Scene):
    def test_each_form_of_its_header_names_the_caller(self):
        gateway = self.start(listen=listen(proxy_protocol="required"))
        for options in ("send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c",
                        "send-proxy-v2 proxy-v2-options crc32c,unique-id,authority"):
            with self.subTest(options), haproxy(gateway.listen, "tcp", options) as through:
                self.assertEqual(self.address_seen(gateway, through), CALLER)
        self.assertEqual(self.metric(gateway, "bad_proxy_header"), 0)

    def test_its_field_names_the_caller(self):
        gateway = self.start(listen=listen())
        lines = "option forwardfor\n    http-request del-header Forwarded"
        with haproxy(gateway.listen, lines=lines) as through:
            self.assertEqual(self.address_seen(gateway, through), CALLER)
            forged = {"X-Forwarded-For": "192.0.2.66", "Forwarded": "for=192.0.2.66"}
            self.assertEqual(self.address_seen(gateway, through, forged), CALLER)

    def test_its_health_checks_are_answered(self):
        gateway = self.start(listen=listen(proxy_protocol="required", health="/healthz"))
        lines = "option httpchk GET /healthz\n    http-check send hdr Host any.example"
        options = "check inter 50ms fall 1 rise 2 send-proxy-v2 check-send-proxy"
        with haproxy(gateway.listen, "http", options, lines) as through:
            self.assertEqual(ask(through, self.path), 200)
            self.assertFalse([line for line in gateway.output.splitlines() if "healthz" in line])
            send(gateway.admin, "POST", "/drain")
            eventually(lambda: ask(through, self.path) == 503, "HAProxy has seen the drain")

    def test_an_untrusted_load_balancer_is_refused(self):
        gateway = self.start(listen=listen(proxy_protocol="optional", trusted=["127.0.0.2"]))
        with haproxy(gateway.listen, "http", "send-proxy-v2") as through:
            self.assertGreaterEqual(ask(through, self.path), 500)
        self.assertGreaterEqual(self.metric(gateway, "untrusted_proxy"), 1)
        gateway.wait_for("closed for its PROXY header")


@unittest.skipUnless(NGINX, "no nginx")
class Nginx(Scene):
    def test_its_field_names_the_caller(self):
        gateway = self.start(listen=listen())
        with nginx(gateway.listen) as through:
            self.assertEqual(self.address_seen(gateway, through), CALLER)
            forged = {"X-Forwarded-For": "192.0.2.66, 127.0.0.1", "Forwarded": "for=192.0.2.66"}
            self.assertEqual(self.address_seen(gateway, through, forged), CALLER)

    def test_two_hops_are_both_passed(self):
        if not HAPROXY:
            self.skipTest("no haproxy")
        gateway = self.start(listen=listen())
        lines = "option forwardfor"
        with nginx(gateway.listen) as inner, haproxy(inner, lines=lines) as outer:
            self.assertEqual(self.address_seen(gateway, outer), CALLER)


@unittest.skipUnless(shutil.which("curl") and shutil.which("openssl"), "no curl or no openssl")
class Curl(Scene):
    def test_its_header_comes_before_tls(self):
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="syncgate-hops-"))
        certificate, key = Authority(Path(folder), "ca").issue("server")
        tls = {"certificate_file": str(certificate), "key_file": str(key)}
        for scheme, keys in (("http", {}), ("https", {"tls": tls})):
            gateway = self.start(listen=listen(proxy_protocol="required", **keys))
            for options, code in (["--haproxy-protocol"], "200"), ([], "000"):
                run = subprocess.run(
                    ["curl", "-ksS", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20", *options,
                     f"{scheme}://{gateway.listen}{self.path}"],
                    stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, env=ENVIRONMENT,
                )
                with self.subTest(scheme=scheme, options=options):
                    self.assertEqual(run.stdout, code, run.stderr)


class ManyCallers(Scene):
    """600 connections of one hop with 100 callers: each has its own bucket, and none is refused for the hop."""

    def start_bounded(self, **keys):
        caller = {"key": "address", "rate": "1/h", "burst": CONNECTIONS // ADDRESSES}
        return self.start(
            listen=listen(**keys), throttle={**OPEN_THROTTLE, "caller": caller},
            limits={"connections_per_peer": CONNECTIONS // ADDRESSES},
        )

    async def responses(self, gateway, header, fields):
        """Opens all connections, then sends on each, and returns the statuses by address."""
        host, _, port = gateway.listen.rpartition(":")
        statuses, opened = {}, []
        for number in range(CONNECTIONS):
            address = f"192.0.2.{number % ADDRESSES}"
            reader, writer = await asyncio.open_connection(host, int(port))
            opened.append((address, reader, writer))
            writer.write(header(address))
        for address, reader, writer in opened:
            writer.write(f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\n{fields(address)}\r\n".encode())
        for address, reader, _ in opened:
            statuses.setdefault(address, []).append((await read_response(reader)).status)
        # One more request of each caller finds its bucket empty.
        for address, reader, writer in opened[:ADDRESSES]:
            writer.write(f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\n{fields(address)}\r\n".encode())
            statuses[address].append((await read_response(reader)).status)
        for _, _, writer in opened:
            writer.close()
        return statuses

    def expect_buckets(self, statuses):
        self.assertEqual(len(statuses), ADDRESSES)
        for address, found in statuses.items():
            self.assertEqual(found, [200] * (CONNECTIONS // ADDRESSES) + [429], address)

    def test_by_proxy_protocol(self):
        gateway = self.start_bounded(proxy_protocol="required")

        def header(address):
            ends = socket.inet_aton(address) + socket.inet_aton("198.51.100.1") + struct.pack("!HH", 4711, 443)
            return SIGNATURE + b"\x21\x11" + struct.pack("!H", len(ends)) + ends

        self.expect_buckets(asyncio.run(self.responses(gateway, header, lambda _: "")))

    def test_by_field(self):
        gateway = self.start_bounded()
        self.expect_buckets(asyncio.run(
            self.responses(gateway, lambda _: b"", lambda address: f"X-Forwarded-For: {address}\r\n")
        ))


if __name__ == "__main__":
    unittest.main()
