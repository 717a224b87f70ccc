"""Load balancers of the tests: HAProxy and nginx in front of a gateway, each in a folder of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from processes import eventually
from raw import send

PATHS = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
HAPROXY, NGINX = shutil.which("haproxy", path=PATHS), shutil.which("nginx", path=PATHS)


def free_port():
    """Returns a port of the loopback that nobody listens on: a load balancer cannot say which one it got."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


@contextlib.contextmanager
def running(name, command, text, port):
    """Runs a load balancer whose configuration is in the file @folder@/configuration; yields its address."""
    with tempfile.TemporaryDirectory(prefix=f"syncgate-{name}-") as folder:
        os.chmod(folder, 0o755)
        file = Path(folder) / "configuration"
        file.write_text(text.replace("@folder@", folder))
        log = open(Path(folder) / "log", "w+")
        process = subprocess.Popen([*command, str(file)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            address = f"127.0.0.1:{port}"

            def serves():
                if process.poll() is not None:
                    log.seek(0)
                    raise AssertionError(f"{name} ended with {process.returncode}: {log.read()}")
                try:
                    return send(address, "GET", "/ready", timeout=5).status > 0
                except OSError:
                    return False

            eventually(serves, f"{name} serves")
            yield address
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()


def haproxy(upstream, mode="http", options="", lines=""):
    """Runs HAProxy in front of an address: options of the server, and lines of the backend."""
    port = free_port()
    text = f"""
defaults
    mode {mode}
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend callers
    bind 127.0.0.1:{port}
    default_backend gateway
backend gateway
    {lines}
    server a {upstream} {options}
"""
    return running("haproxy", [HAPROXY, "-db", "-f"], text, port)


def nginx(upstream):
    """Runs nginx in front of an address, as docs/load-balancers.md says."""
    port = free_port()
    text = f"""
daemon off;
worker_processes 1;
pid @folder@/pid;
error_log @folder@/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path @folder@/body;
    proxy_temp_path @folder@/proxy;
    fastcgi_temp_path @folder@/fastcgi;
    uwsgi_temp_path @folder@/uwsgi;
    scgi_temp_path @folder@/scgi;
    upstream gateway {{ server {upstream}; keepalive 8; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://gateway;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header Forwarded "";
        }}
    }}
}}
"""
    return running("nginx", [NGINX, "-e", "stderr", "-c"], text, port)
