"""HTTP/1.1 over plain sockets, for requests that no client library can send."""

import asyncio
import http.client
import json
import socket
import struct
from dataclasses import dataclass


@dataclass
class Response:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def send(address, method, target, body=None, headers=None, timeout=30):
    """Sends one request on its own connection. The header names of the response are in lower case."""
    host, _, port = address.rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=timeout)
    try:
        connection.request(method, target, body, headers or {})
        response = connection.getresponse()
        return Response(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


async def send_async(address, target, method="GET", body=b"", source="127.0.0.1"):
    """Sends one request on its own connection, from the source address.

    A cancelled task resets the connection.
    """
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port), local_addr=(source, 0))
    try:
        length = f"Content-Length: {len(body)}\r\nContent-Type: application/json\r\n" if body else ""
        writer.write(f"{method} {target} HTTP/1.1\r\nHost: {address}\r\n{length}\r\n".encode() + body)
        await writer.drain()
        return await read_response(reader)
    except asyncio.CancelledError:
        # The caller is gone: a close alone would look as if it had only finished sending.
        off = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, off)
        raise
    finally:
        writer.close()


async def read_response(reader):
    """Reads a whole response by its Content-Length; raises IncompleteReadError if it is cut."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {}
    for line in head[1:-2]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    length = int(headers.get("content-length", 0))
    return Response(int(head[0].split(" ")[1]), headers, await reader.readexactly(length))
