"""The credentials of EC2, ECS and EKS, from services at their real addresses in a network namespace.

`SYNCGATE_SOAK=600` makes the runs under load ten minutes long, with keys of a minute.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid
from pathlib import Path

import signature
from dataset_store import Fault
from load import Load
from metadata_service import ADDRESSES, PREFIX, ROLE, Agent, Issuer, MetadataService
from namespaces import Namespace
from processes import ENVIRONMENT, Gateway, eventually
from raw import send
from upstream import REGION, Upstream

REFUSAL = Namespace.refusal()
SOAK = int(os.environ.get("SYNCGATE_SOAK", "0"))
TASK_PATH = "/v2/credentials/of-the-task"
TASK_URI = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": TASK_PATH}
POD_URI = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials"}
POD_URI_6 = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://[fd00:ec2::23]/v1/credentials"}

# An environment with nothing but what a test gives it.
BARE = {
    "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "", "AWS_EC2_METADATA_DISABLED": "false",
    "AWS_CONFIG_FILE": "/nonexistent/config", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
}

BOTOCORE = """
import botocore.session, json
try:
    credentials = botocore.session.Session().get_credentials()
    frozen = credentials and credentials.get_frozen_credentials()
    print(json.dumps({"key": frozen and frozen.access_key}))
except Exception as error:
    print(json.dumps({"key": None, "error": f"{type(error).__name__}: {error}"}))
