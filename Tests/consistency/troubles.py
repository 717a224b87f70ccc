"""The troubles of the gateways during a run: kills, forgotten tokens, reloads, purges, and the feed of streams."""

import asyncio
import json
import math
import os
import random
import time
from collections import Counter

from plans import FRESH
from processes import STREAMS_TOKEN
from raw import send


async def every(seconds, stopping, do):
    """Runs `do` about every `seconds` until `stopping` is set, and never leaves it half done."""
    while seconds and not stopping.is_set():
        try:
            await asyncio.wait_for(stopping.wait(), seconds * random.uniform(0.5, 1.5))
        except TimeoutError:
            await asyncio.to_thread(do)


class Troubles:
    """The troubles of one round."""

    def __init__(self, run, driver):
        self.run, self.driver, self.gateways = run, driver, list(run.gateways.values())
        self.posted, self.waiting, self.events, self.host = 0, [], Counter(), "127.0.0.1"

    def tasks(self, stopping):
        plan = self.run.plan
        yield every(plan.kills, stopping, self.gateways[0].kill)
        yield every(plan.forgets, stopping, self.forget)
        yield every(plan.reloads, stopping, self.reload)
        yield every(plan.purges, stopping, self.purge)
        yield every(0.4 if plan.streams else 0, stopping, self.stream)

    def forget(self):
        moment = [time.time(), math.inf]
        self.driver.forgotten.append(moment)
        self.run.emulator.command("forget")
        moment[1] = time.time()

    def reload(self):
        """Changes one thing at all gateways: a time, the memory, the name of upstream, or the key for tokens."""
        what, start = random.choice(["fresh", "memory", "endpoint", "key", "key"]), time.time()
        run, change = self.run, [start, math.inf]
        if what == "key":
            # Before the first gateway has it: until the last one has, their tokens are of two keys.
            self.driver.rekeyed.append(change)
        if what == "fresh":
            run.cache["fresh"] = random.choice(["500ms", "1s", f"{FRESH:g}s"])
        elif what == "memory":
            run.cache["memory"] = random.choice(["64MiB", "256KiB"])
        elif what == "key":
            run.key.seek(0)
            run.key.write(os.urandom(32))
            run.key.flush()
        elif what == "endpoint":
            self.host = "localhost" if self.host == "127.0.0.1" else "127.0.0.1"
        for gateway in self.gateways:
            gateway.reload(dict(run.cache), self.host)
        change[1] = time.time()

    def purge(self):
        dataset = random.choice(self.driver.datasets)
        scope = {"pool": dataset.pool, "identity": dataset.identity, "dataset": dataset.name}
        for name in random.choice([[], ["dataset"], ["dataset", "identity"]]):
            del scope[name]
        random.choice(self.gateways).purge(**scope)

    def stream(self):
        """Posts the events of the new entries of the journal: some late, some twice, to each gateway by itself."""
        entries = send(self.run.emulator.listen, "GET", "/_emulator/journal", timeout=60).json["Entries"]
        now = time.time()
        for entry in entries[self.posted:]:
            for gateway in self.gateways:
                for _ in range(random.choice([1, 1, 1, 1, 2])):
                    late = random.random() * (3 * FRESH if random.random() < 0.2 else 0.3)
                    self.waiting.append((now + late, gateway, event(self.driver.datasets[0].pool, entry)))
        self.posted = len(entries)
        due, self.waiting = [w for w in self.waiting if w[0] <= now], [w for w in self.waiting if w[0] > now]
        for gateway in self.gateways:
            if events := [event for _, at, event in due if at is gateway]:
                fields = {"Content-Type": "application/json", "Authorization": f"Bearer {STREAMS_TOKEN}"}
                response = send(gateway.admin, "POST", "/streams", json.dumps(events), fields)
                if response.status != 200:
                    raise AssertionError(response)
                self.events.update({k: v for k, v in response.json.items() if isinstance(v, int)})

    @property
    def summary(self):
        return f", events: {dict(self.events)}" if self.events else ""


def event(pool, entry):
    """Returns the event of Cognito Streams for a change in the journal; a deletion has no records."""
    def date(seconds):
        return None if seconds is None else round(seconds * 1000)

    records = [
        {"key": r["Key"], "syncCount": r["SyncCount"], "op": "remove" if r.get("Value") is None else "replace",
         "lastModifiedDate": date(r["LastModifiedDate"]),
         **{name: value for name, value in [("value", r.get("Value")),
                                            ("deviceLastModifiedDate", date(r.get("DeviceLastModifiedDate")))] if value is not None}}
        for r in entry["Records"] or ()
    ]
    return {
        "identityPoolId": pool, "identityId": entry["IdentityId"], "dataSetName": entry["DatasetName"],
        "operation": "remove" if entry["Records"] is None else "replace", "kinesisSyncRecords": records,
        "lastModifiedDate": date(entry["Time"]), "payloadType": "Inline", "syncCount": entry["SyncCount"],
    }
