"""Start, reload and end as an operator and a supervisor see them: exit codes, signals, no response cut."""

import asyncio
import json
import signal
import socket
import tempfile
import time
import unittest
import unittest.mock

from callers import identifiers
from processes import PROJECT, Gateway, Process, configuration, eventually, variables
from raw import read_response, send, send_async
from test_caching import dataset_path, metric, records_path
from upstream import TEMPORARY, Upstream


def run(*arguments, environment=None):
    """Runs syncgate to its end and returns (exit code, output)."""
    with Process(*arguments, environment=environment) as process:
        return process.exit_code(), process.output


def with_file(text, *arguments):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        return run(*arguments, "--config", file.name)


def refuses(address):
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), 1).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        # The connection was still in the backlog when the listener closed.
        return False
    return False


class Drain(unittest.TestCase):
    def test_twenty_times_nothing_that_could_finish_is_cut(self):
        with Upstream() as upstream:
            for turn in range(20):
                with self.subTest(turn=turn):
                    upstream.gate.clear()
                    self.drain_once(upstream)

    def drain_once(self, upstream):
        pool, identity = identifiers()
        before = len(upstream.requests)
        with Gateway(upstream.address) as gateway:

            async def scenario():
                begun = [await self.begin(gateway, upstream, pool, identity, f"b{n}") for n in range(5)]
                reads = [
                    asyncio.create_task(send_async(gateway.listen, records_path(pool, identity, f"r{n}")))
                    for n in range(15)
                ]
                writes = [
                    asyncio.create_task(send_async(gateway.listen, *self.write(upstream, pool, identity, f"w{n}")))
                    for n in range(15)
                ]
                await asyncio.to_thread(upstream.wait_for, before + 30)
                gateway.signal(signal.SIGTERM)
                await asyncio.to_thread(eventually, lambda: refuses(gateway.listen), "the listener closes")
                ended = [asyncio.create_task(end()) for end in begun]
                await asyncio.to_thread(upstream.wait_for, before + 35)
                upstream.gate.set()
                return await asyncio.gather(*reads, *writes, *ended)

            responses = asyncio.run(scenario())
            self.assertEqual([a.status for a in responses], [200] * 35)
            self.assertEqual({a.headers.get("connection", "").lower() for a in responses}, {"close"})
            self.assertEqual(gateway.exit_code(), 0, gateway.output)

    async def begin(self, gateway, upstream, pool, identity, name):
        """Sends a write without its last byte. Returns a function that sends the byte and returns the response."""
        target, method, body = self.write(upstream, pool, identity, name)
        host, _, port = gateway.listen.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"{method} {target} HTTP/1.1\r\nHost: {gateway.listen}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body[:-1])
        await writer.drain()

        async def end():
            writer.write(body[-1:])
            response = await read_response(reader)
            writer.close()
            return response

        return end

    def write(self, upstream, pool, identity, name):
        body = {
            "SyncSessionToken": upstream.store.token(pool, identity, name),
            "RecordPatches": [{"Op": "replace", "Key": "k", "Value": "v", "SyncCount": 0}],
        }
        return dataset_path(pool, identity, name), "POST", json.dumps(body).encode()

    def test_readiness_goes_at_once_and_a_second_signal_ends_at_once(self):
        pool, identity = identifiers()
        with Upstream() as upstream, Gateway(upstream.address) as gateway:
            self.assertEqual(send(gateway.admin, "GET", "/readyz").status, 200)
            upstream.gate.clear()

            async def scenario():
                stuck = asyncio.create_task(send_async(gateway.listen, records_path(pool, identity)))
                await asyncio.to_thread(upstream.wait_for, 1)
                gateway.signal(signal.SIGTERM)
                await asyncio.to_thread(
                    eventually, lambda: send(gateway.admin, "GET", "/readyz").status == 503, "not ready"
                )
                self.assertEqual(send(gateway.admin, "GET", "/livez").status, 200)
                gateway.signal(signal.SIGTERM)
                started = time.monotonic()
                await asyncio.to_thread(gateway.exit_code, 5)
                await asyncio.gather(stuck, return_exceptions=True)
                return time.monotonic() - started

            self.assertLess(asyncio.run(scenario()), 2)

    def test_the_interrupt_of_a_terminal_drains_too(self):
        with Upstream() as upstream, Gateway(upstream.address) as gateway:
            gateway.signal(signal.SIGINT)
            self.assertEqual(gateway.exit_code(), 0, gateway.output)


