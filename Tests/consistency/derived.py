"""Random histories through the gateway, each answer beside the one that the emulator gives at the same moment.

    python derived.py --seeds 100 [--first 1] [--steps 150] [--bypass]

One thing happens at a time, so there is one right answer to each question. Who goes round the gateway is told of
by `Cache-Control: no-cache`; else nothing is, and every answer has to be exact at once.
"""

import argparse
import collections
import http.client
import json
import random
import sys
import time
import urllib.parse
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "clients"))

from clients import comparable
from processes import Emulator, Gateway
from raw import Answer

KEYS = ["a", "b", "c.d", "k:1", "ü", 'a "quote"}', "z" * 128, "0"]
VALUES = ["", "plain", 'a "},{" in it', "back\\slash", "line\n\ttab\u2028", "ﬁ 😀", "\x7f", "x" * 3000, "null", "[]"]
SIZES = [None, None, 1, 2, 3, 5, 1024]
NO_CACHE = {"Cache-Control": "no-cache"}


class Difference(AssertionError):
    """An answer that is not the emulator's."""


class Caller:
    """A kept connection to one server."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address, timeout=30)

    def ask(self, method, target, body=None, headers=None):
        self.connection.request(method, target, body, headers or {})
        response = self.connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())


class Dataset:
    def __init__(self, pool, identity, name):
        self.pool, self.identity, self.name = pool, identity, name
        self.owner = f"/identitypools/{quoted(pool)}/identities/{quoted(identity)}"
        self.path = f"{self.owner}/datasets/{quoted(name)}"
        self.count, self.counts, self.live = 0, {}, set()  # the newest count; each key's; the keys with a value
        self.token = None
        self.doubtful = False  # somebody went round the gateway, and no answer has been confirmed since

    def wrote(self, records):
        for record in records:
            self.counts[record["Key"]] = record["SyncCount"]
            (self.live.discard if record.get("Value") is None else self.live.add)(record["Key"])
            self.count = max(self.count, record["SyncCount"])

    def gone(self):
        self.count, self.counts, self.live = 0, {}, set()


class Story:
    """One random history; `bypass`: with writers, deletions and merges that go round the gateway."""

    def __init__(self, gateway, emulator, seed, bypass=False):
        self.random, self.bypass, self.merges = random.Random(seed), bypass, seed % 2
        self.gateway, self.emulator = Caller(gateway), Caller(emulator)
        self.trace, self.how = [], collections.Counter()
        pool = self.guid()
        self.identities = [self.guid() for _ in range(2)]
        self.datasets = [Dataset(pool, owner, name) for owner in self.identities for name in ("notes", "a.b:c")]

    def guid(self):
        return f"us-east-1:{uuid.UUID(int=self.random.getrandbits(128))}"

    def run(self, steps):
        plain = [(self.read, 40), (self.walk, 10), (self.walk_while_written, 4), (self.write, 25), (self.stale_write, 3), (self.delete, 2),
                 (self.read_with_token, 4), (self.describe, 6)]
        # What has merges is never held: one story in two does without.
        around = [(self.write_around, 15), (self.delete_around, 2), (self.merge_around, self.merges)]
        does, weights = zip(*(plain + around if self.bypass else plain))
        if self.bypass:
            # By the service's clock, in seconds, none of them is made anew when it is read again.
            for dataset in self.datasets:
                self.write(dataset)
            time.sleep(1.1)
        for does_it in self.random.choices(does, weights, k=steps):
            does_it(self.random.choice(self.datasets))

    def tell(self, text):
        self.trace.append(text)

    def name(self, dataset):
        return f"{dataset.identity[-4:]}/{dataset.name}"

    def compare(self, dataset, mine, direct, what):
        """Two answers, member by member; null is absent, tokens are compared by presence, dates to the millisecond."""
        self.how[how(mine)] += 1
        self.tell(f"{self.name(dataset)} {what}: {mine.status} {how(mine)}")
        if (told(mine), mine.status) != (told(direct), direct.status):
            history = "\n  ".join(self.trace[-25:])
            raise Difference(f"{what} of {self.name(dataset)}\n gateway  {mine.status} {mine.body.decode()}\n"
                             f" emulator {direct.status} {direct.body.decode()}\n  {history}")

    def headers(self, dataset):
        """Confirmation is asked for where it is needed, and now and then where it is not."""
        return NO_CACHE if dataset.doubtful or self.random.random() < 0.05 else {}

    def read(self, dataset):
        self.page(dataset, self.since(dataset), self.random.choice(SIZES))

    def since(self, dataset):
        return self.random.choice([None, None, 0, dataset.count, dataset.count, self.random.randint(0, dataset.count),
                                   max(0, dataset.count - 1), dataset.count + self.random.choice([0, 0, 1])])

    def page(self, dataset, since, size, cursors=(None, None), more=None):
        """The same page of both; what came, and the two cursors that lead on."""
        query = {"lastSyncCount": since, "maxResults": size, **(more or {})}
        headers = self.headers(dataset)
        mine, direct = (
            caller.ask("GET", f"{dataset.path}/records" + form({**query, "nextToken": cursor}), headers=headers)
            for caller, cursor in zip((self.gateway, self.emulator), cursors)
        )
        what = f"{'confirmed ' if headers else ''}page {form(query)}{' after a cursor' if cursors[0] else ''}"
        self.compare(dataset, mine, direct, what)
        if mine.status == 200:
            dataset.doubtful = False
            dataset.token = mine.json["SyncSessionToken"]
        return mine, tuple(answer.json.get("NextToken") for answer in (mine, direct))

    def walk(self, dataset):
        since, size, cursors = self.since(dataset), self.random.choice([1, 2, 3]), (None, None)
        while True:
            _, cursors = self.page(dataset, since, size, cursors)
            if not cursors[0]:
                return

    def walk_while_written(self, dataset):
        """A walk is one snapshot; where it is not, its pages say so by their counts and are those of their moment."""
        if dataset.doubtful or len(dataset.counts) < 3:
            return
        since, size = self.random.choice([None, 0, dataset.count - 1]), self.random.choice([1, 2])
        snapshot, cursor = [], None
        while not snapshot or cursor:
            snapshot.append(self.emulator.ask("GET", f"{dataset.path}/records" + form(
                {"lastSyncCount": since, "maxResults": size, "nextToken": cursor})))
            cursor = snapshot[-1].json.get("NextToken")
        mine, cursors = self.page(dataset, since, size)
        for page in snapshot[1:]:
            self.write(dataset)
            query = {"lastSyncCount": since, "maxResults": size}
            mine = self.gateway.ask("GET", f"{dataset.path}/records" + form({**query, "nextToken": cursors[0]}))
            if mine.status == 200 and mine.json["DatasetSyncCount"] == snapshot[0].json["DatasetSyncCount"]:
                self.how["snapshot"] += 1
                self.compare(dataset, mine, page, f"page {form(query)} of a walk while it is written")
                cursors = mine.json.get("NextToken"), None
            else:
                self.how["no snapshot"] += 1
                direct = self.emulator.ask("GET", f"{dataset.path}/records" + form({**query, "nextToken": cursors[1]}))
                if mine.status != 400:
                    self.compare(dataset, mine, direct, f"page {form(query)} of a walk that is told to have changed")
                return

    def read_with_token(self, dataset):
        if dataset.token:
            query = form({"lastSyncCount": self.since(dataset), "syncSessionToken": dataset.token})
            mine = self.gateway.ask("GET", f"{dataset.path}/records{query}")
            direct = self.emulator.ask("GET", f"{dataset.path}/records{query.partition('&syncS')[0].partition('?syncS')[0]}")
            self.compare(dataset, mine, direct, "read with a session token")

    def describe(self, dataset):
        """What the records' writes change elsewhere."""
        target = self.random.choice([dataset.path, f"{dataset.owner}/datasets", dataset.owner])
        headers = NO_CACHE if self.bypass else {}
        mine, direct = (caller.ask("GET", target, headers=headers) for caller in (self.gateway, self.emulator))
        self.compare(dataset, mine, direct, "other read")

    def patches(self, dataset):
        for key in self.random.sample(KEYS, self.random.choice([1, 1, 1, 2, 4])):
            patch = {"Op": "replace", "Key": key, "SyncCount": dataset.counts.get(key, 0)}
            if key in dataset.live and self.random.random() < 0.3:
                patch["Op"] = "remove"
            else:
                patch["Value"] = self.random.choice(VALUES)
            if self.random.random() < 0.7:
                patch["DeviceLastModifiedDate"] = self.random.choice([1424801824, 1424801824.343, 1.4128E9])
            yield patch

    def write(self, dataset):
        """Through the gateway, with the token of whatever page the gateway gave last."""
        if dataset.token is None or dataset.doubtful:
            self.page(dataset, None, None)
        answer = self.update(dataset, list(self.patches(dataset)))
        if answer.status != 200:
            raise Difference(f"a good write got {answer.status} {answer.body.decode()}\n  " + "\n  ".join(self.trace[-25:]))
        dataset.wrote(answer.json["Records"])

    def update(self, dataset, patches):
        body = json.dumps({"SyncSessionToken": dataset.token, "RecordPatches": patches})
        answer = self.gateway.ask("POST", dataset.path, body, {"Content-Type": "application/json"})
        self.tell(f"{self.name(dataset)} write of {[(p['Op'], p['Key'][:5], p['SyncCount']) for p in patches]}: {answer.status}")
        return answer

    def stale_write(self, dataset):
        """A conflict, which tells the gateway of a dataset that may have changed."""
        if dataset.token and not dataset.doubtful:
            patch = {"Op": "replace", "Key": "a", "Value": "stale", "SyncCount": dataset.counts.get("a", 0) + 1}
            answer = self.update(dataset, [patch])
            if answer.status != 409:
                raise Difference(f"a stale write got {answer.status} {answer.body.decode()}")

    def delete(self, dataset):
        answer = self.gateway.ask("DELETE", dataset.path)
        self.tell(f"{self.name(dataset)} delete: {answer.status}")
        dataset.gone()

    def write_around(self, dataset):
        keys = self.random.sample(KEYS, self.random.choice([1, 1, 2]))
        fields = [("pool", dataset.pool), ("identity", dataset.identity), ("dataset", dataset.name)]
        for key in keys:
            fields.append(("key", key))
            if key not in dataset.live or self.random.random() < 0.7:
                fields.append(("value", self.random.choice(VALUES)))
        answer = self.command("writes", fields)
        dataset.wrote(answer.json["Records"])
        self.around(f"write round the gateway to {keys}", dataset)

    def delete_around(self, dataset):
        self.emulator.ask("DELETE", dataset.path)
        dataset.gone()
        self.around(f"delete of {dataset.name} round the gateway", *(d for d in self.datasets if d.identity == dataset.identity))

    def merge_around(self, dataset):
        """The other identity's datasets go into this one's, as Cognito Identity would do it."""
        loser = next(identity for identity in self.identities if identity != dataset.identity)
        self.command("merge", [("pool", dataset.pool), ("from", loser), ("into", dataset.identity)], expected=(200, 404))
        for lost in (d for d in self.datasets if d.identity == loser):
            lost.gone()
        self.around(f"merge into {dataset.identity[-4:]}", *self.datasets)

    def command(self, name, fields, expected=(200,)):
        answer = self.emulator.ask("POST", f"/_emulator/{name}", urllib.parse.urlencode(fields))
        if answer.status not in expected:
            raise AssertionError(answer)
        return answer

    def around(self, what, *datasets):
        self.tell(f"{self.name(datasets[0])} and {len(datasets) - 1} more: {what}")
        for dataset in datasets:
            dataset.doubtful = True


