"""The Python upstream itself: each operation through boto3, and each rule at both of its values."""

import base64
import gzip
import json
import unittest
import urllib.parse

from callers import Boto, identifiers, signed, unsigned
from origin.dates import Clock, Date
from origin.rules import OTHERS, Rules, covering_sets
from origin.server import PythonUpstream
from origin.service import Service
from origin.wire import OTHER, PLAIN, text
from raw import send

NAMED = "SyncSessionToken not valid for these inputs"


class Ticks:
    """A clock in milliseconds that a test moves."""

    def __init__(self):
        self.time = 1424801824000

    def now(self):
        self.time += 1
        return self.time


class Story:
    """A dataset of a service without a network, under some rules."""

    def __init__(self, **rules):
        self.ticks = Ticks()
        self.service = Service(Rules(**rules), Clock(self.ticks.now))
        self.labels = [*identifiers(), "notes"]

    def perform(self, operation, body=None, **query):
        """Returns the members of a response, or the name and message of an error."""
        try:
            return self.service.perform(operation, self.labels, {k: str(v) for k, v in query.items()}, body)
        except Exception as fault:
            return f"{fault.name}: {fault.message}"

    def page(self, since=0, **query):
        return self.perform("list_records", lastSyncCount=since, **query)

    def token(self):
        return self.page()["SyncSessionToken"]

    def push(self, token=None, count=0, **values):
        patches = [{"Op": "remove" if value is None else "replace", "Key": key, "SyncCount": count, "Value": value,
                    "DeviceLastModifiedDate": 1.5E9} for key, value in values.items()]
        body = {"SyncSessionToken": token or self.token(), "RecordPatches": patches}
        return self.perform("update_records", body)

    def delete(self):
        return self.perform("delete_dataset")


def keys(page):
    return [record["Key"] for record in page["Records"]]


class Caller(unittest.TestCase):
    """The operations as a caller sees them, over HTTP and signed by botocore."""

    def setUp(self):
        self.upstream = PythonUpstream(Rules(page_cap=3))
        self.enterContext(self.upstream)
        self.boto = Boto(signed(self.upstream.listen))
        self.pool, self.identity = identifiers()
        self.owner = {"IdentityPoolId": self.pool, "IdentityId": self.identity}
        self.names = {**self.owner, "DatasetName": "a.b:c"}

    def push(self, *patches, token=None):
        token = token or self.boto.perform("ListRecords", **self.names)["SyncSessionToken"]
        records = [{"Op": "replace" if value is not None else "remove", "Key": key, "SyncCount": count,
                    **({"Value": value} if value is not None else {})} for key, value, count in patches]
        return self.boto.perform("UpdateRecords", **self.names, SyncSessionToken=token, RecordPatches=records)

    def test_an_absent_dataset_is_an_empty_page(self):
        page = self.boto.perform("ListRecords", **self.names)
        self.assertEqual((page["DatasetExists"], page["DatasetSyncCount"], page["Records"]), (False, 0, []))
        error = self.boto.perform("DescribeDataset", **self.names)
        self.assertEqual(error["Error"], "ResourceNotFoundException")

    def test_writes_and_conflicts(self):
        written = self.push(("a", "1", 0), ("ü", "", 0))["Records"]
        self.assertEqual([(r["Key"], r["SyncCount"]) for r in written], [("a", 1), ("ü", 1)])
        self.assertEqual([r["LastModifiedBy"] for r in written], ["123456789012"] * 2)
        conflict = self.push(("a", "2", 0))
        self.assertEqual(conflict, {"Error": "ResourceConflictException",
                                    "Message": "Current SyncCount for: a is: 1 not: 0"})
        self.assertEqual(self.push(("a", None, 1))["Records"][0].get("Value"), None)
        page = self.boto.perform("ListRecords", **self.names, LastSyncCount=1)
        self.assertEqual([(r["Key"], r.get("Value"), r["SyncCount"]) for r in page["Records"]], [("a", None, 2)])
        error = self.boto.perform("ListRecords", **self.names, LastSyncCount=37)
        self.assertEqual(error, {"Error": "InvalidParameterException",
                                 "Message": "No such SyncCount: 37 exists for this Dataset"})

    def test_pagination(self):
        self.push(*((key, "value", 0) for key in "abcde"))
        page = self.boto.perform("ListRecords", **self.names)
        self.assertEqual(keys(page), ["a", "b", "c"])
        rest = self.boto.perform("ListRecords", **self.names, NextToken=page["NextToken"], MaxResults=2)
        self.assertEqual((keys(rest), rest["Count"], rest.get("NextToken")), (["d", "e"], 2, None))

    def test_deletion_and_metadata(self):
        self.push(("ü", "é", 0))
        described = self.boto.perform("DescribeDataset", **self.names)["Dataset"]
        self.assertEqual((described["NumRecords"], described["DataStorage"]), (1, 4))
        listed = self.boto.perform("ListDatasets", **self.owner)
        self.assertEqual((listed["Count"], listed["Datasets"]), (1, [described]))
        self.assertEqual(self.boto.perform("DeleteDataset", **self.names)["Dataset"], described)
        page = self.boto.perform("ListRecords", **self.names, LastSyncCount=1)
        self.assertEqual((page["DatasetExists"], page["DatasetDeletedAfterRequestedSyncCount"]), (False, True))
        usage = self.boto.perform("DescribeIdentityUsage", **self.owner)["IdentityUsage"]
        self.assertEqual((usage["DatasetCount"], usage["DataStorage"]), (0, 0))
        self.assertEqual(self.boto.perform("DeleteDataset", **self.names)["Error"], "ResourceNotFoundException")

    def test_a_request_without_a_signature_passes_and_a_wrong_one_does_not(self):
        self.assertIn("Records", Boto(unsigned(self.upstream.listen)).perform("ListRecords", **self.names))
        target = f"/identitypools/{self.pool}/identities/{self.identity}/datasets"
        self.assertEqual(send(self.upstream.listen, "GET", target, headers={"Authorization": "none"}).status, 403)

    def test_writes_by_others(self):
        form = {"pool": self.pool, "identity": self.identity, "dataset": "a.b:c", "key": "a", "value": "1"}
        send(self.upstream.listen, "POST", "/_control/writes", urllib.parse.urlencode(form))
        page = self.boto.perform("ListRecords", **self.names)
        self.assertEqual([r["LastModifiedBy"] for r in page["Records"]], [self.identity])

    def test_a_merge_is_reported_until_the_merged_dataset_is_deleted(self):
        self.push(("a", "1", 0))
        winner = identifiers()[1]
        form = {"pool": self.pool, "from": self.identity, "into": winner}
        send(self.upstream.listen, "POST", "/_control/merge", urllib.parse.urlencode(form))
        self.names["IdentityId"], merged = winner, f"a.b:c.{self.identity}"
        self.assertEqual(self.boto.perform("ListRecords", **self.names)["MergedDatasetNames"], [merged])
        self.boto.perform("DeleteDataset", **{**self.names, "DatasetName": merged})
        self.assertFalse(self.boto.perform("ListRecords", **self.names).get("MergedDatasetNames"))

    def test_errors_of_requests(self):
        path = f"/identitypools/{self.pool}/identities/{self.identity}/datasets/n"
        for method, target, body, error in [
            ("GET", "/identitypools/X/identities/a:b/datasets", None, "InvalidParameterException"),
            ("GET", path + "/records?maxResults=0", None, "InvalidParameterException"),
            ("GET", path + "/records?nextToken=!", None, "InvalidParameterException"),
            ("GET", path + "/records/more", None, "UnknownOperationException"),
            ("POST", path, "{", "SerializationException"),
            ("POST", path, "{}", "InvalidParameterException"),
        ]:
            with self.subTest(target=target, body=body):
                self.assertEqual(send(self.upstream.listen, method, target, body).headers["x-amzn-errortype"], error)


