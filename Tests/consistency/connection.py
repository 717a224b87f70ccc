"""Persistent connections for concurrent callers: to a gateway, and, signed, to upstream."""

import asyncio
import time

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from raw import read_response
from upstream import CREDENTIALS, REGION

JSON = {"Content-Type": "application/json"}
NO_CACHE = {"Cache-Control": "no-cache"}


class Connection:
    """A keep-alive connection that is opened again after a failure."""

    def __init__(self, address):
        self.host, _, port = address.rpartition(":")
        self.address, self.port, self.streams = address, int(port), None

    async def send(self, method, target, body=b"", headers=None):
        """Sends one request and returns (response, start, end).

        Times are in seconds since 1970. The response is None if the connection failed.
        """
        start = time.time()
        try:
            if self.streams is None:
                self.streams = await asyncio.open_connection(self.host, self.port)
            reader, writer = self.streams
            fields = {"Host": self.address, **(headers or {}), **({"Content-Length": len(body)} if method != "GET" else {})}
            head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
            writer.write(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body)
            response = await asyncio.wait_for(read_response(reader), 30)
            if response.headers.get("connection", "").lower() == "close":
                self.close()
        except (OSError, EOFError, TimeoutError):
            self.close()
            response = None
        return response, start, time.time()

    def close(self):
        if self.streams:
            self.streams[1].close()
            self.streams = None


class SignedConnection(Connection):
    """A connection for callers that bypass the gateway: it signs as an SDK does."""

    async def send(self, method, target, body=b"", headers=None):
        request = AWSRequest(method, f"http://{self.address}{target}", data=body, headers=headers or {})
        SigV4Auth(CREDENTIALS, "cognito-sync", REGION).add_auth(request)
        return await super().send(method, target, body, dict(request.headers))
