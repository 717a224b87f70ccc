"""A network namespace with addresses of its own, for tests of the fixed addresses of AWS.

    with Namespace("169.254.169.254/32", "fd00:ec2::254/128"):
        …  # this thread, and the threads and processes it starts, live in the namespace

It needs the right to make namespaces, as root has it. `Namespace.refusal()` says why there is none.
"""

import ctypes
import os
import subprocess

NEW_NETWORK = 0x40000000  # CLONE_NEWNET of unshare(2)
LIBC = ctypes.CDLL(None, use_errno=True)


def system(name, *arguments):
    if getattr(LIBC, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


class Namespace:
    """The namespace that this thread enters, and leaves at the end."""

    def __init__(self, *addresses):
        self.addresses = addresses

    def __enter__(self):
        self.outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            system("unshare", NEW_NETWORK)
            try:
                self.ip("link", "set", "lo", "up")
                for address in self.addresses:
                    self.ip("address", "add", address, "dev", "lo", *(["nodad"] if ":" in address else []))
            except BaseException:
                system("setns", self.outside, NEW_NETWORK)
                raise
        except BaseException:
            os.close(self.outside)
            raise
        return self

    def __exit__(self, *_):
        system("setns", self.outside, NEW_NETWORK)
        os.close(self.outside)

    @staticmethod
    def ip(*arguments):
        subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=10)

    @classmethod
    def refusal(cls):
        """Returns why no namespace can be made here, or None if it can."""
        try:
            with cls("169.254.169.254/32", "fd00:ec2::254/128"):
                return None
        except (OSError, subprocess.SubprocessError) as error:
            return f"no network namespace: {error}"
