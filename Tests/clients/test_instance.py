"""The commands that speak to the running instance, and what the build stamps into the program."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from processes import BINARY, ENVIRONMENT, PROJECT, Gateway

TOKEN = "9f1c6e0b52d84a77a3c1"


def syncgate(*arguments, environment=None):
    return subprocess.run(
        [BINARY, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        env={**ENVIRONMENT, **(environment or {})},
    )


class Commands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.token = self.folder / "token"
        self.token.touch(0o600)
        self.token.write_text(TOKEN)

    def serve(self, **sections):
        gateway = self.enterContext(Gateway("127.0.0.1:1", **sections))
        return gateway, ["--admin", gateway.admin]

    def test_status_and_health_say_how_it_is(self):
        gateway, there = self.serve(admin={"token_file": str(self.token)})
        ended = syncgate("status", *there)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertRegex(ended.stdout, r"(?m)^state: serving$")
        self.assertRegex(ended.stdout, r"(?m)^cache\.entries: 0$")
        self.assertEqual(json.loads(syncgate("status", "--json", *there).stdout)["listen"], gateway.listen)
        self.assertEqual(syncgate("health", *there).stdout, "ok\n")
        environment = {"SYNCGATE_ADMIN__ADDRESS": gateway.admin}
        self.assertEqual(syncgate("health", environment=environment).returncode, 0)
        self.assertEqual(syncgate("health", environment=environment | {"SYNCGATE_ADMIN__TOKEN_FILE": "/none"}).returncode, 0)

    def test_what_is_not_ready_is_named(self):
        gateway = self.enterContext(
            Gateway("127.0.0.1:1", environment={"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""})
        )
        ended = syncgate("health", "--ready", "--admin", gateway.admin)
        self.assertEqual((ended.returncode, ended.stdout), (1, ""))
        self.assertIn("[-]credentials", ended.stderr)
        self.assertEqual(syncgate("health", "--admin", gateway.admin).returncode, 0)
        report = json.loads(syncgate("health", "--ready", "--json", "--admin", gateway.admin).stdout)
        self.assertEqual(report["status"], 503)

    def test_a_reload_waits_and_fails_with_the_reasons(self):
        gateway, there = self.serve()
        ended = syncgate("reload", *there)
        self.assertEqual((ended.returncode, ended.stdout), (0, "reloaded\n"), ended)
        gateway.reconfigure(workers=3)
        ended = syncgate("reload", *there)
        self.assertIn("waits for a restart: workers: ", ended.stdout, ended)
        gateway.reconfigure(limits={"fields": 1}, cache={"frsh": "1s"})
        ended = syncgate("reload", *there)
        self.assertEqual((ended.returncode, ended.stdout), (1, ""))
        self.assertIn("the old configuration stays in force", ended.stderr)
        self.assertRegex(ended.stderr, r"syncgate\.yaml:\d+:\d+.*fields")
        self.assertRegex(ended.stderr, r"syncgate\.yaml:\d+:\d+.*frsh")
        ended = syncgate("reload", "--json", *there)
        self.assertEqual((ended.returncode, len(json.loads(ended.stdout)["problems"])), (1, 2))

    def test_the_file_of_the_instance_names_its_address_even_if_other_keys_are_wrong(self):
        socket_path = f"unix:{self.folder}/admin.sock"
        gateway = Gateway("127.0.0.1:1", admin={"address": socket_path, "token_file": str(self.token)})
        self.addCleanup(gateway.end)
        gateway.wait_for("listening.*admin|admin.*listening")
        gateway.wait_for("listening.*gateway|gateway.*listening")
        self.assertEqual(syncgate("reload", "--config", str(gateway.file)).returncode, 0)
        # Without the token nothing changes.
        ended = syncgate("reload", "--admin", socket_path)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("token is missing or wrong", ended.stderr)
        self.assertEqual(syncgate("reload", "--admin", socket_path, "--token-file", str(self.token)).returncode, 0)
        gateway.reconfigure(admin={"address": socket_path, "token_file": str(self.token)}, limits={"fields": 1})
        ended = syncgate("reload", "--config", str(gateway.file))
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, r"syncgate\.yaml:\d+:\d+.*fields")
        self.assertEqual(syncgate("health", "--admin", socket_path).returncode, 0)

    def test_a_purge_names_a_scope_and_tells_the_number(self):
        _, there = self.serve()
        self.assertEqual(syncgate("purge", "--all", *there).stdout, "removed 0\n")
        self.assertEqual(json.loads(syncgate("purge", "--all", "--json", *there).stdout), {"removed": 0})
        for wrong in ([], ["--identity", "x"], ["--all", "--pool", "x"]):
            self.assertEqual(syncgate("purge", *wrong, *there).returncode, 64, wrong)
        for pool in ("", "no pool", "a&identity=b"):
            ended = syncgate("purge", "--pool", pool, *there)
            self.assertEqual(ended.returncode, 1, pool)
            self.assertIn("'pool' is not valid", ended.stderr)

    def test_a_drain_ends_the_instance(self):
        gateway, there = self.serve()
        ended = syncgate("drain", *there)
        self.assertEqual((ended.returncode, ended.stdout), (0, "draining\n"), ended)
        self.assertEqual(gateway.exit_code(), 0)
        self.assertEqual(syncgate("drain", *there).returncode, 69)

    def test_without_an_instance_the_exit_code_is_69(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{bound.getsockname()[1]}"
            for command in ("status", "reload", "drain", "health"):
                ended = syncgate(command, "--admin", address)
                self.assertEqual((ended.returncode, ended.stdout), (69, ""), command)
                self.assertIn(f"no instance answers on '{address}'", ended.stderr)
            ended = syncgate("health", "--json", "--admin", address)
            self.assertEqual(ended.returncode, 69)
            self.assertIn("no instance answers", json.loads(ended.stdout)["error"])
            # One that accepts and says nothing.
            bound.listen()
            ended = syncgate("health", "--timeout", "0.3", "--admin", address)
            self.assertEqual(ended.returncode, 69, ended)
        self.assertEqual(syncgate("health", "--admin", f"unix:{self.folder}/none").returncode, 69)

    def test_another_protocol_is_no_instance(self):
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()

            def greet():
                connection, _ = listening.accept()
                with connection, contextlib.suppress(ConnectionError):
                    connection.sendall(b"220 mail ESMTP\r\n")
                    connection.recv(4096)

            thread = threading.Thread(target=greet, daemon=True)
            thread.start()
            ended = syncgate("health", "--admin", f"127.0.0.1:{listening.getsockname()[1]}")
            self.assertEqual(ended.returncode, 69, ended)
            thread.join(20)

    def test_wrong_options_are_64_and_a_wrong_token_file_78(self):
        self.assertEqual(syncgate("status", "--admin", "nowhere").returncode, 64)
        self.assertEqual(syncgate("status", "--timeout", "0").returncode, 64)
        self.assertEqual(syncgate("status", environment={"SYNCGATE_ADMIN__ADDRESS": "nowhere"}).returncode, 78)
        self.assertEqual(syncgate("reload", "--token-file", f"{self.folder}/none").returncode, 78)


class Version(unittest.TestCase):
    def test_json_names_the_libraries(self):
        ended = syncgate("version", "--json")
        self.assertEqual(ended.returncode, 0, ended)
        report = json.loads(ended.stdout)
        self.assertEqual(sorted(report), ["libcurl", "openssl", "revision", "swift", "version"])
        for name in ("libcurl", "openssl", "swift", "version"):
            self.assertRegex(report[name], r"^\d+\.\d+(\.\d+)?$")
        self.assertIn(f"revision {report['revision']},", syncgate("version").stdout)

    def test_the_revision_is_found_with_and_without_a_repository(self):
        with tempfile.TemporaryDirectory() as name:
            copy = Path(name)
            (copy / ".ci").mkdir()
            (copy / "Sources/CProcess").mkdir(parents=True)
            shutil.copy(PROJECT / ".ci/revision", copy / ".ci")
            (copy / "Sources/CProcess/process.c").touch()
            header = copy / "Sources/CProcess/revision.h"

            def revision(*arguments, **environment):
                ended = subprocess.run(
                    [str(copy / ".ci/revision"), *arguments], capture_output=True, text=True, timeout=60,
                    env={**ENVIRONMENT, "GIT_CONFIG_GLOBAL": os.devnull, **environment},
                )
                self.assertEqual(ended.returncode, 0, ended)
                return ended.stdout.strip()

            self.assertEqual(revision(), "unknown")
            (copy / "REVISION").write_text("1a2b3c4d\n")
            self.assertEqual(revision("--stamp"), "1a2b3c4d")
            self.assertEqual(header.read_text(), '#define SYNCGATE_REVISION "1a2b3c4d"\n')
            stamped = header.stat().st_mtime_ns
            revision("--stamp")
            self.assertEqual(header.stat().st_mtime_ns, stamped, "the same revision compiles nothing again")
            self.assertEqual(revision(SYNCGATE_REVISION='x";system("'), "xsystem")
            for command in (["init", "-q"], ["add", "REVISION"], ["commit", "-q", "-m", "x"]):
                identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
                subprocess.run(["git", *identity, *command], cwd=copy, check=True, timeout=60)
            self.assertRegex(revision(), r"^[0-9a-f]{12}$")
            (copy / "REVISION").write_text("changed\n")
            self.assertRegex(revision(), r"^[0-9a-f]{12}-dirty$")


if __name__ == "__main__":
    unittest.main()
