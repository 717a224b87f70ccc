"""Certificates of the tests, made by the openssl command in one folder."""

import os
import subprocess
from pathlib import Path


def openssl(*arguments, **options):
    """Runs openssl, and returns what it prints."""
    ended = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=60,
                           stdin=subprocess.DEVNULL, **options)
    if ended.returncode != 0:
        raise AssertionError(f"openssl {arguments}: {ended.stderr}")
    return ended.stdout


class Authority:
    """An authority that signs certificates of servers and callers."""

    def __init__(self, folder, name):
        self.folder, self.name, self.serial = Path(folder), name, 1000
        self.certificate, self.key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 90,
                "-subj", f"/CN={name}", "-keyout", self.key, "-out", self.certificate)

    def issue(self, name):
        """Makes a certificate that is good for a server at 127.0.0.1 and for a caller; returns its files."""
        return self.sign(name, name, "serverAuth,clientAuth", "DNS:localhost,IP:127.0.0.1")

    def issue_caller(self, names, common):
        """Makes a certificate of a caller with these alternative names; returns its files."""
        return self.sign(f"caller-{self.serial}", common, "clientAuth", names)

    def sign(self, file, name, usage, names):
        certificate, key = self.folder / f"{file}.pem", self.folder / f"{file}.key"
        request, extensions = self.folder / f"{file}.csr", self.folder / f"{file}.ext"
        extensions.write_text(f"extendedKeyUsage={usage}\nsubjectAltName={names}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", key, "-out", request)
        self.serial += 1
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-set_serial",
                self.serial, "-days", 60, "-extfile", extensions, "-out", certificate)
        return certificate, key


def install(source, target):
    """Puts a copy of a file in the place of another, at once."""
    beside = Path(f"{target}.new")
    beside.write_bytes(Path(source).read_bytes())
    os.chmod(beside, 0o600)
    os.replace(beside, target)
