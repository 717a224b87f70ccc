"""The hand-over from one process to the next under load: by a socket that both hold, and by SO_REUSEPORT.

SYNCGATE_HANDOVERS is the number of hand-overs; `make handover` does twenty, with the release build. In a debug build,
NIO asserts that nobody else takes connections from its socket. So the next process starts after the end of the one
before, and the requests wait in the queue of the socket.
"""

import asyncio
import collections
import contextlib
import fcntl
import json
import os
import signal
import socket
import tempfile
import time
import unittest
from pathlib import Path

from processes import BINARY, Process, configuration, eventually
from raw import read_response, send

HANDOVERS = int(os.environ.get("SYNCGATE_HANDOVERS", "3"))
# Whether both processes may accept from one socket at once.
OVERLAP = "/debug/" not in BINARY
RATE = 1000
# Half of the requests come on connections of their own, half on these.
KEPT = 20
# The time that each process serves alone.
ALONE = 1.0


class Load:
    """Requests at a constant rate, counted by outcome: a status, or the name of the failure."""

    def __init__(self, port, rate):
        self.port, self.rate, self.outcomes = port, rate, collections.Counter()
        self.request = f"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        self.kept = asyncio.Queue()
        for _ in range(KEPT):
            self.kept.put_nowait(None)

    async def run(self, stop):
        tasks, number, began = set(), 0, time.monotonic()
        while not stop.is_set():
            due = int((time.monotonic() - began) * self.rate)
            for number in range(number, due):
                task = asyncio.create_task(self.once() if number % 2 else self.again())
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            number = due
            await asyncio.sleep(0.002)
        await asyncio.gather(*tasks)

    def count(self, failure):
        self.outcomes[failure if isinstance(failure, int) else type(failure).__name__] += 1

    async def once(self):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(self.request)
                self.count((await asyncio.wait_for(read_response(reader), 20)).status)
            finally:
                writer.close()
        except (OSError, EOFError, TimeoutError) as failure:
            self.count(failure)

    async def again(self):
        """Sends on a connection that is kept until the server says `Connection: close`, as an HTTP client does."""
        pair = await self.kept.get()
        try:
            # The server may end a connection that is idle. Then another one takes its place.
            if pair is None or pair[0].at_eof():
                if pair:
                    pair[1].close()
                pair = await asyncio.open_connection("127.0.0.1", self.port)
            pair[1].write(self.request)
            response = await asyncio.wait_for(read_response(pair[0]), 20)
            self.count(response.status)
            if response.headers.get("connection", "").lower() == "close":
                pair[1].close()
                pair = None
        except (OSError, EOFError, TimeoutError) as failure:
            self.count(failure)
            if pair:
                pair[1].close()
            pair = None
        finally:
            self.kept.put_nowait(pair)


class Activated(Process):
    """A gateway that gets its listening sockets as systemd passes them: the first one is descriptor 3."""

    def __init__(self, names, sockets, *arguments):
        # Above the descriptors that the program will see.
        self.copies = [fcntl.fcntl(each, fcntl.F_DUPFD, 100) for each in sockets]
        moves = " ".join(f"{3 + index}<&{copy}" for index, copy in enumerate(self.copies))
        script = f'export LISTEN_PID=$$ LISTEN_FDS={len(sockets)} LISTEN_FDNAMES={names}; exec "$@" {moves}'
        self.prefix = ["bash", "-c", script, "bash"]
        super().__init__(*arguments)

    def end(self, *arguments):
        try:
            super().end(*arguments)
        finally:
            for copy in self.copies:
                with contextlib.suppress(OSError):
                    os.close(copy)
            self.copies = []


