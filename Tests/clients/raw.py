"""HTTP/1.1 over plain sockets, for what no client library lets one do."""

import asyncio
import http.client
import json
from dataclasses import dataclass


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def ask(address, method, target, body=None, headers=None, timeout=30):
    """One request on a connection of its own; header names of the answer in lower case."""
    host, _, port = address.rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=timeout)
    try:
        connection.request(method, target, body, headers or {})
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


async def fetch(address, target, method="GET", body=b"", source="127.0.0.1"):
    """One request on a connection of its own, from a source address of the caller's choice."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port), local_addr=(source, 0))
    try:
        length = f"Content-Length: {len(body)}\r\nContent-Type: application/json\r\n" if body else ""
        writer.write(f"{method} {target} HTTP/1.1\r\nHost: {address}\r\n{length}\r\n".encode() + body)
        await writer.drain()
        return await read_answer(reader)
    finally:
        writer.close()


async def read_answer(reader):
    """A whole answer by its Content-Length; IncompleteReadError when it is cut."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {}
    for line in head[1:-2]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    length = int(headers.get("content-length", 0))
    return Answer(int(head[0].split(" ")[1]), headers, await reader.readexactly(length))
