"""The services that give credentials on EC2, ECS and EKS, at their real addresses in a network namespace.

`Issuer` makes credentials and knows which of them are valid. `MetadataService` is IMDS, `Agent` is the container
agent. Both remember the requests, and break on command by their attributes.
"""

import hashlib
import http.server
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone

from botocore.credentials import Credentials

METADATA = ("169.254.169.254", "fd00:ec2::254")
TASK = "169.254.170.2"
POD = ("169.254.170.23", "fd00:ec2::23")
ADDRESSES = [f"{a}/128" if ":" in a else f"{a}/32" for a in (*METADATA, TASK, *POD)]
ROLE = "sync-role"
PREFIX = "/latest/meta-data/iam/security-credentials/"


@dataclass
class Issuer:
    """The source of credentials that end after `life` seconds, and are replaced after a third of it."""

    life: float = 3600
    issued: dict = field(default_factory=dict)

    def __post_init__(self):
        self.lock, self.latest = threading.Lock(), None

    def document(self):
        with self.lock:
            now = time.time()
            if self.latest is None or abs(now - self.latest[0]) > abs(self.life) / 3:
                key = f"ASIA{len(self.issued):012d}"
                secret = hashlib.sha256(key.encode()).hexdigest()[:40]
                credentials, end = Credentials(key, secret, f"token-of-{key}"), int(now + self.life)
                self.issued[key] = (credentials, end)
                self.latest = (now, credentials, end)
            _, credentials, end = self.latest
        text = datetime.fromtimestamp(end, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": credentials.access_key,
                "SecretAccessKey": credentials.secret_key, "Token": credentials.token, "Expiration": text}

    def find(self, key):
        """Returns the credentials of a key and their end, or None."""
        with self.lock:
            return self.issued.get(key)


class Service:
    """A service on port 80 of some addresses; `stop` and `start` end and begin it, so that connects are refused."""

    def __init__(self, *addresses, issuer):
        self.addresses, self.issuer = addresses, issuer
        self.requests, self.lock, self.servers = [], threading.Lock(), []
        self.released = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.released.clear()
        for address in self.addresses:
            kind = ServerV6 if ":" in address else Server
            server = kind((address, 80), Connection)
            server.service = self
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            self.servers.append((server, thread))

    def stop(self):
        self.released.set()
        for server, thread in self.servers:
            server.shutdown()
            server.server_close()
            thread.join(10)
        self.servers.clear()

    def seen(self):
        with self.lock:
            return list(self.requests)

    def receive(self, method, path, headers):
        """Returns (status, headers, body), or None to send nothing until the service stops."""
        with self.lock:
            self.requests.append((method, path, headers))
        if "x-forwarded-for" in headers or "forwarded" in headers:
            return 403, {}, b""
        result = self.respond(method, path, headers)
        return None if result is None else (*result[:2], result[2].encode())


class MetadataService(Service):
    """IMDS with session tokens. `version_1` lets requests without a token pass, as instances can allow it."""

    def __init__(self, issuer, addresses=METADATA):
        super().__init__(*addresses, issuer=issuer)
        self.put_status, self.put_hangs, self.version_1 = 200, False, False
        self.role, self.code, self.role_status, self.token_life = ROLE, "Success", 200, 21600
        self.tokens, self.refused_once = set(), False

    def respond(self, method, path, headers):
        if method == "PUT" and path == "/latest/api/token":
            if self.put_hangs:
                return None
            if self.put_status != 200:
                return self.put_status, {}, ""
            life = int(headers.get("x-aws-ec2-metadata-token-ttl-seconds", 0))
            token = f"session-{len(self.tokens)}=="
            self.tokens.add(token)
            return 200, {"x-aws-ec2-metadata-token-ttl-seconds": str(min(life, self.token_life))}, token
        token = headers.get("x-aws-ec2-metadata-token")
        if token not in self.tokens and not (token is None and self.version_1):
            return 401, {}, ""
        if path == PREFIX:
            return (200, {}, self.role) if self.role else (404, {}, "")
        if path == PREFIX + str(self.role):
            document = {**self.issuer.document(), "Code": self.code}
            if self.code != "Success":
                document = {"Code": self.code, "Message": "a text that must not be in a log"}
            return self.role_status, {"Content-Type": "application/json"}, json.dumps(document)
        return 404, {}, ""

    def forget_tokens(self):
        """Makes every token that was given one of the past, as a restart of the service does."""
        self.tokens.clear()


class Agent(Service):
    """The agent of ECS or of EKS Pod Identity; `accepted` holds the authorizations that it lets pass, None: all."""

    def __init__(self, issuer, addresses=(TASK, *POD)):
        super().__init__(*addresses, issuer=issuer)
        self.accepted, self.status = None, 200

    def respond(self, method, path, headers):
        if self.accepted is not None and headers.get("authorization") not in self.accepted:
            return 401, {}, "token-in-the-body-must-not-be-in-a-log"
        document = {name: value for name, value in self.issuer.document().items() if name != "Code"}
        return self.status, {"Content-Type": "application/json"}, json.dumps(document)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads, block_on_close, allow_reuse_address = True, False, True


class ServerV6(Server):
    address_family = socket.AF_INET6


class Connection(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        response = self.server.service.receive(self.command, self.path, headers)
        if response is None:
            self.server.service.released.wait(30)
            self.close_connection = True
            return
        status, fields, body = response
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_GET

    def log_message(self, *_):
        pass