def quoted(text):
    return urllib.parse.quote(text, safe="")


def form(query):
    text = urllib.parse.urlencode({k: v for k, v in query.items() if v is not None}, quote_via=urllib.parse.quote)
    return f"?{text}" if text else ""


def how(answer):
    """What Cache-Status says, without its figures."""
    words = answer.headers.get("cache-status", "").removeprefix("syncgate; ").split("; ")
    return " ".join(word for word in words if not word.startswith("ttl="))


def told(answer):
    """The members of an answer, or an error's name and message."""
    if answer.status != 200:
        return answer.headers.get("x-amzn-errortype"), answer.json.get("message")
    members = comparable(answer.json)
    return {**members, **{k: "a token" for k in ("NextToken",) if k in members}}


RULES = [
    {"fullListingTombstones": tombstones, "counterAfterDelete": counter, "resurrection": "zeroToo",
     "sameValuePatch": same, "explicitNulls": nulls}
    for tombstones, counter, same, nulls in [
        ("true", "restarts", "bumps", "true"), ("true", "continues", "keeps", "false"),
        ("false", "restarts", "keeps", "true"), ("false", "continues", "bumps", "false"),
    ]
]


def play(rules, seeds, steps=150, bypass=False, environment=None, tell=None):
    """Stories of these seeds under one set of the service's rules; how often which kind of answer was compared."""
    # Who makes a dataset anew, round the gateway, up to the same count is found out by its date of creation alone.
    check = "0s" if bypass else "60s"
    cache = {"fresh": "1h", "absent": "1h", "identity_check": check, "listing_tombstones": "yes" if rules["fullListingTombstones"] == "true" else "no"}
    how = collections.Counter()
    with Emulator("--ignore-signatures", **rules) as emulator:
        with Gateway(emulator.listen, environment=environment, cache=cache) as gateway:
            for seed in seeds:
                story = Story(gateway.listen, emulator.listen, seed, bypass)
                try:
                    story.run(steps)
                except Difference as difference:
                    raise Difference(f"seed {seed} under {rules}: {difference}") from None
                how += story.how
    return how


def main():
    parser = argparse.ArgumentParser(description="random histories beside the emulator")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--bypass", action="store_true")
    options = parser.parse_args()
    for rules in RULES:
        seeds = range(options.first, options.first + options.seeds)
        print(rules, dict(play(rules, seeds, options.steps, options.bypass)), flush=True)


if __name__ == "__main__":
    main()
