"""Concurrent readers, writers, paginators and deleters; each operation is recorded with its start and end."""

import asyncio
import collections
import itertools
import json
import random
import time
import urllib.parse
from dataclasses import dataclass, field

from callers import comparable, identifiers
from checker import Delete, History, Read, Write
from connection import Connection, SignedConnection
from linearizability import PENDING
from upstream_history import REFUSED, record_of, removal_of, value_of

JSON = {"Content-Type": "application/json"}
NO_CACHE = {"Cache-Control": "no-cache"}
BALLAST = 150


@dataclass
class Dataset:
    pool: str
    identity: str
    name: str
    gateways: str = "a"  # the gateways for its reads and writes
    deleted: bool = False  # deleted now and then through a gateway
    bypassed: bool = False  # written by a caller that bypasses the gateways
    erased: bool = False  # deleted by such a caller
    watched: bool = False  # only read through the gateways, without no-cache: time alone ends its freshness
    newest: int = 0  # the sync count of the last page
    tokens: dict = field(default_factory=dict)  # gateway -> the session token of its last page
    counts: dict = field(default_factory=dict)  # key -> the sync count of the record, as its only writer knows it

    @property
    def label(self):
        return f"{self.identity}/{self.name}"

    @property
    def path(self):
        parts = (urllib.parse.quote(part, safe="") for part in (self.pool, self.identity, self.name))
        return "/identitypools/{}/identities/{}/datasets/{}".format(*parts)


