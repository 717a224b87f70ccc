"""An issuer of JSON web tokens on loopback: PyJWT signs, and a server shows the keys and the discovery document."""

import base64
import http.server
import json
import threading
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

MAKERS = {
    "RS256": (lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048), RSAAlgorithm),
    "PS256": (lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048), RSAAlgorithm),
    "ES256": (lambda: ec.generate_private_key(ec.SECP256R1()), ECAlgorithm),
    "ES384": (lambda: ec.generate_private_key(ec.SECP384R1()), ECAlgorithm),
    "EdDSA": (ed25519.Ed25519PrivateKey.generate, OKPAlgorithm),
}


class Issuer:
    """Signs with the newest key; `published` are the keys that its set has, `fetches` the paths that were asked for."""

    def __init__(self, max_age=None):
        self.private, self.published, self.fetches, self.max_age = {}, [], [], max_age
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads, self.server.issuer = True, self
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.away = False

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def add_key(self, kid, algorithm="RS256", names_algorithm=True):
        make, kind = MAKERS[algorithm]
        self.private[kid] = (make(), algorithm)
        shown = kind.to_jwk(self.private[kid][0].public_key(), as_dict=True)
        shown.update(kid=kid, use="sig")
        if names_algorithm:
            shown["alg"] = algorithm
        self.published.append(shown)

    def token(self, kid=None, header=None, life=300, **claims):
        kid = kid or list(self.private)[-1]
        key, algorithm = self.private[kid]
        now = int(time.time())
        base = {"iss": self.url, "iat": now, "exp": now + life}
        return jwt.encode({**base, **claims}, key, algorithm, {"kid": kid, **(header or {})})

    def document(self, path):
        self.fetches.append(path)
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        return {"keys": self.published} if path in ("/keys", "/.well-known/jwks.json") else None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        issuer = self.server.issuer
        document = None if issuer.away else issuer.document(self.path)
        body = json.dumps(document or {}).encode()
        self.send_response(200 if document else 503)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if issuer.max_age is not None:
            self.send_header("Cache-Control", f"public, max-age={issuer.max_age}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def decoded(token):
    """Returns the header and the claims of a token, unverified."""
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]
