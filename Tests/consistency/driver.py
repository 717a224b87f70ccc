"""Concurrent readers, writers, walkers and deleters, every operation recorded with when it began and ended."""

import asyncio
import collections
import itertools
import json
import random
import time
import urllib.parse
from dataclasses import dataclass, field

from checker import Delete, History, Read, Write
from clients import comparable, identifiers
from connection import Connection, SignedConnection
from linearizability import PENDING
from origin_history import REFUSED, record_of, removal_of, value_of

JSON = {"Content-Type": "application/json"}
NO_CACHE = {"Cache-Control": "no-cache"}
BALLAST = 150


@dataclass
class Dataset:
    pool: str
    identity: str
    name: str
    gateways: str = "a"  # through which it is read and written
    deleted: bool = False  # now and then, through a gateway
    bypassed: bool = False  # written by who goes round the gateways
    erased: bool = False  # deleted by who does
    watched: bool = False  # only read through the gateways, and never confirmed: time alone makes it new
    newest: int = 0  # a count that somebody saw lately
    tokens: dict = field(default_factory=dict)  # gateway -> the session token of its newest page
    counts: dict = field(default_factory=dict)  # key -> the record's sync count, as its only writer knows it

    @property
    def label(self):
        return f"{self.identity}/{self.name}"

    @property
    def path(self):
        parts = (urllib.parse.quote(part, safe="") for part in (self.pool, self.identity, self.name))
        return "/identitypools/{}/identities/{}/datasets/{}".format(*parts)


