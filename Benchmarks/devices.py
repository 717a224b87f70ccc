"""The trace of a few hundred identities: the same events for each proxy in front of upstream.

Devices poll for the changes since the sync count that they know, as the sync managers of the mobile SDKs do. Other
callers read all of a dataset. Now and then a device writes, and some writes bypass the proxy. The identities follow
Zipf's law. The trace has the time, identity and kind of each event; the devices follow the responses.
"""

import asyncio
import json
import random
import time
import urllib.parse
from dataclasses import dataclass, field

from servers import STREAMS_TOKEN

POOL = "us-east-1:0c1ba052-7f5a-4f2e-9e26-1b0a4d3f8a11"
RECORDS, VALUE = 40, 120
# Seconds until the feed brings a change.
FEED = 0.5


@dataclass(frozen=True)
class Shape:
    """The parameters of a trace; rates are per second."""

    identities: int = 300
    devices: int = 3  # per identity, polling by count; one more caller reads all
    exponent: float = 1.0  # of Zipf's law
    rate: float = 300.0
    warming: float = 20.0  # seconds, counted separately: caches are cold then
    seconds: float = 40.0
    whole: float = 0.25  # share of the reads that read all of a dataset
    writes: float = 0.04
    bypass: float = 0.01
    seed: int = 1


def events(shape):
    """Returns (seconds from the start, identity, device, kind) of each event, in time order."""
    chance = random.Random(shape.seed)
    weights = [1 / (rank + 1) ** shape.exponent for rank in range(shape.identities)]
    # In random order, so that the busy identities are not neighbours and spread over the shards by chance.
    identities = chance.sample(range(shape.identities), shape.identities)
    at, drawn = 0.0, []
    while (at := at + chance.expovariate(shape.rate)) < shape.warming + shape.seconds:
        what = chance.random()
        kind = "bypass" if what < shape.bypass else "write" if what < shape.bypass + shape.writes else "read"
        device = shape.devices if kind == "read" and chance.random() < shape.whole else chance.randrange(shape.devices)
        drawn.append((at, chance.choices(identities, weights)[0], device, kind))
    return drawn


