"""The feed of Cognito Streams for writes that bypass the gateway: `POST /streams`, and the Lambda function for it."""

import base64
import contextlib
import importlib.util
import json
import os
import tempfile
import time
import unittest
import unittest.mock
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from callers import identifiers
from processes import PROJECT, STREAMS_TOKEN, Emulator, Gateway
from raw import send
from test_caching import metric, records_path

TOKEN = "0123456789abcdef0123456789abcdef"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def function():
    """Returns the Lambda function of the project as a module."""
    spec = importlib.util.spec_from_file_location("streams_lambda", PROJECT / "deploy/streams_lambda.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def batch(*events):
    """Returns the event that Lambda passes to a consumer of a Kinesis stream."""
    return {"Records": [
        {
            "kinesis": {
                "kinesisSchemaVersion": "1.0", "partitionKey": "1", "sequenceNumber": str(number),
                "data": base64.b64encode(json.dumps(event).encode()).decode(),
                "approximateArrivalTimestamp": 1545084650.987,
            },
            "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": f"shardId-000000000006:{number}",
            "eventName": "aws:kinesis:record", "awsRegion": "us-east-1",
        }
        for number, event in enumerate(events)
    ]}


class Streams(unittest.TestCase):
    """The tests for a dataset that is cached at count 1 for a minute while a writer bypasses the gateway."""

    def setUp(self):
        self.pool, self.identity = identifiers()
        self.path = records_path(self.pool, self.identity)
        running = contextlib.ExitStack()
        self.addCleanup(running.close)
        folder = running.enter_context(tempfile.TemporaryDirectory())
        self.token_file = Path(folder, "token")
        self.token_file.touch(0o600)
        self.token_file.write_text(TOKEN)
        self.emulator = running.enter_context(Emulator())
        self.gateway = running.enter_context(Gateway(
            self.emulator.listen, cache={"fresh": "1m", "absent": "1m"},
            admin={"address": "127.0.0.1:0", "token_file": str(self.token_file)},
        ))
        self.dates = {}  # sync count -> LastModifiedDate of that write, in milliseconds
        self.write("first")
        self.assertEqual(self.read().json["DatasetSyncCount"], 1)

    def write(self, value, key="k"):
        time.sleep(0.002)  # the dates of two writes differ
        response = self.emulator.command(
            "writes", pool=self.pool, identity=self.identity, dataset="d", key=key, **({"value": value} if value else {})
        )
        record = response.json["Records"][0]
        self.dates[record["SyncCount"]] = round(record["LastModifiedDate"] * 1000)

    def read(self, query=""):
        response = send(self.gateway.listen, "GET", self.path + query)
        self.assertEqual(response.status, 200, response)
        return response

    def values(self):
        return {r["Key"]: r.get("Value") for r in self.read().json["Records"]}

    def upstream_reads(self):
        return metric(self.gateway, "syncgate_upstream_requests_total", operation="ListRecords")

    def event(self, count, value="second", key="k", **members):
        operation, date = "replace" if value else "remove", self.dates.get(count, 1424801824343)
        record = {
            "key": key, "syncCount": count, "op": operation,
            "lastModifiedDate": date, "deviceLastModifiedDate": date, **({"value": value} if value else {}),
        }
        return {
            "identityPoolId": self.pool, "identityId": self.identity, "dataSetName": "d", "operation": "replace",
            "kinesisSyncRecords": [record], "lastModifiedDate": date, "payloadType": "Inline", "syncCount": count,
            **members,
        }

    def post(self, body, token=STREAMS_TOKEN):
        """Posts the body with urllib, as any script would, and returns the counts that are not 0."""
        fields = {"Authorization": f"Bearer {token}"} if token else {}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{self.gateway.admin}/streams", data, fields)
        with DIRECT.open(request, timeout=30) as response:
            return {name: count for name, count in json.load(response).items() if count}

    def test_a_change_that_continues_is_merged_without_an_upstream_request(self):
        before = self.upstream_reads()
        self.write("second")
        self.assertEqual(self.values(), {"k": "first"}, "still cached, without an event")
        self.assertEqual(self.post(batch(self.event(2))), {"received": 1, "merged": 1})
        page = self.read().json
        self.assertEqual(page["DatasetSyncCount"], 2)
        record = page["Records"][0]
        self.assertEqual((record["Value"], record["SyncCount"]), ("second", 2))
        self.assertEqual(round(record["LastModifiedDate"] * 1000), self.dates[2])
        self.write(None)
        self.assertEqual(self.post(self.event(3, None)), {"received": 1, "merged": 1})
        self.assertEqual(self.read("?lastSyncCount=2").json["DatasetSyncCount"], 3)
        self.assertEqual(self.upstream_reads(), before)

    def test_a_change_that_is_known_is_ignored(self):
        before = self.upstream_reads()
        duplicates = [self.event(1, "first"), self.event(1, "first", datasetName="d")]
        self.assertEqual(self.post(batch(*duplicates)), {"received": 2, "known": 2})
        self.assertEqual(self.values(), {"k": "first"})
        self.assertEqual(self.upstream_reads(), before)

    def test_an_older_change_of_another_dataset_of_that_name_is_not_merged(self):
        self.write("second")
        del self.dates[2]
        self.assertEqual(self.post(batch(self.event(2, "of the dataset before"))), {"received": 1, "doubted": 1})
        self.assertEqual(self.values(), {"k": "second"})

    def test_a_change_that_does_not_continue_causes_a_revalidation(self):
        self.write("second")
        self.write("third")
        self.assertEqual(self.post(batch(self.event(3, "third"))), {"received": 1, "doubted": 1})
        self.assertEqual(self.values(), {"k": "third"})

    def test_a_payload_in_s3_causes_a_revalidation(self):
        self.write("second")
        elsewhere = self.event(
            2, kinesisSyncRecords=None, payloadType="S3Url", kinesisSyncRecordsURL="https://bucket.s3.amazonaws.com/x"
        )
        self.assertEqual(self.post(batch(elsewhere)), {"received": 1, "doubted": 1})
        self.assertEqual(self.values(), {"k": "second"})

    def test_a_removal_causes_a_revalidation_at_any_count(self):
        self.write("second")
        removal = self.event(1, operation="remove", kinesisSyncRecords=None)
        self.assertEqual(self.post([removal]), {"received": 1, "doubted": 1})
        self.assertEqual(self.values(), {"k": "second"})

    def test_a_dataset_that_is_not_cached_needs_nothing(self):
        self.assertEqual(self.post(batch(self.event(5, dataSetName="other"))), {"received": 1, "unheld": 1})

    def test_a_bad_record_spoils_no_other(self):
        self.write("second")
        events = batch({"identityPoolId": self.pool}, self.event(2))
        events["Records"].append({"kinesis": {"data": "not Base64"}})
        response = self.post(events)
        self.assertEqual(response["received"], 3)
        self.assertEqual([r["index"] for r in response["refused"]], [0, 2])
        self.assertEqual(self.values(), {"k": "second"})

    def refusal(self, body, token=STREAMS_TOKEN):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.post(body, token)
        with refused.exception:
            return refused.exception.code

    def test_a_token_and_json_are_required(self):
        for token in (None, "0" * 32, TOKEN[:-1], STREAMS_TOKEN + "x"):
            self.assertEqual(self.refusal(batch(self.event(2)), token), 401)
        self.assertEqual(self.refusal(b"{"), 400)
        self.assertEqual(self.values(), {"k": "first"})

    def test_the_admin_token_is_good_for_events_too(self):
        self.write("second")
        self.assertEqual(self.post(batch(self.event(2)), TOKEN), {"received": 1, "merged": 1})

    def test_the_token_for_events_is_good_for_nothing_else(self):
        query = urllib.parse.urlencode({"pool": self.pool, "identity": self.identity, "dataset": "d"})
        for method, target in [("DELETE", "/cache"), ("POST", "/reload"), ("POST", "/drain"), ("GET", f"/explain?{query}")]:
            with self.subTest(target=target):
                response = send(self.gateway.admin, method, target, headers={"Authorization": f"Bearer {STREAMS_TOKEN}"})
                self.assertEqual(response.status, 401)
        self.assertEqual(self.values(), {"k": "first"})

    def test_without_a_token_in_the_configuration_no_event_is_taken(self):
        with Gateway(self.emulator.listen, admin={"streams_token_file": ""}) as gateway:
            for headers in ({}, {"Authorization": f"Bearer {STREAMS_TOKEN}"}):
                response = send(gateway.admin, "POST", "/streams", json.dumps(batch(self.event(2))), headers)
                self.assertEqual(response.status, 403)
                self.assertEqual(response.headers["x-amzn-errortype"], "AccessDeniedException")
                self.assertEqual(response.json["__type"], "AccessDeniedException")
                self.assertIn("admin.streams_token_file", response.json["message"])

    def test_the_largest_lambda_batch_is_accepted_and_a_larger_one_is_not(self):
        filler = self.event(9, "v" * 900_000, dataSetName="other")
        events = batch(*[filler] * 4)
        self.assertGreater(len(json.dumps(events)), 4_800_000)
        self.assertEqual(self.post(events), {"received": 4, "unheld": 4})
        with self.assertRaises((urllib.error.HTTPError, OSError)) as refused:
            self.post(batch(*[filler] * 8))
        if isinstance(refused.exception, urllib.error.HTTPError):
            self.assertEqual(refused.exception.code, 413)
            refused.exception.close()

    def lambda_environment(self, *gateways, **tokens):
        return unittest.mock.patch.dict(os.environ, {"SYNCGATE_ADMIN": " ".join(gateways), **tokens})

    def test_the_lambda_function_posts_to_the_gateway(self):
        every = [
            {"SYNCGATE_STREAMS_TOKEN": STREAMS_TOKEN}, {"SYNCGATE_ADMIN_TOKEN": TOKEN},
            {"SYNCGATE_STREAMS_TOKEN": STREAMS_TOKEN, "SYNCGATE_ADMIN_TOKEN": "wrong"},
        ]
        for count, tokens in enumerate(every, 2):
            with self.subTest(tokens=[*tokens]):
                self.write(f"value {count}")
                with self.lambda_environment(f"http://{self.gateway.admin}/", **tokens), contextlib.redirect_stdout(None):
                    self.assertIsNone(function().handler(batch(self.event(count, f"value {count}")), None))
                self.assertEqual(self.values(), {"k": f"value {count}"})

    def test_the_lambda_function_posts_to_the_others_when_one_is_down_and_fails(self):
        self.write("second")
        both = ["http://127.0.0.1:1", f"http://{self.gateway.admin}"]
        with self.lambda_environment(*both, SYNCGATE_STREAMS_TOKEN=STREAMS_TOKEN), contextlib.redirect_stdout(None), self.assertRaises(OSError):
            function().handler(batch(self.event(2)), None)
        self.assertEqual(self.values(), {"k": "second"})

    def test_staleness_follows_the_feed_and_not_the_clock(self):
        """Rule C7 with a feed: the event makes the write visible, however long pages are fresh."""
        worst = 0.0
        for count in range(2, 22):
            self.write(f"value {count}")
            started = time.monotonic()
            self.post(batch(self.event(count, f"value {count}")))
            self.assertEqual(self.values(), {"k": f"value {count}"})
            worst = max(worst, time.monotonic() - started)
        self.assertLess(worst, 5)

    def test_explain_shows_what_a_read_would_cost(self):
        query = urllib.parse.urlencode({"pool": self.pool, "identity": self.identity, "dataset": "d"})
        refused = send(self.gateway.admin, "GET", f"/explain?{query}")
        self.assertEqual(refused.status, 401)

        def explain(**more):
            target = "/explain?" + "&".join([query, urllib.parse.urlencode(more)] if more else [query])
            response = send(self.gateway.admin, "GET", target, headers={"Authorization": f"Bearer {TOKEN}"})
            self.assertEqual(response.status, 200, response)
            return response.json

        cached = explain()
        self.assertIn(cached["outcome"], ("hit", "derived"))
        self.assertEqual((cached["held"]["sync_count"], cached["held"]["exists"]), (1, True))
        self.assertEqual(explain(lastSyncCount=1)["outcome"], "derived")
        above = explain(lastSyncCount=2)
        self.assertNotIn(above["outcome"], ("hit", "derived"))
        self.assertIn("above_count", [r["reason"] for r in above["reasons"]])
        self.write("second")
        self.post(self.event(3, operation="remove"))
        doubted = explain()
        self.assertEqual(doubted["outcome"], "delta")
        self.assertEqual(doubted["held"]["doubt"]["reason"], "stream")
        self.assertEqual(doubted["reasons"][0]["reason"], "doubted")


if __name__ == "__main__":
    unittest.main()