class Driver:
    """A run of concurrent callers; `gateways`: name -> address.

    With `others`, some datasets are written through several gateways and by callers that bypass them.
    """

    def __init__(self, gateways, upstream, others=False, ballast=False, seed=1):
        self.gateways, self.upstream, self.random = gateways, upstream, random.Random(seed)
        self.history, self.ids, self.stopping = History(), itertools.count(1), False
        self.sent, self.deleting = {}, set()  # writes and deletions in flight
        self.seen, self.forgotten = collections.Counter(), []  # the times at which upstream forgot its session tokens
        pool, _ = identifiers()
        owners = [identifiers()[1] for _ in range(3)]
        # The same names under each identity: only the identity distinguishes them.
        self.datasets = [Dataset(pool, owner, name) for owner in owners for name in ("notes", "a.b:c")]
        self.datasets += [Dataset(pool, owner, "fleeting", deleted=True) for owner in owners]
        if others:
            every = "".join(gateways)
            self.datasets += [Dataset(pool, owner, "shared", every, bypassed=True) for owner in owners]
            self.datasets += [Dataset(pool, owner, "watched", every, bypassed=True, watched=True) for owner in owners]
            self.datasets += [
                Dataset(pool, owner, "moving", every, deleted=True, bypassed=True, erased=True) for owner in owners[:2]
            ]
        # Written once and then only read, so that other datasets are evicted.
        self.ballast = [Dataset(pool, identifiers()[1], "ballast") for _ in range(BALLAST if ballast else 0)]

    async def run(self, seconds, readers=8, writers=4, until=None):
        """Runs for so long, or until `until()` returns a true value. Returns that value."""
        for dataset in self.ballast:
            await self.fill(dataset)
        roles = [*(self.reader(n) for n in range(readers)), *(self.writer(n) for n in range(writers)), self.paginator(), self.deleter()]
        if any(dataset.bypassed for dataset in self.datasets):
            roles += [self.bypasser(), self.eraser()]
        work = [asyncio.create_task(role) for role in roles]
        end, content = time.monotonic() + seconds, None
        while not content and time.monotonic() < end and not any(task.done() for task in work):
            await asyncio.sleep(min(5, max(0, end - time.monotonic())))
            content = until() if until else None
        self.stopping = True
        try:
            await asyncio.gather(*work)
        finally:
            for task in work:
                task.cancel()
        return content

    def history_so_far(self):
        """Returns the history with the writes and deletions in flight as ones without a response."""
        now = self.history
        return History(list(now.reads), [*now.writes, *self.sent.values()], [*now.deletes, *self.deleting], list(now.finals))

    def choose(self, **properties):
        """Returns a dataset with these properties, and one of its gateways."""
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

    async def read(self, connection, gateway, dataset, since=0, size=None, cursor=None, after="", pagination=None,
                   token=None, headers=None):
        """Reads and records one page; returns its members, or None after an error."""
        query = {"lastSyncCount": since or None, "maxResults": size, "nextToken": cursor, "syncSessionToken": token}
        query = urllib.parse.urlencode({k: v for k, v in query.items() if v is not None}, quote_via=urllib.parse.quote)
        target = f"{dataset.path}/records" + (f"?{query}" if query else "")
        response, start, end = await connection.send("GET", target, headers=headers)
        cache_status = response.headers.get("cache-status", "").removeprefix("syncgate; ") if response else ""
        known = dict(since=since, size=size, after=after, pagination=pagination, revalidated=headers == NO_CACHE,
                     gateway=gateway, cache_status=cache_status)
        if response is None or response.status != 200:
            if response is not None and response.status == 400 and REFUSED in response.json.get("message", ""):
                self.history.reads.append(Read(dataset.label, start, end, REFUSED, **known))
            else:
                await self.failed("read", response)
            return None
        page = response.json
        records = tuple(record_of(dataset.label, record) for record in page["Records"])
        content = (page["DatasetSyncCount"], page["DatasetExists"], page["DatasetDeletedAfterRequestedSyncCount"], records,
                   bool(page.get("NextToken")))
        self.history.reads.append(Read(dataset.label, start, end, content, **known))
        self.seen["hits"] += cache_status.startswith("hit")
        self.seen["derived"] += "detail=derived" in cache_status
        self.seen["deltas"] += "detail=delta" in cache_status
        dataset.newest, dataset.tokens[gateway] = page["DatasetSyncCount"], page["SyncSessionToken"]
        return page

    async def failed(self, what, response):
        """Counts the error. After a lost connection it waits a moment for the gateway to come back."""
        error = response.headers.get("x-amzn-errortype") if response else "no response"
        self.seen[f"{what}: {response.status if response else ''} {error}".replace(":  ", ": ")] += 1
        if response is None:
            await asyncio.sleep(0.02)

    async def paginator(self):
        """Reads all pages by their cursors, sometimes with pauses in which others write."""
        connections = {name: Connection(address) for name, address in self.gateways.items()}
        while not self.stopping:
            dataset, gateway = self.choose(watched=False)
            if self.ballast and self.random.random() < 0.2:
                dataset, gateway = self.random.choice(self.ballast), "a"
            since = self.random.choice([0, 0, max(0, dataset.newest - 3)])
            size, pagination, pause = self.random.choice([1, 2, 3]), next(self.ids), self.random.choice([0, 0, 0.05, 0.3])
            cursor, after, counts = None, "", set()
            while True:
                page = await self.read(connections[gateway], gateway, dataset, since, size, cursor, after, pagination)
                if page is None:
                    self.seen["paginations that ended early"] += bool(counts)
                    break
                counts.add(page["DatasetSyncCount"])
                cursor = page.get("NextToken")
                if not cursor:
                    self.seen["paginations of one state" if len(counts) == 1 else "paginations of several"] += 1
                    break
                after = page["Records"][-1]["Key"]
                await asyncio.sleep(self.random.random() * pause)
            await asyncio.sleep(self.random.random() * 0.01)

    async def writer(self, number):
        connections, direct = {name: Connection(address) for name, address in self.gateways.items()}, SignedConnection(self.upstream)
        keys = [f"writer-{number}{suffix}" for suffix in ("", ".b", ".c")]
        while not self.stopping:
            dataset, gateway = self.choose(watched=False)
            if not dataset.tokens or not dataset.counts.keys() >= set(keys):
                await self.refresh(connections[gateway], gateway, dataset, keys)
            else:
                # The token of a page from any gateway; now and then one that the caller got from upstream itself.
                token = self.random.choice([*dataset.tokens.values()])
                if self.random.random() < 0.05:
                    token = await self.token(direct, dataset)
                chosen = self.random.sample(keys, self.random.choice([1, 1, 2, 3]))
                await self.write(connections[gateway], gateway, dataset, chosen, token)
            await asyncio.sleep(self.random.random() * 0.03)

    async def refresh(self, connection, gateway, dataset, keys):
        """Reads the current counts of the keys with no-cache."""
        page = await self.read(connection, gateway, dataset, headers=NO_CACHE)
        if page:
            known = {record["Key"]: record["SyncCount"] for record in page["Records"]}
            dataset.counts.update({key: known.get(key, 0) for key in keys})

    async def token(self, direct, dataset):
        response, _, _ = await direct.send("GET", f"{dataset.path}/records")
        return response.json["SyncSessionToken"]

    def patch(self, dataset, key):
        """Returns a value for the history and its patch. Every sixth patch removes the record."""
        number, patch = next(self.ids), {"Key": key, "SyncCount": dataset.counts.get(key, 0)}
        if self.random.randrange(6) == 0:
            removal = {**patch, "Op": "remove", "DeviceLastModifiedDate": number}
            return removal_of(dataset.label, key, number), removal
        value = value_of(dataset.label, key, f"{number}|" + "x" * self.random.randrange(200))
        return value, {**patch, "Op": "replace", "Value": value}

    async def write(self, connection, gateway, dataset, keys, token):
        """Sends and records one UpdateRecords; `gateway` is None if it bypasses them."""
        values, patches = zip(*(self.patch(dataset, key) for key in keys))
        body = json.dumps({"SyncSessionToken": token, "RecordPatches": patches}).encode()
        lost = self.sent[values] = Write(dataset.label, time.time(), PENDING, values, "unknown", None, gateway)
        response, start, end = await connection.send("POST", dataset.path, body, JSON)
        del self.sent[values]
        outcome, count = self.outcome(response), None
        if outcome == "applied":
            count = max(record["SyncCount"] for record in response.json["Records"])
            dataset.counts.update({record["Key"]: record["SyncCount"] for record in response.json["Records"]})
        else:
            await self.failed("write", response)
            for key in keys:
                dataset.counts.pop(key, None)
            if outcome == "refused":
                dataset.tokens.clear()
                if "SyncSessionToken" in response.json.get("message", "") and not any(start - 0.01 <= t <= end for t in self.forgotten):
                    # A token of upstream is Base64 of gzip; some pages pass with one.
                    self.seen["tokens of upstream refused" if token.startswith("H4sI") else "tokens refused"] += 1
        done = Write(dataset.label, start, end, values, outcome, count, gateway)
        self.history.writes.append(lost if outcome == "unknown" else done)

    def outcome(self, response):
        if response is None or response.status >= 500:
            return "not applied" if response and "has not been applied" in response.json.get("message", "") else "unknown"
        return "applied" if response.status == 200 else "refused"

    async def deleter(self):
        connections = {name: Connection(address) for name, address in self.gateways.items()}
        while not self.stopping:
            await asyncio.sleep(self.random.random() * 0.4)
            dataset, gateway = self.choose(deleted=True)
            await self.delete(connections[gateway], gateway, dataset)

    async def delete(self, connection, gateway, dataset):
        lost = Delete(dataset.label, time.time(), PENDING, gateway=gateway)
        self.deleting.add(lost)
        response, start, end = await connection.send("DELETE", dataset.path)
        self.deleting.discard(lost)
        known = response is not None and response.status in (200, 404)
        self.history.deletes.append(Delete(dataset.label, start, end, response.status == 404, gateway) if known else lost)
        if not known:
            await self.failed("delete", response)
        dataset.counts.clear()

    async def bypasser(self):
        """Writes to upstream directly, as phones and consoles do."""
        direct, key = SignedConnection(self.upstream), "bypass"
        while not self.stopping:
            dataset, _ = self.choose(bypassed=True)
            response, _, _ = await direct.send("GET", f"{dataset.path}/records")
            page = response.json
            dataset.counts[key] = next((r["SyncCount"] for r in page["Records"] if r["Key"] == key), 0)
            await self.write(direct, None, dataset, [key], page["SyncSessionToken"])
            await asyncio.sleep(0.05)

    async def fill(self, dataset):
        """Writes five records of some size, bypassing the gateways."""
        direct = SignedConnection(self.upstream)
        values = {f"k{n}": value_of(dataset.label, f"k{n}", "y" * 600) for n in range(5)}
        patches = [{"Op": "replace", "Key": key, "SyncCount": 0, "Value": value} for key, value in values.items()]
        body = json.dumps({"SyncSessionToken": await self.token(direct, dataset), "RecordPatches": patches}).encode()
        response, start, end = await direct.send("POST", dataset.path, body, JSON)
        # Refused if upstream has forgotten the token meanwhile: then the dataset does not exist.
        done = ("applied", 1) if self.outcome(response) == "applied" else ("refused", None)
        self.history.writes.append(Write(dataset.label, start, end, tuple(values.values()), *done, None))
        direct.close()

    async def eraser(self):
        """Deletes datasets, bypassing the gateways. The next write starts a new incarnation, perhaps at count 1."""
        direct = SignedConnection(self.upstream)
        while not self.stopping:
            await asyncio.sleep(self.random.random() * 1.5)
            dataset, _ = self.choose(erased=True)
            await self.delete(direct, None, dataset)

    async def compare_when_quiet(self, pause):
        """Records the final responses of the gateways and of upstream, after a pause without requests."""
        await asyncio.sleep(pause)
        direct = SignedConnection(self.upstream)
        for name, address in self.gateways.items():
            connection = Connection(address)
            for dataset in self.datasets:
                through, at_upstream = [(await c.send("GET", f"{dataset.path}/records"))[0] for c in (connection, direct)]
                content = comparable(through.json) if through and through.status == 200 else repr(through)
                self.history.finals.append((f"{dataset.label} ({name})", content, comparable(at_upstream.json)))

    @property
    def summary(self):
        seen, troubles = self.seen, {k: v for k, v in sorted(self.seen.items()) if ": " in k}
        paginations = ", ".join(f"{v} {k}" for k, v in sorted(seen.items()) if k.startswith("paginations"))
        return (f"{len(self.history.reads)} reads ({seen['hits']} hits, {seen['derived']} derived, {seen['deltas']} deltas), "
                f"{len(self.history.writes)} writes ({seen['tokens refused']} tokens refused, "
                f"{seen['tokens of upstream refused']} tokens of upstream refused), {len(self.history.deletes)} deletions; "
                f"{paginations or 'no paginations'}; {troubles}")