class Driver:
    """`gateways`: name -> address. With more than one, or `others`, some datasets are written by several ways."""

    def __init__(self, gateways, origin, others=False, ballast=False, seed=1):
        self.gateways, self.origin, self.random = gateways, origin, random.Random(seed)
        self.history, self.ids, self.stopping = History(), itertools.count(1), False
        self.sent, self.deleting = {}, set()  # what is still without an answer
        self.seen, self.forgotten = collections.Counter(), []  # when the service forgot its session tokens
        pool, _ = identifiers()
        owners = [identifiers()[1] for _ in range(3)]
        # The same names under each identity: what tells them apart is the identity alone.
        self.datasets = [Dataset(pool, owner, name) for owner in owners for name in ("notes", "a.b:c")]
        self.datasets += [Dataset(pool, owner, "fleeting", deleted=True) for owner in owners]
        if others:
            every = "".join(gateways)
            self.datasets += [Dataset(pool, owner, "shared", every, bypassed=True) for owner in owners]
            self.datasets += [Dataset(pool, owner, "watched", every, bypassed=True, watched=True) for owner in owners]
            self.datasets += [
                Dataset(pool, owner, "moving", every, deleted=True, bypassed=True, erased=True) for owner in owners[:2]
            ]
        # Written once and then only read, so that others have to make room.
        self.ballast = [Dataset(pool, identifiers()[1], "ballast") for _ in range(BALLAST if ballast else 0)]

    async def run(self, seconds, readers=8, writers=4, until=None):
        """Runs for so long, or until `until()` says something; what it said."""
        for dataset in self.ballast:
            await self.fill(dataset)
        roles = [*(self.reader(n) for n in range(readers)), *(self.writer(n) for n in range(writers)), self.walker(), self.deleter()]
        if any(dataset.bypassed for dataset in self.datasets):
            roles += [self.bypasser(), self.eraser()]
        work = [asyncio.create_task(role) for role in roles]
        end, said = time.monotonic() + seconds, None
        while not said and time.monotonic() < end and not any(task.done() for task in work):
            await asyncio.sleep(min(5, max(0, end - time.monotonic())))
            said = until() if until else None
        self.stopping = True
        try:
            await asyncio.gather(*work)
        finally:
            for task in work:
                task.cancel()
        return said

    def so_far(self):
        """The history with the writes and deletions in the air as ones that may have happened."""
        now = self.history
        return History(list(now.reads), [*now.writes, *self.sent.values()], [*now.deletes, *self.deleting], list(now.finals))

    def choose(self, **properties):
        """A dataset, and one of the gateways that it is used through."""
        able = [d for d in self.datasets if all(getattr(d, name) == value for name, value in properties.items())]
        dataset = self.random.choice(able)
        return dataset, self.random.choice(dataset.gateways)

    async def reader(self, number):
        connections = {name: Connection(address) for name, address in self.gateways.items()}
        while not self.stopping:
            dataset, gateway = self.choose()
            if self.ballast and self.random.random() < 0.3:
                dataset, gateway = self.random.choice(self.ballast), "a"
            newest, kind, more = dataset.newest, self.random.random(), {}
            since = self.random.choice([newest, newest, newest - 1, newest - 2, self.random.randint(0, newest), newest + 1])
            if kind < 0.35 or dataset.watched:
                since = 0
            elif kind < 0.45:
                since, more = self.random.choice([0, max(0, since)]), {"headers": NO_CACHE}
            elif kind < 0.55:
                more = {"size": self.random.choice([1, 2, 3, 1024])}
            elif kind < 0.6 and gateway in dataset.tokens:
                more = {"token": dataset.tokens[gateway]}
            await self.read(connections[gateway], gateway, dataset, max(0, since), **more)
            await asyncio.sleep(self.random.random() * 0.004)

    async def read(self, connection, gateway, dataset, since=0, size=None, cursor=None, after="", walk=None, token=None, headers=None):
        """One page, recorded; the answer's members, or None where there was none."""
        query = {"lastSyncCount": since or None, "maxResults": size, "nextToken": cursor, "syncSessionToken": token}
        query = urllib.parse.urlencode({k: v for k, v in query.items() if v is not None}, quote_via=urllib.parse.quote)
        target = f"{dataset.path}/records" + (f"?{query}" if query else "")
        answer, start, end = await connection.ask("GET", target, headers=headers)
        how = answer.headers.get("cache-status", "").removeprefix("syncgate; ") if answer else ""
        known = dict(since=since, size=size, after=after, walk=walk, confirmed=headers == NO_CACHE, gateway=gateway, how=how)
        if answer is None or answer.status != 200:
            if answer is not None and answer.status == 400 and REFUSED in answer.json.get("message", ""):
                self.history.reads.append(Read(dataset.label, start, end, REFUSED, **known))
            else:
                await self.failed("read", answer)
            return None
        page = answer.json
        records = tuple(record_of(dataset.label, record) for record in page["Records"])
        said = (page["DatasetSyncCount"], page["DatasetExists"], page["DatasetDeletedAfterRequestedSyncCount"], records,
                bool(page.get("NextToken")))
        self.history.reads.append(Read(dataset.label, start, end, said, **known))
        self.seen["hits"] += how.startswith("hit")
        self.seen["derived"] += "detail=derived" in how
        self.seen["deltas"] += "detail=delta" in how
        dataset.newest, dataset.tokens[gateway] = page["DatasetSyncCount"], page["SyncSessionToken"]
        return page

    async def failed(self, what, answer):
        """Counts it; after a lost connection, a moment for the gateway to come back."""
        error = answer.headers.get("x-amzn-errortype") if answer else "no answer"
        self.seen[f"{what}: {answer.status if answer else ''} {error}".replace(":  ", ": ")] += 1
        if answer is None:
            await asyncio.sleep(0.02)

    async def walker(self):
        """All pages by their tokens, sometimes with time between them for others to write."""
        connections = {name: Connection(address) for name, address in self.gateways.items()}
        while not self.stopping:
            dataset, gateway = self.choose(watched=False)
            if self.ballast and self.random.random() < 0.2:
                dataset, gateway = self.random.choice(self.ballast), "a"
            since = self.random.choice([0, 0, max(0, dataset.newest - 3)])
            size, walk, pause = self.random.choice([1, 2, 3]), next(self.ids), self.random.choice([0, 0, 0.05, 0.3])
            cursor, after, counts = None, "", set()
            while True:
                page = await self.read(connections[gateway], gateway, dataset, since, size, cursor, after, walk)
                if page is None:
                    self.seen["walks that were ended"] += bool(counts)
                    break
                counts.add(page["DatasetSyncCount"])
                cursor = page.get("NextToken")
                if not cursor:
                    self.seen["walks of one state" if len(counts) == 1 else "walks of several"] += 1
                    break
                after = page["Records"][-1]["Key"]
                await asyncio.sleep(self.random.random() * pause)
            await asyncio.sleep(self.random.random() * 0.01)

    async def writer(self, number):
        connections, direct = {name: Connection(address) for name, address in self.gateways.items()}, SignedConnection(self.origin)
        keys = [f"writer-{number}{suffix}" for suffix in ("", ".b", ".c")]
        while not self.stopping:
            dataset, gateway = self.choose(watched=False)
            if not dataset.tokens or not dataset.counts.keys() >= set(keys):
                await self.refresh(connections[gateway], gateway, dataset, keys)
            else:
                # Of any gateway's pages; now and then one that the service gave to the caller itself.
                token = self.random.choice([*dataset.tokens.values()])
                if self.random.random() < 0.05:
                    token = await self.token(direct, dataset)
                chosen = self.random.sample(keys, self.random.choice([1, 1, 2, 3]))
                await self.write(connections[gateway], gateway, dataset, chosen, token)
            await asyncio.sleep(self.random.random() * 0.03)

    async def refresh(self, connection, gateway, dataset, keys):
        """Learns the keys' counts anew, by a confirmed read."""
        page = await self.read(connection, gateway, dataset, headers=NO_CACHE)
        if page:
            known = {record["Key"]: record["SyncCount"] for record in page["Records"]}
            dataset.counts.update({key: known.get(key, 0) for key in keys})

    async def token(self, direct, dataset):
        answer, _, _ = await direct.ask("GET", f"{dataset.path}/records")
        return answer.json["SyncSessionToken"]

    def patch(self, dataset, key):
        """What a history says of a patch, and the patch: one in six removes the record."""
        number, patch = next(self.ids), {"Key": key, "SyncCount": dataset.counts.get(key, 0)}
        if self.random.randrange(6) == 0:
            removal = {**patch, "Op": "remove", "DeviceLastModifiedDate": number}
            return removal_of(dataset.label, key, number), removal
        value = value_of(dataset.label, key, f"{number}|" + "x" * self.random.randrange(200))
        return value, {**patch, "Op": "replace", "Value": value}

    async def write(self, connection, gateway, dataset, keys, token):
        """One UpdateRecords; `gateway` is None where it goes round them."""
        values, patches = zip(*(self.patch(dataset, key) for key in keys))
        body = json.dumps({"SyncSessionToken": token, "RecordPatches": patches}).encode()
        lost = self.sent[values] = Write(dataset.label, time.time(), PENDING, values, "unknown", None, gateway)
        answer, start, end = await connection.ask("POST", dataset.path, body, JSON)
        del self.sent[values]
        outcome, count = self.outcome(answer), None
        if outcome == "applied":
            count = max(record["SyncCount"] for record in answer.json["Records"])
            dataset.counts.update({record["Key"]: record["SyncCount"] for record in answer.json["Records"]})
        else:
            await self.failed("write", answer)
            for key in keys:
                dataset.counts.pop(key, None)
            if outcome == "refused":
                dataset.tokens.clear()
                if "SyncSessionToken" in answer.json.get("message", "") and not any(start - 0.01 <= t <= end for t in self.forgotten):
                    # The service's own are base64 of gzip; some pages pass with theirs.
                    self.seen["tokens of the service refused" if token.startswith("H4sI") else "tokens refused"] += 1
        done = Write(dataset.label, start, end, values, outcome, count, gateway)
        self.history.writes.append(lost if outcome == "unknown" else done)

    def outcome(self, answer):
        if answer is None or answer.status >= 500:
            return "not applied" if answer and "has not been applied" in answer.json.get("message", "") else "unknown"
        return "applied" if answer.status == 200 else "refused"

    async def deleter(self):
        connections = {name: Connection(address) for name, address in self.gateways.items()}
        while not self.stopping:
            await asyncio.sleep(self.random.random() * 0.4)
            dataset, gateway = self.choose(deleted=True)
            await self.delete(connections[gateway], gateway, dataset)

    async def delete(self, connection, gateway, dataset):
        lost = Delete(dataset.label, time.time(), PENDING, gateway=gateway)
        self.deleting.add(lost)
        answer, start, end = await connection.ask("DELETE", dataset.path)
        self.deleting.discard(lost)
        known = answer is not None and answer.status in (200, 404)
        self.history.deletes.append(Delete(dataset.label, start, end, answer.status == 404, gateway) if known else lost)
        if not known:
            await self.failed("delete", answer)
        dataset.counts.clear()

    async def bypasser(self):
        """Writes straight to the origin, as phones and consoles do."""
        direct, key = SignedConnection(self.origin), "bypass"
        while not self.stopping:
            dataset, _ = self.choose(bypassed=True)
            answer, _, _ = await direct.ask("GET", f"{dataset.path}/records")
            page = answer.json
            dataset.counts[key] = next((r["SyncCount"] for r in page["Records"] if r["Key"] == key), 0)
            await self.write(direct, None, dataset, [key], page["SyncSessionToken"])
            await asyncio.sleep(0.05)

    async def fill(self, dataset):
        """Five records of some size, round the gateways."""
        direct = SignedConnection(self.origin)
        values = {f"k{n}": value_of(dataset.label, f"k{n}", "y" * 600) for n in range(5)}
        patches = [{"Op": "replace", "Key": key, "SyncCount": 0, "Value": value} for key, value in values.items()]
        body = json.dumps({"SyncSessionToken": await self.token(direct, dataset), "RecordPatches": patches}).encode()
        answer, start, end = await direct.ask("POST", dataset.path, body, JSON)
        # Refused where the token was forgotten meanwhile: then it is a dataset that is not there.
        done = ("applied", 1) if self.outcome(answer) == "applied" else ("refused", None)
        self.history.writes.append(Write(dataset.label, start, end, tuple(values.values()), *done, None))
        direct.close()

    async def eraser(self):
        """Deletes round the gateways; who writes next makes the dataset anew, perhaps from count 1."""
        direct = SignedConnection(self.origin)
        while not self.stopping:
            await asyncio.sleep(self.random.random() * 1.5)
            dataset, _ = self.choose(erased=True)
            await self.delete(direct, None, dataset)

    async def settle(self, pause):
        """After everything has been quiet for so long: what the gateways say, and what the origin says."""
        await asyncio.sleep(pause)
        direct = SignedConnection(self.origin)
        for name, address in self.gateways.items():
            connection = Connection(address)
            for dataset in self.datasets:
                through, at_origin = [(await c.ask("GET", f"{dataset.path}/records"))[0] for c in (connection, direct)]
                told = comparable(through.json) if through and through.status == 200 else repr(through)
                self.history.finals.append((f"{dataset.label} ({name})", told, comparable(at_origin.json)))

    @property
    def summary(self):
        seen, troubles = self.seen, {k: v for k, v in sorted(self.seen.items()) if ": " in k}
        walks = ", ".join(f"{v} {k}" for k, v in sorted(seen.items()) if k.startswith("walks"))
        return (f"{len(self.history.reads)} reads ({seen['hits']} hits, {seen['derived']} derived, {seen['deltas']} deltas), "
                f"{len(self.history.writes)} writes ({seen['tokens refused']} tokens refused, {seen['tokens of the service refused']} of the service's), {len(self.history.deletes)} deletions; "
                f"{walks or 'no walks'}; {troubles}")
