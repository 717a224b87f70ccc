"""Kept connections for callers that do many things at once: to a gateway, and, signed, to the origin."""

import asyncio
import time

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from origin import CREDENTIALS, REGION
from raw import read_answer


class Connection:
    """One keep-alive connection, opened again after a failure."""

    def __init__(self, address):
        self.host, _, port = address.rpartition(":")
        self.address, self.port, self.streams = address, int(port), None

    async def ask(self, method, target, body=b"", headers=None):
        """(answer, start, end), times in seconds since 1970; the answer is None where the connection failed."""
        start = time.time()
        try:
            if self.streams is None:
                self.streams = await asyncio.open_connection(self.host, self.port)
            reader, writer = self.streams
            fields = {"Host": self.address, **(headers or {}), **({"Content-Length": len(body)} if method != "GET" else {})}
            head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
            writer.write(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body)
            answer = await asyncio.wait_for(read_answer(reader), 30)
            if answer.headers.get("connection", "").lower() == "close":
                self.close()
        except (OSError, EOFError, TimeoutError):
            self.close()
            answer = None
        return answer, start, time.time()

    def close(self):
        if self.streams:
            self.streams[1].close()
            self.streams = None


class SignedConnection(Connection):
    """For who goes round the gateway: signs as an SDK does."""

    async def ask(self, method, target, body=b"", headers=None):
        request = AWSRequest(method, f"http://{self.address}{target}", data=body, headers=headers or {})
        SigV4Auth(CREDENTIALS, "cognito-sync", REGION).add_auth(request)
        return await super().ask(method, target, body, dict(request.headers))
