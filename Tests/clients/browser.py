"""A headless Chromium and the web that it sees: pages of any name, all on this machine.

A page performs requests one after the other, as a script of an attacker would, and sends home what it could read.
"""

import http.server
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import urllib.parse

from processes import ENVIRONMENT
from raw import send

PROGRAM = "chromium-headless-shell"
DEADLINE = 90
# Every step is (kind, URL, options of fetch, or members of the form).
PAGE = """<!doctype html><meta charset="utf-8"><title>a page</title><body><script>
const limited = promise => Promise.race([promise, new Promise(done => setTimeout(done, 10000, {failed: "no end"}))]);
const steps = {
  async fetch(url, options) {
    if ("body" in options) options.body = new Blob([options.body]);
    const response = await fetch(url, options);
    const fields = Object.fromEntries(response.headers);
    return {type: response.type, status: response.status, text: await response.text(), fields};
  },
  image: url => new Promise(done => {
    const image = new Image();
    image.onload = image.onerror = event => done({event: event.type});
    image.src = url;
  }),
  form: (url, members) => new Promise(done => {
    const frame = Object.assign(document.createElement("iframe"), {name: "frame" + Math.random()});
    const form = document.createElement("form");
    Object.assign(form, {action: url, method: "POST", enctype: "text/plain", target: frame.name});
    for (const [name, value] of Object.entries(members))
      form.append(Object.assign(document.createElement("input"), {name, value}));
    document.body.append(frame, form);
    form.submit();
    frame.onload = () => done({event: "load"});
  }),
};
(async () => {
  const seen = [];
  for (const [kind, url, given] of STEPS)
    seen.push(await limited(steps[kind](url, given).catch(error => ({failed: String(error)}))));
  await fetch("/done", {method: "POST", body: JSON.stringify(seen)});
})();
</script>"""


def lacks_browser():
    """Returns why the browser cannot run here, or None."""
    return None if shutil.which(PROGRAM) else f"needs Debian's {PROGRAM}"


class Web(http.server.ThreadingHTTPServer):
    """A web server with one page. As the browser's proxy it is DNS rebinding as well.

    A name that is in `rebound` belongs to the attacker for `/page` and `/done`, and for all else to that address: as
    if its DNS record had changed once the page was there.
    """

    daemon_threads = True

    def __init__(self, steps, rebound=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.page = PAGE.replace("STEPS", json.dumps(steps)).encode()
        self.port, self.rebound = self.server_address[1], rebound or {}
        self.done, self.seen = threading.Event(), None
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.respond()

    def do_POST(self):
        self.respond()

    def respond(self):
        target = urllib.parse.urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if target.path == "/page":
            self.write(200, {"Content-Type": "text/html"}, self.server.page)
        elif target.path == "/done":
            self.server.seen = json.loads(body)
            self.write(204, {}, b"")
            self.server.done.set()
        elif target.netloc in self.server.rebound:
            address = self.server.rebound[target.netloc]
            fields = {k: v for k, v in self.headers.items() if k.lower() not in ("proxy-connection", "content-length")}
            received = send(address, self.command, f"{target.path}?{target.query}".rstrip("?"), body or None, fields)
            self.write(received.status, {"Content-Type": "application/json"}, received.body)
        else:
            self.write(404, {}, b"")

    def write(self, status, fields, body):
        self.send_response(status)
        for name, value in {**fields, "Content-Length": len(body), "Connection": "close"}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def visit(name, steps, rebound=None):
    """Opens a page of that host name in the browser, and returns what each of its steps saw.

    The browser has a profile of its own, and is killed at the end.
    """
    web = Web(steps, rebound)
    if rebound:
        place, names = name, f"--proxy-server=http://127.0.0.1:{web.port}"
    elif name == "127.0.0.1":
        place, names = f"{name}:{web.port}", "--no-proxy-server"
    else:
        place, names = name, f"--host-resolver-rules=MAP {name} 127.0.0.1:{web.port}"
    options = [
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
        # The browser's own protection of local addresses asks the user: it does not count here.
        "--disable-features=LocalNetworkAccessChecks", names,
    ]
    with tempfile.TemporaryDirectory(prefix="syncgate-browser-", ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            [PROGRAM, *options, f"--user-data-dir={profile}", "--remote-debugging-port=0", f"http://{place}/page"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
            env={**ENVIRONMENT, "HOME": profile},
        )
        try:
            if not web.done.wait(DEADLINE):
                os.killpg(browser.pid, signal.SIGKILL)
                raise AssertionError(f"the page was not done within {DEADLINE} s: {browser.stderr.read()[-4000:]}")
        finally:
            if browser.poll() is None:
                os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()
            browser.stderr.close()
            web.close()
    return web.seen
