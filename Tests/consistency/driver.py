"""Concurrent readers and writers through the gateway, every operation recorded with when it began and ended.

    python driver.py --seconds 60 [--resets 0.01] [--bypass] [--without-invalidation]
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import sys
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "clients"))

from checker import Delete, History, Read, Write, check, removal_of, value_of
from clients import Boto, identifiers, signed
from linearizability import PENDING
from nemesis import Nemesis
from processes import Emulator, Gateway
from raw import read_answer

FRESH = 2.0  # seconds: the gateway's time to live in these runs
ROUND = 60.0  # seconds
LATE = 1.0  # seconds that a busy machine may add to it


class Connection:
    """One keep-alive connection to the gateway, opened again after a failure."""

    def __init__(self, address):
        self.host, _, port = address.rpartition(":")
        self.port, self.streams = int(port), None

    async def ask(self, method, target, body=b"", headers=""):
        """(answer, start, end); the answer is None where the connection failed."""
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.streams
        head = f"{method} {target} HTTP/1.1\r\nHost: {self.host}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        if method == "GET":
            head = head.replace("Content-Length: 0\r\n", "")
        start = time.monotonic()
        try:
            writer.write(head.encode() + body)
            answer = await asyncio.wait_for(read_answer(reader), 30)
            if answer.headers.get("connection", "").lower() == "close":
                self.close()
        except (OSError, EOFError, TimeoutError):
            self.close()
            answer = None
        return answer, start, time.monotonic()

    def close(self):
        if self.streams:
            self.streams[1].close()
            self.streams = None


@dataclass
class Dataset:
    pool: str
    identity: str
    name: str
    bypass: bool = False
    fleeting: bool = False  # deleted now and then
    token: str = ""
    counts: dict = field(default_factory=dict)  # key -> the record's sync count, as its only writer knows it

    @property
    def label(self):
        return f"{self.identity}/{self.name}"

    @property
    def path(self):
        parts = (urllib.parse.quote(part, safe="") for part in (self.pool, self.identity, self.name))
        return "/identitypools/{}/identities/{}/datasets/{}".format(*parts)

    @property
    def parameters(self):
        return {"IdentityPoolId": self.pool, "IdentityId": self.identity, "DatasetName": self.name}


class Driver:
    def __init__(self, gateway, origin, bypass=False, seed=1):
        self.gateway, self.origin, self.random = gateway, origin, random.Random(seed)
        self.history, self.ids, self.stopping = History(), itertools.count(1), False
        self.sent = {}  # value -> the write that is still without an answer
        self.deleting = set()  # the deletions that are
        self.refused = self.failed = 0
        pool, _ = identifiers()
        owners = [identifiers()[1] for _ in range(3)]
        # The same two names under each identity: what tells them apart is the identity alone.
        self.datasets = [Dataset(pool, owner, name) for owner in owners for name in ("notes", "a.b:c")]
        self.datasets += [Dataset(pool, owner, "fleeting", fleeting=True) for owner in owners]
        if bypass:
            self.datasets += [Dataset(pool, owner, "shared", bypass=True) for owner in owners]

    async def run(self, seconds, readers=10, writers=4, until=None):
        """Runs for so long, or until `until(history)` says something; what it said."""
        work = [asyncio.create_task(self.reader(n)) for n in range(readers)]
        work += [asyncio.create_task(self.writer(n)) for n in range(writers)]
        work.append(asyncio.create_task(self.deleter()))
        if any(dataset.bypass for dataset in self.datasets):
            work.append(asyncio.create_task(self.bypasser()))
        end, said = time.monotonic() + seconds, None
        while not said and time.monotonic() < end and not any(task.done() for task in work):
            await asyncio.sleep(min(5, max(0, end - time.monotonic())))
            said = until(self.so_far()) if until else None
        self.stopping = True
        await asyncio.gather(*work)
        return said

    def so_far(self):
        """The history with the writes and deletions in the air as ones that may have happened."""
        writes, deletes = [*self.history.writes, *self.sent.values()], [*self.history.deletes, *self.deleting]
        return History(self.history.reads, writes, deletes)

    async def reader(self, number):
        connection = Connection(self.gateway)
        while not self.stopping:
            dataset = self.random.choice(self.datasets)
            kind = self.random.random()
            if kind < 0.7:
                await self.read(connection, dataset)
            elif kind < 0.8:
                await self.read(connection, dataset, headers="Cache-Control: no-cache\r\n")
            elif kind < 0.9:
                newest = max((r.count for r in self.history.reads[-50:] if r.dataset == dataset.label), default=0)
                await self.read(connection, dataset, since=max(0, newest - 2))
            else:
                await self.traverse(connection, dataset)
            await asyncio.sleep(self.random.random() * 0.004)
        connection.close()

    async def read(self, connection, dataset, since=0, size=None, cursor=None, traversal=None, headers=""):
        """One page, recorded; the answer's members, or None where there was none."""
        query = {"lastSyncCount": since or None, "maxResults": size, "nextToken": cursor}
        query = urllib.parse.urlencode({k: v for k, v in query.items() if v is not None}, quote_via=urllib.parse.quote)
        target = f"{dataset.path}/records" + (f"?{query}" if query else "")
        answer, start, end = await connection.ask("GET", target, headers=headers)
        if answer is None or answer.status != 200:
            self.failed += 1
            return None
        page = answer.json
        records = tuple((r["Key"], told(dataset, r), r["SyncCount"]) for r in page["Records"])
        self.history.reads.append(Read(
            dataset.label, start, end, page["DatasetSyncCount"], records, since, traversal is None, traversal,
            answer.headers.get("cache-status", "").removeprefix("syncgate; "),
        ))
        return page

    async def traverse(self, connection, dataset):
        """All pages by their tokens; only a traversal that came to its end is judged as one."""
        number, before = next(self.ids), len(self.history.reads)
        page = await self.read(connection, dataset, size=2, traversal=number)
        while page and page.get("NextToken"):
            page = await self.read(connection, dataset, size=2, cursor=page["NextToken"], traversal=number)
        if page is None:
            self.history.reads[before:] = [r for r in self.history.reads[before:] if r.traversal != number]

    async def writer(self, number):
        connection, key = Connection(self.gateway), f"writer-{number}"
        while not self.stopping:
            dataset = self.random.choice(self.datasets)
            if not dataset.token or key not in dataset.counts:
                await self.refresh(connection, dataset, key)
            else:
                await self.write(connection, dataset, key)
            await asyncio.sleep(self.random.random() * 0.03)
        connection.close()

    async def refresh(self, connection, dataset, key):
        """Learns the session token and the key's count anew, by a confirmed read."""
        page = await self.read(connection, dataset, headers="Cache-Control: no-cache\r\n")
        if page:
            dataset.token = page["SyncSessionToken"]
            dataset.counts[key] = next((r["SyncCount"] for r in page["Records"] if r["Key"] == key), 0)

    def patch(self, dataset, key):
        """What a history says of a patch, and the patch: one in six removes the record."""
        number, patch = next(self.ids), {"Key": key, "SyncCount": dataset.counts[key]}
        if self.random.randrange(6) == 0:
            removal = {**patch, "Op": "remove", "DeviceLastModifiedDate": number}
            return removal_of(dataset.label, key, number), removal
        value = value_of(dataset.label, key, f"{number}|" + "x" * self.random.randrange(200))
        return value, {**patch, "Op": "replace", "Value": value}

    async def write(self, connection, dataset, key):
        value, patch = self.patch(dataset, key)
        body = json.dumps({"SyncSessionToken": dataset.token, "RecordPatches": [patch]}).encode()
        self.sent[value] = Write(dataset.label, time.monotonic(), PENDING, key, value, None)
        answer, start, end = await connection.ask("POST", dataset.path, body, "Content-Type: application/json\r\n")
        lost = self.sent.pop(value)
        if answer is not None and answer.status == 200:
            count = next(r["SyncCount"] for r in answer.json["Records"] if r["Key"] == key)
            dataset.counts[key] = count
            self.history.writes.append(Write(dataset.label, start, end, key, value, count))
            return
        if answer is None or answer.status >= 500:
            self.history.writes.append(lost)
        self.refused += 1
        dataset.token = ""
        dataset.counts.pop(key, None)

    async def deleter(self):
        connection = Connection(self.gateway)
        while not self.stopping:
            await asyncio.sleep(self.random.random() * 0.4)
            dataset = self.random.choice([d for d in self.datasets if d.fleeting])
            lost = Delete(dataset.label, time.monotonic(), PENDING)
            self.deleting.add(lost)
            answer, start, end = await connection.ask("DELETE", dataset.path)
            self.deleting.discard(lost)
            known = answer is not None and answer.status in (200, 404)
            self.history.deletes.append(Delete(dataset.label, start, end) if known else lost)
            dataset.counts.clear()
        connection.close()

    async def bypasser(self):
        """Writes straight to the origin, as phones and consoles do."""
        direct, key = Boto(signed(self.origin)), "bypass"
        while not self.stopping:
            dataset = self.random.choice([d for d in self.datasets if d.bypass])
            page = await asyncio.to_thread(direct.call, "ListRecords", **dataset.parameters)
            dataset.counts[key] = next((r["SyncCount"] for r in page["Records"] if r["Key"] == key), 0)
            value, patch = self.patch(dataset, key)
            start = time.monotonic()
            self.sent[value] = Write(dataset.label, start, PENDING, key, value, None, bypass=True)
            answer = await asyncio.to_thread(
                direct.call, "UpdateRecords", **dataset.parameters,
                SyncSessionToken=page["SyncSessionToken"], RecordPatches=[patch],
            )
            self.sent.pop(value)
            if "Records" in answer:
                count = answer["Records"][0]["SyncCount"]
                self.history.writes.append(
                    Write(dataset.label, start, time.monotonic(), key, value, count, bypass=True)
                )
            await asyncio.sleep(0.05)

    async def settle(self):
        """After everything has been quiet for the time to live: what the gateway says, and what the origin says."""
        await asyncio.sleep(FRESH + LATE)
        connection, direct = Connection(self.gateway), signed(self.origin)
        bodies = []
        direct.meta.events.register("after-call.cognito-sync", lambda http_response, **_: bodies.append(http_response.content))
        for dataset in self.datasets:
            answer, _, _ = await connection.ask("GET", f"{dataset.path}/records")
            direct.list_records(**dataset.parameters)
            through = answer.body if answer and answer.status == 200 else repr(answer).encode()
            self.history.finals.append((dataset.label, *map(without_token, (through, bodies[-1]))))
        connection.close()

    @property
    def summary(self):
        hits = sum(r.how.startswith("hit") for r in self.history.reads)
        return (f"{len(self.history.reads)} reads ({hits} hits, {self.failed} failed), "
                f"{len(self.history.writes)} writes ({self.refused} refused or unknown), "
                f"{len(self.history.deletes)} deletions")


