"""A story through each SDK, as its recipe in `docs/clients.md` sets it up: members, errors, ids and retries.

A suite whose programs are not on this machine is skipped by name.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from callers import Boto, CommandLine, comparable, identifiers, signed, unsigned, without_upstream_choices
from processes import ENVIRONMENT, Emulator, Gateway
from raw import send
from scenario import OPERATIONS, run_scenario
from sdks import Aiobotocore, Driver, DRIVERS, Jdk, go_program, lacks_go, lacks_jdk, lacks_ruby, model_file
from test_caching import dataset_path, metric, records_path
from upstream import Upstream


class FailingOnce(Upstream):
    """An upstream that carries out its first request of the operation, and responds to it with an error."""

    def __init__(self, operation, status, name):
        super().__init__()
        self.operation, self.status, self.name = operation, status, name

    def respond(self, received):
        status, headers, body = super().respond(received)
        if received.operation == self.operation and self.request_count(self.operation) == 1:
            headers.append(("x-amzn-ErrorType", self.name))
            return self.status, headers, json.dumps({"message": "for once"}).encode()
        return status, headers, body


class Story:
    """The story, which a subclass tells through its SDK."""

    maxDiff = None
    # Whether the SDK gives all attempts of a request one `amz-sdk-invocation-id`.
    names_its_attempts = True

    def caller(self, address):
        """Returns a new caller of the address: its operations by `perform`, the last id in `request_id`."""
        raise NotImplementedError

    def started(self, address):
        caller = self.caller(address)
        self.addCleanup(caller.close)
        return caller

    def test_every_operation_as_boto3_sees_it_without_the_gateway(self):
        with Upstream(allow_devices=True) as behind, Upstream(allow_devices=True) as reference:
            pool, identity = identifiers()
            # The Python upstream shows removed records in a whole listing.
            with Gateway(behind.address, cache={"listing_tombstones": "yes"}) as gateway:
                through = run_scenario(self.started(gateway.listen), pool, identity)
            direct = run_scenario(Boto(signed(reference.address)), pool, identity)
            self.assertEqual({operation for operation, _, _ in through}, OPERATIONS)
            for (operation, parameters, response), (_, _, expected) in zip(through, direct, strict=True):
                with self.subTest(operation=operation, parameters=parameters):
                    self.assertEqual(without_upstream_choices(comparable(response)), without_upstream_choices(comparable(expected)))
            self.assertEqual(behind.differences, [])

    def test_a_listing_of_datasets_in_pages(self):
        pool, identity = identifiers()
        owner = {"IdentityPoolId": pool, "IdentityId": identity}
        with Upstream() as upstream, Gateway(upstream.address) as gateway:
            caller = self.started(gateway.listen)
            for name in ("a", "b", "c"):
                token = upstream.store.token(pool, identity, name)
                patch = {"Op": "replace", "Key": "k", "Value": "v", "SyncCount": 0}
                caller.perform("UpdateRecords", **owner, DatasetName=name, SyncSessionToken=token, RecordPatches=[patch])
            first = caller.perform("ListDatasets", **owner, MaxResults=2)
            rest = caller.perform("ListDatasets", **owner, MaxResults=2, NextToken=first["NextToken"])
        names = [dataset["DatasetName"] for page in (first, rest) for dataset in page["Datasets"]]
        self.assertEqual((names, rest.get("NextToken")), (["a", "b", "c"], None))

    def test_errors_of_the_gateway_have_a_name_and_a_message(self):
        pool, _ = identifiers()
        with Upstream() as upstream, Gateway(upstream.address, allow={"operations": ["ListDatasets"]}) as gateway:
            caller = self.started(gateway.listen)
            invalid = caller.perform("ListDatasets", IdentityPoolId="nope", IdentityId="n")
            self.assertEqual(invalid["Error"], "InvalidParameterException")
            self.assertIn("2 validation errors detected: Value 'nope' at 'identityPoolId' failed", invalid["Message"])
            # The operation's model does not have this error.
            refused = caller.perform("BulkPublish", IdentityPoolId=pool)
            self.assertEqual(refused["Error"], "AccessDeniedException")
            self.assertIn("BulkPublish", refused["Message"])
            self.assertEqual(upstream.requests, [])

    def test_each_response_has_a_request_id(self):
        pool, identity = identifiers()
        owner = {"IdentityPoolId": pool, "IdentityId": identity}
        with Upstream() as upstream, Gateway(upstream.address) as gateway:
            caller, ids = self.started(gateway.listen), []
            for parameters in ({**owner, "DatasetName": "d"}, {**owner, "DatasetName": "d"}, {**owner, "DatasetName": "*"}):
                caller.perform("ListRecords", **parameters)
                ids.append(caller.request_id)
            self.assertTrue(all(ids), ids)
            # The id of the gateway's own error is that of its access line.
            gateway.wait_for(f'"http.request.id": ?"{ids[2]}"')

    def test_a_throttled_request_is_sent_again(self):
        pool, identity = identifiers()
        # Faster than the first retry of an SDK, so that each retry finds a token.
        throttle = {"caller": {"key": "address", "rate": "20/s", "burst": 1}}
        with Upstream() as upstream, Gateway(upstream.address, throttle=throttle) as gateway:
            caller = self.started(gateway.listen)
            for _ in range(100):
                response = caller.perform("ListDatasets", IdentityPoolId=pool, IdentityId=identity)
                self.assertEqual(response.get("Datasets"), [], response)
                if metric(gateway, "syncgate_requests_total", code="429"):
                    return
        self.fail("nothing was throttled")

    def test_a_write_that_failed_after_it_was_applied_succeeds_when_it_comes_again(self):
        pool, identity = identifiers()
        dataset = {"IdentityPoolId": pool, "IdentityId": identity, "DatasetName": "d"}
        patch = {"Op": "replace", "Key": "k", "Value": "v", "SyncCount": 0}
        with FailingOnce("UpdateRecords", 500, "InternalErrorException") as upstream, Gateway(upstream.address) as gateway:
            caller = self.started(gateway.listen)
            page = caller.perform("ListRecords", **dataset)
            token = page["SyncSessionToken"]
            written = caller.perform("UpdateRecords", **dataset, SyncSessionToken=token, RecordPatches=[patch])
            if self.names_its_attempts:
                self.assertEqual([r["SyncCount"] for r in written.get("Records", [])], [1], written)
                self.assertEqual(upstream.request_count("UpdateRecords"), 1)
            else:
                self.assertEqual(written.get("Error"), "ResourceConflictException")


class Boto3(Story, unittest.TestCase):
    def caller(self, address):
        return Boto(unsigned(address, retries=None))

    def test_no_line_of_the_program_has_to_change(self):
        program = "import boto3; print(boto3.client('cognito-sync').list_identity_pool_usage()['Count'])"
        with ignoring_signatures() as gateway:
            self.assertEqual(run_unchanged(gateway, sys.executable, "-c", program), "0")


    def test_its_new_retries_wait_exactly_as_told(self):
        program = "import boto3; sync = boto3.client('cognito-sync'); print([sync.list_identity_pool_usage()['Count'] for _ in 'ab'])"
        throttle = {"caller": {"key": "address", "rate": "1/s", "burst": 1}}
        with ignoring_signatures(throttle=throttle) as gateway:
            printed = run_unchanged(gateway, sys.executable, "-c", program, environment={"AWS_NEW_RETRIES_2026": "true"})
            self.assertEqual(printed, "[0, 0]")
            # Its own back-off is a random part of a second, and mostly not enough.
            self.assertEqual(metric(gateway, "syncgate_requests_total", code="429"), 1)


class AioBoto(Story, unittest.TestCase):
    def caller(self, address):
        return Aiobotocore(address)


class AwsCommandLine(Story, unittest.TestCase):
    # It takes half a minute, and test_operations has it.
    test_every_operation_as_boto3_sees_it_without_the_gateway = None
    # It shows no id.
    test_each_response_has_a_request_id = None

    def caller(self, address):
        scratch = tempfile.TemporaryDirectory()
        caller = CommandLine(address, scratch.name, attempts=8)
        caller.close = scratch.cleanup
        return caller

    def test_a_throttled_request_is_sent_again(self):
        # Its start takes longer than any bucket to fill: here AWS throttles.
        pool, identity = identifiers()
        with FailingOnce("ListDatasets", 429, "TooManyRequestsException") as upstream, Gateway(upstream.address) as gateway:
            response = self.started(gateway.listen).perform("ListDatasets", IdentityPoolId=pool, IdentityId=identity)
            self.assertEqual((response.get("Datasets"), upstream.request_count("ListDatasets")), ([], 2), response)

    def test_no_option_has_to_be_given(self):
        program = str(Path(sys.executable).parent / "aws")
        with ignoring_signatures() as gateway:
            printed = run_unchanged(gateway, program, "--output", "json", "cognito-sync", "list-identity-pool-usage")
            self.assertEqual(json.loads(printed)["Count"], 0)


@unittest.skipIf(why := lacks_ruby(), why)
class Ruby(Story, unittest.TestCase):
    def caller(self, address):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return Driver("ruby", str(DRIVERS / "ruby.rb"), address, model_file(folder.name))


@unittest.skipIf(why := lacks_go("aws-sdk-go"), why)
class GoV1(Story, unittest.TestCase):
    names_its_attempts = False

    def caller(self, address):
        return Driver(go_program("go_v1"), address)


@unittest.skipIf(why := lacks_go("aws-sdk-go-v2"), why)
class GoV2(Story, unittest.TestCase):
    def caller(self, address):
        return Driver(go_program("go_v2"), address)


@unittest.skipIf(why := lacks_jdk(), why)
class JdkHttp(Story, unittest.TestCase):
    def caller(self, address):
        return Jdk(address)

    def test_the_other_listeners_respond_too(self):
        with Emulator() as emulator, Gateway(emulator.listen) as gateway:
            jdk = self.started(gateway.listen)
            for url in (f"http://{gateway.admin}/livez", f"http://{emulator.listen}/_emulator/statistics"):
                self.assertEqual(jdk.lines.send(f"GET\t{url}\t").partition("\t")[0], "200", url)


@unittest.skipUnless(shutil.which("curl"), "needs curl")
class Curl(unittest.TestCase):
    def test_each_habit_of_curl_is_served(self):
        pool, identity = identifiers()
        with Upstream() as upstream, Gateway(upstream.address) as gateway:
            body = json.dumps({
                "SyncSessionToken": upstream.store.token(pool, identity, "d"),
                "RecordPatches": [{"Op": "replace", "Key": "k", "Value": "v", "SyncCount": 0}],
            })
            records, dataset = records_path(pool, identity), dataset_path(pool, identity)
            typed = ["-H", "Content-Type: application/json"]
            for path, *options in (
                (records,),
                (records, "--http2"),
                (records, "--compressed"),
                (records, "-I"),
                (records, "-X", "GET", "-H", "Transfer-Encoding: chunked", *typed, "-d", ""),
                (dataset, *typed, "-d", body),
                (dataset, "-X", "DELETE", *typed, "-d", "{}"),
            ):
                run = subprocess.run(
                    ["curl", "-sS", "-o", os.devnull, "-w", "%{http_version} %{http_code}", "--max-time", "30", *options,
                     f"http://{gateway.listen}{path}"],
                    stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, env=ENVIRONMENT,
                )
                with self.subTest(options):
                    self.assertEqual(run.stdout, "1.1 200", run.stderr)


@contextlib.contextmanager
def ignoring_signatures(**sections):
    """Runs a gateway for programs that cannot be told not to sign."""
    with Upstream() as upstream, Gateway(upstream.address, callers={"signatures": "ignore"}, **sections) as gateway:
        yield gateway
        if upstream.differences:
            raise AssertionError(upstream.differences)


def run_unchanged(gateway, *command, environment=None):
    """Runs a program that knows nothing of the gateway, with variables alone, and returns what it prints."""
    variables = {
        "AWS_ENDPOINT_URL_COGNITO_SYNC": f"http://{gateway.listen}", "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, **(environment or {}),
    }
    run = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, env={**ENVIRONMENT, **variables}
    )
    if run.returncode:
        raise AssertionError(run.stderr)
    return run.stdout.strip()


if __name__ == "__main__":
    unittest.main()
