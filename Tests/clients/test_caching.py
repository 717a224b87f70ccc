"""The cache, the throttle and the signature rule as a caller sees them."""

import asyncio
import contextlib
import json
import re
import resource
import time
import unittest
import urllib.parse

from callers import Boto, identifiers, signed
from processes import Gateway, eventually
from raw import send, send_async
from upstream import Upstream

CROWD = 1000


def records_path(pool, identity, dataset="d"):
    return f"{dataset_path(pool, identity, dataset)}/records"


def dataset_path(pool, identity, dataset="d"):
    quoted = [urllib.parse.quote(part, safe="") for part in (pool, identity, dataset)]
    return "/identitypools/{}/identities/{}/datasets/{}".format(*quoted)


def metric(gateway, name, **labels):
    """Returns the sum of a metric over all its series with these labels."""
    total = 0.0
    for line in send(gateway.admin, "GET", "/metrics").body.decode().splitlines():
        match = re.fullmatch(rf"{name}(?:\{{(.*)\}})? (\S+)", line)
        if match and all(f'{k}="{v}"' in (match.group(1) or "") for k, v in labels.items()):
            total += float(match.group(2))
    return total


class Caching(unittest.TestCase):
    def setUp(self):
        self.pool, self.identity = identifiers()
        self.path = records_path(self.pool, self.identity)
        self.running = contextlib.ExitStack()
        self.addCleanup(self.running.close)
        self.upstream = self.running.enter_context(Upstream())

    def gateway(self, **sections):
        return self.running.enter_context(Gateway(self.upstream.address, **sections))

    def write(self, gateway, count, value="v"):
        body = {
            "SyncSessionToken": self.upstream.store.token(self.pool, self.identity, "d"),
            "RecordPatches": [{"Op": "replace", "Key": "k", "Value": value, "SyncCount": count}],
        }
        return send(gateway.listen, "POST", dataset_path(self.pool, self.identity), json.dumps(body))

    def test_a_miss_then_a_hit_then_a_write_that_is_merged(self):
        gateway = self.gateway()
        written = self.write(gateway, 0)
        self.assertEqual((written.status, written.headers["cache-status"]), (200, "syncgate; fwd=method"))
        miss = send(gateway.listen, "GET", self.path)
        self.assertEqual(miss.headers["cache-status"], "syncgate; fwd=uri-miss; stored")
        upstream_page, page = json.loads(self.upstream.last_body), miss.json
        self.assertRegex(page.pop("SyncSessionToken"), r"^syncgate1\.")
        self.assertTrue(upstream_page.pop("SyncSessionToken"))
        self.assertEqual({k: v for k, v in page.items() if v is not None}, {k: v for k, v in upstream_page.items() if v is not None})
        hit = send(gateway.listen, "GET", self.path)
        self.assertRegex(hit.headers["cache-status"], r"^syncgate; hit; ttl=\d+$")
        self.assertRegex(hit.headers["age"], r"^\d+$")
        self.assertEqual(hit.body, miss.body)
        for response in (miss, hit):
            self.assertEqual(response.headers["cache-control"], "private, no-store")
        self.assertEqual(self.upstream.request_count("ListRecords"), 1)

        self.assertEqual(self.write(gateway, 1, "newer").status, 200)
        after = send(gateway.listen, "GET", self.path)
        self.assertRegex(after.headers["cache-status"], r"^syncgate; hit; ttl=\d+; detail=derived$")
        self.assertEqual(after.json["DatasetSyncCount"], 2)
        self.assertEqual(after.json["Records"][0]["Value"], "newer")
        self.assertEqual(self.upstream.request_count("ListRecords"), 1)

    def test_equal_spellings_share_one_entry(self):
        gateway = self.gateway()
        raw = urllib.parse.unquote(self.path)
        for target in (self.path, raw, self.path.replace("%3A", "%3a"), self.path + "?nextToken="):
            self.assertEqual(send(gateway.listen, "GET", target).status, 200, target)
        self.assertEqual(self.upstream.request_count("ListRecords"), 1)

    def test_no_cache_sends_a_request_upstream(self):
        gateway = self.gateway()
        send(gateway.listen, "GET", self.path)
        send(gateway.listen, "GET", self.path, headers={"Cache-Control": "no-cache"})
        self.assertEqual(self.upstream.request_count("ListRecords"), 2)

    def test_too_many_requests_are_refused_with_every_header(self):
        gateway = self.gateway(throttle={"caller": {"key": "address", "rate": "2/s", "burst": 3}})
        responses = [send(gateway.listen, "GET", self.path) for _ in range(10)]
        self.assertEqual([a.status for a in responses[:3]], [200, 200, 200])
        refused = next(a for a in responses if a.status == 429)
        self.assertEqual(refused.headers["x-amzn-errortype"], "TooManyRequestsException")
        self.assertEqual(refused.headers["x-syncgate-origin"], "gateway")
        self.assertEqual(refused.headers["content-type"], "application/json")
        self.assertEqual(refused.json["__type"], "TooManyRequestsException")
        self.assertRegex(refused.headers["ratelimit-policy"], r'^"caller";q=\d+;w=\d+$')
        self.assertRegex(refused.headers["ratelimit"], r'^"caller";r=0;t=\d+$')
        milliseconds, seconds = int(refused.headers["x-amz-retry-after"]), int(refused.headers["retry-after"])
        self.assertTrue(0 < milliseconds <= 500, milliseconds)
        self.assertEqual(seconds, 1)
        time.sleep(milliseconds / 1000 + 0.01)
        self.assertEqual(send(gateway.listen, "GET", self.path).status, 200, "after x-amz-retry-after")

    def test_a_hit_costs_the_identity_nothing(self):
        gateway = self.gateway(throttle={"identity": {"key": "identity", "rate": "1/s", "burst": 1}})
        self.assertEqual(send(gateway.listen, "GET", self.path).status, 200)
        other = send(gateway.listen, "GET", records_path(self.pool, self.identity, "other"))
        self.assertEqual(other.status, 429)
        self.assertEqual([send(gateway.listen, "GET", self.path).status for _ in range(20)], [200] * 20)

    def crowd(self, first_leaves):
        """Sends a thousand identical reads while upstream is silent.

        Returns the Cache-Status of each response; a caller that leaves has none.
        """
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        # The freshness of a page counts from its request.
        gateway = self.gateway(cache={"fresh": "1m", "absent": "1m"})
        self.upstream.gate.clear()

        async def reaches(count, name, **labels):
            await asyncio.to_thread(
                eventually, lambda: metric(gateway, name, **labels) == count, f"{name} is {count}"
            )

        async def scenario():
            first = asyncio.create_task(send_async(gateway.listen, self.path))
            await asyncio.to_thread(self.upstream.wait_for, 1)
            # From four addresses: one caller may not open so many connections.
            reads = [
                asyncio.create_task(send_async(gateway.listen, self.path, source=f"127.0.0.{2 + number % 4}"))
                for number in range(CROWD - 1)
            ]
            await reaches(CROWD, "syncgate_requests_in_flight")
            if first_leaves:
                first.cancel()
                await asyncio.wait([first])
                await reaches(1, "syncgate_requests_total", code="499")
            else:
                reads.insert(0, first)
            self.upstream.gate.set()
            return await asyncio.gather(*reads)

        responses = asyncio.run(scenario())
        self.assertEqual({a.status for a in responses}, {200})
        self.assertEqual(len({a.body for a in responses}), 1)
        self.assertEqual(self.upstream.request_count("ListRecords"), 1)
        return [a.headers["cache-status"] for a in responses]

    def test_a_thousand_identical_reads_make_one_upstream_request(self):
        first, *others = self.crowd(first_leaves=False)
        self.assertEqual(first, "syncgate; fwd=uri-miss; stored")
        self.assertEqual(others, ["syncgate; fwd=uri-miss; collapsed"] * (CROWD - 1))

    def test_the_first_of_a_thousand_hangs_up_and_the_others_get_their_response(self):
        self.assertEqual(self.crowd(first_leaves=True), ["syncgate; fwd=uri-miss; collapsed"] * (CROWD - 1))

    def test_a_request_with_its_own_signature_is_refused(self):
        gateway = self.gateway()
        header = send(gateway.listen, "GET", self.path, headers={"Authorization": "AWS4-HMAC-SHA256 Credential=x"})
        query = send(gateway.listen, "GET", self.path + "?X-Amz-Signature=00")
        for response in (header, query):
            self.assertEqual(response.status, 400)
            self.assertIn("unsigned", response.json["message"])
        self.assertEqual(self.upstream.requests, [])

    def test_a_signature_may_be_ignored(self):
        gateway = self.gateway(callers={"signatures": "ignore"})
        response = Boto(signed(gateway.listen)).perform("ListIdentityPoolUsage")
        self.assertIn("IdentityPoolUsages", response)
        self.assertEqual((len(self.upstream.requests), self.upstream.differences), (1, []))


if __name__ == "__main__":
    unittest.main()
