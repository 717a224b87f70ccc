"""`syncgate check` on lists of callers: the configurations of `docs/callers.md`, and the question of `--can`."""

import json
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import jsonschema
import yaml

from certificates import Authority
from processes import BINARY, ENVIRONMENT, PROJECT

PAGE = (PROJECT / "docs/callers.md").read_text()
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.M | re.S)
CONFIGURATIONS = [block for block in BLOCKS if block.startswith("# syncgate.yaml\n")]
POOL = "eu-central-1:0c1a0000-0000-0000-0000-000000000001"


def check(*arguments):
    return subprocess.run([BINARY, "check", *arguments], env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60)


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def write(self, text):
        """Puts the files that a configuration names into the folder, and writes it there."""
        authority = Authority(self.folder, "ca")
        certificate, key = authority.issue("gateway")
        files = {"tls.crt": certificate, "tls.key": key, "svid.pem": certificate, "svid.key": key,
                 "bundle.pem": authority.certificate, "ca.crt": authority.certificate}
        made = {"keys": "profile:" + "0" * 64 + "\nprofile-2:" + "1" * 64 + "\n", "token": "t" * 32 + "\n"}

        def place(match):
            name = match.group().rpartition("/")[2]
            if name in made:
                file = self.folder / name
                file.write_text(made[name])
                file.chmod(0o600)
                return str(file)
            files[name].chmod(0o600)
            return str(files[name])

        file = self.folder / "syncgate.yaml"
        file.write_text(re.sub(r"/(?:etc/syncgate|var/run/secrets)/[\w./]+", place, text))
        return str(file)


class Page(Folder):
    def test_each_block_is_yaml(self):
        for block in BLOCKS:
            self.assertIsInstance(yaml.safe_load(block), dict)

    def test_there_is_a_configuration_for_each_kind_of_caller(self):
        marks = ("spiffe://", "eks.", "/openid/v1/jwks", "client_id", "identities: own", "key:", "uid:")
        for mark in marks:
            self.assertTrue(any(mark in text for text in CONFIGURATIONS), mark)

    def test_each_configuration_is_fine(self):
        schema = json.loads(check("--schema").stdout)
        for text in CONFIGURATIONS:
            with self.subTest(text=text):
                ended = check("--config", self.write(text))
                self.assertEqual((ended.returncode, ended.stderr), (0, ""), ended)
                jsonschema.Draft7Validator(schema).validate(yaml.safe_load(text))

    def test_what_is_printed_is_the_same_configuration(self):
        for text in CONFIGURATIONS:
            with self.subTest(text=text):
                printed = check("--config", self.write(text), "--print").stdout
                (self.folder / "again.yaml").write_text(printed)
                again = check("--config", str(self.folder / "again.yaml"), "--print")
                self.assertEqual(again.returncode, 0, again)
                self.assertEqual(again.stdout, printed)


class Can(Folder):
    def can(self, text, *words):
        ended = check("--config", self.write(text), "--can", *words)
        return ended.returncode, ended.stdout.strip(), ended.stderr

    def mesh(self, *words):
        return self.can(CONFIGURATIONS[0], *words)

    def test_a_grant_allows_with_exit_code_0(self):
        self.assertEqual(self.mesh("profile-service", "ListRecords", POOL),
                         (0, "allowed: the grant profile-service/1 covers it", ""))
        self.assertEqual(self.mesh("spiffe://prod/ns/platform/sa/console", "ListIdentityPoolUsage"),
                         (0, "allowed: the grant operations/1 covers it", ""))
        self.assertEqual(self.mesh("profile-service", "UpdateRecords", POOL, "--dataset", "settings.theme")[0], 0)

    def test_a_refusal_has_its_reason_and_exit_code_1(self):
        for words, reason in (
            (("profile-service", "BulkPublish", POOL), "no grant of profile-service is for BulkPublish"),
            (("profile-service", "ListRecords", "eu-central-1:0d"),
             "no grant of profile-service is for ListRecords in this identity pool"),
            (("profile-service", "UpdateRecords", POOL, "--dataset", "other"),
             "no grant of profile-service is for UpdateRecords on this dataset"),
            (("profile-servic", "ListRecords", POOL),
             "no caller of callers.list is 'profile-servic'; did you mean profile-service?"),
        ):
            self.assertEqual(self.mesh(*words), (1, f"refused: {reason}", ""))
        bound = CONFIGURATIONS[0] + "allow: { operations: [UpdateRecords] }\n"
        self.assertEqual(self.can(bound, "operations", "ListRecords", POOL)[:2],
                         (1, "refused: allow.operations does not have ListRecords"))

    def test_the_callers_own_identity_is_own(self):
        people = next(text for text in CONFIGURATIONS if "identities: own" in text)
        self.assertEqual(self.can(people, "people", "ListRecords", POOL, "own")[0], 0)
        self.assertEqual(self.can(people, "people", "ListRecords", POOL, POOL)[0], 1)

    def test_a_dry_run_notes_that_it_serves(self):
        text = CONFIGURATIONS[0].replace("callers:\n", "callers:\n  dry_run: yes\n")
        code, _, note = self.can(text, "profile-service", "BulkPublish", POOL)
        self.assertEqual(code, 1)
        self.assertIn("callers.dry_run is set", note)

    def test_json_has_all_members(self):
        code, text, _ = self.mesh("profile-service", "ListRecords", POOL, "--format", "json")
        self.assertEqual(code, 0)
        self.assertEqual(json.loads(text), {
            "allowed": True, "caller": "profile-service", "operation": "ListRecords", "rule": "profile-service/1",
            "reason": "the grant profile-service/1 covers it",
        })
        code, text, _ = self.mesh("nobody", "ListRecords", POOL, "--format", "json")
        self.assertEqual(code, 1)
        self.assertEqual({name: json.loads(text)[name] for name in ("allowed", "caller", "rule")},
                         {"allowed": False, "caller": None, "rule": None})

    def test_wrong_words_are_wrong_usage(self):
        for words, message in (
            (("profile-service",), "--can takes CALLER OPERATION POOL [IDENTITY]"),
            (("profile-service", "ListRecords"), "ListRecords has a pool"),
            (("profile-service", "ListRecord", POOL), "'ListRecord' is not an operation; did you mean ListRecords?"),
            (("profile-service", "ListRecords", "pool"), "'pool' is not an identity pool ID"),
            (("profile-service", "ListRecords", POOL, "me"), "'me' is not an identity ID"),
            (("profile-service", "ListRecords", POOL, "--dataset", "a/b"), "'a/b' is not a dataset"),
        ):
            code, _, text = self.mesh(*words)
            self.assertEqual(code, 64, words)
            self.assertIn(message, text)

    def test_a_wrong_configuration_is_reported_first(self):
        file = self.folder / "a.yaml"
        file.write_text("callers: { list: [{ name: a }] }\n")
        ended = check("--config", str(file), "--can", "a", "ListRecords", POOL)
        self.assertEqual(ended.returncode, 78)
        self.assertIn("a section has no is; write ", ended.stderr)

