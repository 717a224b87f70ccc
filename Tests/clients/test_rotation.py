"""Certificates, authorities and tokens that are replaced on the disk while callers keep the gateway busy."""

import http.client
import os
import shutil
import ssl
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from certificates import Authority, install
from load import Callers
from processes import BINARY, ENVIRONMENT, Emulator, Gateway, eventually
from raw import send

# The time within which a changed file must be in force.
PROMISE = 2.0
OLD, NEW = "the-old-token-of-the-test", "the-new-token-of-the-test"
PATH = "/identitypools/us-east-1:00000000-0000-0000-0000-000000000001/identities/" \
    "us-east-1:00000000-0000-0000-0000-000000000002/datasets/d/records"


def context(authority, pair=None):
    """Returns the TLS settings of a caller, with its certificate if it has one."""
    made = ssl.create_default_context(cafile=str(authority))
    if pair:
        made.load_cert_chain(*map(str, pair))
    return made


def serial(address, made):
    """Returns the serial of the certificate that the gateway shows; a refused caller is an `OSError`."""
    host, port = address.rsplit(":", 1)
    connection = http.client.HTTPSConnection(host, int(port), context=made, timeout=10)
    try:
        connection.request("GET", "/healthz-or-anything")
        shown = connection.sock.getpeercert()["serialNumber"]
        connection.getresponse().read()
        return int(shown, 16)
    finally:
        connection.close()


class Load(Callers):
    """Callers that open a connection for each few requests."""

    def __init__(self, address, contexts, threads=6):
        super().__init__(threads)
        self.address, self.contexts, self.served = address, contexts, 0

    def run(self, _):
        host, port = self.address.rsplit(":", 1)
        while not self.ended.is_set():
            connection = http.client.HTTPSConnection(host, int(port), context=self.contexts[0], timeout=20)
            try:
                for _ in range(5):
                    connection.request("GET", PATH)
                    response = connection.getresponse()
                    response.read()
                    if response.status != 200:
                        raise OSError(f"status {response.status}")
                    with self.lock:
                        self.served += 1
            except (OSError, http.client.HTTPException) as error:
                with self.lock:
                    self.failures.append(repr(error))
            finally:
                connection.close()


