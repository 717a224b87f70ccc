"""The X-Amz-Target form and the old envelope, for all 17 operations, over plain HTTP."""

import json
import unittest

from clients import Boto, comparable, identifiers, same_story, signed
from origin import Origin
from processes import Gateway
from raw import ask
from scenario import OPERATIONS, play

MODEL = "com.amazonaws.cognito.sync.model"


class Form:
    """A caller that sends `POST /`; answers and errors come back as boto3's do."""

    def __init__(self, address):
        self.address = address

    def call(self, operation, **parameters):
        headers, body = self.request(operation, parameters)
        answer = ask(self.address, "POST", "/", json.dumps(body), headers)
        members = self.members(answer)
        if answer.status != 200:
            return {"Error": answer.headers["x-amzn-errortype"].partition(":")[0], "Message": members["message"]}
        return {k: v for k, v in members.items() if k != "__type"}


class Target(Form):
    """The reference page's sample; its numbers are strings, as they are there."""

    prefix = f"{MODEL}.AWSCognitoSyncService."

    def request(self, operation, parameters):
        texts = {k: str(v) for k, v in parameters.items() if k in ("MaxResults", "LastSyncCount")}
        headers = {"X-Amz-Target": self.prefix + operation, "Content-Type": "application/x-amz-json-1.1"}
        return headers, {**parameters, **texts}

    def members(self, answer):
        return json.loads(answer.body or b"{}")


class ShortTarget(Target):
    prefix = "AWSCognitoSyncService."


class Envelope(Form):
    def request(self, operation, parameters):
        body = {"Operation": f"{MODEL}#{operation}", "Service": f"{MODEL}#AWSCognitoSyncService", "Input": parameters}
        return {"Content-Type": "application/json"}, body

    def members(self, answer):
        if answer.json["Version"] != "1.0":
            raise AssertionError(answer)
        return answer.json["Output"] or {}


class Forms(unittest.TestCase):
    maxDiff = None

    def compare(self, form):
        with Origin(allow_devices=True) as origin, Origin(allow_devices=True) as apart:
            with Gateway(origin.address, cache={"listing_tombstones": "yes"}) as gateway:
                pool, identity = identifiers()
                through = play(form(gateway.listen), pool, identity)
            direct = play(Boto(signed(apart.address)), pool, identity)
            self.assertEqual({operation for operation, _, _ in through}, OPERATIONS)
            for (operation, parameters, answer), (_, _, expected) in zip(through, direct, strict=True):
                with self.subTest(operation=operation, parameters=parameters):
                    self.assertEqual(same_story(comparable(answer)), same_story(comparable(expected)))
            self.assertEqual(origin.differences, [])
            self.assertTrue(all(r.target != "/" for r in origin.requests), "upstream always gets the REST form")

    def test_target_form_of_the_reference_page(self):
        self.compare(Target)

    def test_short_target_form(self):
        self.compare(ShortTarget)

    def test_envelope_is_answered_in_its_own_form(self):
        self.compare(Envelope)


if __name__ == "__main__":
    unittest.main()
