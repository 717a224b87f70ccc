"""The cache, the throttle and the signature rule as a caller sees them."""

import asyncio
import contextlib
import json
import re
import resource
import time
import unittest
import urllib.parse

from clients import Boto, identifiers, signed
from origin import Origin
from processes import Gateway, eventually
from raw import ask, fetch

CROWD = 1000


def records_path(pool, identity, dataset="d"):
    return f"{dataset_path(pool, identity, dataset)}/records"


def dataset_path(pool, identity, dataset="d"):
    quoted = [urllib.parse.quote(part, safe="") for part in (pool, identity, dataset)]
    return "/identitypools/{}/identities/{}/datasets/{}".format(*quoted)


def metric(gateway, name, **labels):
    """The sum of a metric over all its series that have these labels."""
    total = 0.0
    for line in ask(gateway.admin, "GET", "/metrics").body.decode().splitlines():
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
        self.origin = self.running.enter_context(Origin())

    def gateway(self, **sections):
        return self.running.enter_context(Gateway(self.origin.address, **sections))

    def write(self, gateway, count, value="v"):
        body = {
            "SyncSessionToken": self.origin.store.token(self.pool, self.identity, "d"),
            "RecordPatches": [{"Op": "replace", "Key": "k", "Value": value, "SyncCount": count}],
        }
        return ask(gateway.listen, "POST", dataset_path(self.pool, self.identity), json.dumps(body))

    def test_miss_then_hit_and_a_write_is_part_of_it(self):
        gateway = self.gateway()
        written = self.write(gateway, 0)
        self.assertEqual((written.status, written.headers["cache-status"]), (200, "syncgate; fwd=method"))
        miss = ask(gateway.listen, "GET", self.path)
        self.assertEqual(miss.headers["cache-status"], "syncgate; fwd=uri-miss; stored")
        told, own = json.loads(self.origin.last_body), miss.json
        self.assertRegex(own.pop("SyncSessionToken"), r"^syncgate1\.")
        self.assertTrue(told.pop("SyncSessionToken"))
        self.assertEqual({k: v for k, v in own.items() if v is not None}, {k: v for k, v in told.items() if v is not None})
        hit = ask(gateway.listen, "GET", self.path)
        self.assertRegex(hit.headers["cache-status"], r"^syncgate; hit; ttl=\d+$")
        self.assertRegex(hit.headers["age"], r"^\d+$")
        self.assertEqual(hit.body, miss.body)
        for answer in (miss, hit):
            self.assertEqual(answer.headers["cache-control"], "private, no-store")
        self.assertEqual(self.origin.calls("ListRecords"), 1)

        self.assertEqual(self.write(gateway, 1, "newer").status, 200)
        after = ask(gateway.listen, "GET", self.path)
        self.assertRegex(after.headers["cache-status"], r"^syncgate; hit; ttl=\d+; detail=derived$")
        self.assertEqual(after.json["DatasetSyncCount"], 2)
        self.assertEqual(after.json["Records"][0]["Value"], "newer")
        self.assertEqual(self.origin.calls("ListRecords"), 1)

    def test_equal_spellings_share_one_entry(self):
        gateway = self.gateway()
        raw = urllib.parse.unquote(self.path)
        for target in (self.path, raw, self.path.replace("%3A", "%3a"), self.path + "?nextToken="):
            self.assertEqual(ask(gateway.listen, "GET", target).status, 200, target)
        self.assertEqual(self.origin.calls("ListRecords"), 1)

    def test_no_cache_asks_for_a_confirmed_answer(self):
        gateway = self.gateway()
        ask(gateway.listen, "GET", self.path)
        ask(gateway.listen, "GET", self.path, headers={"Cache-Control": "no-cache"})
        self.assertEqual(self.origin.calls("ListRecords"), 2)

    def test_too_many_requests_are_refused_with_every_header(self):
        gateway = self.gateway(throttle={"caller": {"key": "address", "rate": "2/s", "burst": 3}})
        answers = [ask(gateway.listen, "GET", self.path) for _ in range(10)]
        self.assertEqual([a.status for a in answers[:3]], [200, 200, 200])
        refused = next(a for a in answers if a.status == 429)
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
        self.assertEqual(ask(gateway.listen, "GET", self.path).status, 200, "after as long as it said")

    def test_a_hit_costs_the_identity_nothing(self):
        gateway = self.gateway(throttle={"identity": {"key": "identity", "rate": "1/s", "burst": 1}})
        self.assertEqual(ask(gateway.listen, "GET", self.path).status, 200)
        other = ask(gateway.listen, "GET", records_path(self.pool, self.identity, "other"))
        self.assertEqual(other.status, 429)
        self.assertEqual([ask(gateway.listen, "GET", self.path).status for _ in range(20)], [200] * 20)

    def crowd(self, first_leaves):
        """A thousand identical reads while the origin is silent; the answers of those who stay."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        # The time that a page may be kept runs from when it was asked for.
        gateway = self.gateway(cache={"fresh": "1m", "absent": "1m"})
        self.origin.gate.clear()

        async def reaches(count, name, **labels):
            await asyncio.to_thread(
                eventually, lambda: metric(gateway, name, **labels) == count, f"{name} is {count}"
            )

        async def story():
            first = asyncio.create_task(fetch(gateway.listen, self.path))
            await asyncio.to_thread(self.origin.wait_for, 1)
            # From four addresses: one peer may not hold so many connections.
            reads = [
                asyncio.create_task(fetch(gateway.listen, self.path, source=f"127.0.0.{2 + number % 4}"))
                for number in range(CROWD - 1)
            ]
            await reaches(CROWD, "syncgate_requests_in_flight")
            if first_leaves:
                first.cancel()
                await asyncio.wait([first])
                await reaches(1, "syncgate_requests_total", code="499")
            else:
                reads.insert(0, first)
            self.origin.gate.set()
            return await asyncio.gather(*reads)

        answers = asyncio.run(story())
        self.assertEqual({a.status for a in answers}, {200})
        self.assertEqual(len({a.body for a in answers}), 1)
        self.assertEqual(self.origin.calls("ListRecords"), 1)
        return [a.headers["cache-status"] for a in answers]

    def test_a_thousand_identical_reads_make_one_call(self):
        first, *others = self.crowd(first_leaves=False)
        self.assertEqual(first, "syncgate; fwd=uri-miss; stored")
        self.assertEqual(others, ["syncgate; fwd=uri-miss; collapsed"] * (CROWD - 1))

    def test_the_first_of_a_thousand_hangs_up_and_the_others_get_their_answer(self):
        self.assertEqual(self.crowd(first_leaves=True), ["syncgate; fwd=uri-miss; collapsed"] * (CROWD - 1))

    def test_a_request_with_its_own_signature_is_refused(self):
        gateway = self.gateway()
        header = ask(gateway.listen, "GET", self.path, headers={"Authorization": "AWS4-HMAC-SHA256 Credential=x"})
        query = ask(gateway.listen, "GET", self.path + "?X-Amz-Signature=00")
        for answer in (header, query):
            self.assertEqual(answer.status, 400)
            self.assertIn("unsigned", answer.json["message"])
        self.assertEqual(self.origin.requests, [])

    def test_a_signature_may_be_ignored(self):
        gateway = self.gateway(callers={"signatures": "ignore"})
        answer = Boto(signed(gateway.listen)).call("ListIdentityPoolUsage")
        self.assertIn("IdentityPoolUsages", answer)
        self.assertEqual((len(self.origin.requests), self.origin.differences), (1, []))


if __name__ == "__main__":
    unittest.main()
