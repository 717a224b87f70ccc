"""The certificate of upstream for the forwards over TLS, which the servers trust and check."""

import subprocess


def make(folder):
    """Makes a key and a certificate for localhost and 127.0.0.1, and returns the files of certificate and key."""
    certificate, key = folder / "upstream.pem", folder / "upstream.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
               "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
               "-keyout", key, "-out", certificate]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    return certificate, key
