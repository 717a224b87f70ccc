"""Session tokens as a real client uses them: from a page into a write, and after the AWS tokens have expired."""

import contextlib
import tempfile
import time
import unittest
from pathlib import Path

from callers import Boto, identifiers, signed, unsigned
from processes import Emulator, Gateway

OWN = "syncgate1."
REFUSED = {"Error": "InvalidParameterException", "Message": "SyncSessionToken not valid for these inputs"}


class SessionTokens(unittest.TestCase):
    def setUp(self):
        self.running = contextlib.ExitStack()
        self.addCleanup(self.running.close)
        self.pool, self.identity = identifiers()
        self.key = Path(self.running.enter_context(tempfile.TemporaryDirectory())) / "key"
        self.key.write_bytes(b"\n" * 32)

    def emulator(self, **rules):
        self.upstream = self.running.enter_context(Emulator(**rules))

    def gateway(self, **cache):
        gateway = self.running.enter_context(Gateway(self.upstream.listen, cache=cache))
        return Boto(unsigned(gateway.listen))

    def dataset(self, name="d"):
        return {"IdentityPoolId": self.pool, "IdentityId": self.identity, "DatasetName": name}

    def token(self, client, name="d", **parameters):
        return client.perform("ListRecords", **self.dataset(name), **parameters)["SyncSessionToken"]

    def write(self, client, token, name="d", count=0, value="v"):
        patches = [{"Op": "replace", "Key": "k", "Value": value, "SyncCount": count}]
        return client.perform("UpdateRecords", **self.dataset(name), SyncSessionToken=token, RecordPatches=patches)

    def assert_written(self, response, count):
        self.assertEqual([record["SyncCount"] for record in response.get("Records", [])], [count], response)

    def test_a_page_has_a_gateway_token_that_writes(self):
        self.emulator()
        client = self.gateway()
        token = self.token(client)
        self.assertTrue(token.startswith(OWN), token)
        self.assert_written(self.write(client, token), 1)
        self.assert_written(self.write(client, token, count=1), 2)
        again = client.perform("ListRecords", **self.dataset(), LastSyncCount=1, SyncSessionToken=token)
        self.assertEqual(again.get("DatasetSyncCount"), 2, again)

    def test_replicas_with_one_key_accept_tokens_of_each_other(self):
        self.emulator()
        key = {"token_key_file": str(self.key)}
        one, other, stranger = self.gateway(**key), self.gateway(**key), self.gateway()
        token = self.token(one)
        self.assert_written(self.write(other, token), 1)
        self.assertEqual(self.write(stranger, token, count=1), REFUSED)
        self.assert_written(self.write(one, self.token(other), count=1), 2)

    def test_a_token_of_another_dataset_or_identity_is_refused_as_by_aws(self):
        self.emulator()
        client = self.gateway()
        token = self.token(client)
        self.assertEqual(self.write(client, token, "e"), REFUSED)
        self.assertEqual(client.perform("ListRecords", **self.dataset("e"), SyncSessionToken=token), REFUSED)
        self.assertEqual(self.write(client, token[:-1]), REFUSED)
        _, self.identity = identifiers()
        self.assertEqual(self.write(client, token), REFUSED)

    def test_a_gateway_token_outlives_an_aws_token(self):
        for form in ("invalid", "notAuthorized"):
            with self.subTest(form):
                self.emulator(tokenLifetime="300ms", expiredToken=form)
                client = self.gateway(fresh="1h")
                token = self.token(client)
                self.assert_written(self.write(client, token), 1)
                time.sleep(0.4)
                self.assert_written(self.write(client, token, count=1), 2)
                self.pool, self.identity = identifiers()

    def test_a_token_that_aws_itself_gave_passes(self):
        self.emulator()
        client, direct = self.gateway(), Boto(signed(self.upstream.listen))
        token = self.token(direct)
        self.assertFalse(token.startswith(OWN), token)
        self.assert_written(self.write(client, token), 1)
        self.assertEqual(self.write(client, token, "e"), REFUSED)

    def test_with_upstream_tokens_a_page_has_an_aws_token(self):
        self.emulator()
        client = self.gateway(session_tokens="upstream")
        token = self.token(client)
        self.assertFalse(token.startswith(OWN), token)
        self.assert_written(self.write(client, token), 1)


if __name__ == "__main__":
    unittest.main()
