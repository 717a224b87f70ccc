"""The syncgate processes of the tests: started as by an operator, found by their log, ended by id with a deadline."""

import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

from raw import send
from upstream import CREDENTIALS, REGION

PROJECT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SYNCGATE", str(PROJECT / ".build/debug/syncgate"))
CORPORA = Path(os.environ.get("SYNCGATE_CORPORA", PROJECT.parent / "shared/corpora"))
DEADLINE = 20
# The token of the gateways' `admin.streams_token_file`.
STREAMS_TOKEN = "3d5e0a9b7c1f42688a6e"

# Without the AWS account and the proxy of the user who runs the tests.
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.upper().startswith(("AWS_", "SYNCGATE_")) and "PROXY" not in k.upper()},
    "AWS_EC2_METADATA_DISABLED": "true",
}


def variables(credentials):
    """Returns the environment variables that give the credentials to syncgate."""
    given = {"AWS_ACCESS_KEY_ID": credentials.access_key, "AWS_SECRET_ACCESS_KEY": credentials.secret_key}
    return {**given, "AWS_SESSION_TOKEN": credentials.token} if credentials.token else given


# Rates that no test reaches unless it sets its own.
OPEN_THROTTLE = {
    "caller": {"key": "address", "rate": "1000000/s", "burst": 1000000},
    "identity": {"key": "identity", "rate": "1000000/s", "burst": 1000000},
    "upstream": {"key": "none", "rate": "1000000/s", "burst": 1000000},
}

# Deadlines that a busy machine does not reach while a test holds a response back.
PATIENT = {"connect": "10s", "first_byte": "30s", "total": "30s"}


def configuration(upstream, /, **sections):
    """Returns a whole configuration for one upstream, as JSON: YAML contains JSON."""
    base = {
        "listen": {"address": "127.0.0.1:0"},
        "admin": {"address": "127.0.0.1:0"},
        "upstream": {"region": REGION, "endpoint": f"http://{upstream}", "timeouts": PATIENT},
        "credentials": {"sources": ["environment"]},
        "throttle": OPEN_THROTTLE,
    }
    for name, section in sections.items():
        both = isinstance(section, dict) and isinstance(base.get(name), dict)
        base[name] = {**base[name], **section} if both else section
    return base


class Process:
    """A run of syncgate whose output is collected line by line; `prefix` is a program that starts it."""

    prefix = []
    # Descriptors that the program inherits under their numbers.
    copies = []

    def __init__(self, *arguments, environment=None):
        self.lines, self.changed = [], threading.Condition()
        self.popen = subprocess.Popen(
            [*self.prefix, BINARY, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**ENVIRONMENT, **variables(CREDENTIALS), **(environment or {})}, text=True, errors="replace",
            pass_fds=self.copies,
        )
        self.reader = threading.Thread(target=self.collect, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def collect(self):
        for line in self.popen.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    @property
    def output(self):
        with self.changed:
            return "\n".join(self.lines)

    def wait_for(self, pattern, deadline=DEADLINE):
        """Returns the first match of the pattern in a line of the output. An error shows all of the output."""
        def found():
            return next((m for line in self.lines if (m := re.search(pattern, line))), None)

        with self.changed:
            self.changed.wait_for(lambda: found() or self.popen.poll() is not None, deadline)
            match = found()
        if match is None:
            raise AssertionError(f"no line matches {pattern!r}; exit code {self.popen.poll()}; output:\n{self.output}")
        return match

    def address(self, listener):
        """Returns the address of the listener `gateway`, `admin` or `emulator` from the log, JSON or text."""
        pair = r'"?{}"?[:=] ?"?{}'
        line = "listening.*" + pair.format("address", r"([0-9.]+:\d+)") + ".*" + pair.format("listener", rf"{listener}\b")
        other = "listening.*" + pair.format("listener", rf"{listener}\b") + ".*" + pair.format("address", r"([0-9.]+:\d+)")
        found = self.wait_for(f"{line}|{other}")
        return found.group(1) or found.group(2)

    def signal(self, number):
        os.kill(self.popen.pid, number)

    def exit_code(self, deadline=DEADLINE):
        code = self.popen.wait(deadline)
        self.reader.join(deadline)
        return code

    def end(self, deadline=DEADLINE):
        """Sends SIGTERM, and SIGKILL after the deadline; never leaves the process behind."""
        if self.popen.poll() is None:
            self.signal(signal.SIGTERM)
            try:
                self.popen.wait(deadline)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
                raise AssertionError(f"did not end within {deadline} s of SIGTERM:\n{self.output}") from None
            finally:
                self.reader.join(deadline)
                self.popen.stdout.close()


class Gateway(Process):
    """The program `syncgate serve` with its own configuration; `reconfigure` rewrites the file."""

    def __init__(self, upstream, /, environment=None, **sections):
        self.folder = tempfile.TemporaryDirectory(prefix="syncgate-test-")
        self.file = Path(self.folder.name) / "syncgate.yaml"
        self.streams_token_file = Path(self.folder.name) / "streams-token"
        self.streams_token_file.touch(0o600)
        self.streams_token_file.write_text(STREAMS_TOKEN)
        self.upstream = upstream
        self.reconfigure(**sections)
        super().__init__("serve", "--config", str(self.file), environment=environment)

    def __enter__(self):
        try:
            self.listen, self.admin = self.address("gateway"), self.address("admin")
        except BaseException:
            self.end()
            raise
        return self

    def reconfigure(self, **sections):
        written = configuration(self.upstream, **sections)
        written["admin"].setdefault("streams_token_file", str(self.streams_token_file))
        self.file.write_text(json.dumps(written, indent=2))

    def end(self, deadline=DEADLINE):
        try:
            super().end(deadline)
        finally:
            self.folder.cleanup()


class Emulator(Process):
    """The program `syncgate emulate`, which accepts the credentials of the AWS examples; `rules` are set over HTTP."""

    def __init__(self, *flags, **rules):
        super().__init__("emulate", "--listen", "127.0.0.1:0", *flags)
        self.rules = rules

    def __enter__(self):
        try:
            self.listen = self.address("emulator")
            if self.rules:
                self.command("options", **self.rules)
        except BaseException:
            self.end()
            raise
        return self

    def command(self, name, **parameters):
        """Sends an unsigned command to the emulator itself: `options`, `faults`, `writes`, `merge`, `reset`.

        Returns its response.
        """
        response = send(self.listen, "POST", f"/_emulator/{name}", urllib.parse.urlencode(parameters))
        if response.status != 200:
            raise AssertionError(response)
        return response


def eventually(condition, description, deadline=DEADLINE):
    """Polls the condition until it holds, and returns its value."""
    end = time.monotonic() + deadline
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{description}: not within {deadline} s")
        time.sleep(0.01)
    return value
