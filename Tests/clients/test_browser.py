"""Web pages in a real browser on the gateway's network: none acts with the gateway's AWS rights but a listed one."""

import contextlib
import json
import time
import unittest

from browser import lacks_browser, visit
from callers import identifiers
from processes import Gateway
from raw import send
from scenario import FUNCTION
from test_caching import dataset_path, metric, records_path
from test_streams import batch
from upstream import Upstream

EVIL, APP = "evil.example", "app.example"


@unittest.skipIf(why := lacks_browser(), why)
class Browser(unittest.TestCase):
    """The tests of a dataset that is cached for an hour at count 1."""

    def setUp(self):
        self.running = contextlib.ExitStack()
        self.addCleanup(self.running.close)
        self.pool, self.identity = identifiers()
        self.dataset, self.records = dataset_path(self.pool, self.identity), records_path(self.pool, self.identity)
        self.upstream = self.running.enter_context(Upstream())

    def serve(self, **sections):
        """Starts a gateway without a token, as by default, and caches the dataset."""
        cache = {"fresh": "1h", "absent": "1h"}
        self.gateway = self.running.enter_context(Gateway(self.upstream.address, cache=cache, **sections))
        self.url, self.admin = f"http://{self.gateway.listen}", f"http://{self.gateway.admin}"
        written = send(self.gateway.listen, "POST", self.dataset, self.update(0, "mine"))
        self.assertEqual(written.status, 200, written)
        self.assertEqual(send(self.gateway.listen, "GET", self.records).status, 200)
        self.before = len(self.upstream.requests)

    def update(self, count, value="theirs"):
        token = self.upstream.store.token(self.pool, self.identity, "d")
        return json.dumps({
            "SyncSessionToken": token, "RecordPatches": [{"Op": "replace", "Key": "k", "Value": value, "SyncCount": count}],
        })

    def event(self):
        """Returns an event that goes on where the cached dataset ends."""
        now = int(time.time() * 1000)
        record = {"key": "k", "value": "theirs", "syncCount": 2, "lastModifiedDate": now, "deviceLastModifiedDate": now, "op": "replace"}
        return json.dumps(batch({
            "identityPoolId": self.pool, "identityId": self.identity, "dataSetName": "d", "operation": "replace",
            "kinesisSyncRecords": [record], "lastModifiedDate": now, "payloadType": "Inline", "syncCount": 2,
        }))

    def assert_nothing_happened(self):
        with self.subTest("upstream"):
            self.assertEqual([r.target for r in self.upstream.requests[self.before:]], [], "a page reached upstream")
        with self.subTest("admin"):
            self.assertEqual(send(self.gateway.admin, "GET", "/readyz").status, 200, "a page drained the gateway")
        with self.subTest("cache"):
            after = send(self.gateway.listen, "GET", self.records)
            self.assertRegex(after.headers["cache-status"], "; hit; ", "a page purged the cache")
            self.assertEqual([r["Value"] for r in after.json["Records"]], ["mine"], "a page changed the cache")

    def attack(self):
        """Returns the steps of a page that tries everything a page can without being asked."""
        def blind(body, **options):
            return {"method": "POST", "mode": "no-cors", "body": body, **options}

        events = json.dumps({"Events": {"SyncTrigger": FUNCTION}})
        return [
            ("fetch", f"{self.url}/identitypools/{self.pool}/events", blind(events)),
            ("fetch", self.url + self.dataset, blind(self.update(1))),
            ("fetch", self.url + self.dataset, blind(self.update(1), headers={"Content-Type": "text/plain"})),
            ("fetch", f"{self.url}/identitypools/{self.pool}/bulkpublish", {"method": "POST", "mode": "no-cors"}),
            ("form", f"{self.url}/identitypools/{self.pool}/bulkpublish", {}),
            ("fetch", f"{self.url}/", blind(json.dumps({
                "Operation": "com.amazonaws.cognito.sync.model#BulkPublish", "Input": {"IdentityPoolId": self.pool},
            }))),
            ("image", self.url + records_path(self.pool, self.identity, "other"), {}),
            ("fetch", f"{self.admin}/streams", blind(self.event())),
            ("fetch", f"{self.admin}/cache", {"method": "DELETE"}),
            ("fetch", f"{self.admin}/reload", blind("")),
            ("fetch", f"{self.admin}/drain", blind("")),
            ("fetch", self.url + self.records, {"mode": "cors"}),
        ]

    def test_a_page_of_another_site_reaches_nothing(self):
        self.serve()
        seen = visit(EVIL, self.attack())
        self.assertIn("failed", seen[-1], "the page could read records")
        self.assert_nothing_happened()
        refused = metric(self.gateway, "syncgate_requests_total", code="403") + metric(self.gateway, "syncgate_refused_total")
        self.assertGreater(refused, 0, "the page reached nothing at all")

    def test_a_page_of_another_port_of_this_host_reaches_nothing(self):
        self.serve()
        seen = visit("127.0.0.1", self.attack())
        self.assertIn("failed", seen[-1], "the page could read records")
        self.assert_nothing_happened()

    def test_a_name_that_is_bound_to_the_gateway_later_is_refused(self):
        self.serve()
        ports = {name: address.rpartition(":")[2] for name, address in (("url", self.gateway.listen), ("admin", self.gateway.admin))}
        rebound = {f"{EVIL}:{ports['url']}": self.gateway.listen}
        events = {"method": "POST", "body": json.dumps({"Events": {"SyncTrigger": FUNCTION}})}
        read, *others = visit(f"{EVIL}:{ports['url']}", [
            ("fetch", self.records, {}), ("fetch", self.dataset, {}),
            ("fetch", f"/identitypools/{self.pool}/events", events),
        ], rebound)
        self.assertEqual(read["status"], 421, read)
        self.assertEqual(json.loads(read["text"])["__type"], "MisdirectedRequestException")
        self.assertIn("listen.hosts", read["text"])
        for other in others:
            self.assertIn(other["status"], (403, 421), other)
        self.assert_nothing_happened()

        rebound = {f"{EVIL}:{ports['admin']}": self.gateway.admin}
        for step in visit(f"{EVIL}:{ports['admin']}", [
            ("fetch", "/status", {}), ("fetch", "/streams", {"method": "POST", "body": self.event()}),
            ("fetch", "/drain", {"method": "POST"}),
        ], rebound):
            self.assertIn(step["status"], (403, 421), step)
        self.assert_nothing_happened()

    def test_a_listed_page_reads_and_writes_and_no_other_does(self):
        self.serve(callers={"origins": [f"http://{APP}"]})
        steps = [
            ("fetch", self.url + self.records, {"mode": "cors"}),
            ("fetch", self.url + self.dataset, {
                "method": "POST", "body": self.update(1, "the page's"), "headers": {"Content-Type": "application/json"},
            }),
            ("fetch", self.url + records_path(self.pool, "nobody"), {}),
        ]
        read, written, refused = visit(APP, steps)
        self.assertEqual(read["status"], 200, read)
        self.assertEqual([r["Value"] for r in json.loads(read["text"])["Records"]], ["mine"])
        self.assertIn("x-amzn-requestid", read["fields"])
        self.assertEqual(written["status"], 200, written)
        self.assertEqual((refused["status"], refused["fields"]["x-amzn-errortype"]), (400, "InvalidParameterException"))
        self.assertEqual(json.loads(refused["text"])["__type"], "InvalidParameterException")
        self.assertIn("failed", visit(EVIL, steps)[0])


if __name__ == "__main__":
    unittest.main()
