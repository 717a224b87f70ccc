"""The program and its surroundings: arguments, environment, the files of /proc, Unix sockets."""

import json
import os
import re
import select
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from processes import BINARY, ENVIRONMENT, PROJECT, Gateway, Process, configuration, eventually
from raw import send

FAKETIME = next(Path("/").glob("usr/lib/*/faketime/libfaketime.so.1"), None)


def run(*command, **options):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, **options)


class Arguments(unittest.TestCase):
    def test_without_arguments_the_help_is_shown_and_the_exit_code_is_64(self):
        ended = run(BINARY)
        self.assertEqual(ended.returncode, 64, ended)
        for word in ("USAGE", "serve", "check"):
            self.assertIn(word, ended.stderr)

    def test_asked_for_the_help_is_no_failure(self):
        ended = run(BINARY, "--help")
        self.assertEqual(ended.returncode, 0, ended)
        self.assertIn("USAGE", ended.stdout)

    def test_a_misspelled_word_is_named_with_the_nearest(self):
        for arguments, unknown, nearest in (
            (["serve", "--confg", "x"], "--confg", "--config"), (["check", "--confg", "x"], "--confg", "--config"),
            (["serve", "--demo", "--lisen=x"], "--lisen", "--listen"), (["serv", "--demo"], "'serv'", "serve?"),
        ):
            with self.subTest(arguments=arguments):
                ended = run(BINARY, *arguments)
                self.assertEqual(ended.returncode, 64, ended)
                first = ended.stderr.splitlines()[0]
                self.assertIn(unknown, first)
                self.assertIn(nearest, first.split(unknown)[1])

    def test_an_unknown_command_lists_all_of_them(self):
        ended = run(BINARY, "frobnicate")
        self.assertEqual(ended.returncode, 64, ended)
        self.assertIn("'frobnicate' is not a command; write one of serve, ", ended.stderr)

    def test_an_address_that_is_taken_is_named_in_plain_words(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            ended = run(BINARY, "emulate", "--listen", address)
        self.assertEqual(ended.returncode, 69, ended)
        self.assertEqual(ended.stderr.strip(),
                         f"cannot bind '{address}': address already in use; free the address or choose another")

    def test_arguments_arrive_without_an_environment(self):
        ended = run("env", "-i", BINARY, "version")
        self.assertEqual((ended.returncode, ended.stdout.split()[:1]), (0, ["syncgate"]), ended)
        self.assertEqual(run("env", "-i", BINARY).returncode, 64)

    def test_arguments_arrive_without_proc(self):
        inside = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh"]
        if run(*inside, "true").returncode != 0:
            self.skipTest("no right to mount")
        ended = run(*inside, BINARY, "version")
        self.assertEqual((ended.returncode, ended.stdout.split()[:1]), (0, ["syncgate"]), ended)
        self.assertEqual(run(*inside, BINARY, "frobnicate").returncode, 64)
        self.assertEqual(run(*inside, BINARY).returncode, 64)

    @unittest.skipUnless(FAKETIME, "no libfaketime")
    def test_arguments_arrive_beside_libfaketime(self):
        ended = run(BINARY, "version", env={**os.environ, "LD_PRELOAD": str(FAKETIME), "FAKETIME": "+1d"})
        self.assertEqual((ended.returncode, ended.stdout.split()[:1]), (0, ["syncgate"]), ended)


class Environment(unittest.TestCase):
    def test_the_service_links_of_a_cluster_do_not_stop_a_start(self):
        links = {}
        for service in ("SYNCGATE", "SYNCGATE_ADMIN", "SYNCGATE_METRICS", "SYNCGATE_CANARY"):
            links |= {
                f"{service}_SERVICE_HOST": "10.96.3.4", f"{service}_SERVICE_PORT": "80",
                f"{service}_SERVICE_PORT_HTTP": "80", f"{service}_PORT": "tcp://10.96.3.4:80",
                f"{service}_PORT_80_TCP": "tcp://10.96.3.4:80", f"{service}_PORT_80_TCP_ADDR": "10.96.3.4",
                f"{service}_PORT_80_TCP_PORT": "80", f"{service}_PORT_80_TCP_PROTO": "tcp",
            }
        with Gateway("127.0.0.1:1", environment={**links, "SYNCGATE_VERSION": "1", "SYNCGATE_IMAGE": "x"}) as gateway:
            self.assertEqual(send(gateway.admin, "GET", "/livez").status, 200)
            gateway.wait_for("SYNCGATE_VERSION.*names no key")
            gateway.wait_for("SYNCGATE_IMAGE.*names no key")
            self.assertNotIn("SERVICE_HOST", gateway.output)

    def test_hashes_that_are_known_end_the_start(self):
        with Process("serve", "--demo", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
                     environment={"SWIFT_DETERMINISTIC_HASHING": "1"}) as process:
            self.assertEqual(process.exit_code(), 78, process.output)
            self.assertIn("SWIFT_DETERMINISTIC_HASHING", process.output)


class Memory(unittest.TestCase):
    # Of prctl(2): the flag of a process is seen by others in the owner of its /proc files.
    def test_the_memory_is_not_open_to_the_same_user(self):
        if os.getuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("not root")
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            program = shutil.copy(BINARY, folder)
            file = Path(folder, "syncgate.yaml")
            file.write_text(json.dumps(configuration("127.0.0.1:1")))
            as_nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
            started = subprocess.Popen([*as_nobody, program, "serve", "--config", str(file)], cwd="/", text=True,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            try:
                addresses = {}
                while len(addresses) < 2:
                    line = started.stdout.readline()
                    self.assertTrue(line, "the gateway has ended")
                    if '"listening"' in line:
                        fields = json.loads(line)
                        addresses[fields["listener"]] = fields["address"]
                self.assertEqual(os.stat(f"/proc/{started.pid}/mem").st_uid, 0)
                seen = run(*as_nobody, "head", "-c1", f"/proc/{started.pid}/environ")
                self.assertNotEqual(seen.returncode, 0, "the same user reads the environment")
                lines = send(addresses["admin"], "GET", "/metrics").body.decode().splitlines()
                values = dict(line.split(" ") for line in lines if line.startswith("process_"))
                self.assertGreater(float(values["process_resident_memory_bytes"]), 1 << 20)
                self.assertGreater(float(values["process_open_fds"]), 3)
                self.assertGreater(float(values["process_start_time_seconds"]), 1e9)
            finally:
                started.terminate()
                started.wait(20)
                started.stdout.close()


class UnixSocket(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = f"{folder.name}/syncgate.sock"

    def serve(self, **listen):
        file = Path(self.path).with_suffix(".yaml")
        file.write_text(json.dumps(configuration("127.0.0.1:1", listen={"address": f"unix:{self.path}", **listen})))
        return Process("serve", "--config", str(file))

    def status(self):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(self.path)
            connection.sendall(b"GET /nowhere HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            return connection.recv(64).split(b" ")[1]

    def test_a_second_start_takes_nothing_and_exits_69(self):
        with self.serve() as first:
            first.wait_for("listening.*unix:")
            with self.serve() as second:
                self.assertEqual(second.exit_code(), 69, second.output)
                self.assertIn("another process serves this socket", second.output)
            self.assertEqual(self.status(), b"404")
        self.assertFalse(os.path.exists(self.path))

    def test_the_socket_of_a_killed_process_is_replaced(self):
        with self.serve() as first:
            first.wait_for("listening.*unix:")
            first.signal(signal.SIGKILL)
            first.popen.wait()
        self.assertTrue(os.path.exists(self.path))
        with self.serve(mode="0600") as second:
            second.wait_for("listening.*unix:")
            self.assertEqual(self.status(), b"404")
            self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)

    def test_a_file_stays_and_the_start_exits_69(self):
        Path(self.path).write_text("precious")
        with self.serve() as process:
            self.assertEqual(process.exit_code(), 69, process.output)
        self.assertEqual(Path(self.path).read_text(), "precious")


class OpenListeners(unittest.TestCase):
    def test_an_open_emulator_is_doubtful(self):
        for address, is_open in (("0.0.0.0:0", True), ("127.0.0.1:0", False)):
            with self.subTest(address=address), Process("emulate", "--listen", address) as process:
                process.wait_for("listening")
                self.assertEqual("open to the network" in process.output, is_open, process.output)

    def test_an_open_admin_listener_without_a_token_changes_nothing(self):
        with Gateway("127.0.0.1:1", admin={"address": "0.0.0.0:0"}) as gateway:
            address = gateway.admin.replace("0.0.0.0", "127.0.0.1")
            for method, target in (("DELETE", "/cache"), ("POST", "/reload"), ("POST", "/drain")):
                response = send(address, method, target)
                self.assertEqual((response.status, response.json["__type"]), (403, "AccessDeniedException"))
            self.assertEqual(send(address, "GET", "/readyz").status, 200)
            gateway.wait_for("admin.address.*are refused")
        with Gateway("127.0.0.1:1", admin={"address": "0.0.0.0:0", "open": "yes"}) as gateway:
            self.assertEqual(send(gateway.admin.replace("0.0.0.0", "127.0.0.1"), "DELETE", "/cache").status, 200)

    def test_a_secret_that_others_can_read_is_told(self):
        with tempfile.NamedTemporaryFile("w") as token:
            token.write("0123456789abcdef")
            token.flush()
            os.chmod(token.name, 0o644)
            with Gateway("127.0.0.1:1", admin={"token_file": token.name}) as gateway:
                gateway.wait_for("admin.token_file.*can be read by others, with mode 0644")
                ended = run(BINARY, "check", "--config", str(gateway.file))
                self.assertEqual(ended.returncode, 0)
                self.assertRegex(ended.stderr, "warning: .*admin.token_file.*can be read by others")


class Signals(unittest.TestCase):
    def test_sigusr1_writes_the_state_and_sigusr2_is_ignored(self):
        with Gateway("127.0.0.1:1") as gateway:
            gateway.signal(signal.SIGUSR2)
            gateway.signal(signal.SIGUSR1)
            line = json.loads(gateway.wait_for(r'^\{.*"message":"state".*').group(0))
            self.assertEqual(line["state"], "serving")
            self.assertEqual(line["check.listener"], "passing")
            self.assertEqual(line["log_lines_dropped"], "0")
            self.assertIn("cache.limit_bytes", line)
            self.assertEqual(send(gateway.admin, "GET", "/livez").status, 200)
            self.assertIsNone(gateway.popen.poll())

    def test_neither_ends_the_emulator(self):
        with Process("emulate", "--listen", "127.0.0.1:0") as emulator:
            address = emulator.address("emulator")
            for number in (signal.SIGUSR1, signal.SIGUSR2):
                emulator.signal(number)
            self.assertLess(send(address, "GET", "/nowhere").status, 500)
            self.assertIsNone(emulator.popen.poll())


class Unit(unittest.TestCase):
    """The systemd units, as systemd itself reads them."""

    def setUp(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("no systemd-analyze")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.units = []
        for name in ("syncgate.service", "syncgate.socket"):
            text = Path(PROJECT, "deploy", name).read_text()
            # The program is not installed on a machine that tests it.
            self.units.append(Path(folder.name, name))
            self.units[-1].write_text(text.replace("/usr/local/bin/syncgate", str(Path(PROJECT, BINARY))))

    def test_systemd_finds_nothing_wrong(self):
        ended = run("systemd-analyze", "verify", "--man=no", *map(str, self.units))
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))

    def test_the_exposure_is_low(self):
        ended = run("systemd-analyze", "security", "--offline=yes", "--threshold=20", str(self.units[0]))
        self.assertEqual(ended.returncode, 0, ended.stdout[-200:])
        self.assertRegex(ended.stdout, r"exposure level for syncgate\.service: 1\.\d OK")

    def test_the_time_to_stop_fits_a_drain_behind_a_load_balancer(self):
        text = self.units[0].read_text()
        seconds = int(re.search(r"^TimeoutStopSec=(\d+)$", text, re.M).group(1))
        defaults = Path(PROJECT, "config/syncgate.yaml").read_text()
        drain = int(re.search(r"^drain:\n.*\n  timeout: (\d+)s", defaults, re.M).group(1))
        self.assertGreaterEqual(seconds, 10 + drain + 5)


class Notifications(unittest.TestCase):
    """The datagrams to a supervisor, as systemd gets them."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = f"{folder.name}/notify"
        self.supervisor = self.enterContext(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self.supervisor.bind(self.path)
        self.supervisor.settimeout(20)

    def next(self, *names):
        """Returns the variables of the next datagram that has all of the names."""
        while True:
            lines = self.supervisor.recv(4096).decode().split("\n")
            variables = dict(line.split("=", 1) for line in lines)
            if all(name in variables for name in names):
                return variables

    def test_a_supervisor_is_told_each_state(self):
        with Gateway("127.0.0.1:1", environment={"NOTIFY_SOCKET": self.path}, drain={"delay": "1s"}) as gateway:
            self.assertEqual(self.next("READY"), {"READY": "1", "STATUS": f"serving on {gateway.listen}"})
            gateway.signal(signal.SIGHUP)
            reloading = self.next("RELOADING")
            self.assertLess(abs(int(reloading["MONOTONIC_USEC"]) / 1e6 - time.monotonic()), 20)
            self.assertEqual(self.next("READY")["STATUS"], f"serving on {gateway.listen}")
            gateway.reconfigure(limits={"fields": 1})
            gateway.signal(signal.SIGHUP)
            self.assertIn("the last reload was refused", self.next("READY")["STATUS"])
            gateway.signal(signal.SIGTERM)
            stopping = self.next("STOPPING")
            self.assertEqual(stopping["STATUS"], "draining")
            # 1 s of delay, 25 s for the requests, 5 s of reserve.
            self.assertEqual(stopping["EXTEND_TIMEOUT_USEC"], "31000000")
            self.assertEqual(gateway.exit_code(), 0)

    def test_signs_of_life_come_twice_in_the_limit(self):
        environment = {"NOTIFY_SOCKET": self.path, "WATCHDOG_USEC": "400000"}
        with Gateway("127.0.0.1:1", environment=environment) as gateway:
            self.next("WATCHDOG")
            began = time.monotonic()
            for _ in range(5):
                self.next("WATCHDOG")
            self.assertGreater(time.monotonic() - began, 0.5)
            self.assertLess(time.monotonic() - began, 10)
            self.assertIsNone(gateway.popen.poll())

    def test_a_watchdog_of_another_process_gets_none(self):
        environment = {"NOTIFY_SOCKET": self.path, "WATCHDOG_USEC": "50000", "WATCHDOG_PID": "1"}
        with Gateway("127.0.0.1:1", environment=environment):
            self.next("READY")
            self.supervisor.settimeout(0.3)
            with self.assertRaises(TimeoutError):
                self.next("WATCHDOG")


class LogOutput(unittest.TestCase):
    """Standard output with O_NONBLOCK, as a parent with an event loop leaves it, or one that fails."""

    REQUESTS = 500

    def serve(self, output):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        file = Path(folder.name, "syncgate.yaml")
        admin = f"unix:{folder.name}/admin.sock"
        written = configuration("127.0.0.1:1", listen={"address": f"unix:{folder.name}/syncgate.sock"}, admin={"address": admin})
        file.write_text(json.dumps(written))
        started = subprocess.Popen([BINARY, "serve", "--config", str(file)], stdin=subprocess.DEVNULL, stdout=output, env=ENVIRONMENT)
        self.addCleanup(started.wait, 20)
        self.addCleanup(started.terminate)
        eventually(lambda: self.accepts(f"{folder.name}/syncgate.sock"), "the gateway serves")
        return folder.name

    @staticmethod
    def accepts(path):
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(path)
            return True
        except OSError:
            return False

    @staticmethod
    def ask(path, target, count=1):
        """Sends requests over one connection and returns the last body."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(path)
            stream = connection.makefile("rb")
            for _ in range(count):
                connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                length = 0
                while (line := stream.readline()) not in (b"\r\n", b""):
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                body = stream.read(length)
            return body.decode()

    def dropped(self, folder):
        metrics = self.ask(f"{folder}/admin.sock", "/metrics")
        return int(float(re.search(r"^syncgate_log_lines_dropped_total (\S+)$", metrics, re.M).group(1)))

    def test_a_slow_reader_of_a_non_blocking_pipe_gets_every_line_whole(self):
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        os.set_blocking(writing, False)
        folder = self.serve(writing)
        os.close(writing)
        # More than the pipe holds, while nobody reads.
        self.ask(f"{folder}/syncgate.sock", "/" + "x" * 900, self.REQUESTS)
        lines, rest = [], b""
        while sum(b'"http.response.status_code":404' in line for line in lines) < self.REQUESTS:
            self.assertTrue(select.select([reading], [], [], 10)[0], f"{len(lines)} lines, then none")
            *whole, rest = (rest + os.read(reading, 4096)).split(b"\n")
            lines += whole
        for line in lines:
            json.loads(line)
        self.assertEqual(self.dropped(folder), 0)

    def test_lines_that_a_full_disk_refuses_are_counted(self):
        with open("/dev/full", "wb") as full:
            folder = self.serve(full)
        self.ask(f"{folder}/syncgate.sock", "/nowhere", 50)
        eventually(lambda: self.dropped(folder) >= 50, "50 lines are counted")


if __name__ == "__main__":
    unittest.main()
