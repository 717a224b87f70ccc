"""All 17 operations by boto3 and the AWS CLI, both unsigned, through the gateway: no difference.

The scenario runs through the gateway and, signed by boto3, directly against an upstream of the same kind. The
responses are equal, member by member. Each read is also sent again to the upstream behind the gateway.
"""

import tempfile
import unittest

from callers import Boto, CommandLine, comparable, identifiers, signed, unsigned, without_upstream_choices
from processes import Emulator, Gateway, variables
from scenario import OPERATIONS, READS, run_scenario
from upstream import TEMPORARY, Upstream


def without_cursor(response):
    """Returns the response without the cursor of a page of records: the gateway issues its own."""
    response = comparable(response)
    return {**response, "NextToken": "a token"} if {"Records", "NextToken"} <= response.keys() else response


class Recheck:
    """A caller that sends each read again directly and compares the responses; `test` reports a difference."""

    def __init__(self, caller, direct, test):
        self.caller, self.direct, self.test = caller, direct, test

    def perform(self, operation, **parameters):
        response = self.caller.perform(operation, **parameters)
        has_gateway_token = any(str(value).startswith("syncgate1.") for value in parameters.values())
        if operation in READS and not has_gateway_token:
            again = self.direct.perform(operation, **parameters)
            with self.test.subTest(operation=operation, parameters=parameters):
                self.test.assertEqual(without_cursor(response), without_cursor(again), "differs from the response of upstream")
        return response


class Operations:
    """The tests for one kind of upstream, which a subclass makes."""

    maxDiff = None

    def upstream(self, allow_devices):
        """Returns a new upstream: a context manager whose value has an `address` or `listen`."""
        raise NotImplementedError

    def compare(self, make_caller, allow_devices):
        with self.upstream(allow_devices) as behind, self.upstream(allow_devices) as reference:
            # Both kinds of upstream show removed records in a whole listing.
            with Gateway(address_of(behind), cache={"listing_tombstones": "yes"}) as gateway:
                pool, identity = identifiers()
                caller = Recheck(make_caller(gateway.listen), Boto(signed(address_of(behind))), self)
                through = run_scenario(caller, pool, identity)
                direct = run_scenario(Boto(signed(address_of(reference))), pool, identity)
            self.assertEqual({operation for operation, _, _ in through}, OPERATIONS)
            for (operation, parameters, response), (_, _, expected) in zip(through, direct, strict=True):
                with self.subTest(operation=operation, parameters=parameters):
                    self.assertEqual(without_upstream_choices(comparable(response)), without_upstream_choices(comparable(expected)))
                if operation in ("RegisterDevice", "SubscribeToDataset", "UnsubscribeFromDataset"):
                    self.assertEqual("Error" in response, not allow_devices, response)
            self.check_signatures(behind)

    def check_signatures(self, upstream):
        """Does nothing: the emulator responds with 403 to a wrong signature, which shows as a difference."""

    def test_boto3_sees_no_difference(self):
        self.compare(lambda address: Boto(unsigned(address)), allow_devices=False)

    def test_boto3_sees_no_difference_where_devices_are_allowed(self):
        self.compare(lambda address: Boto(unsigned(address)), allow_devices=True)

    def test_the_aws_cli_sees_no_difference(self):
        with tempfile.TemporaryDirectory() as scratch:
            self.compare(lambda address: CommandLine(address, scratch), allow_devices=True)


class OperationsAgainstTheEmulator(Operations, unittest.TestCase):
    def upstream(self, allow_devices):
        # The scenario lists removed records, and sends a token again after a write: as the Python upstream allows.
        return Emulator(
            deviceOperations="allowed" if allow_devices else "refused", fullListingTombstones="true", tokenUse="many"
        )


class OperationsAgainstThePythonUpstream(Operations, unittest.TestCase):
    def upstream(self, allow_devices):
        return Upstream(allow_devices)

    def check_signatures(self, upstream):
        self.assertEqual(upstream.differences, [], "botocore signs it differently")

    def test_temporary_credentials_are_sent_and_signed(self):
        with Upstream(credentials=TEMPORARY) as upstream:
            with Gateway(upstream.address, environment=variables(TEMPORARY)) as gateway:
                response = Boto(unsigned(gateway.listen)).perform("ListIdentityPoolUsage")
        self.assertIn("IdentityPoolUsages", response)
        self.check_signatures(upstream)


class TheUpstreamItself(unittest.TestCase):
    def test_refuses_what_botocore_would_sign_otherwise(self):
        with Upstream() as upstream:
            client = signed(upstream.address)
            client.meta.events.register(
                "before-send.cognito-sync", lambda request, **_: request.headers.__setitem__("X-Amz-Extra", "1")
            )
            response = Boto(client).perform("ListIdentityPoolUsage")
            self.assertEqual(response["Error"], "InvalidSignatureException")
            self.assertEqual(len(upstream.differences), 1)


def address_of(upstream):
    return upstream.address if isinstance(upstream, Upstream) else upstream.listen


if __name__ == "__main__":
    unittest.main()
