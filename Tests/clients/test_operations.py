"""boto3 and the AWS CLI, both unsigned, run all 17 operations through the gateway; nobody sees a difference.

Each story is played through the gateway and, signed by boto3, straight to an origin of the same kind: equal
answers, member by member. Each read is moreover asked again of the very origin behind the gateway.
"""

import tempfile
import unittest

from clients import Boto, CommandLine, comparable, identifiers, same_story, signed, unsigned
from origin import TEMPORARY, Origin
from processes import Emulator, Gateway, variables
from scenario import OPERATIONS, READS, play


def shown(answer):
    """The answer without the token of a walk through records, which is the gateway's own."""
    answer = comparable(answer)
    return {**answer, "NextToken": "a token"} if {"Records", "NextToken"} <= answer.keys() else answer


class Recheck:
    """A caller that asks each read at once again, directly, and compares; `test` reports."""

    def __init__(self, caller, direct, test):
        self.caller, self.direct, self.test = caller, direct, test

    def call(self, operation, **parameters):
        answer = self.caller.call(operation, **parameters)
        ours = any(str(value).startswith("syncgate1.") for value in parameters.values())
        if operation in READS and not ours:
            again = self.direct.call(operation, **parameters)
            with self.test.subTest(operation=operation, parameters=parameters):
                self.test.assertEqual(shown(answer), shown(again), "not what the origin itself says")
        return answer


class Operations:
    """The tests; a subclass says which kind of origin."""

    maxDiff = None

    def origin(self, allow_devices):
        """A new origin: a context manager whose value's `address` or `listen` can be asked."""
        raise NotImplementedError

    def compare(self, make_caller, allow_devices):
        with self.origin(allow_devices) as behind, self.origin(allow_devices) as apart:
            # Both kinds of origin show removed records in a whole listing.
            with Gateway(where(behind), cache={"listing_tombstones": "yes"}) as gateway:
                pool, identity = identifiers()
                caller = Recheck(make_caller(gateway.listen), Boto(signed(where(behind))), self)
                through = play(caller, pool, identity)
                direct = play(Boto(signed(where(apart))), pool, identity)
            self.assertEqual({operation for operation, _, _ in through}, OPERATIONS)
            for (operation, parameters, answer), (_, _, expected) in zip(through, direct, strict=True):
                with self.subTest(operation=operation, parameters=parameters):
                    self.assertEqual(same_story(comparable(answer)), same_story(comparable(expected)))
                if operation in ("RegisterDevice", "SubscribeToDataset", "UnsubscribeFromDataset"):
                    self.assertEqual("Error" in answer, not allow_devices, answer)
            self.check_signatures(behind)

    def check_signatures(self, origin):
        """The emulator answers 403 to a wrong signature, which shows as a difference."""

    def test_boto3_sees_no_difference(self):
        self.compare(lambda address: Boto(unsigned(address)), allow_devices=False)

    def test_boto3_sees_no_difference_where_devices_are_allowed(self):
        self.compare(lambda address: Boto(unsigned(address)), allow_devices=True)

    def test_the_aws_cli_sees_no_difference(self):
        with tempfile.TemporaryDirectory() as scratch:
            self.compare(lambda address: CommandLine(address, scratch), allow_devices=True)


class OperationsAgainstTheEmulator(Operations, unittest.TestCase):
    def origin(self, allow_devices):
        return Emulator(deviceOperations="allowed" if allow_devices else "refused")


class OperationsAgainstThePythonOrigin(Operations, unittest.TestCase):
    def origin(self, allow_devices):
        return Origin(allow_devices)

    def check_signatures(self, origin):
        self.assertEqual(origin.differences, [], "botocore would have signed otherwise")

    def test_temporary_credentials_are_sent_and_signed(self):
        with Origin(credentials=TEMPORARY) as origin:
            with Gateway(origin.address, environment=variables(TEMPORARY)) as gateway:
                answer = Boto(unsigned(gateway.listen)).call("ListIdentityPoolUsage")
        self.assertIn("IdentityPoolUsages", answer)
        self.check_signatures(origin)


class TheOriginItself(unittest.TestCase):
    def test_refuses_what_botocore_would_sign_otherwise(self):
        with Origin() as origin:
            client = signed(origin.address)
            client.meta.events.register(
                "before-send.cognito-sync", lambda request, **_: request.headers.__setitem__("X-Amz-Extra", "1")
            )
            answer = Boto(client).call("ListIdentityPoolUsage")
            self.assertEqual(answer["Error"], "InvalidSignatureException")
            self.assertEqual(len(origin.differences), 1)


def where(origin):
    return origin.address if isinstance(origin, Origin) else origin.listen


if __name__ == "__main__":
    unittest.main()