@unittest.skipUnless(shutil.which("openssl"), "no openssl")
class Rotation(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory(prefix="syncgate-rotation-")
        self.addCleanup(made.cleanup)
        self.folder = Path(made.name)
        self.one, self.two = Authority(self.folder, "one"), Authority(self.folder, "two")
        self.files = {name: self.folder / f"live-{name}" for name in ("certificate", "key", "ca", "token")}
        self.put_pair(self.one.issue("server"))
        install(self.one.certificate, self.files["ca"])
        self.put_token(OLD)

    def put_pair(self, pair):
        install(pair[0], self.files["certificate"])
        install(pair[1], self.files["key"])

    def put_token(self, text):
        source = self.folder / "token-source"
        source.write_text(text)
        install(source, self.files["token"])

    def sections(self):
        tls = {"certificate_file": str(self.files["certificate"]), "key_file": str(self.files["key"]),
               "client_ca_file": str(self.files["ca"])}
        return {"listen": {"address": "127.0.0.1:0", "tls": tls},
                "admin": {"address": "127.0.0.1:0", "token_file": str(self.files["token"])}}

    def within_promise(self, condition, description):
        start = time.monotonic()
        eventually(condition, description, deadline=PROMISE)
        return time.monotonic() - start

    def purge(self, gateway, token):
        return send(gateway.admin, "DELETE", "/cache", headers={"Authorization": f"Bearer {token}"}).status

    def metric(self, gateway, name):
        lines = send(gateway.admin, "GET", "/metrics").body.decode().splitlines()
        return next(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name))

    def test_new_files_are_in_force_within_two_seconds_and_no_request_fails(self):
        first, second = self.one.issue("first"), self.two.issue("second")
        bundle = self.folder / "bundle.pem"
        bundle.write_bytes(self.one.certificate.read_bytes() + self.two.certificate.read_bytes())
        old_caller, new_caller = context(bundle, first), context(bundle, second)
        with Emulator("--demo-data") as emulator, Gateway(emulator.listen, **self.sections()) as gateway:
            contexts = [old_caller]
            before = serial(gateway.listen, old_caller)
            with Load(gateway.listen, contexts) as load:
                eventually(lambda: load.served > 100, "the load is on")
                renewed = self.one.issue("renewed")
                self.put_pair(renewed)
                self.within_promise(lambda: serial(gateway.listen, old_caller) != before, "the new certificate")
                # A rotation of authorities: both for a while, then the new one alone.
                install(bundle, self.files["ca"])

                def is_known():
                    try:
                        return serial(gateway.listen, new_caller) > 0
                    except OSError:
                        return False

                self.within_promise(is_known, "the new authority")
                contexts[0] = new_caller
                served = load.served
                eventually(lambda: load.served > served + 200, "all callers have the new certificate")
                install(self.two.certificate, self.files["ca"])

                def is_refused():
                    try:
                        serial(gateway.listen, old_caller)
                        return False
                    except OSError:
                        return True

                self.within_promise(is_refused, "the old authority is refused")
                self.assertEqual(self.purge(gateway, OLD), 200)
                self.put_token(NEW)
                self.within_promise(lambda: self.purge(gateway, NEW) == 200, "the new token")
                self.assertEqual(self.purge(gateway, OLD), 401)
                served = load.served
                eventually(lambda: load.served > served + 100, "the load goes on")
            self.assertEqual(load.failures, [])
            gateway.wait_for("changed files are in force")
            self.assertGreater(self.metric(gateway, 'syncgate_tls_handshakes_total{outcome="unknown_ca"}'), 0)
            self.assertEqual(self.metric(gateway, "syncgate_config_last_reload_successful"), 1)

    def test_junk_keeps_the_old_files_and_is_said(self):
        caller = context(self.one.certificate, self.one.issue("first"))
        with Emulator("--demo-data") as emulator, Gateway(emulator.listen, **self.sections()) as gateway:
            before = serial(gateway.listen, caller)
            junk = self.folder / "junk"
            for name, text in (("certificate", "junk"), ("ca", ""), ("token", "short")):
                with self.subTest(file=name):
                    kept = self.folder / "kept"
                    install(self.files[name], kept)
                    junk.write_text(text)
                    failures = self.metric(gateway, 'syncgate_config_reloads_total{result="failure"}')
                    install(junk, self.files[name])
                    gateway.wait_for(f"changed files cannot be used.*live-{name}")
                    self.assertEqual(self.metric(gateway, "syncgate_config_last_reload_successful"), 0)
                    # Said once, not at every look.
                    time.sleep(2.5)
                    failed = self.metric(gateway, 'syncgate_config_reloads_total{result="failure"}')
                    self.assertEqual(failed, failures + 1)
                    self.assertEqual(serial(gateway.listen, caller), before)
                    self.assertEqual(self.purge(gateway, OLD), 200)
                    install(kept, self.files[name])
                    self.within_promise(
                        lambda: self.metric(gateway, "syncgate_config_last_reload_successful") == 1, "the good file")

    def test_a_pair_that_is_replaced_in_two_steps_is_no_fault(self):
        caller = context(self.one.certificate, self.one.issue("first"))
        with Emulator("--demo-data") as emulator, Gateway(emulator.listen, **self.sections()) as gateway:
            before = serial(gateway.listen, caller)
            certificate, key = self.one.issue("renewed")
            install(certificate, self.files["certificate"])
            time.sleep(0.4)
            install(key, self.files["key"])
            self.within_promise(lambda: serial(gateway.listen, caller) != before, "the new pair")
            self.assertNotIn("cannot be used", gateway.output)

    def test_a_secret_of_kubernetes_is_taken_over(self):
        """A volume of secrets is a link to a folder that is swapped; the files themselves are links into it."""
        volume, names = self.folder / "volume", ("certificate", "key", "ca", "token")
        volume.mkdir()

        def publish(version):
            folder = volume / version
            folder.mkdir()
            for name in names:
                shutil.copy(self.files[name], folder / name)
            os.symlink(version, volume / "next")
            os.replace(volume / "next", volume / "..data")

        publish("1")
        for name in names:
            os.symlink(f"..data/{name}", volume / name)
        sections = self.sections()
        text = {name: str(volume / name) for name in names}
        sections["listen"]["tls"] = {"certificate_file": text["certificate"], "key_file": text["key"],
                                     "client_ca_file": text["ca"]}
        caller = context(self.one.certificate, self.one.issue("first"))
        with Emulator("--demo-data") as emulator, Gateway(emulator.listen, **sections) as gateway:
            before = serial(gateway.listen, caller)
            self.put_pair(self.one.issue("renewed"))
            publish("2")
            self.within_promise(lambda: serial(gateway.listen, caller) != before, "the new certificate")

    def test_callers_that_speak_no_tls_are_counted_and_said_once(self):
        with Gateway("127.0.0.1:1", **self.sections()) as gateway:
            for _ in range(5):
                self.assertEqual(send(gateway.listen, "GET", "/x").status, 400)
            gateway.wait_for('a TLS handshake failed.*plain_http|plain_http.*a TLS handshake failed')
            self.assertEqual(self.metric(gateway, 'syncgate_tls_handshakes_total{outcome="plain_http"}'), 5)
            self.assertEqual(gateway.output.count("a TLS handshake failed"), 1)

    def test_check_names_a_key_of_another_certificate(self):
        _, key = self.one.issue("other")
        install(key, self.files["key"])
        environment = {**ENVIRONMENT, "SYNCGATE_LISTEN__TLS__CERTIFICATE_FILE": str(self.files["certificate"]),
                       "SYNCGATE_LISTEN__TLS__KEY_FILE": str(self.files["key"])}
        file = self.folder / "syncgate.yaml"
        file.write_text("upstream: { region: us-east-1 }\n")
        ended = subprocess.run([BINARY, "check", "--config", str(file)], env=environment, capture_output=True,
                               text=True, timeout=60, stdin=subprocess.DEVNULL)
        self.assertEqual(ended.returncode, 78, ended)
        self.assertIn("is not the key of the first certificate", ended.stderr)


if __name__ == "__main__":
    unittest.main()