class ConnectionPool:
    """A pool of persistent connections to one server, as many as are needed at once."""

    def __init__(self, port):
        self.port, self.idle = port, []

    async def send(self, method, target, body=b"", kind="application/json", token=None):
        """Sends one request and returns (status, body). A cut response is an error of the benchmark."""
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
        length = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if method != "GET" else ""
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        writer.write(f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{bearer}{length}\r\n".encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        chunked = "transfer-encoding: chunked" in head
        response = await (whole_of_chunks(reader) if chunked else reader.readexactly(field_of(head, "content-length")))
        if "connection: close" in head:
            writer.close()
        else:
            self.idle.append((reader, writer))
        return int(head.split(" ", 2)[1]), response

    def close(self):
        for _, writer in self.idle:
            writer.close()


def field_of(head, name):
    return int(next((line.partition(":")[2] for line in head.split("\r\n") if line.startswith(f"{name}:")), 0))


async def whole_of_chunks(reader):
    parts = []
    while size := int((await reader.readline()).strip() or b"0", 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readline()
    return b"".join(parts)


@dataclass
class Device:
    """The state of a dataset in a sync manager. Not all of them send `maxResults`."""

    limit: int | None
    count: int = 0
    token: str | None = None
    counts: dict = field(default_factory=dict)  # key -> sync count


class Replay:
    """A replay of the events at their times through one proxy, and its figures."""

    def __init__(self, shape, port, emulator_port, allowance, feed_port=None):
        self.feed, self.feed_tasks = ConnectionPool(feed_port) if feed_port else None, set()
        self.shape, self.proxy, self.bypass, self.allowance = shape, ConnectionPool(port), ConnectionPool(emulator_port), allowance
        chance = random.Random(shape.seed + 1)
        self.identities = [f"us-east-1:{chance.getrandbits(128):032x}" for _ in range(shape.identities)]
        self.devices = {
            (identity, device): Device([1024, None, 1024][device % 3], chance.choice([0, 2, 3, 4, 4, 4, 4, 4]))
            for identity in range(shape.identities) for device in range(shape.devices)
        }
        self.chance = random.Random(shape.seed + 2)
        self.reset_figures()
        self.written = {}  # identity -> the newest count of a completed write through the proxy
        self.bypassed = {}  # identity -> [(time, count)] of the writes that bypassed it

    def figures(self):
        return {"times": self.times, "writes": self.writes, "stale": self.stale, "late": self.late,
                "conflicts": self.conflicts, "refused": self.refused}

    def reset_figures(self):
        self.times, self.stale, self.late, self.conflicts, self.refused, self.writes = [], 0, 0, 0, 0, 0

    def path(self, identity):
        return f"/identitypools/{quoted(POOL)}/identities/{quoted(self.identities[identity])}/datasets/profile"

    async def fill(self):
        """Writes each dataset in four parts, directly to upstream."""
        for identity in range(self.shape.identities):
            for part in range(4):
                keys = [f"k{n}" for n in range(part * RECORDS // 4, (part + 1) * RECORDS // 4)]
                await self.bypassing_write(identity, keys)
        self.bypassed.clear()

    async def bypassing_write(self, identity, keys):
        form = [("pool", POOL), ("identity", self.identities[identity]), ("dataset", "profile")]
        for key in keys:
            form += [("key", key), ("value", self.value())]
        status, body = await self.bypass.send("POST", "/_emulator/writes", urllib.parse.urlencode(form).encode(), "text/plain")
        expect(status == 200, status, body)
        records = json.loads(body)["Records"]
        newest = max(record["SyncCount"] for record in records)
        self.schedule_feed(identity, records)
        self.bypassed.setdefault(identity, []).append((time.monotonic(), newest))

    def schedule_feed(self, identity, records):
        """Posts the change to the feed, if there is one, half a second later, as a Lambda function would."""
        if self.feed:
            task = asyncio.create_task(self.post(identity, records))
            self.feed_tasks.add(task)
            task.add_done_callback(self.feed_tasks.discard)

    async def post(self, identity, records):
        await asyncio.sleep(FEED)
        dates = {"lastModifiedDate": round(records[0]["LastModifiedDate"] * 1000)}
        event = {
            "identityPoolId": POOL, "identityId": self.identities[identity], "dataSetName": "profile", "operation": "replace",
            "kinesisSyncRecords": [{"key": r["Key"], "value": r["Value"], "syncCount": r["SyncCount"], "op": "replace",
                                    "deviceLastModifiedDate": dates["lastModifiedDate"], **dates} for r in records],
            "kinesisSyncRecordsURL": None, "payloadType": "Inline", "syncCount": records[0]["SyncCount"], **dates,
        }
        status, response = await self.feed.send("POST", "/streams", json.dumps([event]).encode(), token=STREAMS_TOKEN)
        expect(status == 200, status, response)

    def value(self):
        return f"{self.chance.getrandbits(4 * VALUE):0{VALUE}x}"

    async def run(self, drawn, warm):
        """Runs the events; calls `warm()` once the warming is over."""
        began, tasks, is_warm = time.monotonic(), set(), False
        for at, identity, device, kind in drawn:
            if at >= self.shape.warming and not is_warm:
                is_warm = True
                warm()
            if (wait := began + at - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            task = asyncio.create_task(self.happen(identity, device, kind))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            for done in [one for one in tasks if one.done()]:
                done.result()
        await asyncio.gather(*tasks, *self.feed_tasks)
        self.proxy.close()
        self.bypass.close()

    async def happen(self, identity, device, kind):
        if kind == "bypass":
            await self.bypassing_write(identity, [f"k{self.chance.randrange(RECORDS)}"])
        elif kind == "write":
            await self.write(identity, self.devices[identity, device])
        else:
            await self.poll(identity, self.devices.get((identity, device)))

    async def poll(self, identity, device):
        """Reads the changes since the sync count of the device, or all of the dataset without a device."""
        query = {"lastSyncCount": device.count, **({"maxResults": device.limit} if device.limit else {})} if device else {}
        target = f"{self.path(identity)}/records" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        start = time.monotonic()
        bound = self.written.get(identity, 0)
        bypassed = max((count for at, count in self.bypassed.get(identity, ()) if at + self.allowance < start), default=0)
        status, body = await self.proxy.send("GET", target)
        self.times.append(time.monotonic() - start)
        if status == 400 and b"No such SyncCount" in body and device:
            # The page is older than one that the device has seen: the device starts from 0, as the SDKs do.
            self.stale += 1
            device.count, device.counts = 0, {}
            return
        expect(status == 200, status, body)
        page = json.loads(body)
        self.stale += page["DatasetSyncCount"] < bound
        self.late += page["DatasetSyncCount"] < bypassed
        if device:
            device.count, device.token = page["DatasetSyncCount"], page["SyncSessionToken"]
            for record in page["Records"]:
                device.counts[record["Key"]] = record["SyncCount"]

    async def write(self, identity, device):
        """Writes one record with the count that the device knows; after a conflict it polls and retries, twice."""
        key, self.writes = f"k{self.chance.randrange(RECORDS)}", self.writes + 1
        for attempt in range(3):
            if attempt or device.token is None or key not in device.counts:
                if key not in device.counts:
                    device.count = 0
                await self.poll(identity, device)
            patch = {"Op": "replace", "Key": key, "Value": self.value(), "SyncCount": device.counts.get(key, 0)}
            body = json.dumps({"SyncSessionToken": device.token, "RecordPatches": [patch]}).encode()
            status, response = await self.proxy.send("POST", self.path(identity), body)
            if status == 200:
                records = json.loads(response)["Records"]
                newest = records[0]["SyncCount"]
                self.schedule_feed(identity, records)
                device.counts[key] = newest
                if newest == device.count + 1:
                    device.count = newest
                self.written[identity] = max(self.written.get(identity, 0), newest)
                return
            expect(status == 409, status, response)
            self.conflicts += 1
        self.refused += 1


def quoted(text):
    return urllib.parse.quote(text, safe="")


def expect(good, status, body):
    if not good:
        raise RuntimeError(f"unexpected response {status}: {body[:300]!r}")
