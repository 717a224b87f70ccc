"""Values survive byte for byte: what is written through the gateway is what is read, through it and directly."""

import unittest

from clients import Boto, identifiers, signed, unsigned
from origin import Origin
from processes import Emulator, Gateway
from test_operations import where

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
    def origin(self):
        raise NotImplementedError

    def test_each_value_comes_back_as_it_was_written(self):
        self.write_and_read({f"{name}:{key}": value for name, value in VALUES.items() for key in ("k", value or "k")})

    def test_one_megabyte_comes_back_as_it_was_written(self):
        self.write_and_read({"large": "0123456789abcdef" * 65535})

    def test_one_megabyte_of_escapes_comes_back_as_it_was_written(self):
        self.write_and_read({"escapes": "\"\\\n\u2028" * 100_000})

    def write_and_read(self, values):
        with self.origin() as origin, Gateway(where(origin)) as gateway:
            pool, identity = identifiers()
            dataset = {"IdentityPoolId": pool, "IdentityId": identity, "DatasetName": "values"}
            through, direct = Boto(unsigned(gateway.listen)), Boto(signed(where(origin)))
            token = through.call("ListRecords", **dataset)["SyncSessionToken"]
            patches = [{"Op": "replace", "Key": k, "Value": v, "SyncCount": 0} for k, v in values.items()]
            written = through.call("UpdateRecords", **dataset, SyncSessionToken=token, RecordPatches=patches)
            self.check(written, values, "in the answer to the write")
            self.check(through.call("ListRecords", **dataset), values, "read through the gateway")
            self.check(through.call("ListRecords", **dataset), values, "read from the cache")
            self.check(direct.call("ListRecords", **dataset), values, "read directly")

    def check(self, answer, values, where_read):
        self.assertIn("Records", answer, where_read)
        found = {record["Key"]: record["Value"] for record in answer["Records"]}
        self.assertEqual(found.keys(), values.keys(), where_read)
        for key, value in values.items():
            self.assertTrue(found[key] == value, f"{key!r} differs {where_read}: {found[key][:80]!r}")


class ValuesInTheEmulator(Values, unittest.TestCase):
    def origin(self):
        return Emulator()


class ValuesInThePythonOrigin(Values, unittest.TestCase):
    def origin(self):
        return Origin()


if __name__ == "__main__":
    unittest.main()
