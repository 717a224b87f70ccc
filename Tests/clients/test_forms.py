"""The X-Amz-Target form and the old envelope, for all 17 operations, over plain HTTP."""

import json
import unittest

from callers import Boto, comparable, identifiers, signed, without_upstream_choices
from processes import Gateway
from raw import send
from scenario import OPERATIONS, run_scenario
from upstream import Upstream

MODEL = "com.amazonaws.cognito.sync.model"


class Form:
    """A caller that sends `POST /`. It returns responses and errors in the form of boto3."""

    def __init__(self, address):
        self.address = address

    def perform(self, operation, **parameters):
        headers, body = self.request(operation, parameters)
        response = send(self.address, "POST", "/", json.dumps(body), headers)
        members = self.members(response)
        if response.status != 200:
            return {"Error": response.headers["x-amzn-errortype"].partition(":")[0], "Message": members["message"]}
        return {k: v for k, v in members.items() if k != "__type"}


class Target(Form):
    """The form of the sample in the API reference, where numbers are strings."""

    prefix = f"{MODEL}.AWSCognitoSyncService."

    def request(self, operation, parameters):
        texts = {k: str(v) for k, v in parameters.items() if k in ("MaxResults", "LastSyncCount")}
        headers = {"X-Amz-Target": self.prefix + operation, "Content-Type": "application/x-amz-json-1.1"}
        return headers, {**parameters, **texts}

    def members(self, response):
        return json.loads(response.body or b"{}")


class ShortTarget(Target):
    prefix = "AWSCognitoSyncService."


class Envelope(Form):
    def request(self, operation, parameters):
        body = {"Operation": f"{MODEL}#{operation}", "Service": f"{MODEL}#AWSCognitoSyncService", "Input": parameters}
        return {"Content-Type": "application/json"}, body

    def members(self, response):
        if response.json["Version"] != "1.0":
            raise AssertionError(response)
        return response.json["Output"] or {}


class Forms(unittest.TestCase):
    maxDiff = None

    def compare(self, form):
        with Upstream(allow_devices=True) as upstream, Upstream(allow_devices=True) as reference:
            with Gateway(upstream.address, cache={"listing_tombstones": "yes"}) as gateway:
                pool, identity = identifiers()
                through = run_scenario(form(gateway.listen), pool, identity)
            direct = run_scenario(Boto(signed(reference.address)), pool, identity)
            self.assertEqual({operation for operation, _, _ in through}, OPERATIONS)
            for (operation, parameters, response), (_, _, expected) in zip(through, direct, strict=True):
                with self.subTest(operation=operation, parameters=parameters):
                    self.assertEqual(without_upstream_choices(comparable(response)), without_upstream_choices(comparable(expected)))
            self.assertEqual(upstream.differences, [])
            self.assertTrue(all(r.target != "/" for r in upstream.requests), "upstream gets the REST form only")

    def test_target_form_of_the_reference_page(self):
        self.compare(Target)

    def test_short_target_form(self):
        self.compare(ShortTarget)

    def test_the_response_to_an_envelope_is_an_envelope(self):
        self.compare(Envelope)


if __name__ == "__main__":
    unittest.main()
