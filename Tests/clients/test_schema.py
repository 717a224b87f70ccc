"""The JSON schema of the configuration takes what `syncgate check` takes, and refuses what an editor can see."""

import copy
import json
import re
import subprocess
import tempfile
import unittest

import jsonschema
import yaml

from processes import BINARY, ENVIRONMENT, PROJECT

TABLES = PROJECT / "Tests/GatewayConfigurationTests/Wrong"
# Wrong by their bounds, by files, or by other values: an editor cannot see it.
BEYOND = (
    " is more than ", " is less than ", "cannot be read", "needs client", " too; ", "has no key; ", "has no certificate",
    "has no Cognito", "holds a secret", "are one key", "no group of", "is finer", "no whole number of bytes", "above 65535",
    "not supported yet", "has more than digits", "is not set", "malformed", "is not the mode", "is not a host name",
    "is not the origin", "is not a name", "is not an identity pool ID", "has no effect without", "anchors and aliases",
    "has no role", "tokens in the clear", "a pool of another role", "has no effect on",
    "needs callers that are known", "no caller can be known", "has a meaning of its own", "has no audiences", "has audiences",
    "in the clear", "not the issuer of a user pool", "has a url and a file", "nothing is fetched", "of another entry",
    "of no issuer", "needs API keys", "needs callers.by", "is of no kind", "is not a SPIFFE ID", "is not an identity ID",
    "the name of another", "too much for the rate", "already; ", "needs a candidate", "is not NAME:SHA256", "has no trusted hop",
    "has bits behind its prefix", "is not a network", "has no prefix length", "is not a path of requests", "is a path of the API", "'192.0.2.1/32' is given twice",
)


def check(*arguments):
    return subprocess.run([BINARY, "check", *arguments], env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60)


def rows():
    """Yields the text and the faults of each row of the tables of wrong configurations."""
    for file in sorted(TABLES.glob("*.txt")):
        for row in file.read_text().strip().split("\n\n"):
            lines = row.split("\n")
            yield "\n".join(line[2:] for line in lines if line[0] == "|"), [line[2:] for line in lines if line[0] == "!"]


class Texts(yaml.SafeLoader):
    """The loader of YAML 1.2's core: yes, no, on and off are texts, as an editor reads them."""


Texts.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":bool")]
    for letter, resolvers in copy.deepcopy(yaml.SafeLoader.yaml_implicit_resolvers).items()
}
Texts.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ended = check("--schema")
        assert ended.returncode == 0, ended
        cls.schema = json.loads(ended.stdout)
        jsonschema.Draft7Validator.check_schema(cls.schema)
        cls.validator = jsonschema.Draft7Validator(cls.schema)

    def accepts(self, text, loader=yaml.SafeLoader):
        return self.validator.is_valid(yaml.load(text, Loader=loader))

    def keys(self, node=None, path=()):
        """Yields the path and the schema of each key."""
        for name, member in (node or self.schema)["properties"].items():
            if "properties" in member:
                yield from self.keys(member, (*path, name))
            else:
                yield (*path, name), member

    def test_the_documented_file_is_valid(self):
        text = (PROJECT / "config/syncgate.yaml").read_text()
        for loader in (yaml.SafeLoader, Texts):
            errors = list(self.validator.iter_errors(yaml.load(text, Loader=loader)))
            self.assertEqual(errors, [])

    def test_each_key_has_its_default_and_its_comment(self):
        defaults = yaml.load((PROJECT / "config/syncgate.yaml").read_text(), Loader=Texts)
        count = 0
        for path, member in self.keys():
            if member.get("deprecated"):
                continue
            value = defaults
            for name in path:
                value = value[name]
            self.assertEqual(member["default"], value, path)
            self.assertTrue(self.validator.evolve(schema={**member, "definitions": self.schema["definitions"]}).is_valid(value))
            self.assertIn("write ", member["description"])
            count += 1
        self.assertGreater(count, 80)

    def test_a_wrong_file_of_the_tables_is_refused_where_an_editor_can_see_it(self):
        refused, seen = 0, 0
        for text, faults in rows():
            try:
                document = yaml.load(text, Loader=Texts)
            except yaml.YAMLError:
                continue
            if not faults:
                self.assertTrue(self.validator.is_valid(document), text)
            elif not any(part in fault for fault in faults for part in BEYOND) and "given again" not in faults[0]:
                seen += 1
                refused += not self.validator.is_valid(document)
                self.assertFalse(self.validator.is_valid(document), (text, faults))
        self.assertGreater(seen, 60)
        self.assertEqual(refused, seen)

    def test_what_the_program_takes_the_schema_takes(self):
        for text in (
            "", "upstream:\nlisten: ~\n", "cache: { memory: 0, fresh: 0 }", "timeouts: { head: 1m30s, body: 1.5s }",
            "throttle: { caller: { rate: 6/m }, identity: { rate: 0.5/s } }", "allow: { operations: 'ListRecords, BulkPublish' }",
            "listen: { address: 'unix:/run/x', mode: 0660, group: 33 }", "admin: { open: yes }", "log: { access: no }",
            "cache: { listing_tombstones: yes }", "cache: { listing_tombstones: true }", "upstream: { proxy: '${PROXY:-}' }",
            "callers: { origins: [] }", "listen: { address: '[::1]:0' }", "throttle: { upstream: { key: none } }",
            "callers: { list: ~, by: { jwt: [], unix: yes } }",
            "callers: { by: { unix: yes }, list: [{ name: a, is: 'uid:0, uid:1', may: [{ operations: read, identities: all, datasets: 'a.*' },"
            " { operations: [admin, ListRecords], identities: ['a:0'] }], throttle: { rate: 6/m, burst: 1 }, in_flight: 3 }] }",
            "callers: { by: { jwt: [{ name: a, issuer: 'https://a.example', audiences: b, jwks: { cooldown: 1m30s }, leeway: 0 }] } }",
            "callers: { by: { unix: yes } }\nthrottle: { caller: { key: certificate } }",
            "cache: { walk: 7s }", "workers: '${WORKERS:-3}'", "credentials: { sources: [profile] }",
        ):
            with self.subTest(text=text), tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(text)
                file.flush()
                ended = check("--config", file.name)
                self.assertEqual(ended.returncode, 0, ended)
                for loader in (yaml.SafeLoader, Texts):
                    self.assertTrue(self.accepts(text, loader), text)


class Report(unittest.TestCase):
    def test_the_faults_of_a_file_are_json_and_the_exit_code_is_78(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write("log:\n  level: warn\ncache: { memory: 256MB }\n")
            file.flush()
            ended = check("--config", file.name, "--format", "json")
            self.assertEqual((ended.returncode, ended.stderr), (78, ""), ended)
            report = json.loads(ended.stdout)
            self.assertFalse(report["valid"])
            places = [(p["file"], p["line"], p["column"], p["key"], p["value"]) for p in report["problems"]]
            self.assertEqual(places, [(file.name, 2, 10, "log.level", "warn"), (file.name, 3, 18, "cache.memory", "256MB")])
            for problem in report["problems"]:
                self.assertIn(problem["allowed"], problem["message"])

    def test_a_file_without_faults_is_valid(self):
        ended = check("--config", str(PROJECT / "config/syncgate.yaml"), "--format", "json")
        self.assertEqual((ended.returncode, json.loads(ended.stdout)), (0, {"valid": True, "problems": []}), ended)