def told(dataset, record):
    """A record's value; a removed one is known by the time that its writer gave it."""
    if (value := record["Value"]) is not None:
        return value
    return removal_of(dataset.label, record["Key"], int(record["DeviceLastModifiedDate"]))


def without_token(body):
    """The bytes without the session token, which the origin draws anew for each answer."""
    token = json.loads(body).get("SyncSessionToken") if body[:1] == b"{" else None
    return body.replace(json.dumps(token).encode(), b'"a token"') if token else body


def run(seconds, late=0.1, resets=0.0, bypass=False, environment=None, stop_at_first=False, seed=1, tell=None):
    """One run of a gateway in front of the emulator: (violations, a line that says what was done).

    It goes in rounds of a minute, each on new identities and judged by itself, so that a run of hours neither
    holds all of its history nor looks at it twice; `tell` gets each round's line.
    """
    async def story(emulator):
        async with Nemesis(emulator.listen, late, resets, seed=seed) as nemesis:
            with Gateway(nemesis.address, environment=environment, cache={"fresh": f"{FRESH:g}s"}) as gateway:
                end, number = time.monotonic() + seconds, 0
                while True:
                    driver = Driver(gateway.listen, emulator.listen, bypass, seed + number)
                    judge = (lambda history: check(history, FRESH + LATE)) if stop_at_first else None
                    nemesis.late, nemesis.reset = late, resets
                    violations = await driver.run(min(ROUND, end - time.monotonic()), until=judge)
                    if not violations:
                        nemesis.late = nemesis.reset = 0
                        await driver.settle()
                        violations = check(driver.history, FRESH + LATE)
                    done = f"{driver.summary}, {nemesis.summary}, {resident(gateway)} MiB resident"
                    number += 1
                    if tell:
                        tell(done)
                    if violations or end - time.monotonic() < 1:
                        return violations, done

    with Emulator() as emulator:
        return asyncio.run(story(emulator))


def resident(process):
    """MiB of memory that a process has in use."""
    pages = int(Path(f"/proc/{process.popen.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


WITHOUT_INVALIDATION = {"SYNCGATE_TEST_WITHOUT_INVALIDATION": "1"}


def main():
    parser = argparse.ArgumentParser(description="the consistency run")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--late", type=float, default=0.1, help="probability of a late answer")
    parser.add_argument("--resets", type=float, default=0.0, help="probability of a reset connection")
    parser.add_argument("--bypass", action="store_true", help="a writer goes round the gateway")
    parser.add_argument("--without-invalidation", action="store_true", help="debug builds: must be found")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    environment = WITHOUT_INVALIDATION if options.without_invalidation else None
    violations, _ = run(
        options.seconds, options.late, options.resets, options.bypass, environment, options.without_invalidation,
        options.seed, tell=lambda line: print(line, flush=True),
    )
    for violation in violations:
        print(violation)
    print(f"{len(violations)} violations")
    sys.exit(1 if violations else 0)


if __name__ == "__main__":
    main()