class SessionTokens(unittest.TestCase):
    def test_one_push_spends_a_token_and_a_conflict_does_not(self):
        story = Story()
        token = story.token()
        story.push(a="1")
        self.assertRegex(story.push(token, a="2"), "Current SyncCount")
        self.assertIn("Records", story.page(syncSessionToken=token))
        self.assertIn("Records", story.push(token, count=1, a="2"))
        self.assertEqual(story.push(token, count=2, a="3"), f"InvalidParameterException: {NAMED}")
        self.assertEqual(story.page(syncSessionToken=token), f"InvalidParameterException: {NAMED}")

    def test_a_reusable_token_lasts_as_long(self):
        story = Story(tokens="reusable", spent_text="unnamed")
        token = story.token()
        self.assertIn("Records", story.push(token, a="1"))
        self.assertIn("Records", story.push(token, count=1, a="2"))
        story.ticks.time += 300_000
        self.assertEqual(story.push(token, count=2, a="3"), "InvalidParameterException: The session has expired")

    def test_a_token_of_another_identity_or_dataset_or_of_nobody(self):
        story, other = Story(), Story()
        other.service = story.service
        self.assertRegex(other.push(story.token(), a="1"), "Mismatch between session identity id")
        other.labels = [*story.labels[:2], "other"]
        for token in (story.token(), "forged", base64.b64encode(gzip.compress(b"e30=:1:AAAA")).decode()):
            self.assertEqual(other.push(token, a="1"), f"InvalidParameterException: {NAMED}")

    def test_the_form_of_the_live_service(self):
        payload, one, seal = gzip.decompress(base64.b64decode(Story().token())).split(b":")
        members = json.loads(base64.b64decode(payload))
        self.assertEqual((one, len(base64.b64decode(seal))), (b"1", 32))
        self.assertEqual(members["expiration"], 1424801824001 + 300_000)
        self.assertEqual(set(members), {"sessionId", "expiration", "identityId", "datasetName"})


