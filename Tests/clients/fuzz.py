"""The fuzzer: mutated requests until the time is up. The gateway neither dies nor hangs, and forwards nothing odd.

    python fuzz.py --seconds 600 [--seed 1]     a failure prints the bytes that were sent last
"""

import argparse
import json
import random
import socket
import sys
import time

from callers import identifiers
from processes import Gateway
from raw import send
from test_caching import dataset_path, records_path
from upstream import Upstream

TOKENS = [
    b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b";", b"%", b"%2e%2e", b"%00", b"/../", b"//", b"?", b"#",
    b"Content-Length: 5\r\n", b"Content-Length: -1\r\n", b"Content-Length: 99999999999999999999\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: xchunked\r\n", b"Expect: 100-continue\r\n",
    b"Host: other\r\n", b"Connection: close\r\n", b"Upgrade: h2c\r\n", b"0\r\n\r\n", b"5\r\nhello\r\n",
    b"ffffffffffffffff\r\n", b"HTTP/1.0", b"HTTP/2.0", b"[" * 200, b'{"a":' * 50, b'"\\ud800"', b"1e400",
    b"9" * 400, b"\xff\xfe", b"\xc0\xaf", b"X-Amz-Target: AWSCognitoSyncService.ListRecords\r\n",
]
DEADLINE = 15


def seeds(upstream, address):
    pool, identity = identifiers()
    owner = {"IdentityPoolId": pool, "IdentityId": identity, "DatasetName": "d"}
    token = upstream.store.token(pool, identity, "d")
    patches = [{"Op": "replace", "Key": "k", "Value": "\u2028é", "SyncCount": 0}]
    update = {"SyncSessionToken": token, "RecordPatches": patches}
    envelope = {"Operation": "com.amazonaws.cognito.sync.model#ListRecords", "Service": "x", "Input": owner}
    yield request_bytes(address, "GET", records_path(pool, identity) + "?lastSyncCount=0&maxResults=10")
    yield request_bytes(address, "GET", "/identitypools")
    yield request_bytes(address, "POST", dataset_path(pool, identity), update)
    yield request_bytes(address, "DELETE", dataset_path(pool, identity) + "/subscriptions/device")
    yield request_bytes(address, "POST", "/", {**owner, "MaxResults": "3"}, "X-Amz-Target: AWSCognitoSyncService.ListRecords\r\n")
    yield request_bytes(address, "POST", "/", envelope)
    yield (f"POST {dataset_path(pool, identity)} HTTP/1.1\r\nHost: {address}\r\n"
           "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n").encode()


def request_bytes(address, method, target, body=None, extra=""):
    data = b"" if body is None else json.dumps(body).encode()
    length = f"Content-Length: {len(data)}\r\n" if data else ""
    return f"{method} {target} HTTP/1.1\r\nHost: {address}\r\n{extra}{length}\r\n".encode() + data


def mutated(data, chance):
    """Returns the data after one to six edits: a new byte, a piece removed, doubled or moved, a token inserted."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([1, 1, 2, 8, 40]))
        piece = chance.choice([
            bytes([chance.randrange(256)]), b"", data[start:end] * 2, chance.choice(TOKENS),
            chance.choice(TOKENS) + data[start:end],
        ])
        data = data[:start] + piece + data[end:]
    return data


def send_in_pieces(address, data, chance):
    """Sends the data in two pieces.

    Returns False only if the gateway let the connection hang past every deadline.
    """
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), DEADLINE) as connection:
        try:
            cut = chance.randrange(len(data) + 1)
            for part in (data[:cut], data[cut:]):
                connection.sendall(part)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            pass
    return True


def main():
    parser = argparse.ArgumentParser(description="mutated requests against a running gateway")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance, sent, last = random.Random(options.seed), 0, b""
    with Upstream(allow_devices=True) as upstream, Gateway(upstream.address) as gateway:
        originals, end = list(seeds(upstream, gateway.listen)), time.monotonic() + options.seconds
        fine = True
        while fine and time.monotonic() < end:
            last = mutated(chance.choice(originals) + chance.choice([b"", chance.choice(originals)]), chance)
            fine = send_in_pieces(gateway.listen, last, chance) and gateway.popen.poll() is None
            sent += 1
            if sent % 100 == 0:
                fine = fine and send(gateway.listen, "GET", "/identitypools", timeout=DEADLINE).status == 200
            fine = fine and not upstream.differences
        for difference in upstream.differences:
            print(difference)
    print(f"{sent} requests, {len(upstream.requests)} sent upstream, seed {options.seed}: {'fine' if fine else 'FAILED'}")
    if not fine:
        print(f"sent last: {last!r}\n{gateway.output[-2000:]}")
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