"""


class IssuedUpstream(Upstream):
    """An upstream that accepts the credentials of the issuer until their end; `keys` has those it saw."""

    def __init__(self, issuer):
        super().__init__()
        self.issuer, self.keys, self.refused = issuer, [], 0

    def check_signature(self, received):
        headers = {name.lower(): value for name, value in received.headers}
        match = signature.AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        key = match and match.group(1)
        with self.lock:
            if key not in self.keys[-1:]:
                self.keys.append(key)
        found = self.issuer.find(key)
        if found is None:
            raise Fault(403, "UnrecognizedClientException", "The security token included in the request is invalid.")
        credentials, end = found
        if 0 < self.issuer.life and end <= time.time():
            self.refused += 1
            raise Fault(403, "ExpiredTokenException", "The security token included in the request is expired")
        self.credentials = credentials
        why = signature.fault(
            received.method, received.target, received.headers, received.body, credentials, REGION
        )
        if why:
            self.differences.append(why)
            raise Fault(403, "InvalidSignatureException", why)


def target(name):
    return f"/identitypools/{REGION}:{uuid.uuid4()}/identities/{REGION}:{uuid.uuid4()}/datasets/{name}/records"


def status(gateway):
    return json.loads(send(gateway.admin, "GET", "/status").body)


def problems(gateway):
    """Returns the lines of the log, from warnings on, about credentials that could not be loaded."""
    lines = [json.loads(line) for line in gateway.output.splitlines() if "credentials not loaded" in line]
    return [line for line in lines if line["log.level"] in ("warning", "error")]


@unittest.skipIf(REFUSAL, REFUSAL)
class InNamespace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(Namespace(*ADDRESSES))

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.services = []

    def start(self, **life):
        """Starts an upstream, IMDS and the agent with a new issuer, in place of those of before."""
        for service in self.services:
            service.stop()
        self.issuer = Issuer(**life)
        self.upstream = self.enterContext(IssuedUpstream(self.issuer))
        self.metadata = self.enterContext(MetadataService(self.issuer))
        self.agent = self.enterContext(Agent(self.issuer))
        self.services = [self.metadata, self.agent]

    def gateway(self, **environment):
        return Gateway(self.upstream.address, environment={**BARE, **environment}, credentials={
            "sources": ["environment", "profile", "container", "instance"],
        })

    def token_file(self, text):
        file = self.folder / "token"
        new = self.folder / "token.new"
        new.write_text(text)
        new.rename(file)
        return {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(file)}


class SideBySide(InNamespace):
    """botocore and the gateway in the same surroundings."""

    def compare(self, environment, same=True):
        """Returns the keys of botocore and of the gateway, which are equal unless the caller says otherwise."""
        given = {k: v for k, v in {**ENVIRONMENT, **BARE, **environment}.items() if v}
        ended = subprocess.run([sys.executable, "-c", BOTOCORE], env=given, capture_output=True, text=True, timeout=60)
        theirs = json.loads(ended.stdout)
        with self.gateway(**environment) as gateway:
            response = send(gateway.listen, "GET", target("compared"))
        self.output = gateway.output
        ours = self.upstream.keys[-1] if response.status == 200 else None
        if same:
            self.assertEqual(ours, theirs["key"], (theirs, self.output))
        return theirs["key"], ours

    def test_both_take_the_same_credentials(self):
        token = self.token_file("of-the-pod")
        for name, environment in {
            "instance": {},
            "instance, IPv6": {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"},
            "instance, endpoint": {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://[fd00:ec2::254]"},
            "task": TASK_URI,
            "pod": {**POD_URI, **token},
            "pod, IPv6": {**POD_URI_6, **token},
            "task before pod": {**TASK_URI, **POD_URI},
            "token variable": {**POD_URI, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "of-the-variable"},
        }.items():
            with self.subTest(name):
                self.start()
                _, ours = self.compare(environment)
                self.assertIsNotNone(ours)
                is_container = "instance" not in name
                self.assertEqual(bool(self.agent.seen()), is_container)
                self.assertEqual(bool(self.metadata.seen()), not is_container)
                seen = [h.get("authorization") for _, _, h in self.agent.seen()]
                self.assertEqual(len(set(seen)), 1 if is_container else 0, seen)
                self.assertTrue(all(h.get("x-aws-ec2-metadata-token") for m, _, h in self.metadata.seen() if m == "GET"))

    def test_both_have_none(self):
        for name, environment, change in (
            ("switched off", {"AWS_EC2_METADATA_DISABLED": "true"}, {}),
            ("no role", {}, {"role": ""}),
            ("a role that may not be assumed", {}, {"code": "AssumeRoleUnauthorizedAccess"}),
            ("turned off", {}, {"put_status": 403}),
        ):
            with self.subTest(name):
                self.start()
                for attribute, value in change.items():
                    setattr(self.metadata, attribute, value)
                self.assertEqual(self.compare(environment), (None, None))
                self.assertNotIn("must not be in a log", self.output)

    def test_expired_credentials_are_used_by_both(self):
        self.start(life=-60)
        theirs, ours = self.compare({})
        self.assertIsNotNone(ours)
        self.assertIn("the credentials came expired", self.output)

    def test_version_1_is_used_by_botocore_alone(self):
        self.start()
        self.metadata.version_1, self.metadata.put_hangs = True, True
        theirs, ours = self.compare({}, same=False)
        self.assertIsNotNone(theirs)
        self.assertIsNone(ours)
        self.assertIn("the hop limit is 1; set HttpPutResponseHopLimit to 2", self.output)

    def test_the_agent_is_down_and_the_metadata_service_is_not_asked(self):
        for environment in (TASK_URI, POD_URI, POD_URI_6):
            with self.subTest(environment):
                self.start()
                self.agent.stop()
                self.assertEqual(self.compare(environment), (None, None))
                self.assertEqual(self.metadata.seen(), [])
                self.assertRegex(self.output, r"container: GET 'http://[^']*' failed")


class Failures(InNamespace):
    def test_each_failure_names_what_was_asked_and_what_came(self):
        for change, text in (
            ({"put_status": 400}, "PUT 'http://169.254.169.254/latest/api/token' got the status 400"),
            ({"put_status": 403}, "the metadata service is turned off"),
            ({"put_status": 405}, "only version 1 is there, which is never used"),
            ({"role": ""}, "the instance has no role"),
            ({"code": "AssumeRoleUnauthorizedAccess"}, f"{PREFIX}{ROLE}' got a response that has the code"),
            ({"role_status": 500}, f"{PREFIX}{ROLE}' got the status 500"),
        ):
            with self.subTest(change):
                self.start()
                for attribute, value in change.items():
                    setattr(self.metadata, attribute, value)
                with self.gateway() as gateway:
                    gateway.wait_for("credentials not loaded")
                    self.assertIn(text, problems(gateway)[0]["problem"])
                    self.assertEqual(send(gateway.admin, "GET", "/readyz").status, 503)

    def test_a_token_that_has_ended_is_replaced_once(self):
        self.start(life=6)
        with self.gateway() as gateway:
            self.assertEqual(send(gateway.listen, "GET", target("one")).status, 200)
            self.metadata.forget_tokens()
            eventually(lambda: send(gateway.listen, "GET", target("two")).status == 200 and len(self.upstream.keys) > 1,
                       "the next keys")
            puts = [m for m, _, _ in self.metadata.seen() if m == "PUT"]
            self.assertEqual(len(puts), 2, self.metadata.seen())
            self.assertEqual(problems(gateway), [])

    def test_a_refused_pod_shows_no_token(self):
        self.start()
        self.agent.accepted = {"another"}
        token = self.token_file("secret-of-the-pod")
        with self.gateway(**POD_URI, **token) as gateway:
            gateway.wait_for("credentials not loaded")
            self.assertIn("169.254.170.23/v1/credentials' got the status 401", problems(gateway)[0]["problem"])
            self.assertNotIn("secret-of-the-pod", gateway.output)
            self.assertNotIn("must-not-be-in-a-log", gateway.output)
            # The token that comes later is read without a restart.
            self.agent.accepted = {"secret-of-the-pod"}
            eventually(lambda: send(gateway.admin, "GET", "/readyz").status == 200
                       or send(gateway.listen, "GET", target("x")) and None, "readiness")


class UnderLoad(InNamespace):
    """Keys of a short life, and a source that breaks, while requests come."""

    RATE = 100 if SOAK else 50

    def run_load(self, gateway, seconds, during=None):
        with Load(gateway.listen, target, self.RATE) as load:
            if during:
                during()
            time.sleep(seconds)
        self.assertGreater(load.sent, seconds * self.RATE / 2)
        if SOAK:
            print(f"  {self.id()}: {load.sent} requests, {len(load.failures)} failed, "
                  f"{len(self.upstream.keys)} keys, {len(self.issuer.issued)} issued", flush=True)
        self.assertEqual(load.failures[:5], [], gateway.output[-4000:])
        self.assertEqual(self.upstream.differences, [])
        return load

    def short_life(self, **environment):
        self.start(life=60 if SOAK else 8)
        with self.gateway(**environment) as gateway:
            self.run_load(gateway, SOAK or 20)
            self.assertGreaterEqual(len(self.upstream.keys), 3)
            self.assertEqual(problems(gateway), [])
            self.assertEqual(self.upstream.refused, 0)

    def test_keys_of_a_short_life_from_the_metadata_service(self):
        self.short_life()

    def test_keys_of_a_short_life_from_the_agent_of_a_task(self):
        self.short_life(**TASK_URI)

    def test_the_token_file_of_a_pod_is_rotated(self):
        self.start(life=60 if SOAK else 8)
        period, ended, count = (20 if SOAK else 1.5), threading.Event(), 0
        token = self.token_file("token-0")
        self.agent.accepted = {"token-0"}

        def rotate():
            nonlocal count
            while not ended.wait(period):
                count += 1
                # As in a cluster, a token is valid for a while after its successor is there.
                self.agent.accepted = {f"token-{count}", f"token-{count - 1}"}
                self.token_file(f"token-{count}")

        thread = threading.Thread(target=rotate, daemon=True)
        with self.gateway(**POD_URI, **token) as gateway:
            thread.start()
            try:
                self.run_load(gateway, SOAK or 20)
            finally:
                ended.set()
                thread.join(10)
            used = {h["authorization"] for _, _, h in self.agent.seen()}
            self.assertGreaterEqual(len(used), 3, used)
            self.assertEqual(problems(gateway), [])

    def outage(self, service, **environment):
        """Ends a service when new keys are due, for less than the rest of the life of the old ones."""
        life, begin, pause = (120, 55, 30) if SOAK else (24, 11, 6)
        self.start(life=life)
        with self.gateway(**environment) as gateway:
            self.assertEqual(send(gateway.listen, "GET", target("first")).status, 200)

            def during():
                time.sleep(begin)
                getattr(self, service).stop()
                time.sleep(pause)
                getattr(self, service).start()

            self.run_load(gateway, life - begin - pause + 4, during)
            self.assertGreaterEqual(len(self.upstream.keys), 2)
            self.assertEqual(len(problems(gateway)), 1, problems(gateway))
            self.assertEqual(problems(gateway)[0]["log.level"], "warning")
            gateway.wait_for("credentials loaded again")
            metrics = send(gateway.admin, "GET", "/metrics").body.decode()
            failed = re.search(r'credentials_refreshes_total\{source="\w+",result="failure"\} (\d+)', metrics)
            # An agent is asked three times in one load, so that a short outage is one failure.
            self.assertGreaterEqual(int(failed.group(1)), 2 if service == "metadata" else 1)

    def test_the_metadata_service_is_away_for_a_while(self):
        self.outage("metadata")

    def test_the_agent_is_away_for_a_while(self):
        self.outage("agent", **TASK_URI)


class Reload(InNamespace):
    def test_a_reload_while_the_source_is_away_keeps_the_credentials(self):
        self.start()
        with self.gateway(**TASK_URI) as gateway:
            self.assertEqual(send(gateway.listen, "GET", target("one")).status, 200)
            self.agent.stop()
            self.assertEqual(send(gateway.admin, "POST", "/reload").status, 200)
            self.assertEqual(send(gateway.admin, "GET", "/readyz").status, 200)
            self.assertEqual(send(gateway.listen, "GET", target("two")).status, 200)
            self.assertEqual(status(gateway)["credentials"]["source"], "container")
            gateway.wait_for("credentials not loaded")
            self.assertEqual(send(gateway.listen, "GET", target("three")).status, 200)


if __name__ == "__main__":
    unittest.main()
