"""The HTTP/1.1 side of the upstream: persistent connections on a loopback port that the system chooses.

A request without a signature passes: it is the test's own. A signature must be the one that botocore makes.
"""

import json
import threading
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import signature
from upstream import CREDENTIALS, REGION

from . import control, wire
from .faults import Fault, invalid
from .service import Service

OPERATIONS = {
    ("GET", 4): "describe_identity_usage", ("GET", 5): "list_datasets", ("GET", 6): "describe_dataset",
    ("POST", 6): "update_records", ("DELETE", 6): "delete_dataset", ("GET", 7): "list_records",
}
WORDS = {0: "identitypools", 2: "identities", 4: "datasets", 6: "records"}


class PythonUpstream:
    """The running upstream; `listen` is its address."""

    def __init__(self, rules, clock=None):
        self.rules, self.service = rules, Service(rules, clock)
        self.server = Server(("127.0.0.1", 0), Connection)
        self.server.upstream = self
        self.listen = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def respond(self, method, target, headers, body):
        """Returns the status, the name of an error or none, and the body."""
        try:
            if target.startswith("/_control/"):
                return 200, None, wire.body(control.perform(self.service, target[10:], body), "control", self.rules)
            self.check_signature(method, target, headers, body)
            operation, labels, query = route(method, target)
            members = self.service.perform(operation, labels, query, json.loads(body) if body else None)
            return 200, None, wire.body(members, operation, self.rules)
        except (Fault, ValueError) as error:
            fault = error if isinstance(error, Fault) else Fault(400, "SerializationException", "not JSON")
            address = ":http://internal.amazon.com/coral/com.amazonaws.cognito.sync.model/"
            suffix = address if self.rules.error_names == "addressed" else ""
            return fault.status, fault.name + suffix, wire.error_body(fault)

    def check_signature(self, method, target, headers, body):
        if any(name.lower() == "authorization" for name, _ in headers):
            if why := signature.fault(method, target, headers, body, CREDENTIALS, REGION):
                raise Fault(403, "InvalidSignatureException", f"The signature does not match: {why}")


def route(method, target):
    """Returns the operation, its labels and its query."""
    path, _, query = target.partition("?")
    segments = [urllib.parse.unquote(segment, errors="strict") for segment in path.split("/")[1:]]
    operation = OPERATIONS.get((method, len(segments)))
    if operation is None or any(segments[at] != word for at, word in WORDS.items() if at < len(segments)):
        raise Fault(404, "UnknownOperationException", f"{method} {target}")
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    if len(dict(pairs)) != len(pairs):
        raise invalid("a query parameter is there twice")
    return operation, segments[1::2], dict(pairs)


class Server(ThreadingHTTPServer):
    daemon_threads, block_on_close, request_queue_size = True, False, 128


class Connection(BaseHTTPRequestHandler):
    protocol_version, disable_nagle_algorithm, wbufsize, timeout = "HTTP/1.1", True, -1, 60

    def respond(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, error, response = self.server.upstream.respond(self.command, self.path, self.headers.items(), body)
        self.send_response(status)
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(response)))
        self.end_headers()
        self.wfile.write(response)

    do_GET = do_POST = do_DELETE = respond

    def log_message(self, *_):
        """Logs nothing."""
