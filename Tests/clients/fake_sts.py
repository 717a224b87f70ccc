"""A security token service (STS) with TLS, whose certificate authority is made by openssl.

    with FakeSTS(folder) as sts:
        …  # sts.url, sts.authority; sts.requests has the parameters of each request
"""

import http.server
import ssl
import subprocess
import threading
import time
import urllib.parse
from datetime import datetime, timedelta, timezone

SUCCESS = """<{0}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{0}Result><Credentials>\
<AccessKeyId>{1.access_key}</AccessKeyId><SecretAccessKey>{1.secret_key}</SecretAccessKey>\
<SessionToken>{1.token}</SessionToken><Expiration>{2}</Expiration></Credentials>\
<AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/r/s</Arn></AssumedRoleUser>\
</{0}Result><ResponseMetadata><RequestId>c2e971c2</RequestId></ResponseMetadata></{0}Response>"""
ERROR = """<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>\
<Code>{}</Code><Message>hush: the message of AWS</Message></Error><RequestId>c2e971c2-702d</RequestId></ErrorResponse>"""
# Nine levels of ten entities each: a billion words for a reader that expands them.
BOMB = (
    '<!DOCTYPE a [<!ENTITY b0 "hush">' + "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
    + "]><AssumeRoleWithWebIdentityResponse>&b9;</AssumeRoleWithWebIdentityResponse>"
)


def authority(folder):
    """Makes a certificate authority and a certificate for localhost; returns their files."""
    names = {name: folder / name for name in ("ca.pem", "ca.key", "sts.pem", "sts.key", "sts.csr", "names")}
    names["names"].write_text("subjectAltName=DNS:localhost,IP:127.0.0.1")

    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *key, "-keyout", names["ca.key"], "-out", names["ca.pem"], "-days", 2, "-subj", "/CN=test CA")
    openssl("req", *key, "-keyout", names["sts.key"], "-out", names["sts.csr"], "-subj", "/CN=localhost")
    openssl("x509", "-req", "-in", names["sts.csr"], "-CA", names["ca.pem"], "-CAkey", names["ca.key"], "-days", 2,
            "-out", names["sts.pem"], "-extfile", names["names"])
    return names


class FakeSTS:
    """A server whose `respond` returns (status, body) for the parameters of a request; a test replaces it."""

    def __init__(self, folder, credentials, life=3600):
        self.credentials, self.life, self.requests, self.fields = credentials, life, [], []
        files = authority(folder)
        self.ca_file = str(files["ca.pem"])
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads, self.server.sts = True, self
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files["sts.pem"], files["sts.key"])
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://localhost:{self.server.server_port}"
        self.delay = 0
        self.respond = self.succeed
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def succeed(self, parameters):
        return 200, self.success(parameters, self.credentials)

    def success(self, parameters, credentials):
        end = datetime.now(timezone.utc) + timedelta(seconds=self.life)
        return SUCCESS.format(parameters["Action"], credentials, end.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def fail(self, status, code):
        """Makes every request fail with a status and the name of an error."""
        self.respond = lambda _: (status, ERROR.format(code) if code else "")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        sts = self.server.sts
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        parameters = dict(urllib.parse.parse_qsl(body, True, True))
        sts.requests.append(parameters)
        sts.fields.append(dict(self.headers))
        time.sleep(sts.delay)
        status, text = sts.respond(parameters)
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass
