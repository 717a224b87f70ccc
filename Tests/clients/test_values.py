"""Values byte for byte: a read through the gateway, or directly, returns the value that was written."""

import json
import tempfile
import unittest

from callers import Boto, CommandLine, identifiers, signed, unsigned
from processes import Emulator, Gateway
from raw import send
from test_caching import dataset_path, records_path
from test_operations import address_of
from upstream import Upstream

VALUES = {
    "quotes": "\"double\" 'single' `back` \\ / \\\" \\\\",
    "emoji": "😀 👩‍👩‍👧‍👦 🇨🇭 ☃ \U0001F9FF",
    "escapes": "\b\f\n\r\t \x01\x1f\x7f",
    "separators": "a\u2028b\u2029c\u0085d",
    "nul": "a\x00b",
    "escaped-text": "\\u0041 \\n %41 %00 &amp; <!-- ]]> {\"__type\":\"x\"}",
    "combining": "e\u0301 \u00e9 \ufb01 ſ K \u202e right to left",
    "noncharacters": "\ufffe\uffff\ufdd0",
    "bom": "\ufeffx",
    "spaces": "  \u00a0\u3000  ",
    "empty": "",
    "json": '{"a":[1,2.50,1e400,null,true],"a":"again"}',
}


class Values:
    def upstream(self):
        raise NotImplementedError

    def test_each_value_comes_back_as_it_was_written(self):
        self.write_and_read({f"{name}:{key}": value for name, value in VALUES.items() for key in ("k", value or "k")})

    def test_one_megabyte_comes_back_as_it_was_written(self):
        self.write_and_read({"large": "0123456789abcdef" * 65535})

    def test_one_megabyte_of_escapes_comes_back_as_it_was_written(self):
        self.write_and_read({"escapes": "\"\\\n\u2028" * 100_000})

    def test_the_aws_cli_reads_what_it_wrote(self):
        with tempfile.TemporaryDirectory() as scratch:
            self.write_and_read(VALUES, lambda address: CommandLine(address, scratch))

    def write_and_read(self, values, make_caller=lambda address: Boto(unsigned(address))):
        with self.upstream() as upstream, Gateway(address_of(upstream)) as gateway:
            pool, identity = identifiers()
            dataset = {"IdentityPoolId": pool, "IdentityId": identity, "DatasetName": "values"}
            through, direct = make_caller(gateway.listen), Boto(signed(address_of(upstream)))
            token = through.perform("ListRecords", **dataset)["SyncSessionToken"]
            patches = [{"Op": "replace", "Key": k, "Value": v, "SyncCount": 0} for k, v in values.items()]
            written = through.perform("UpdateRecords", **dataset, SyncSessionToken=token, RecordPatches=patches)
            self.check(written, values, "in the response to the write")
            self.check(through.perform("ListRecords", **dataset), values, "read through the gateway")
            self.check(through.perform("ListRecords", **dataset), values, "read from the cache")
            self.check(direct.perform("ListRecords", **dataset), values, "read directly")

    def check(self, response, values, where_read):
        self.assertIn("Records", response, where_read)
        found = {record["Key"]: record["Value"] for record in response["Records"]}
        self.assertEqual(found.keys(), values.keys(), where_read)
        for key, value in values.items():
            self.assertTrue(found[key] == value, f"{key!r} differs {where_read}: {found[key][:80]!r}")


class ValuesInTheEmulator(Values, unittest.TestCase):
    def upstream(self):
        return Emulator()


class ValuesInThePythonUpstream(Values, unittest.TestCase):
    def upstream(self):
        return Upstream()

    def test_bodies_pass_byte_for_byte_in_both_directions(self):
        pool, identity = identifiers()
        with Upstream() as upstream, Gateway(upstream.address) as gateway:
            token = json.dumps(upstream.store.token(pool, identity, "d")).replace("/", "\\/")
            body = (
                '\t{ "RecordPatches":[ {"SyncCount":0 ,"DeviceLastModifiedDate":1.424801824E9,\r\n'
                '"Op":"replace", "Key":"\\u006b😀",'
                '"Value":"\\u2028\u2028\\ud83d\\ude00 \\/ \\u0000" } ], "SyncSessionToken":' + token + " }\n"
            ).encode()
            written = send(gateway.listen, "POST", dataset_path(pool, identity), body)
            self.assertEqual(written.status, 200, written)
            self.assertEqual(upstream.requests[-1].body, body)
            self.assertEqual(written.body, upstream.last_body)
            read = send(gateway.listen, "GET", records_path(pool, identity))
            record = upstream.last_body[upstream.last_body.index(b'[{') + 1 : upstream.last_body.index(b'}]') + 1]
            self.assertIn(record, read.body, "the record as upstream spelled it")
            self.assertEqual(send(gateway.listen, "GET", records_path(pool, identity)).body, read.body, "a hit")


if __name__ == "__main__":
    unittest.main()
