"""A Cognito Sync upstream in Python that accepts a signature only if botocore makes the same one.

It shares nothing with the Swift emulator: it has its own parser, store and signer. `requests` has every request as
it came. A request with another signature gets 403 and a line in `differences`. `gate` holds responses back until it
is opened, so that a test decides which requests are in flight.

    with Upstream() as upstream:
        …  # http://upstream.address
"""

import json
import socketserver
import threading
import urllib.parse
import uuid
from dataclasses import dataclass, field

from botocore.credentials import Credentials

import signature
from dataset_store import DatasetStore, Fault

# The credentials of the AWS examples, which no account has; the emulator accepts them too.
CREDENTIALS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
TEMPORARY = Credentials("ASIAEXAMPLE", "a/temporary+secret", "session+token/with=signs")
REGION = "us-east-1"
POOL = "/identitypools/{}"
DATASET = POOL + "/identities/{}/datasets/{}"
ROUTES = [
    ("GET", "/identitypools", "ListIdentityPoolUsage"),
    ("GET", POOL, "DescribeIdentityPoolUsage"),
    ("POST", POOL + "/bulkpublish", "BulkPublish"),
    ("POST", POOL + "/getBulkPublishDetails", "GetBulkPublishDetails"),
    ("GET", POOL + "/events", "GetCognitoEvents"),
    ("POST", POOL + "/events", "SetCognitoEvents"),
    ("GET", POOL + "/configuration", "GetIdentityPoolConfiguration"),
    ("POST", POOL + "/configuration", "SetIdentityPoolConfiguration"),
    ("GET", POOL + "/identities/{}", "DescribeIdentityUsage"),
    ("POST", POOL + "/identity/{}/device", "RegisterDevice"),
    ("GET", POOL + "/identities/{}/datasets", "ListDatasets"),
    ("GET", DATASET, "DescribeDataset"),
    ("POST", DATASET, "UpdateRecords"),
    ("DELETE", DATASET, "DeleteDataset"),
    ("GET", DATASET + "/records", "ListRecords"),
    ("POST", DATASET + "/subscriptions/{}", "SubscribeToDataset"),
    ("DELETE", DATASET + "/subscriptions/{}", "UnsubscribeFromDataset"),
]


@dataclass
class Received:
    """A request as it was received, and the operation it was routed to."""

    method: str
    target: str
    headers: list
    body: bytes
    operation: str | None = None


@dataclass
class Upstream:
    allow_devices: bool = False
    credentials: Credentials = CREDENTIALS
    requests: list = field(default_factory=list)
    differences: list = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self):
        self.store, self.lock = DatasetStore(self.allow_devices), threading.Lock()
        self.arrived = threading.Condition(self.lock)
        self.last_body = b""
        self.gate.set()
        self.server = Server(("127.0.0.1", 0), Connection)
        self.server.upstream = self
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()

    def request_count(self, operation):
        with self.lock:
            return sum(1 for r in self.requests if r.operation == operation)

    def wait_for(self, count, deadline=20):
        """Waits until the upstream has received `count` requests in all."""
        with self.lock:
            if not self.arrived.wait_for(lambda: len(self.requests) >= count, deadline):
                raise TimeoutError(f"{len(self.requests)} of {count} requests within {deadline} s")

    def respond(self, received: Received):
        """Returns (status, headers, body) for one request."""
        headers = [("x-amzn-RequestId", str(uuid.uuid4())), ("Content-Type", "application/json")]
        try:
            with self.lock:
                self.requests.append(received)
                self.arrived.notify_all()
                operation, labels, query = self.route(received)
                received.operation = operation
            self.check_signature(received)
            self.gate.wait()
            with self.lock:
                body = json.loads(received.body) if received.body else None
                members = self.store.perform(operation, labels, query, body)
            self.last_body = b"" if members is None else json.dumps(members, ensure_ascii=False).encode()
            return 200, headers, self.last_body
        except Fault as fault:
            headers.append(("x-amzn-ErrorType", fault.name))
            return fault.status, headers, json.dumps({"message": fault.message}).encode()

    def route(self, received):
        """Returns (operation, labels, query). A request for none of the 17 operations is a difference too."""
        path, _, query = received.target.partition("?")
        segments = [urllib.parse.unquote(s, errors="strict") for s in path.split("/")]
        for method, template, operation in ROUTES:
            wanted = template.split("/")
            if method == received.method and len(wanted) == len(segments):
                pairs = list(zip(wanted, segments))
                if all(w in ("{}", s) for w, s in pairs):
                    labels = [s for w, s in pairs if w == "{}"]
                    return operation, labels, dict(urllib.parse.parse_qsl(query, True, True))
        self.differences.append(f"{received.method} '{received.target}': no such operation")
        raise Fault(404, "UnknownOperationException", received.target)

    def check_signature(self, received):
        why = signature.fault(
            received.method, received.target, received.headers, received.body, self.credentials, REGION
        )
        if why:
            self.differences.append(f"{received.method} '{received.target}': {why}")
            text = "The request signature we calculated does not match the signature you provided."
            raise Fault(403, "InvalidSignatureException", text)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads, block_on_close, request_queue_size, allow_reuse_address = True, False, 256, True


class Connection(socketserver.StreamRequestHandler):
    """A connection that speaks as much HTTP/1.1 as a well-behaved caller needs; it closes on anything else."""

    disable_nagle_algorithm = True

    def handle(self):
        try:
            while received := self.read():
                status, headers, body = self.server.upstream.respond(received)
                head = [f"HTTP/1.1 {status} Status", *(f"{n}: {v}" for n, v in headers)]
                head += [f"Content-Length: {len(body)}", "", ""]
                self.wfile.write("\r\n".join(head).encode() + body)
        except (ConnectionError, ValueError):
            pass

    def read(self) -> Received | None:
        line = self.rfile.readline().decode("latin-1").rstrip("\r\n")
        if not line:
            return None
        method, target, _ = line.split(" ")
        headers = []
        while text := self.rfile.readline().decode("latin-1").rstrip("\r\n"):
            name, _, value = text.partition(":")
            headers.append((name, value.strip()))
        length = int(dict((n.lower(), v) for n, v in headers).get("content-length", 0))
        return Received(method, target, headers, self.rfile.read(length))
