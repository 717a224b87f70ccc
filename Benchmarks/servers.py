"""The servers side by side: how each is set up and started, on one core, in front of the same origin."""

import shutil
import socket
import time
from pathlib import Path

from processes import Process

HERE = Path(__file__).resolve().parent
# What Varnish would write to its log in shared memory for each request; nobody reads it here.
VARNISH_LOG = (
    "Begin End Link SessOpen SessClose ReqStart ReqMethod ReqURL ReqProtocol ReqHeader ReqUnset ReqAcct VCL_call "
    "VCL_return VCL_use Hit HitPass HitMiss RespProtocol RespStatus RespReason RespHeader RespUnset Timestamp Length "
    "Filters BereqMethod BereqURL BereqProtocol BereqHeader BereqUnset BereqAcct BerespProtocol BerespStatus "
    "BerespReason BerespHeader BerespUnset BackendOpen BackendReuse BackendClose BackendStart TTL Storage Fetch_Body"
).split()


def free_ports(count):
    """Ports that nobody had a moment ago."""
    sockets = [socket.socket() for _ in range(count)]
    for it in sockets:
        it.bind(("127.0.0.1", 0))
    ports = [it.getsockname()[1] for it in sockets]
    for it in sockets:
        it.close()
    return ports


class Server:
    """A server that runs: `port` answers from the cache, `forward_port` may be another one, that only forwards."""

    def __init__(self, name, bench, command, file=None):
        """`command` makes the command line of the ports and of the filled-in configuration `file`."""
        self.name = name
        self.port, self.forward_port, self.admin_port = free_ports(3)
        self.folder = Path(bench.folder) / f"{name}-{self.port}"
        self.folder.mkdir(mode=0o755)
        template = (HERE / "peers" / file).read_text() if file else ""
        if "@forward_port@" not in template:
            self.forward_port = self.port
        values = {"port": self.port, "forward_port": self.forward_port, "admin_port": self.admin_port,
                  "origin": bench.origin_port, "folder": self.folder, "fresh": bench.fresh}
        self.file = self.folder / (file or "none")
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
        said = self.process.said()
        self.end()
        raise RuntimeError(f"{self.name} does not listen:\n{said}")

    def end(self):
        self.process.end()
        shutil.rmtree(self.folder, ignore_errors=True)


def floor(bench, bytes):
    return Server("floor", bench, lambda it: [bench.programs / "floor", it.port, bytes])


def syncgate(bench, share=None):
    """With a share, on so much of its core only."""
    brake = [bench.programs / "brake", share] if share else []
    return Server("syncgate", bench, lambda it: [*brake, bench.syncgate, "serve", "--config", it.file], "syncgate.yaml")


def nginx(bench):
    return Server("nginx", bench, lambda it: ["nginx", "-p", it.folder, "-e", it.folder / "nginx.log", "-c", it.file],
                  "nginx.conf")


def haproxy(bench):
    return Server("haproxy", bench, lambda it: ["haproxy", "-db", "-q", "-f", it.file], "haproxy.cfg")


def varnish(bench):
    quiet = ",".join(f"-{tag}" for tag in VARNISH_LOG)
    return Server("varnish", bench, lambda it: [
        "varnishd", "-F", "-j", "none", "-n", it.folder / "state", "-a", f"127.0.0.1:{it.port}", "-f", it.file,
        "-s", "malloc,256m", "-p", "thread_pools=1", "-p", "listen_depth=4096", "-p", f"vsl_mask={quiet}",
    ], "varnish.vcl")


def sigv4_proxy(bench):
    """aws-sigv4-proxy, which signs and forwards and does nothing else."""
    return Server("sigv4-proxy", bench, lambda it: [
        bench.sigv4_proxy, "--name", "cognito-sync", "--region", "us-east-1", "--host", f"127.0.0.1:{bench.origin_port}",
        "--upstream-url-scheme", "http", "--port", f"127.0.0.1:{it.port}",
    ])


CACHES = {"syncgate": syncgate, "nginx": nginx, "haproxy": haproxy, "varnish": varnish}
