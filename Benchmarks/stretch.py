#!/usr/bin/env python3
"""The most instructions for which one request holds an event loop, beside a bound. `make bench-stretch`.

    stretch.py [--only "page of"]

For each kind of request the largest, and the dearest bodies of those that are read on the loop. The release binary
(SYNCGATE names it) runs under callgrind, which dumps the instructions of each thread before each wait of an event loop.
Work of a thread that serves no connection does not count. Copies are made by words: callgrind would count each byte of
`rep movsb`. The exit code is 1 if a kind exceeds the bound: 0.2 ms, at 4000 instructions a microsecond.
"""

import argparse
import json
import os
import signal
import socket
import sys
from pathlib import Path

import instructions
import machine
import request
from load import TOKEN, changing, page, update
from run import compile_programs

MOST = 800_000
MEBIBYTE = 1 << 20
# The function of `c/busy.c` that an event loop calls before each wait.
LOOP = "loop_waits"


class Stretch(request.CountedInstructions):
    """A gateway under callgrind, which dumps before each wait of the loop."""

    def counter(self):
        return ["env", instructions.COPIES, *instructions.preloaded(self, Path(self.folder) / "busy"), *super().counter(), "--separate-threads=yes",
                "--dump-before=loop_waits"]

    def files(self):
        return set(self.out.parent.glob(f"{self.out.name}.*-*"))

    def send(self, connection, kind):
        target, body = kind
        request.send_requests(connection, target, 1, body=body)

    def most(self, connection, kind):
        """Returns the most instructions of the loop between two of its waits."""
        short = page(2048), ""
        # What came before ends with these, and what is measured with the same again.
        self.send(connection, short)
        self.send(connection, short)
        before = self.files()
        self.send(connection, kind)
        self.send(connection, short)
        self.send(connection, short)
        return max((total(dump) for dump in self.files() - before), default=0)


def total(dump):
    """Returns the instructions of a dump of an event loop; 0 for another thread, or a dump that is being written."""
    text = dump.read_text(errors="replace")
    return int(machine.found(r"(?m)^totals: (\d+)", text + "\ntotals: 0\n")) if LOOP in text else 0


def body(patches):
    """Returns the target and the body of a write of these patches, in their JSON."""
    target, _ = update(1)
    return target, '{"SyncSessionToken":"write","RecordPatches":[' + patches + "]}"


def many(patch, bytes):
    return body(",".join([patch] * (bytes // (len(patch) + 1))))


def value(text):
    return body('{"Op":"replace","Key":"k","SyncCount":0,"Value":"' + text + '"}')


def large_write():
    target, text = update(1024)
    return target, text.replace("v" * 64, "v" * 900)


def one_patch(records):
    """Returns a write of one record of a dataset of so many."""
    patch = {"Op": "replace", "Key": "key00001", "Value": "w", "SyncCount": 1}
    return changing(records, "many").replace("/records", ""), json.dumps({"SyncSessionToken": "write", "RecordPatches": [patch]})


# Each kind: the requests that come before it, and the one that is measured.
KINDS = {
    "hit of 1 MiB": ([(page(MEBIBYTE), "")], (page(MEBIBYTE), "")),
    "forward of 1 MiB": ([(f"{page(2048)}?{TOKEN}", "")], (f"{page(MEBIBYTE)}?{TOKEN}", "")),
    "miss of 1 MiB": ([(page(2048, name="first"), "")], (page(MEBIBYTE, name="miss"), "")),
    "another page of 1 MiB": ([(page(MEBIBYTE), "")], (f"{page(MEBIBYTE)}?maxResults=1024", "")),
    "the first page of many of 1 MiB": ([(page(MEBIBYTE), "")], (f"{page(MEBIBYTE)}?maxResults=10", "")),
    "a write of 1024 records of 1 KB": ([update(1)], large_write()),
    "a write of a value of 1 MB": ([update(1)], value("v" * 1_000_000)),
    "a write to a cached dataset": ([(changing(64, "many"), "")], one_patch(64)),
    "a body of 6000 bytes of patches": ([update(1)], many('{"Op":"replace","Key":"k","Value":"v","SyncCount":0}', 6000)),
    "a body of 6000 bytes of escapes": ([update(1)], value("\\u0041" * 950)),
}


def main():
    parser = argparse.ArgumentParser(description="the longest time that one request holds an event loop, in instructions")
    parser.add_argument("--only", default="", help="only the kinds with this text in their name")
    options = parser.parse_args()
    syncgate = os.environ.get("SYNCGATE") or str(machine.PROJECT / ".build/release/syncgate")
    compile_programs()
    missed = []
    with Stretch(machine.PROJECT / ".build/bench", syncgate) as counted:
        # From the first signal on, the loops mark their waits.
        os.kill(counted.pid, signal.SIGRTMIN)
        for name, (before, kind) in KINDS.items():
            if options.only not in name:
                continue
            with socket.create_connection(("127.0.0.1", counted.server.port)) as connection:
                for earlier in before:
                    counted.send(connection, earlier)
                most = counted.most(connection, kind)
            print(f"{name:40} {most:10}", flush=True)
            if not 0 < most <= MOST:
                missed.append(f"bench-stretch: '{name}' holds the loop for {most} instructions, {MOST} are allowed")
    print("\n".join(missed), end="\n" if missed else "")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
