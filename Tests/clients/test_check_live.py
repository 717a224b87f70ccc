"""`syncgate check --live` against the emulator, with refusals as IAM makes them."""

import http.server
import json
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from processes import BINARY, ENVIRONMENT, Emulator, configuration, variables
from raw import send
from upstream import CREDENTIALS

READS = [
    "DescribeDataset", "DescribeIdentityPoolUsage", "DescribeIdentityUsage", "GetBulkPublishDetails", "GetCognitoEvents",
    "GetIdentityPoolConfiguration", "ListDatasets", "ListIdentityPoolUsage", "ListRecords",
]


class TokenService:
    """An STS that sends the same response to each request."""

    def __init__(self, status, document):
        body = json.dumps(document).encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return f"127.0.0.1:{self.server.server_address[1]}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class CheckLive(unittest.TestCase):
    def setUp(self):
        self.emulator = self.enterContext(Emulator())

    def fault(self, text):
        self.assertEqual(send(self.emulator.listen, "POST", "/_emulator/faults", text).status, 200)

    def check(self, environment=variables(CREDENTIALS), endpoint=None, **sections):
        """Returns the exit code, the outcome and detail of each finding, and the policy."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "syncgate.yaml"
            file.write_text(json.dumps(configuration(endpoint or self.emulator.listen, **sections)))
            ended = subprocess.run(
                [BINARY, "check", "--config", str(file), "--live"], env={**ENVIRONMENT, **environment},
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
            )
        self.output = ended.stdout + ended.stderr
        table, _, policy = ended.stdout.partition("\n\nthe least IAM policy for allow:\n")
        findings = {}
        for line in table.splitlines()[1:]:
            findings[line[:30].strip()] = (line[30:41].strip(), line[41:])
        return ended.returncode, findings, json.loads(policy)

    def test_all_is_fine(self):
        code, findings, policy = self.check()
        self.assertEqual(code, 0, self.output)
        for name in ("resolve", "connect", "clock", "credentials", *READS):
            self.assertEqual(findings[name][0], "ok", self.output)
        self.assertEqual(findings["identity"][0], "not tried")
        for name in ("UpdateRecords", "DeleteDataset", "BulkPublish", "SetCognitoEvents"):
            self.assertEqual(findings[name], ("not tried", "it could change something"))
        actions = {action for statement in policy["Statement"] for action in statement["Action"]}
        self.assertEqual(len(actions), 17)
        self.assertNotIn(CREDENTIALS.secret_key, self.output)

    def test_only_what_is_allowed_is_tried(self):
        pool = "us-east-1:11111111-2222-3333-4444-555555555555"
        code, findings, policy = self.check(
            allow={"operations": ["ListRecords", "UpdateRecords"], "identity_pools": [pool]})
        self.assertEqual(code, 0, self.output)
        self.assertEqual([name for name in findings if name in READS], ["ListRecords"])
        resource = f"arn:aws:cognito-sync:us-east-1:*:identitypool/{pool}/identity/*/dataset/*"
        self.assertEqual([s["Resource"] for s in policy["Statement"]], [[resource]])

    def test_a_right_that_is_missing_is_named(self):
        self.fault("status=403,name=AccessDeniedException,operation=ListDatasets")
        code, findings, _ = self.check()
        self.assertEqual(code, 1, self.output)
        self.assertEqual(findings["ListDatasets"][0], "FAILED")
        self.assertIn("allow cognito-sync:ListDatasets", findings["ListDatasets"][1])
        self.assertEqual(findings["ListRecords"][0], "ok")

    def test_no_right_at_all(self):
        self.fault("status=403,name=AccessDeniedException")
        code, findings, _ = self.check()
        self.assertEqual(code, 1, self.output)
        for name in READS:
            self.assertEqual(findings[name][0], "FAILED", self.output)

    def test_expired_credentials_and_a_wrong_clock(self):
        self.fault("credentials=expired")
        code, findings, _ = self.check()
        self.assertEqual((code, findings["ListRecords"][0]), (1, "FAILED"))
        self.assertIn("replace the credentials", findings["ListRecords"][1])
        self.assertEqual(send(self.emulator.listen, "DELETE", "/_emulator/faults").status, 200)
        self.fault("skew=10m")
        code, findings, _ = self.check()
        self.assertEqual((code, findings["ListRecords"][0]), (1, "FAILED"), self.output)

    def test_the_identity_is_that_of_sts(self):
        arn = "arn:aws:sts::123456789012:assumed-role/sync/i-1"
        document = {"GetCallerIdentityResponse": {"GetCallerIdentityResult": {"Account": "123456789012", "Arn": arn}}}
        with TokenService(200, document) as address:
            code, findings, policy = self.check(
                credentials={"sources": ["environment"], "sts": {"endpoint": f"http://{address}"}})
        self.assertEqual((code, findings["identity"]), (0, ("ok", arn)), self.output)
        self.assertIn(":123456789012:", policy["Statement"][0]["Resource"][0])
        with TokenService(403, {"Error": {"Code": "InvalidClientTokenId", "Message": "hidden"}}) as address:
            code, findings, _ = self.check(
                credentials={"sources": ["environment"], "sts": {"endpoint": f"http://{address}"}})
        self.assertEqual((code, findings["identity"][0]), (1, "FAILED"), self.output)
        self.assertIn("InvalidClientTokenId", findings["identity"][1])
        self.assertNotIn("hidden", self.output)

    def test_without_credentials_nothing_is_called(self):
        code, findings, _ = self.check(environment={}, credentials={"sources": ["environment"]})
        self.assertEqual((code, findings["credentials"][0]), (1, "FAILED"), self.output)
        self.assertEqual(findings["connect"][0], "ok")
        self.assertEqual(findings["ListRecords"][0], "not tried")

    def test_nothing_listens(self):
        code, findings, policy = self.check(endpoint="127.0.0.1:1")
        self.assertEqual((code, findings["connect"][0]), (1, "FAILED"), self.output)
        self.assertTrue(policy["Statement"])


if __name__ == "__main__":
    unittest.main()
