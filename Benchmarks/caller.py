"""A named caller with a token: an RSA key of openssl, its key set in a file, and the part of the configuration."""

import base64
import json
import subprocess
import time

CALLERS = """
callers:
  by: {{ jwt: [{{ name: bench, issuer: "https://issuer.example", audiences: [syncgate], jwks: {{ file: {keys} }} }}] }}
  list:
    - {{ name: bench, is: ["jwt:bench:system:serviceaccount:bench:default"], may: [{{ operations: all, datasets: ["*"] }}] }}
"""


def run(*arguments, given=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True, check=True, timeout=60).stdout


def part(content):
    text = content if isinstance(content, bytes) else json.dumps(content, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


class NamedCaller:
    """`sections` goes into the configuration, `header` into each request."""

    def __init__(self, folder):
        key, keys = folder / "issuer.key", folder / "keys.json"
        run("genrsa", "-out", key, 2048)
        modulus = run("rsa", "-in", key, "-noout", "-modulus").decode().strip().partition("=")[2]
        keys.write_text(json.dumps({"keys": [{
            "kty": "RSA", "kid": "one", "alg": "RS256", "use": "sig", "n": part(bytes.fromhex(modulus)), "e": "AQAB"}]}))
        now = int(time.time())
        # As long as that of a service account of Kubernetes.
        claims = {
            "iss": "https://issuer.example", "aud": ["syncgate"], "sub": "system:serviceaccount:bench:default", "iat": now,
            "exp": now + 86400, "kubernetes.io": {"namespace": "bench", "pod": {"name": "p" * 40, "uid": "u" * 36}}}
        signed = f"{part({'alg': 'RS256', 'kid': 'one'})}.{part(claims)}"
        signature = part(run("dgst", "-sha256", "-sign", key, given=signed.encode()))
        self.header = f"Authorization: Bearer {signed}.{signature}\r\n"
        self.sections = CALLERS.format(keys=keys)
