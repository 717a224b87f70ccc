"""Connections of hostile callers: from other addresses than the good callers, with small buffers, ended by a reset."""

import asyncio
import socket
import struct

LONGEST = 20  # seconds: more than each deadline of the gateway for a slow caller


class Attack:
    """A connection that may be abused. It ends by a reset, whatever happens to it."""

    def __init__(self, address, source, receive=None):
        self.host, _, port = address.rpartition(":")
        self.port, self.source, self.receive, self.socket = int(port), source, receive, None

    async def __aenter__(self):
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if self.receive:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive)
        try:
            self.socket.bind((self.source, 0))
            await asyncio.wait_for(asyncio.get_running_loop().sock_connect(self.socket, (self.host, self.port)), LONGEST)
        except BaseException:
            self.socket.close()
            raise
        return self

    async def __aexit__(self, *_):
        self.socket.close()

    async def send(self, data):
        await asyncio.wait_for(asyncio.get_running_loop().sock_sendall(self.socket, data), LONGEST)

    async def receive_some(self, count=65536, seconds=LONGEST):
        """Returns some bytes; empty at the end of the connection."""
        return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self.socket, count), seconds)

    async def status(self):
        """Returns the status of the next response, or 0 if the connection ends without one."""
        head = b""
        while not head.endswith(b"\r\n") and len(head) < 4096:
            more = await self.receive_some(1 if head else 12)
            if not more:
                break
            head += more
        return int(head[9:12]) if head[:5] == b"HTTP/" and head[9:12].isdigit() else 0

    async def drain(self):
        """Reads until the other side ends the connection."""
        while await self.receive_some():
            pass