class EachRule(unittest.TestCase):
    def test_counter(self):
        for counter, count in (("continues", 3), ("restarts", 1)):
            story = Story(counter=counter)
            story.push(a="1"), story.push(b="1"), story.delete()
            self.assertEqual(story.page(3), "InvalidParameterException: No such SyncCount: 3 exists for this Dataset")
            story.push(c="1")
            page = story.page(2)
            self.assertEqual((keys(page), page["DatasetSyncCount"]), (["c"], count))
            self.assertTrue(page["DatasetDeletedAfterRequestedSyncCount"])
            for current in (0, count):
                self.assertFalse(story.page(current)["DatasetDeletedAfterRequestedSyncCount"])

    def test_counts(self):
        for step in (1, 2):
            story = Story(count_step=step)
            self.assertEqual([r["SyncCount"] for r in story.push(a="1", b="1")["Records"]], [step, step])
            self.assertEqual(story.push(c="1")["Records"][0]["SyncCount"], 2 * step)

    def test_same_value(self):
        for rule, expected in (("bumps", [2]), ("keeps", [1]), ("omits", [])):
            story = Story(same_value=rule)
            story.push(a="1")
            self.assertEqual([r["SyncCount"] for r in story.push(count=1, a="1")["Records"]], expected)
            self.assertEqual(story.page()["DatasetSyncCount"], max(expected or [1]))
            self.assertRegex(story.push(count=0, a="1"), "ResourceConflictException")

    def test_conflict(self):
        self.assertIn("Records", Story().push(count=7, a="1"))
        self.assertRegex(Story(conflict="inequality").push(count=7, a="1"), "is: 0 not: 7")

    def test_lambda_key(self):
        written = Story(lambda_key=True).push(a="1")["Records"]
        self.assertEqual([r["Key"] for r in written], ["a", "of-the-lambda"])
        self.assertEqual({r["SyncCount"] for r in written}, {1})

    def test_tombstones(self):
        for listed in (True, False):
            story = Story(listing_tombstones=listed)
            story.push(a="1", b="1"), story.push(count=1, a=None)
            self.assertEqual(keys(story.page()), ["a", "b"] if listed else ["b"])
            self.assertEqual(keys(story.page(1)), ["a"])

    def test_pages(self):
        story = Story(page_cap=2, page_cap_with_size=1, count_of="dataset", token_after_full_page=True)
        story.push(a="1", b="1", c="1", d="1")
        page = story.page()
        self.assertEqual((keys(page), page["Count"]), (["a", "b"], 4))
        self.assertEqual(keys(story.page(maxResults=3)), ["a"])
        last = story.page(nextToken=page["NextToken"])
        self.assertEqual(keys(last), ["c", "d"])
        empty = story.page(nextToken=last["NextToken"])
        self.assertEqual((keys(empty), empty["NextToken"]), ([], None))

    def test_order(self):
        for order, expected in (("keys", ["a", "b"]), ("changes", ["b", "a"])):
            story = Story(order=order)
            story.push(b="1"), story.push(a="1")
            first = story.page(maxResults=1)
            second = story.page(nextToken=first["NextToken"])
            self.assertEqual(keys(first) + keys(second), expected)

    def test_dates(self):
        story = Story()
        written = story.push(a="1", b="1")["Records"]
        self.assertEqual(len({r["LastModifiedDate"] for r in written}), 2)
        self.assertTrue(all(r["DeviceLastModifiedDate"] == r["LastModifiedDate"] + 80 for r in written))
        written = Story(record_dates="equal", device_dates="kept").push(a="1", b="1")["Records"]
        self.assertEqual(len({r["LastModifiedDate"] for r in written}), 1)
        self.assertEqual({r["DeviceLastModifiedDate"] for r in written}, {1500000000000})

    def test_wire(self):
        value = {"a": Date(1424801824343), "b": None, "c": ["ü"]}
        self.assertEqual(text(value, Rules(), PLAIN), '{"a":1.424801824343E9,"b":null,"c":["ü"]}')
        self.assertEqual(text(Date(1500000000000), Rules(), PLAIN), "1.5E9")
        plain = Rules(nulls="absent", date_format="plain")
        self.assertEqual(text(value, plain, OTHER), r'{"c" : ["\u00fc"] , "a" : 1424801824.343}')

    def test_limits(self):
        story = Story()
        self.assertRegex(story.push(**{str(n): "" for n in range(1025)}), "LimitExceededException")
        self.assertRegex(story.push(a="x" * (1 << 20)), "LimitExceededException")
        self.assertFalse(story.page()["DatasetExists"])


class CoveringSets(unittest.TestCase):
    def test_each_two_rules_meet_in_all_combinations(self):
        default, sets = Rules(), covering_sets()
        for one in OTHERS:
            for other in OTHERS:
                met = {tuple(getattr(rules, name) == getattr(default, name) for name in (one, other)) for rules in sets}
                self.assertEqual(len(met), 2 if one == other else 4, (one, other))
        for name, values in OTHERS.items():
            self.assertLessEqual(set(values), {getattr(rules, name) for rules in sets})


if __name__ == "__main__":
    unittest.main()