class HandOver(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, **sections):
        path = self.folder / "syncgate.yaml"
        written = configuration("127.0.0.1:1", admin={"address": "127.0.0.1:0"}, log={"access": False}, **sections)
        written["throttle"]["caller"] = {"key": "none", "rate": "1000000/s", "burst": 1000000}
        written["limits"] = {"connections_per_peer": 4096}
        path.write_text(json.dumps(written))
        return path

    def hand_over(self, start, port, overlap=True):
        """Replaces a process under load, again and again, and returns the outcomes of all requests."""
        # Without overlap, the requests of a start and a drain wait: in a debug build, no more than the queue holds.
        rate = RATE if overlap else RATE // 5

        async def scenario():
            load, stop = Load(port, rate), asyncio.Event()
            task = asyncio.create_task(load.run(stop))
            old = current[0]
            for _ in range(HANDOVERS):
                await asyncio.sleep(ALONE)
                if overlap:
                    current.append(await asyncio.to_thread(start))
                old.signal(signal.SIGTERM)
                self.assertEqual(await asyncio.to_thread(old.exit_code), 0, old.output)
                if not overlap:
                    current.append(await asyncio.to_thread(start))
                old = current[-1]
            await asyncio.sleep(ALONE / 2)
            stop.set()
            await task
            return load.outcomes

        current = [start()]
        try:
            return asyncio.run(scenario())
        finally:
            for process in current:
                process.end()

    def test_by_one_socket_nothing_is_refused_and_nothing_is_reset(self):
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
            file = self.file()

            def start():
                process = Activated("gateway", [listening.fileno()], "serve", "--config", str(file))
                process.address("gateway")
                return process

            outcomes = self.hand_over(start, listening.getsockname()[1], OVERLAP)
        print(f"\n{HANDOVERS} hand-overs by LISTEN_FDS: {dict(outcomes)}")
        self.assertEqual(set(outcomes), {404}, outcomes)
        self.assertGreater(outcomes[404], HANDOVERS * ALONE * RATE / 10)

    def test_by_reuse_port_nothing_is_refused(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        file = self.file(listen={"address": f"127.0.0.1:{port}", "reuse_port": True})

        def start():
            process = Process("serve", "--config", str(file))
            process.address("gateway")
            return process

        outcomes = self.hand_over(start, port)
        print(f"\n{HANDOVERS} hand-overs by reuse_port: {dict(outcomes)}")
        self.assertNotIn("ConnectionRefusedError", outcomes)
        self.assertGreater(outcomes[404], HANDOVERS * ALONE * RATE / 2)
        # The kernel resets what waits in the queue of the socket that closes: more on a busy machine. There a request
        # may also take longer than the 200 ms that a draining process gives an idle connection: that ends it.
        self.assertLessEqual(set(outcomes), {404, "ConnectionResetError", "IncompleteReadError"}, outcomes)


class Sockets(unittest.TestCase):
    def serve(self, names, *sockets, **sections):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        file = Path(folder.name, "syncgate.yaml")
        file.write_text(json.dumps(configuration("127.0.0.1:1", **sections)))
        return self.enterContext(Activated(names, [each.fileno() for each in sockets], "serve", "--config", str(file)))

    def test_both_listeners_are_passed_on_by_name(self):
        with socket.create_server(("127.0.0.1", 0)) as admin, socket.create_server(("127.0.0.1", 0)) as callers:
            process = self.serve("admin:gateway", admin, callers)
            addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in (callers, admin)]
            self.assertEqual([process.address("gateway"), process.address("admin")], addresses)
            self.assertEqual(send(addresses[0], "GET", "/nowhere").status, 404)
            self.assertEqual(send(addresses[1], "GET", "/livez").status, 200)
            # A reload leaves them alone.
            self.assertEqual(send(addresses[1], "POST", "/reload").status, 200)
            self.assertEqual(json.loads(send(addresses[1], "GET", "/status").body)["listen"], addresses[0])
            environment = Path(f"/proc/{process.popen.pid}/fd/3")
            self.assertTrue(environment.exists())

    def test_the_file_of_a_unix_socket_stays(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = f"{folder.name}/callers.sock"
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path)
            listening.listen()
            process = self.serve("syncgate.socket", listening)
            process.wait_for(f"listening.*unix:{path}|unix:{path}.*listening")
            process.end()
            self.assertTrue(os.path.exists(path))

    def test_what_is_no_listening_socket_ends_the_start(self):
        with socket.socket() as silent:
            process = self.serve("gateway", silent)
            self.assertEqual(process.exit_code(), 69, process.output)
            self.assertIn("descriptor '3' is no stream socket that listens", process.output)
        with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
            process = self.serve("gateway:gatewya", one, two)
            self.assertEqual(process.exit_code(), 69, process.output)
            self.assertIn("'gatewya' names no listener", process.output)

    def test_without_reuse_port_a_second_process_exits_69(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        listen = {"address": f"127.0.0.1:{port}", "reuse_port": False}
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        file = Path(folder.name, "syncgate.yaml")
        file.write_text(json.dumps(configuration("127.0.0.1:1", listen=listen)))
        with Process("serve", "--config", str(file)) as first:
            first.address("gateway")
            with Process("serve", "--config", str(file)) as second:
                self.assertEqual(second.exit_code(), 69, second.output)
            eventually(lambda: send(f"127.0.0.1:{port}", "GET", "/nowhere").status == 404, "the first one serves on")


if __name__ == "__main__":
    unittest.main()
