"""The callers of other languages: each a small program of `drivers`, which performs operations as its SDK does.

A driver reads a line of JSON for each operation, and writes a line with the members of the response, or with the
error as the SDK shows it.
"""

import asyncio
import base64
import functools
import gzip
import io
import json
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import botocore
import botocore.exceptions
from aiobotocore.session import AioSession
from botocore import UNSIGNED, xform_name
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from callers import Boto, unsigned
from processes import ENVIRONMENT, PROJECT
from upstream import REGION

DRIVERS = Path(__file__).resolve().parent / "drivers"
BUILT = PROJECT / ".build/drivers"
# Where Debian puts the sources of the Go packages.
GO_PATH = Path("/usr/share/gocode")
GO_ENVIRONMENT = {
    **ENVIRONMENT, "GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOFLAGS": "-buildvcs=false",
    "GOCACHE": str(BUILT / "go-cache"),
}
DEADLINE = 60


def lacks_ruby():
    """Returns why the Ruby driver cannot run here, or None."""
    ruby = shutil.which("ruby")
    found = ruby and subprocess.run([ruby, "-e", "require 'aws-sdk-core'"], capture_output=True).returncode == 0
    return None if found else "needs Debian's ruby and ruby-aws-sdk-core"


def lacks_go(package):
    """Returns why the driver for the Go package `aws-sdk-go` or `aws-sdk-go-v2` cannot run here, or None."""
    found = shutil.which("go") and (GO_PATH / f"src/github.com/aws/{package}/service/cognitosync").exists()
    return None if found else f"needs Debian's golang-go and golang-github-aws-{package}-dev"


def lacks_jdk():
    """Returns why the driver for the JDK cannot run here, or None."""
    return None if shutil.which("javac") else "needs Debian's default-jdk-headless"


@functools.cache
def go_program(name):
    """Builds the Go driver, whose packages are compiled once, and returns its path."""
    BUILT.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["go", "build", "-o", str(BUILT / name), f"{name}.go", "shapes.go"], cwd=DRIVERS, env=GO_ENVIRONMENT,
        stdin=subprocess.DEVNULL, check=True, timeout=300,
    )
    return str(BUILT / name)


@functools.cache
def jdk_program():
    """Compiles the JDK driver, and returns the folder of its class."""
    BUILT.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["javac", "-d", str(BUILT), str(DRIVERS / "Jdk.java")], stdin=subprocess.DEVNULL, check=True, timeout=300
    )
    return str(BUILT)


def model_file(folder):
    """Writes the model of the API, as botocore ships it, for a driver without one of its own."""
    packed = Path(botocore.__file__).parent / "data/cognito-sync/2014-06-30/service-2.json.gz"
    file = Path(folder) / "service-2.json"
    file.write_bytes(gzip.decompress(packed.read_bytes()))
    return str(file)


class Lines:
    """A driver process that responds to each line with a line; it is killed where it does not within the deadline."""

    def __init__(self, *command):
        self.scratch = tempfile.TemporaryDirectory(prefix="syncgate-driver-")
        self.popen = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
            env={**ENVIRONMENT, "HOME": self.scratch.name, "AWS_CONFIG_FILE": os.devnull,
                 "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "LANG": "C.UTF-8"},
        )

    def send(self, line):
        watchdog = threading.Timer(DEADLINE, self.popen.kill)
        watchdog.start()
        try:
            self.popen.stdin.write(line + "\n")
            self.popen.stdin.flush()
            received = self.popen.stdout.readline()
        except BrokenPipeError:
            received = ""
        finally:
            watchdog.cancel()
        if not received:
            raise AssertionError(f"{self.popen.args[0]} ended: {self.popen.stderr.read()}")
        return received.rstrip("\n")

    def close(self):
        self.popen.kill()
        self.popen.wait()
        for pipe in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            pipe.close()
        self.scratch.cleanup()


class Driver:
    """A caller that performs operations through the SDK of another language, with that SDK's own retries."""

    def __init__(self, *command):
        self.lines, self.request_id = Lines(*command), None

    def perform(self, operation, **parameters):
        response = json.loads(self.lines.send(json.dumps({"operation": operation, "parameters": parameters})))
        self.request_id = response["id"]
        if response.get("error"):
            return {"Error": response["error"], "Message": response.get("message", "")}
        return response.get("members") or {}

    def close(self):
        self.lines.close()


class Raw(io.BytesIO):
    """A body as botocore reads it from a connection."""

    def stream(self, **_):
        yield self.read()


class Jdk(Boto):
    """A caller whose requests are made by boto3 and sent by the HttpClient of the JDK, in its default settings."""

    def __init__(self, address):
        super().__init__(unsigned(address, retries=None))
        self.lines = Lines("java", "-cp", jdk_program(), "Jdk")
        self.client.meta.events.register("before-send.cognito-sync", self.send)

    def send(self, request, **_):
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        # The JDK sets the length itself, and refuses to be told.
        fields = [
            text.decode() if isinstance(text, bytes) else text
            for name, value in request.headers.items() if name.lower() != "content-length" for text in (name, value)
        ]
        words = [request.method, request.url, base64.b64encode(body).decode(), *fields]
        status, content, *received = self.lines.send("\t".join(words)).split("\t")
        return AWSResponse(request.url, int(status), dict(zip(received[::2], received[1::2])), Raw(base64.b64decode(content)))

    def close(self):
        self.lines.close()


class Aiobotocore:
    """A caller that performs operations through aiobotocore on an event loop of its own."""

    def __init__(self, address):
        self.request_id = None
        self.loop = asyncio.new_event_loop()
        self.context = AioSession().create_client(
            "cognito-sync", region_name=REGION, endpoint_url=f"http://{address}", config=Config(signature_version=UNSIGNED)
        )
        self.client = self.loop.run_until_complete(self.context.__aenter__())

    def perform(self, operation, **parameters):
        try:
            response = self.loop.run_until_complete(getattr(self.client, xform_name(operation))(**parameters))
        except botocore.exceptions.ClientError as error:
            self.request_id = error.response["ResponseMetadata"].get("RequestId")
            return {"Error": error.response["Error"]["Code"], "Message": error.response["Error"]["Message"]}
        self.request_id = response.pop("ResponseMetadata").get("RequestId")
        return response

    def close(self):
        self.loop.run_until_complete(self.context.__aexit__(None, None, None))
        self.loop.close()
