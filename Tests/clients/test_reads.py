"""The eight reads beside ListRecords, through boto3: the second is a hit, and the first after a write is a miss."""

import contextlib
import unittest

from botocore import xform_name

from callers import Boto, comparable, identifiers, signed, unsigned
from processes import Gateway
from raw import send
from scenario import FUNCTION, READS, ROLE
from test_caching import dataset_path, metric
from upstream import Upstream

# Longer than any test takes; zero turns an operation off.
LIFETIMES = {xform_name(name): "1h" for name in READS - {"ListRecords"}}


class Reads(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.pool, self.identity = identifiers()
        self.in_pool = {"IdentityPoolId": self.pool}
        self.owner = {**self.in_pool, "IdentityId": self.identity}
        running = contextlib.ExitStack()
        self.addCleanup(running.close)
        self.upstream = running.enter_context(Upstream())
        self.gateway = running.enter_context(Gateway(self.upstream.address, cache={"reads": LIFETIMES}))
        self.client = unsigned(self.gateway.listen)
        self.direct = Boto(signed(self.upstream.address))
        self.write("d")

    def write(self, dataset, value="v", count=0, identity=None):
        owner = {**self.owner, "IdentityId": identity or self.identity}
        self.client.update_records(
            **owner, DatasetName=dataset,
            SyncSessionToken=self.upstream.store.token(self.pool, owner["IdentityId"], dataset),
            RecordPatches=[{"Op": "replace", "Key": "k", "Value": value, "SyncCount": count}],
        )

    def read(self, operation, **parameters):
        """Returns (Cache-Status, the response)."""
        response = getattr(self.client, xform_name(operation))(**parameters)
        fields = response.pop("ResponseMetadata")["HTTPHeaders"]
        self.assertEqual(fields["cache-control"], "private, no-store")
        return fields["cache-status"], comparable(response)

    def check(self, operation, parameters, change):
        """Checks a miss, a hit, a write through the gateway, and a miss; each response is that of upstream."""
        first, before = self.read(operation, **parameters)
        self.assertEqual(first, "syncgate; fwd=uri-miss; stored")
        second, again = self.read(operation, **parameters)
        self.assertRegex(second, r"^syncgate; hit; ttl=\d+$")
        self.assertEqual(again, before)
        self.assertEqual(self.upstream.request_count(operation), 1)
        change()
        third, after = self.read(operation, **parameters)
        self.assertEqual(third, "syncgate; fwd=uri-miss; stored")
        self.assertNotEqual(after, before)
        self.assertEqual(after, comparable(self.direct.perform(operation, **parameters)))
        self.assertEqual(metric(self.gateway, "syncgate_cache_lookups_total", operation=operation, outcome="hit"), 1)

    def test_describe_dataset(self):
        self.check("DescribeDataset", {**self.owner, "DatasetName": "d"}, lambda: self.write("d", "longer", 1))

    def test_list_datasets(self):
        self.check("ListDatasets", {**self.owner, "MaxResults": 64}, lambda: self.write("e"))

    def test_describe_identity_usage(self):
        self.write("e")
        self.check(
            "DescribeIdentityUsage", self.owner, lambda: self.client.delete_dataset(**self.owner, DatasetName="e")
        )

    def test_describe_identity_pool_usage(self):
        self.check("DescribeIdentityPoolUsage", self.in_pool, lambda: self.write("d", identity=identifiers()[1]))

    def test_list_identity_pool_usage(self):
        self.check("ListIdentityPoolUsage", {}, lambda: self.write("d", identity=identifiers()[1]))

    def test_get_identity_pool_configuration(self):
        streams = {"StreamName": "s", "RoleArn": ROLE, "StreamingStatus": "ENABLED"}
        self.check(
            "GetIdentityPoolConfiguration", self.in_pool,
            lambda: self.client.set_identity_pool_configuration(**self.in_pool, CognitoStreams=streams),
        )

    def test_get_cognito_events(self):
        self.check(
            "GetCognitoEvents", self.in_pool,
            lambda: self.client.set_cognito_events(**self.in_pool, Events={"SyncTrigger": FUNCTION}),
        )

    def test_get_bulk_publish_details_and_the_refusal_that_follows(self):
        self.check("GetBulkPublishDetails", self.in_pool, lambda: self.client.bulk_publish(**self.in_pool))
        # The cached status is SUCCEEDED.
        refused = Boto(self.client).perform("BulkPublish", **self.in_pool)
        self.assertEqual(refused["Error"], "AlreadyStreamedException")
        self.assertEqual(self.upstream.request_count("BulkPublish"), 1)

    def test_no_cache_goes_upstream_and_an_error_is_not_cached(self):
        there, absent = (dataset_path(self.pool, self.identity, name) for name in ("d", "nowhere"))
        send(self.gateway.listen, "GET", there)
        revalidated = send(self.gateway.listen, "GET", there, headers={"Cache-Control": "no-cache"})
        self.assertEqual(revalidated.headers["cache-status"], "syncgate; fwd=request; stored")
        for _ in range(2):
            self.assertEqual(send(self.gateway.listen, "GET", absent).status, 404)
        self.assertEqual(self.upstream.request_count("DescribeDataset"), 4)

    def test_a_purge_drops_them_too(self):
        for operation, parameters in (("DescribeIdentityUsage", self.owner), ("GetCognitoEvents", self.in_pool)):
            self.read(operation, **parameters)
        self.assertEqual(metric(self.gateway, "syncgate_cache_entries"), 2)
        target = f"/cache?pool={self.pool}&identity={self.identity}"
        self.assertEqual(send(self.gateway.admin, "DELETE", target).status, 200)
        self.assertIn("fwd", self.read("DescribeIdentityUsage", **self.owner)[0])
        self.assertIn("hit", self.read("GetCognitoEvents", **self.in_pool)[0])


class Off(unittest.TestCase):
    def test_what_is_turned_off_is_forwarded_each_time(self):
        pool, _ = identifiers()
        with Upstream() as upstream, Gateway(upstream.address, cache={"reads": {"get_cognito_events": "0s"}}) as gateway:
            client = unsigned(gateway.listen)
            for _ in range(2):
                fields = client.get_cognito_events(IdentityPoolId=pool)["ResponseMetadata"]["HTTPHeaders"]
                self.assertEqual(fields["cache-status"], "syncgate; fwd=bypass")
            self.assertEqual(upstream.request_count("GetCognitoEvents"), 2)


if __name__ == "__main__":
    unittest.main()
