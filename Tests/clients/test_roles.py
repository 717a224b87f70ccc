"""The credentials of roles: the gateway with a token file and a fake STS, in front of an upstream that verifies.

The same environment gives botocore the same credentials.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from botocore.credentials import Credentials

from callers import identifiers
from fake_sts import BOMB, ERROR, FakeSTS, authority
from load import Load
from processes import ENVIRONMENT, Gateway
from raw import send
from test_caching import metric
from upstream import CREDENTIALS, TEMPORARY, Upstream

ROLE = "arn:aws:iam::123456789012:role/sync"
NODE = Credentials("ASIANODE", "node+secret", "node+token/=")
# The length of the run under load in seconds; `make soak-keys` makes it ten minutes.
SOAK = int(os.environ.get("SYNCGATE_SOAK", "0"))
REFRESHES = "syncgate_credentials_refreshes_total"


class Roles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="syncgate-roles-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.token = self.folder / "token"
        self.token.write_text("hush-token-1\n")
        self.sts = FakeSTS(self.folder, TEMPORARY)
        self.sts.__enter__()
        self.addCleanup(self.sts.__exit__)
        self.upstream = Upstream(credentials=TEMPORARY)
        self.upstream.__enter__()
        self.addCleanup(self.upstream.__exit__)
        self.irsa = {
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(self.token), "AWS_ROLE_ARN": ROLE,
            "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "HOME": str(self.folder),
        }

    def gateway(self, environment, sources=("environment", "web_identity", "profile"), **credentials):
        sections = {"sources": list(sources), "sts": {"endpoint": self.sts.url}, **credentials}
        return Gateway(
            self.upstream.address, environment=environment, credentials=sections,
            upstream={"ca_file": self.sts.ca_file}, cache={"fresh": "0s"},
        )

    def read(self, gateway, pool=None):
        given, identity = identifiers()
        return send(gateway.listen, "GET", f"/identitypools/{pool or given}/identities/{identity}/datasets/d/records")

    def refused(self, gateway, *words):
        """Checks a 503 and a log line with all the words, and no secret anywhere."""
        self.assertEqual(self.read(gateway).status, 503)
        line = gateway.wait_for("credentials.* not loaded").string
        for word in words:
            self.assertIn(word, line)
        for secret in ("hush", TEMPORARY.secret_key, TEMPORARY.token, CREDENTIALS.secret_key):
            self.assertNotIn(secret, gateway.output)
        self.assertEqual(self.upstream.requests, [])

    def botocore(self, environment):
        """Returns what botocore finds in the same environment: [key, secret, token], or the name of its error."""
        script = (
            "import botocore.session, json\n"
            "try:\n  k = botocore.session.Session().get_credentials().get_frozen_credentials()\n"
            "  print(json.dumps([k.access_key, k.secret_key, k.token]))\n"
            "except Exception as e:\n  print(json.dumps(type(e).__name__))\n"
        )
        given = {**ENVIRONMENT, **environment, "AWS_ENDPOINT_URL_STS": self.sts.url, "AWS_CA_BUNDLE": self.sts.ca_file,
                 "AWS_DEFAULT_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1"}
        given = {name: value for name, value in given.items() if value}
        run = subprocess.run([sys.executable, "-c", script], env=given, capture_output=True, text=True, timeout=60)
        return json.loads(run.stdout), run


class WebIdentity(Roles):
    def test_a_token_gives_credentials_that_sign(self):
        with self.gateway(self.irsa) as gateway:
            self.assertEqual(self.read(gateway).status, 200)
            self.assertEqual(self.upstream.differences, [])
            request = self.sts.requests[0]
            self.assertEqual(request["Action"], "AssumeRoleWithWebIdentity")
            self.assertEqual((request["RoleArn"], request["WebIdentityToken"]), (ROLE, "hush-token-1"))
            self.assertRegex(request["RoleSessionName"], r"^syncgate(-[\w+=,.@-]+)?$")
            self.assertNotIn("Authorization", self.sts.fields[0])
            self.assertEqual(metric(gateway, REFRESHES, source="web_identity", result="success"), 1)
            self.assertEqual(json.loads(send(gateway.admin, "GET", "/status").body)["credentials"]["source"], "web_identity")
            for _ in range(20):
                self.read(gateway)
            self.assertEqual(len(self.sts.requests), 1)
        self.assertNotIn("hush", gateway.output)

    def test_botocore_gets_the_same(self):
        found, run = self.botocore(self.irsa)
        self.assertEqual(found, [TEMPORARY.access_key, TEMPORARY.secret_key, TEMPORARY.token], run.stderr)
        with self.gateway(self.irsa) as gateway:
            self.assertEqual(self.read(gateway).status, 200)
        self.assertEqual(self.upstream.differences, [])
        # botocore sends the line feed of the file too.
        first, second = ({k: v.strip() for k, v in r.items() if k != "RoleSessionName"} for r in self.sts.requests)
        self.assertEqual(first, second)

    def test_a_rotated_token_is_used_for_the_next_load(self):
        self.sts.life = 8
        with self.gateway(self.irsa) as gateway:
            self.assertEqual(self.read(gateway).status, 200)
            fresh = self.folder / "fresh"
            fresh.write_text("hush-token-2")
            os.replace(fresh, self.token)
            end = time.monotonic() + 12
            while time.monotonic() < end and self.sts.requests[-1]["WebIdentityToken"] != "hush-token-2":
                self.assertEqual(self.read(gateway).status, 200)
                time.sleep(0.02)
            self.assertEqual(self.sts.requests[-1]["WebIdentityToken"], "hush-token-2")
        self.assertEqual(self.upstream.differences, [])

    def test_an_expired_token_is_read_again(self):
        def respond(parameters):
            if parameters["WebIdentityToken"] == "hush-token-2":
                return self.sts.succeed(parameters)
            self.token.write_text("hush-token-2")
            return 400, ERROR.format("ExpiredTokenException")

        self.sts.respond = respond
        with self.gateway(self.irsa) as gateway:
            self.assertEqual(self.read(gateway).status, 200)
        self.assertEqual([r["WebIdentityToken"] for r in self.sts.requests], ["hush-token-1", "hush-token-2"])

    def test_a_refusal_gives_its_reason_and_ends_the_search(self):
        # The profile would give keys that the upstream takes: a search that went on would be seen.
        aws = self.folder / ".aws"
        aws.mkdir()
        (aws / "credentials").write_text(
            f"[default]\naws_access_key_id = {TEMPORARY.access_key}\naws_secret_access_key = {TEMPORARY.secret_key}\n"
            f"aws_session_token = {TEMPORARY.token}\n"
        )
        for status, code, attempts, words in (
            (403, "AccessDenied", 1, "AccessDenied, request c2e971c2-702d; let the trust policy of the role name"),
            (400, "InvalidIdentityToken", 3, "make the cluster's OIDC provider known to the account of the role"),
            (400, "RegionDisabledException", 1, "turn STS on in this region"),
            (503, None, 3, "it is tried again by itself"),
        ):
            with self.subTest(status=status, code=code):
                self.sts.fail(status, code)
                self.sts.requests.clear()
                with self.gateway(self.irsa) as gateway:
                    asked = f"asked {self.sts.url}/ for AssumeRoleWithWebIdentity of '{ROLE}', got status {status}"
                    self.refused(gateway, "web identity of the environment: " + asked, words)
                    self.assertEqual(len(self.sts.requests) % attempts, 0)
                    self.assertGreaterEqual(metric(gateway, REFRESHES, source="web_identity", result="failure"), 1)
                    self.assertEqual(send(gateway.admin, "GET", "/readyz").status, 503)

    def test_a_hostile_body_is_an_error_at_once(self):
        for body, words in (
            (BOMB, "the response has a document type"),
            ("<a>" * 20_000, "the response is nested deeper than 16 levels"),
            ("hush " * 10_000, "the response is not XML at byte 0"),
        ):
            with self.subTest(words=words):
                self.sts.respond = lambda _, body=body: (200, body)
                with self.gateway(self.irsa) as gateway:
                    self.refused(gateway, f"got status 200 with {len(body)} bytes: {words}")
        self.sts.respond = lambda _: (200, "x" * 100_000)
        with self.gateway(self.irsa) as gateway:
            self.refused(gateway, "got no response: ")

    def test_another_authority_is_not_trusted(self):
        other = self.folder / "other"
        other.mkdir()
        with Gateway(
            self.upstream.address, environment=self.irsa, upstream={"ca_file": str(authority(other)["ca.pem"])},
            credentials={"sources": ["web_identity"], "sts": {"endpoint": self.sts.url}},
        ) as gateway:
            self.refused(gateway, "got no response: ")
        self.assertEqual(self.sts.requests, [])

    def test_a_missing_or_empty_file_is_named(self):
        self.token.write_text("")
        with self.gateway(self.irsa) as gateway:
            self.refused(gateway, f"token file '{self.token}' has 0 bytes; a token has 4 to 20000")
        self.token.unlink()
        with self.gateway(self.irsa) as gateway:
            self.refused(gateway, f"token file '{self.token}' does not exist; mount it, or name another")

    def test_the_endpoint_of_a_variable_is_ignored(self):
        environment = {**self.irsa, "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
        with self.gateway(environment) as gateway:
            self.assertEqual(self.read(gateway).status, 200)


class UnderLoad(Roles):
    """Keys of a minute and a token rotated every 20 s, for SYNCGATE_SOAK seconds; else shorter ones for 12 s."""

    def test_no_request_fails_while_keys_and_tokens_end(self):
        self.sts.life, period, seconds = (60, 20, SOAK) if SOAK else (8, 1.5, 12)
        ended = threading.Event()

        def rotate():
            count = 1
            while not ended.wait(period):
                count += 1
                fresh = self.folder / "fresh"
                fresh.write_text(f"hush-token-{count}")
                os.replace(fresh, self.token)

        def target(name):
            pool, identity = identifiers()
            return f"/identitypools/{pool}/identities/{identity}/datasets/{name}/records"

        thread = threading.Thread(target=rotate, daemon=True)
        with self.gateway(self.irsa) as gateway:
            thread.start()
            try:
                with Load(gateway.listen, target, 100 if SOAK else 50) as load:
                    time.sleep(seconds)
            finally:
                ended.set()
                thread.join(10)
            self.assertEqual(load.failures[:5], [], gateway.output[-4000:])
            self.assertGreater(load.sent, seconds * 25)
        tokens = {request["WebIdentityToken"] for request in self.sts.requests}
        self.assertGreaterEqual(len(tokens), 3)
        self.assertEqual(self.upstream.differences, [])
        print(f"  {load.sent} requests, 0 failed, {len(self.sts.requests)} loads, {len(tokens)} tokens", flush=True)


class Profiles(Roles):
    def profile(self, text, **sections):
        config = self.folder / "config"
        config.write_text(text)
        environment = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "HOME": str(self.folder),
                       "AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "none")}
        return environment, self.gateway(environment, **sections)

    def test_a_role_is_assumed_with_a_source_profile(self):
        environment, gateway = self.profile(
            f"[default]\nrole_arn = {ROLE}\nsource_profile = base\nexternal_id = a/b\nduration_seconds = 900\n"
            f"role_session_name = mine\n"
            f"[profile base]\naws_access_key_id = {CREDENTIALS.access_key}\n"
            f"aws_secret_access_key = {CREDENTIALS.secret_key}\n"
        )
        with gateway:
            self.assertEqual(self.read(gateway).status, 200)
        self.assertEqual(self.upstream.differences, [])
        found, run = self.botocore(environment)
        self.assertEqual(found, [TEMPORARY.access_key, TEMPORARY.secret_key, TEMPORARY.token], run.stderr)
        ours, theirs = self.sts.requests
        self.assertEqual(ours, theirs)
        scope = r"Credential=AKIDEXAMPLE/\d{8}/us-east-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date, "
        for fields in self.sts.fields:
            self.assertRegex(fields["Authorization"], "^AWS4-HMAC-SHA256 " + scope)

    def test_a_process_gives_credentials(self):
        document = json.dumps({"Version": 1, "AccessKeyId": TEMPORARY.access_key, "SecretAccessKey": TEMPORARY.secret_key,
                               "SessionToken": TEMPORARY.token})
        (self.folder / "document").write_text(document)
        environment, gateway = self.profile(f"[default]\ncredential_process = cat {self.folder}/document\n")
        with gateway:
            self.assertEqual(self.read(gateway).status, 200)
        self.assertEqual(self.upstream.differences, [])
        self.assertEqual(self.botocore(environment)[0], [TEMPORARY.access_key, TEMPORARY.secret_key, TEMPORARY.token])

    def test_a_failing_process_shows_none_of_its_output(self):
        _, gateway = self.profile("[default]\ncredential_process = echo hush >&2; echo hush; exit 3\n")
        with gateway:
            self.refused(gateway, "ended with exit code 3 and 5 bytes on standard error")
        _, gateway = self.profile("[default]\ncredential_process = sleep 60\n", process={"timeout": "1s"})
        with gateway:
            self.refused(gateway, "took longer than 1.0 seconds")


class AssumedRoles(Roles):
    def respond(self, parameters):
        """Gives the credentials of the role that is named last, and refuses the role `denied`."""
        if parameters["RoleArn"].endswith("/denied"):
            return 403, ERROR.format("AccessDenied")
        return 200, self.sts.success(parameters, {"sync": TEMPORARY, "other": NODE}[parameters["RoleArn"].rpartition("/")[2]])

    def test_the_role_of_the_gateway_is_assumed_with_its_keys(self):
        role = {"arn": ROLE, "external_id": "a/b", "session_name": "mine", "duration": "15m"}
        with self.gateway({}, sources=["environment"], assume_role=role) as gateway:
            self.assertEqual(self.read(gateway).status, 200)
            self.assertEqual(json.loads(send(gateway.admin, "GET", "/status").body)["credentials"]["source"], "assume_role")
        self.assertEqual(self.upstream.differences, [])
        request = self.sts.requests[0]
        self.assertEqual((request["ExternalId"], request["RoleSessionName"], request["DurationSeconds"]), ("a/b", "mine", "900"))

    def test_pools_have_roles_of_their_own(self):
        pools = [identifiers()[0] for _ in range(3)]
        self.sts.respond = self.respond
        arn = ROLE.rpartition("/")[0]
        roles = [{"identity_pools": [pools[1]], "arn": f"{arn}/other"}, {"identity_pools": [pools[2]], "arn": f"{arn}/denied"}]
        with self.gateway({}, sources=["environment"], roles=roles) as gateway:
            self.upstream.credentials = CREDENTIALS
            self.assertEqual(self.read(gateway, pools[0]).status, 200)
            self.assertEqual(self.sts.requests, [], "a role is loaded at its first use")
            self.upstream.credentials = NODE
            self.assertEqual(self.read(gateway, pools[1]).status, 200, gateway.output)
            for _ in range(3):
                self.assertEqual(self.read(gateway, pools[2]).status, 503)
            gateway.wait_for("credentials of a role not loaded; only its identity pools lack them.*AccessDenied")
            self.assertEqual(self.read(gateway, pools[1]).status, 200)
            self.assertEqual(send(gateway.admin, "GET", "/readyz").status, 200)
            self.assertEqual(metric(gateway, REFRESHES, source="assume_role", result="success"), 1)
            self.assertGreaterEqual(metric(gateway, REFRESHES, source="assume_role", result="failure"), 1)
            self.upstream.credentials = CREDENTIALS
            self.assertEqual(self.read(gateway, pools[0]).status, 200)
            asked = len([r for r in self.sts.requests if r["RoleArn"].endswith("/other")])
            self.assertEqual(asked, 1)
            # A reload asks again, and keeps what there is where the role fails at that moment.
            self.sts.fail(403, "AccessDenied")
            self.assertEqual(send(gateway.admin, "POST", "/reload").status, 200)
            self.upstream.credentials = NODE
            for _ in range(3):
                self.assertEqual(self.read(gateway, pools[1]).status, 200)
        self.assertEqual(self.upstream.differences, [])
