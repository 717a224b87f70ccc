"""Callers with names in front of the real program: API keys, tokens that PyJWT signs, certificates and Unix sockets."""

import hashlib
import json
import os
import secrets
import socket
import ssl
import tempfile
import threading
import time
import unittest
from pathlib import Path

import jwt

from callers import identifiers, unsigned
from certificates import Authority
from issuer import Issuer
from load import Callers
from processes import Gateway, Process, configuration, eventually
from raw import send
from test_caching import metric
from upstream import Upstream

POOL, IDENTITY = identifiers()
OTHER = identifiers()[1]
REQUESTS = "syncgate_callers_requests_total"
READ = {"operations": ["ListRecords"]}


def records(identity=IDENTITY, dataset="d", pool=POOL):
    return f"/identitypools/{pool}/identities/{identity}/datasets/{dataset}/records"


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


class Named(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="syncgate-callers-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.upstream = self.enterContext(Upstream())

    def gateway(self, **callers):
        sections = callers.pop("sections", {})
        return self.enterContext(Gateway(self.upstream.address, callers=callers, **sections))

    def read(self, gateway, headers=None, **target):
        return send(gateway.listen, "GET", records(**target), headers=headers)


class Keys(Named):
    def key_file(self, **keys):
        lines = [f"{name}:{hashlib.sha256(key.encode()).hexdigest()}\n" for name, key in keys.items()]
        fresh = self.folder / "fresh"
        fresh.write_text("# one a line\n\n" + "".join(lines))
        os.replace(fresh, self.folder / "keys")
        return str(self.folder / "keys")

    def setUp(self):
        super().setUp()
        self.key = secrets.token_hex(32)
        self.callers = {
            "by": {"api_key": {"file": self.key_file(profile=self.key)}},
            "list": [{"name": "profile-service", "is": ["key:profile"], "may": [READ]}],
        }

    def test_a_caller_gets_what_its_grant_covers_and_boto3_sees_the_errors(self):
        gateway = self.gateway(**self.callers)
        client = unsigned(gateway.listen)
        with self.assertRaises(client.exceptions.ClientError) as refused:
            client.list_records(IdentityPoolId=POOL, IdentityId=IDENTITY, DatasetName="d")
        self.assertEqual(refused.exception.response["Error"]["Code"], "UnrecognizedClientException")
        self.assertEqual(refused.exception.response["ResponseMetadata"]["HTTPStatusCode"], 401)
        client.meta.events.register(
            "before-send.cognito-sync", lambda request, **_: request.headers.__setitem__("x-api-key", self.key))
        client.list_records(IdentityPoolId=POOL, IdentityId=IDENTITY, DatasetName="d")
        with self.assertRaises(client.exceptions.ClientError) as refused:
            client.list_datasets(IdentityPoolId=POOL, IdentityId=IDENTITY)
        self.assertEqual(refused.exception.response["Error"]["Code"], "AccessDeniedException")
        self.assertEqual(len(self.upstream.requests), 1)
        self.assertEqual(metric(gateway, REQUESTS, caller="profile-service", outcome="served"), 1)
        self.assertEqual(metric(gateway, REQUESTS, caller="profile-service", outcome="denied"), 1)
        line = json.loads(gateway.wait_for(r'.*"syncgate.caller":"profile-service".*').string)
        self.assertEqual(line["http.response.status_code"], 200)
        self.assertNotIn(self.key, gateway.output)
        self.assertNotIn("x-api-key", {name.lower() for name, _ in self.upstream.requests[0].headers})

    def test_a_hit_is_counted_for_its_caller(self):
        gateway = self.gateway(**self.callers)
        for _ in range(5):
            self.assertEqual(self.read(gateway, {"x-api-key": self.key}).status, 200)
        self.assertEqual(len(self.upstream.requests), 1)
        self.assertEqual(metric(gateway, REQUESTS, caller="profile-service", outcome="served"), 5)
        status = json.loads(send(gateway.admin, "GET", "/status").body)
        self.assertEqual(status["callers"], [
            {"name": "profile-service", "in_flight": 0, "requests": {"served": 5, "denied": 0, "throttled": 0}}])

    def test_a_key_that_is_replaced_in_the_file_ends_within_two_seconds(self):
        gateway = self.gateway(**self.callers)
        self.assertEqual(self.read(gateway, {"x-api-key": self.key}).status, 200)
        new = secrets.token_hex(32)
        self.key_file(profile=new)
        began = time.monotonic()
        eventually(lambda: self.read(gateway, {"x-api-key": new}).status == 200, "the new key is good", 10)
        self.assertLess(time.monotonic() - began, 3)
        self.assertEqual(self.read(gateway, {"x-api-key": self.key}).status, 401)
        # What cannot be read leaves the old keys in force.
        (self.folder / "keys").write_text("profile:short\n")
        gateway.wait_for("changed files cannot be used.*keys:1:1.*NAME:SHA256")
        self.assertEqual(self.read(gateway, {"x-api-key": new}).status, 200)

    def test_a_reload_ends_what_was_remembered(self):
        gateway = self.gateway(**self.callers)
        self.assertEqual(self.read(gateway, {"x-api-key": self.key}).status, 200)
        self.assertEqual(self.read(gateway, {"x-api-key": self.key}).status, 200)
        self.callers["list"][0]["may"] = [{"operations": ["ListDatasets"]}]
        gateway.reconfigure(callers=self.callers)
        self.assertEqual(send(gateway.admin, "POST", "/reload").status, 200)
        self.assertEqual(self.read(gateway, {"x-api-key": self.key}).status, 403)
        self.assertEqual(len(self.upstream.requests), 1)

    def test_a_dry_run_logs_and_serves(self):
        gateway = self.gateway(dry_run=True, **self.callers)
        self.assertEqual(self.read(gateway).status, 200)
        gateway.wait_for("a caller is not known, and would get 401")
        listing = f"/identitypools/{POOL}/identities/{IDENTITY}/datasets"
        self.assertEqual(send(gateway.listen, "GET", listing, headers={"x-api-key": self.key}).status, 200)
        gateway.wait_for("a caller may not do this, and would get 403.*profile-service")

    def test_a_file_that_cannot_be_used_ends_the_start_with_its_line(self):
        (self.folder / "keys").write_text(f"profile:{'0' * 64}\nprofile {self.key}\n")
        process = Gateway(self.upstream.address, callers=self.callers)
        self.addCleanup(process.end)
        self.assertNotEqual(process.exit_code(), 0)
        self.assertRegex(process.output, "keys' line 2 is not NAME:SHA256")
        self.assertNotIn(self.key, process.output)


class Tokens(Named):
    def setUp(self):
        super().setUp()
        self.issuer = self.enterContext(Issuer())

    def callers(self, *more, algorithms=("RS256",), **entry):
        base = {"name": "cluster", "issuer": self.issuer.url, "audiences": ["syncgate"], "algorithms": list(algorithms)}
        return {
            "by": {"jwt": [{**base, **entry}]},
            "list": [
                {"name": "profile", "is": ["jwt:cluster:system:serviceaccount:profile:default"], "may": [READ]}, *more],
        }

    def pod(self, **changes):
        """Returns the claims of the token of a pod, as Kubernetes makes them."""
        return {
            "aud": ["syncgate"], "sub": "system:serviceaccount:profile:default",
            "kubernetes.io": {"namespace": "profile", "serviceaccount": {"name": "default", "uid": "u"}}, **changes}

    def test_the_token_of_a_service_account_is_verified_by_discovered_keys(self):
        self.issuer.add_key("one")
        gateway = self.gateway(**self.callers())
        good = self.issuer.token(**self.pod())
        for _ in range(3):
            self.assertEqual(self.read(gateway, bearer(good)).status, 200, gateway.output[-2000:])
        self.assertEqual(self.issuer.fetches, ["/.well-known/openid-configuration", "/keys"])
        head, claims, signature = good.split(".")
        foreign = Issuer()
        foreign.add_key("one")
        for name, token in {
            "audience": self.issuer.token(**self.pod(aud=["sts.amazonaws.com"])),
            "subject": self.issuer.token(**self.pod(sub="system:serviceaccount:other:default")),
            "expired": self.issuer.token(life=-60, **self.pod()),
            "issuer": self.issuer.token(iss="https://elsewhere.example", **self.pod()),
            "early": self.issuer.token(nbf=int(time.time()) + 600, **self.pod()),
            "foreign key": foreign.token(iss=self.issuer.url, **self.pod()),
            "cut": good[:-8],
            "none": jwt.encode({**self.pod(), "iss": self.issuer.url, "exp": int(time.time()) + 60}, None, "none"),
            "another header": self.issuer.token(header={"jku": self.issuer.url}, **self.pod()),
            "no signature": f"{head}.{claims}.",
        }.items():
            with self.subTest(name):
                response = self.read(gateway, bearer(token))
                self.assertEqual(response.status, 401)
                self.assertEqual(response.headers["www-authenticate"], 'Bearer error="invalid_token"')
                self.assertEqual(response.headers["x-amzn-errortype"], "UnrecognizedClientException")
        self.assertEqual(len(self.upstream.requests), 1)
        self.assertNotIn(signature, gateway.output)

    def test_each_algorithm_of_pyjwt_is_understood(self):
        names = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
        for name in names:
            self.issuer.add_key(name, name)
        gateway = self.gateway(**self.callers(algorithms=names))
        for name in names:
            with self.subTest(name):
                self.assertEqual(self.read(gateway, bearer(self.issuer.token(name, **self.pod()))).status, 200)

    def test_an_access_token_of_a_user_pool_names_its_app_and_its_own_identity(self):
        self.issuer.add_key("pool")
        grant = {"operations": ["ListRecords"], "identities": "own"}
        gateway = self.gateway(
            by={"jwt": [{
                "name": "people", "issuer": self.issuer.url, "token_use": "access", "client_ids": ["app"],
                "caller": "client_id", "identity_claim": "custom:identity_id",
                "jwks": {"url": f"{self.issuer.url}/.well-known/jwks.json"}}]},
            list=[{"name": "app", "is": ["jwt:people:app"], "may": [grant]}],
        )

        def token(**changes):
            claims = {"sub": "a-user", "token_use": "access", "client_id": "app", "custom:identity_id": IDENTITY}
            return bearer(self.issuer.token(**{**claims, **changes}))

        mine, yours = token(), token(**{"custom:identity_id": OTHER})
        for _ in range(3):
            self.assertEqual(self.read(gateway, mine).status, 200)
            # The same caller by name, for the same page: the identity of the token decides.
            self.assertEqual(self.read(gateway, yours).status, 403)
            self.assertEqual(self.read(gateway, yours, identity=OTHER).status, 200)
        self.assertEqual(self.read(gateway, token(token_use="id")).status, 401)
        self.assertEqual(self.read(gateway, token(client_id="other")).status, 401)
        self.assertEqual(len(self.upstream.requests), 2)

    def test_a_thousand_bogus_keys_cause_one_fetch(self):
        self.issuer.add_key("one")
        gateway = self.gateway(**self.callers())
        self.assertEqual(self.read(gateway, bearer(self.issuer.token(**self.pod()))).status, 200)
        before = self.issuer.fetches.count("/keys")
        foreign = Issuer()
        foreign.add_key("x")
        for number in range(1000):
            token = foreign.token(header={"kid": f"bogus-{number}"}, iss=self.issuer.url, **self.pod())
            self.assertEqual(self.read(gateway, bearer(token)).status, 401)
        self.assertLessEqual(self.issuer.fetches.count("/keys") - before, 1)

    def test_keys_are_rotated_under_load_and_no_request_fails(self):
        self.issuer.add_key("k0")
        gateway = self.gateway(**self.callers(jwks={"cooldown": "1s"}))
        failures, lock, count, current = [], threading.Lock(), [0], ["k0"]

        class Senders(Callers):
            def run(callers, number):
                while not callers.ended.wait(0.02):
                    response = self.read(gateway, bearer(self.issuer.token(current[0], **self.pod(jti=secrets.token_hex(8)))))
                    with lock:
                        count[0] += 1
                        if response.status != 200:
                            failures.append((current[0], response.status))

        with Senders(4):
            for number in range(1, 4):
                time.sleep(1.5)
                # As issuers do it: the new key is published, then used, and then the old one is taken away.
                self.issuer.add_key(f"k{number}")
                time.sleep(0.2)
                current[0] = f"k{number}"
                time.sleep(1)
                self.issuer.published.pop(0)
            time.sleep(1.5)
        self.assertEqual(failures, [], gateway.output[-3000:])
        self.assertGreater(count[0], 100)

    def test_an_issuer_that_is_away_is_served_from_its_last_keys(self):
        self.issuer.add_key("one")
        gateway = self.gateway(**self.callers(jwks={"refresh": "60s"}))
        self.assertEqual(self.read(gateway, bearer(self.issuer.token(**self.pod()))).status, 200)
        self.issuer.away = True
        for _ in range(5):
            token = self.issuer.token(**self.pod(jti=secrets.token_hex(8)))
            self.assertEqual(self.read(gateway, bearer(token)).status, 200)
        self.assertEqual(send(gateway.admin, "POST", "/reload").status, 200)
        self.assertEqual(self.read(gateway, bearer(self.issuer.token(**self.pod()))).status, 200)

    def test_an_issuer_that_was_never_reached_is_said(self):
        self.issuer.away = True
        self.issuer.add_key("one")
        gateway = self.gateway(**self.callers())
        self.assertEqual(self.read(gateway, bearer(self.issuer.token(**self.pod()))).status, 401)
        status = json.loads(send(gateway.admin, "GET", "/status").body)
        self.assertEqual(status["token_issuers"][0]["name"], "cluster")
        self.assertIn("503", status["token_issuers"][0]["problem"])
        ready = send(gateway.admin, "GET", "/readyz?verbose")
        self.assertIn("tokens", ready.body.decode())
        self.issuer.away = False
        eventually(
            lambda: self.read(gateway, bearer(self.issuer.token(**self.pod()))).status == 200, "the keys are there", 20)

    def test_a_file_of_keys_serves_without_a_network(self):
        self.issuer.add_key("one", "ES256")
        file = self.folder / "jwks.json"
        file.write_text(json.dumps({"keys": self.issuer.published}))
        gateway = self.gateway(**self.callers(algorithms=["ES256"], jwks={"file": str(file)}))
        self.assertEqual(self.read(gateway, bearer(self.issuer.token(**self.pod()))).status, 200)
        self.assertEqual(self.issuer.fetches, [])

    def test_another_scheme_is_named_and_a_signature_is_refused(self):
        self.issuer.add_key("one")
        gateway = self.gateway(**{**self.callers(), "list": None, "required": False})
        basic = self.read(gateway, {"Authorization": "Basic eDp5"})
        self.assertEqual(basic.status, 400)
        self.assertIn("Basic", basic.json["message"])
        signed = self.read(gateway, {"Authorization": "AWS4-HMAC-SHA256 Credential=A/b"})
        self.assertEqual(signed.status, 400)


class Certificates(Named):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder, "authority")
        self.server = self.authority.issue("server")
        self.listen = {"address": "127.0.0.1:0", "tls": {
            "certificate_file": str(self.server[0]), "key_file": str(self.server[1]),
            "client_ca_file": str(self.authority.certificate)}}

    def ask(self, gateway, names, common="nobody"):
        pair = self.authority.issue_caller(names, common)
        context = ssl.create_default_context(cafile=str(self.authority.certificate))
        context.load_cert_chain(*map(str, pair))
        host, _, port = gateway.listen.rpartition(":")
        with socket.create_connection((host, int(port)), 20) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as tls:
                tls.sendall(f"GET {records()} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                data = b""
                while piece := tls.recv(65536):
                    data += piece
        return int(data.split(b" ")[1])

    def test_all_alternative_names_are_candidates_and_the_common_name_is_none(self):
        gateway = self.gateway(
            list=[{"name": "profile", "is": ["spiffe://prod/ns/profile/sa/default", "dns:profile.internal"], "may": [READ]}],
            sections={"listen": self.listen})
        for names, status in [
            ("URI:spiffe://prod/ns/profile/sa/default", 200),
            ("DNS:first.internal,DNS:profile.internal", 200),
            ("URI:https://x.example/,DNS:PROFILE.internal", 200),
            ("URI:spiffe://prod/ns/profile/sa/default,URI:spiffe://prod/ns/other/sa/default", 401),
            ("URI:spiffe://prod/ns/profile/sa/default,URI:https://x.example/", 401),
            ("URI:spiffe://Prod/ns/profile/sa/default", 401),
            ("DNS:other.internal", 401),
        ]:
            with self.subTest(names):
                self.assertEqual(self.ask(gateway, names), status)
        self.assertEqual(self.ask(gateway, "DNS:other.internal", common="profile.internal"), 401)


class UnixUsers(Named):
    def test_the_user_at_the_other_end_is_the_caller(self):
        path = self.folder / "callers.sock"
        process = Process("serve", "--config", str(self.file(path, os.getuid())))
        self.addCleanup(process.end)
        process.wait_for("listening.*gateway")
        self.assertEqual(self.ask(path), 200)
        process.end()
        process = Process("serve", "--config", str(self.file(path, os.getuid() + 1)))
        self.addCleanup(process.end)
        process.wait_for("listening.*gateway")
        self.assertEqual(self.ask(path), 401)

    def file(self, path, user):
        file = self.folder / f"{user}.yaml"
        file.write_text(json.dumps(configuration(
            self.upstream.address, listen={"address": f"unix:{path}"},
            callers={"by": {"unix": True}, "list": [{"name": "mine", "is": [f"uid:{user}"], "may": [READ]}]})))
        return file

    def ask(self, path):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(str(path))
            connection.sendall(f"GET {records()} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            data = b""
            while piece := connection.recv(65536):
                data += piece
        return int(data.split(b" ")[1])


if __name__ == "__main__":
    unittest.main()
