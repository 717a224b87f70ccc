"""Concurrent readers, writers, paginators and deleters; each request is recorded with its start and end."""

import asyncio
import collections
import itertools
import json
import random
import time
import urllib.parse

import gateway_callers
import outsiders
from callers import comparable
from checker import Delete, History, MetadataRead, Read, Write
from connection import JSON, NO_CACHE, Connection, SignedConnection
from datasets import datasets_of
from history import Content
from linearizability import PENDING
from upstream_history import REFUSED, record_of, removal_of, value_of


class Driver:
    """A run of concurrent callers; `gateways`: name -> address. The plan says which datasets and callers there are."""

    def __init__(self, gateways, upstream, plan, seed=1):
        self.gateways, self.upstream, self.plan, self.random = gateways, upstream, plan, random.Random(seed)
        self.history, self.ids, self.stopping = History(), itertools.count(1), False
        self.sent, self.deleting = {}, set()  # writes and deletions in flight
        self.seen = collections.Counter()
        self.forgotten = []  # [start, end] of the moments at which upstream forgot its session tokens
        self.rekeyed = []  # [start, end] of the changes of the key of the gateways for their tokens
        self.datasets, self.ballast = datasets_of(plan, gateways)

    async def run(self, seconds, readers=8, writers=4, until=None):
        """Runs for so long, or until `until()` returns a true value. Returns that value."""
        for dataset in self.ballast:
            await self.fill(dataset)
        roles = [] if self.plan.evictions else [
            *(gateway_callers.reader(self) for _ in range(readers)), *(gateway_callers.writer(self, n) for n in range(writers)),
            *(gateway_callers.paginator(self) for _ in range(4 if self.plan.remakes else 1)), gateway_callers.deleter(self),
        ]
        work = [asyncio.create_task(role) for role in roles + outsiders.roles(self)]
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
        return History(list(now.reads), [*now.writes, *self.sent.values()], [*now.deletes, *self.deleting], list(now.merges),
                       list(now.settings), list(now.metadata), list(now.finals))

    async def rest(self, seconds):
        """Waits, at most until the end of the run."""
        end = time.monotonic() + seconds
        while not self.stopping and (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(0.1, left))

    def connections(self):
        """Returns a connection to each gateway."""
        return {name: Connection(address) for name, address in self.gateways.items()}

    def choose(self, **properties):
        """Returns a dataset with these properties, and one of its gateways."""
        able = [d for d in self.datasets if all(getattr(d, name) == value for name, value in properties.items())]
        dataset = self.random.choice(able)
        return dataset, self.random.choice(dataset.gateways)

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
                await self.failed("page" if cursor else "read", response)
            return None
        page, authors = response.json, not self.plan.streams
        records = tuple(record_of(dataset.label, record, authors) for record in page["Records"])
        content = Content(
            page["DatasetSyncCount"], page["DatasetExists"], page["DatasetDeletedAfterRequestedSyncCount"], records,
            bool(page.get("NextToken")), page.get("LastModifiedBy") if authors else None,
        )
        merged = tuple(page.get("MergedDatasetNames") or ())
        self.history.reads.append(Read(dataset.label, start, end, content, merged=merged, **known))
        self.seen["hits"] += cache_status.startswith("hit")
        self.seen["derived"] += "detail=derived" in cache_status
        self.seen["deltas"] += "detail=delta" in cache_status
        dataset.newest, dataset.tokens[gateway] = page["DatasetSyncCount"], (page["SyncSessionToken"], start)
        return page

    async def failed(self, what, response):
        """Counts the error. After a lost connection it waits a moment for the gateway to come back."""
        error = response.headers.get("x-amzn-errortype") if response else "no response"
        self.seen[f"{what}: {response.status if response else ''} {error}".replace(":  ", ": ")] += 1
        if response is None:
            await asyncio.sleep(0.02)

    async def refresh(self, connection, gateway, dataset, keys):
        """Reads the current counts of the keys with no-cache, unless the dataset is read plainly only."""
        page = await self.read(connection, gateway, dataset, headers=None if dataset.plain else NO_CACHE)
        if page:
            known = {record["Key"]: record["SyncCount"] for record in page["Records"]}
            dataset.counts.update({key: known.get(key, 0) for key in keys})

    async def token(self, direct, dataset):
        """Returns (session token of upstream itself, time)."""
        response, start, _ = await direct.send("GET", f"{dataset.path}/records")
        return response.json["SyncSessionToken"], start

    def patch(self, dataset, key):
        """Returns a value for the history and its patch. Every sixth patch removes the record.

        Where upstream keeps a record whose value is the same, it keeps one that is removed again.
        """
        number, patch = next(self.ids), {"Key": key, "SyncCount": dataset.counts.get(key, 0)}
        if self.random.randrange(6) == 0 and (not self.plan.repeats or key in dataset.values):
            return removal_of(dataset.label, key, f"?{number}"), {**patch, "Op": "remove", "DeviceLastModifiedDate": number}
        value = value_of(dataset.label, key, f"{number}|" + "x" * self.random.randrange(200))
        return value, {**patch, "Op": "replace", "Value": value}

    def patches(self, dataset, keys):
        """Returns the values and the patches of a write.

        Where upstream keeps a record whose value is the same, some patches repeat a value, beside one that does not:
        only where nobody deletes the dataset, since such a patch would create a record again.
        """
        made = [self.patch(dataset, key) for key in keys]
        if self.plan.repeats and dataset.lasting and len(keys) > 1:
            for index, key in enumerate(keys[1:], 1):
                if key in dataset.values and self.random.random() < 0.5:
                    same = {"Op": "replace", "Key": key, "SyncCount": dataset.counts.get(key, 0), "Value": dataset.values[key]}
                    made[index] = None, same
        return [value for value, _ in made if value], [patch for _, patch in made]

    async def write(self, connection, gateway, dataset, keys, token, patches=None):
        """Sends and records one UpdateRecords; `gateway` is None if it bypasses them. Returns the outcome."""
        values, patches = patches or self.patches(dataset, keys)
        (token, obtained), number = token, next(self.ids)
        body = json.dumps({"SyncSessionToken": token, "RecordPatches": patches}).encode()
        lost = self.sent[number] = Write(dataset.label, time.time(), PENDING, tuple(values), "unknown", None, gateway)
        response, start, end = await connection.send("POST", dataset.path, body, JSON)
        del self.sent[number]
        outcome, count = self.outcome(response), None
        if outcome == "applied":
            records = [record_of(dataset.label, record) for record in response.json["Records"]]
            count, removed = max(r.count for r in records), {r.key: r.value for r in records if r.removed}
            # The response tells the count of a removed record, which identifies it.
            values = [removed.get(v.split("|")[1], v) if "|removed|" in v else v for v in values]
            dataset.counts.update({r.key: r.count for r in records})
            dataset.values.update({r.key: r.value for r in records if not r.removed})
            for key in removed:
                dataset.values.pop(key, None)
        else:
            await self.failed("write", response)
            for key in keys:
                dataset.counts.pop(key, None)
                dataset.values.pop(key, None)
            if outcome == "refused":
                self.refused(response, token, obtained, start, end)
                dataset.tokens.clear()
        done = Write(dataset.label, start, end, tuple(values), outcome, count, gateway)
        self.history.writes.append(lost if outcome == "unknown" else done)
        return outcome

    def outcome(self, response):
        if response is None or response.status >= 500:
            return "not applied" if response and "has not been applied" in response.json.get("message", "") else "unknown"
        return "applied" if response.status == 200 else "refused"

    def refused(self, response, token, obtained, start, end):
        """Counts a refusal because of the token, unless it lost its validity since it was given.

        If upstream forgets its tokens, those of the gateway stay valid: only a write at that moment may fail.
        """
        message = response.json.get("message", "").lower()
        about_token = response.status in (400, 403) and ("token" in message or "session" in message)
        lost = any(start <= last and first <= end for first, last in self.forgotten)
        lost = lost or any(obtained <= last and first <= end for first, last in self.rekeyed)
        if about_token and not lost:
            # A token of upstream is Base64 of gzip; some pages pass with one, which is good for one write.
            self.seen["tokens of upstream refused" if token.startswith("H4sI") else "tokens refused"] += 1

    async def delete(self, connection, gateway, dataset):
        lost = Delete(dataset.label, time.time(), PENDING, gateway=gateway)
        self.deleting.add(lost)
        response, start, end = await connection.send("DELETE", dataset.path)
        self.deleting.discard(lost)
        known = response is not None and response.status in (200, 404)
        self.history.deletes.append(Delete(dataset.label, start, end, response.status == 404, gateway) if known else lost)
        if not known:
            await self.failed("delete", response)
        dataset.forget()

    async def fill(self, dataset):
        """Writes five records of some size, bypassing the gateways."""
        direct = SignedConnection(self.upstream)
        values = {f"k{n}": value_of(dataset.label, f"k{n}", "y" * 600) for n in range(5)}
        patches = [{"Op": "replace", "Key": key, "SyncCount": 0, "Value": value} for key, value in values.items()]
        # Refused if upstream has forgotten the token meanwhile: then the dataset does not exist.
        await self.write(direct, None, dataset, list(values), await self.token(direct, dataset), (list(values.values()), patches))
        direct.close()

    async def metadata(self, connection, gateway, target, path, content, headers=None, method="GET"):
        """Sends and records one of the other eight reads; `content` makes what is compared of its members."""
        response, start, end = await connection.send(method, path, headers=headers)
        if response is None or response.status not in (200, 404):
            await self.failed("metadata", response)
            return
        cache_status = response.headers.get("cache-status", "").removeprefix("syncgate; ")
        self.seen["metadata hits"] += cache_status.startswith("hit")
        shown = content(response.json) if response.status == 200 else None
        self.history.metadata.append(MetadataRead(target, start, end, shown, headers == NO_CACHE, gateway, cache_status))

    async def compare_when_quiet(self, pause):
        """Records the final responses of the gateways and of upstream, after a pause without requests."""
        await asyncio.sleep(pause)
        direct, whole = SignedConnection(self.upstream), "?maxResults=1024" if self.plan.cap else ""
        for name, connection in self.connections().items():
            for dataset in self.datasets:
                through, at_upstream = [(await c.send("GET", f"{dataset.path}/records{whole}"))[0] for c in (connection, direct)]
                contents = [self.members(r) if r and r.status == 200 else repr(r) for r in (through, at_upstream)]
                self.history.finals.append((f"{dataset.label} ({name})", *contents))

    def members(self, response):
        """Returns a response in a comparable form. A page after a stream has no authors."""
        members = comparable(response.json)
        for one in [members, *members["Records"]] if self.plan.streams else ():
            one.pop("LastModifiedBy", None)
        return members

    @property
    def summary(self):
        seen, troubles = self.seen, {k: v for k, v in sorted(self.seen.items()) if ": " in k}
        paginations = ", ".join(f"{v} {k}" for k, v in sorted(seen.items()) if k.startswith("paginations"))
        more = f", {len(self.history.metadata)} of metadata ({seen['metadata hits']} hits)" if self.history.metadata else ""
        more += f", {len(self.history.merges)} merges and their ends" if self.history.merges else ""
        return (f"{len(self.history.reads)} reads ({seen['hits']} hits, {seen['derived']} derived, {seen['deltas']} deltas){more}, "
                f"{len(self.history.writes)} writes ({seen['tokens refused']} tokens refused, "
                f"{seen['tokens of upstream refused']} tokens of upstream refused), {len(self.history.deletes)} deletions; "
                f"{paginations or 'no paginations'}; {troubles}")
