"""The measured servers: each is configured and started on one core, in front of the same upstream."""

import shutil
import socket
import time
from pathlib import Path

import machine
from processes import Process

HERE = Path(__file__).resolve().parent
# The token for the feed of syncgate.
STREAMS_TOKEN = "6f1d3b8a5c2e4970b3d8"
# The records that Varnish writes to its log in shared memory for each request; they are turned off.
VARNISH_LOG = (
    "Begin End Link SessOpen SessClose ReqStart ReqMethod ReqURL ReqProtocol ReqHeader ReqUnset ReqAcct VCL_call "
    "VCL_return VCL_use Hit HitPass HitMiss RespProtocol RespStatus RespReason RespHeader RespUnset Timestamp Length "
    "Filters BereqMethod BereqURL BereqProtocol BereqHeader BereqUnset BereqAcct BerespProtocol BerespStatus "
    "BerespReason BerespHeader BerespUnset BackendOpen BackendReuse BackendClose BackendStart TTL Storage Fetch_Body"
).split()


def free_ports(count):
    """Returns ports that were free a moment ago."""
    sockets = [socket.socket() for _ in range(count)]
    for it in sockets:
        it.bind(("127.0.0.1", 0))
    ports = [it.getsockname()[1] for it in sockets]
    for it in sockets:
        it.close()
    return ports


class Server:
    """A running server. `port` responds from the cache; `forward_port`, which may be the same, only forwards."""

    def __init__(self, name, bench, command, file=None, secure=False):
        """Starts the server. `command` makes its command line from the ports and the configuration `file`.

        A `secure` server speaks TLS to upstream: the lines that begin with #tls are then in force.
        """
        self.name = name
        self.port, self.forward_port, self.admin_port = free_ports(3)
        self.folder = Path(bench.folder) / f"{name}-{self.port}"
        self.folder.mkdir(mode=0o755)
        template = (HERE / "peers" / file).read_text() + getattr(bench, "sections", "") if file else ""
        if "@forward_port@" not in template:
            self.forward_port = self.port
        values = {"port": self.port, "forward_port": self.forward_port, "admin_port": self.admin_port,
                  "scheme": "https" if secure else "http", "ca": bench.certificate if secure else "",
                  "upstream": bench.secure_port if secure else bench.upstream_port, "folder": self.folder, "fresh": bench.fresh}
        if secure:
            template = template.replace("#tls", "")
        self.file = self.folder / (file or "none")
        (self.folder / "streams-token").write_text(STREAMS_TOKEN)
        for key, value in values.items():
            template = template.replace(f"@{key}@", str(value))
        self.file.write_text(template)
        self.started = time.monotonic()
        self.process = Process(command(self), bench.server_cores, self.folder, name)

    def wait_for_port(self, deadline=20):
        while time.monotonic() < self.started + deadline and self.process.alive():
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.01)
        output_tail = self.process.output_tail()
        self.end()
        raise RuntimeError(f"'{self.name}' does not listen; its output:\n{output_tail}")

    def end(self):
        self.process.end()
        shutil.rmtree(self.folder, ignore_errors=True)


def floor(bench, bytes):
    return Server("floor", bench, lambda it: [bench.programs / "floor", it.port, bytes])


def syncgate(bench, share=None, secure=False):
    """Starts syncgate, with a share of its core if one is given."""
    throttle = [bench.programs / "throttle", share] if share else []
    return Server("syncgate", bench, lambda it: [*throttle, bench.syncgate, "serve", "--config", it.file], "syncgate.yaml",
                  secure)


def nginx(bench, secure=False):
    return Server("nginx", bench, lambda it: ["nginx", "-p", it.folder, "-e", it.folder / "nginx.log", "-c", it.file],
                  "nginx.conf", secure)


def haproxy(bench, secure=False):
    return Server("haproxy", bench, lambda it: ["haproxy", "-db", "-q", "-f", it.file], "haproxy.cfg", secure)


def varnish(bench):
    quiet = ",".join(f"-{tag}" for tag in VARNISH_LOG)
    return Server("varnish", bench, lambda it: [
        "varnishd", "-F", "-j", "none", "-n", it.folder / "state", "-a", f"127.0.0.1:{it.port}", "-f", it.file,
        "-s", "malloc,256m", "-p", "thread_pools=1", "-p", "listen_depth=4096", "-p", f"vsl_mask={quiet}",
    ], "varnish.vcl")


def envoy(bench, secure=False):
    """Starts Envoy, which signs what it forwards by its filter `aws_request_signing`."""
    return Server("envoy", bench, lambda it: [
        machine.envoy(), "-c", it.file, "--concurrency", "1", "--disable-hot-restart", "-l", "error",
    ], "envoy.yaml", secure)


def sigv4_proxy(bench, secure=False):
    """Starts aws-sigv4-proxy, which signs and forwards and does nothing else."""
    port = bench.secure_port if secure else bench.upstream_port
    return Server("sigv4-proxy", bench, lambda it: [
        "env", f"SSL_CERT_FILE={bench.certificate}", bench.sigv4_proxy, "--name", "cognito-sync", "--region", "us-east-1",
        "--host", f"127.0.0.1:{port}", "--upstream-url-scheme", "https" if secure else "http",
        "--port", f"127.0.0.1:{it.port}",
    ])


CACHES = {"syncgate": syncgate, "nginx": nginx, "haproxy": haproxy, "varnish": varnish, "envoy": envoy}
