"""A relay between the gateway and upstream that injects faults.

Responses are late, so that a slow old read arrives after a fast write. Connections are reset before the request,
before the response, or in the middle of it. Half of the requests that are lost so arrive after all, when no caller
waits any more.

The relay notes when each write was cut off, and when each read of records left. So it knows a moment before which no
inquiry after a lost write can have read the dataset.
"""

import asyncio
import random
import re
import socket
import struct
import time

# A write, or a read of records: its method and the path of its dataset.
REQUEST = re.compile(rb"(POST(?=[^?]+ HTTP)|GET(?=[^?]+/records[? ])) (/identitypools/[^/ ]+/identities/[^/ ]+/datasets/[^/? ]+)")
SLOW = 1.0  # seconds
METHOD = re.compile(rb"[A-Z]+ /")


class Nemesis:
    """The relay, which counts its faults.

    `late` and `reset` are probabilities for each piece of a response. `losses` has others for the writes of some
    datasets: part of a path -> (of a reset before the request arrives, of one before its response). The responses to
    reads of records with `slow` in their path are all late.
    """

    def __init__(self, upstream, late=0.1, reset=0.0, longest=0.15, seed=1):
        self.host, _, port = upstream.rpartition(":")
        self.port, self.late, self.reset, self.longest = int(port), late, reset, longest
        self.random, self.delayed, self.resets, self.stragglers, self.tasks = random.Random(seed), 0, 0, 0, set()
        self.losses, self.slow = {}, b""
        # Path of a dataset -> the moments at which its writes were cut off, and those at which its reads left.
        self.cuts, self.inquiries = {}, {}

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.relay, "127.0.0.1", 0)
        self.address = "127.0.0.1:{}".format(self.server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_):
        self.server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    @property
    def summary(self):
        return f"{self.delayed} late responses, {self.resets} resets, {self.stragglers} stragglers"

    async def relay(self, reader, writer):
        task = asyncio.current_task()
        self.tasks.add(task)
        try:
            await self.relay_both_ways(reader, writer)
        except asyncio.CancelledError:
            # Only the end of the run cancels; the callback of the stream would print a cancelled task.
            pass
        finally:
            self.tasks.discard(task)

    async def relay_both_ways(self, reader, writer):
        try:
            up_reader, up_writer = await asyncio.open_connection(self.host, self.port)
        except OSError:
            abort(writer)
            return
        request = [None]  # the match of the request in flight on this connection
        both = [
            asyncio.create_task(self.copy(reader, up_writer, request, troubled=False)),
            asyncio.create_task(self.copy(up_reader, writer, request, troubled=True)),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            abort(writer)
            abort(up_writer)

    async def copy(self, source, sink, request, troubled):
        while data := await source.read(65536):
            if not troubled and METHOD.match(data):
                request[0] = REQUEST.match(data)
                if request[0] and request[0][1] == b"GET":
                    self.inquiries.setdefault(request[0][2], []).append(time.time())
            if self.random.random() < self.chance(request[0], troubled):
                self.resets += 1
                if request[0] and request[0][1] == b"POST":
                    self.cuts.setdefault(request[0][2], []).append(time.time())
                if not troubled and self.random.random() < 0.5:
                    straggler = asyncio.create_task(self.deliver_late(data))
                    self.tasks.add(straggler)
                    straggler.add_done_callback(self.tasks.discard)
                sink.write(data[: self.random.randrange(len(data))] if troubled else b"")
                raise ConnectionResetError
            slow = troubled and self.slow and request[0] and self.slow in request[0][2]
            if slow or troubled and self.random.random() < self.late:
                self.delayed += 1
                await asyncio.sleep(SLOW if slow else self.random.random() * self.longest)
            sink.write(data)
            await sink.drain()

    def chance(self, request, troubled):
        """Returns the probability of a reset."""
        if request and request[1] == b"POST":
            return next((both[troubled] for part, both in self.losses.items() if part in request[2]), self.reset)
        return self.reset

    def inquired(self, path, start, end):
        """Returns the first moment at which an inquiry after a write that was cut between can have left, or None."""
        path = path.encode()
        cut = next((t for t in self.cuts.get(path, ()) if start <= t <= end), None)
        return cut and next((t for t in self.inquiries.get(path, ()) if cut <= t <= end), None)

    async def deliver_late(self, request):
        self.stragglers += 1
        await asyncio.sleep(self.random.random() * 2 * self.longest)
        reader, writer = await asyncio.open_connection(self.host, self.port)
        writer.write(request)
        await reader.read(1)
        writer.close()


def abort(writer):
    """Ends a connection by RST, so that it is not taken for an orderly end."""
    if (raw := writer.get_extra_info("socket")) is not None and raw.fileno() != -1:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