class ExitCodes(unittest.TestCase):
    WRONG = """\
listen: { address: 127.0.0.1:8080, colour: blue }
upstream:
  region: us-east-1
  connections: many
cache:
  memory: 12 parsecs
  fresh: -5s
throttle:
  caller: { key: address, rate: fast, burst: 400 }
surprise: true
"""
    # Each fault, and its line.
    FAULTS = [("colour", 1), ("connections", 4), ("memory", 6), ("fresh", 7), ("rate", 9), ("surprise", 10)]

    def test_a_wrong_configuration_names_every_fault_and_exits_78(self):
        for command in ("serve", "check"):
            with self.subTest(command=command):
                code, output = with_file(self.WRONG, command)
                self.assertEqual(code, 78, output)
                for name, line in self.FAULTS:
                    lines = [text for text in output.splitlines() if name in text]
                    self.assertTrue(any(f":{line}:" in text or f"line {line}" in text for text in lines),
                                    f"'{name}' on line {line} is not named:\n{output}")

    def test_a_file_that_is_not_there_exits_78(self):
        self.assertEqual(run("serve", "--config", "/nowhere/syncgate.yaml")[0], 78)

    def test_an_address_in_use_exits_69(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            text = json.dumps(configuration("127.0.0.1:1", listen={"address": address}))
            code, output = with_file(text, "serve")
            self.assertEqual(code, 69, output)
            self.assertIn(address, output)

    def test_wrong_usage_exits_64(self):
        for arguments in (["frobnicate"], ["serve", "--frobnicate"], ["check"], ["emulate", "--listen"]):
            with self.subTest(arguments=arguments):
                code, output = run(*arguments)
                self.assertEqual(code, 64, output)

    def test_the_documented_default_is_a_right_configuration(self):
        file = PROJECT / "config/syncgate.yaml"
        self.assertEqual(run("check", "--config", str(file)), (0, unittest.mock.ANY))

    def test_check_prints_the_effective_configuration(self):
        text = json.dumps(configuration("127.0.0.1:1", cache={"fresh": "7s"}))
        code, output = with_file(text, "check", "--print")
        self.assertEqual(code, 0, output)
        self.assertRegex(output, r"fresh: *\"?7s")
        self.assertRegex(output, r"memory: *\"?256MiB")

    def test_version_is_printed(self):
        code, output = run("version")
        self.assertEqual(code, 0)
        self.assertRegex(output, r"\d+\.\d+\.\d+")


class Reload(unittest.TestCase):
    def test_a_good_file_takes_effect_and_the_cache_stays(self):
        pool, identity = identifiers()
        path = records_path(pool, identity)
        with Upstream() as upstream, Gateway(upstream.address, cache={"fresh": "1h"}) as gateway:
            send(gateway.listen, "GET", path)
            gateway.reconfigure(cache={"fresh": "1h"}, allow={"operations": ["ListRecords"]})
            gateway.signal(signal.SIGHUP)
            eventually(lambda: metric(gateway, "syncgate_config_reloads_total", result="success") == 1, "reloaded")
            self.assertEqual(metric(gateway, "syncgate_config_last_reload_successful"), 1)
            self.assertEqual(send(gateway.listen, "GET", "/identitypools").status, 403)
            self.assertEqual(send(gateway.listen, "GET", path).status, 200)
            self.assertEqual(upstream.request_count("ListRecords"), 1, "the cache survives the reload")

    def test_a_wrong_file_keeps_the_old_configuration(self):
        pool, identity = identifiers()
        with Upstream() as upstream, Gateway(upstream.address) as gateway:
            gateway.reconfigure(cache={"freshness": "1s"})
            gateway.signal(signal.SIGHUP)
            eventually(lambda: metric(gateway, "syncgate_config_reloads_total", result="failure") == 1, "refused")
            self.assertEqual(metric(gateway, "syncgate_config_last_reload_successful"), 0)
            gateway.wait_for("freshness")
            self.assertEqual(send(gateway.listen, "GET", records_path(pool, identity)).status, 200)


class NothingLeaks(unittest.TestCase):
    def test_no_secret_in_the_log_the_metrics_or_the_status(self):
        pool, identity = identifiers()
        with Upstream(credentials=TEMPORARY) as upstream, Gateway(
            upstream.address, environment=variables(TEMPORARY), log={"level": "debug"}
        ) as gateway:
            send(gateway.listen, "GET", records_path(pool, identity) + "?syncSessionToken=marker-token")
            send(gateway.listen, "GET", records_path(pool, identity), headers={"Authorization": "marker-authorization"})
            seen = "".join(send(gateway.admin, "GET", p).body.decode() for p in ("/metrics", "/status", "/"))
            gateway.end()
            seen += gateway.output
        secrets = (TEMPORARY.secret_key, TEMPORARY.token, "marker-token", "marker-authorization", "Signature=")
        for secret in (*secrets, identity):
            self.assertNotIn(secret, seen)

    def test_the_environment_cannot_divert_signed_requests(self):
        pool, identity = identifiers()
        proxy = {name: "http://127.0.0.1:9" for name in ("http_proxy", "https_proxy", "ALL_PROXY", "HTTP_PROXY")}
        with Upstream() as upstream, Gateway(upstream.address, environment=proxy) as gateway:
            self.assertEqual(send(gateway.listen, "GET", records_path(pool, identity)).status, 200)


if __name__ == "__main__":
    unittest.main()
