"""A relay between the gateway and upstream that injects faults.

Responses are late, so that a slow old read arrives after a fast write. Connections are reset before the request,
before the response, or in the middle of it. Half of the requests that are lost so arrive after all, when no caller
waits any more.
"""

import asyncio
import random
import socket
import struct


class Nemesis:
    """The relay, which counts its faults. `late` and `reset` are probabilities for each piece of a response."""

    def __init__(self, upstream, late=0.1, reset=0.0, longest=0.15, seed=1):
        self.host, _, port = upstream.rpartition(":")
        self.port, self.late, self.reset, self.longest = int(port), late, reset, longest
        self.random, self.delayed, self.resets, self.stragglers, self.tasks = random.Random(seed), 0, 0, 0, set()

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
        both = [
            asyncio.create_task(self.copy(reader, up_writer, troubled=False)),
            asyncio.create_task(self.copy(up_reader, writer, troubled=True)),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            abort(writer)
            abort(up_writer)

    async def copy(self, source, sink, troubled):
        while data := await source.read(65536):
            if self.random.random() < self.reset:
                self.resets += 1
                if not troubled and self.random.random() < 0.5:
                    straggler = asyncio.create_task(self.deliver_late(data))
                    self.tasks.add(straggler)
                    straggler.add_done_callback(self.tasks.discard)
                sink.write(data[: self.random.randrange(len(data))] if troubled else b"")
                raise ConnectionResetError
            if troubled and self.random.random() < self.late:
                self.delayed += 1
                await asyncio.sleep(self.random.random() * self.longest)
            sink.write(data)
            await sink.drain()

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
