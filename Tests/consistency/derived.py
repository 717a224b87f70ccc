"""Random histories through the gateway; each response is compared with that of upstream at the same moment.

    python derived.py --seeds 100 [--first 1] [--steps 150] [--bypass] [--identity-check 60s]

`--origin python` takes the Python upstream of `origin/` in place of the emulator, `--rules 3` one set of rules alone,
and `--rule counter=restarts` that rule alone.

Only one request is in flight at a time, so each has one right response. After a write that bypasses the gateway, the
next read has `Cache-Control: no-cache`. Other reads need none: each response must be exact at once.
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

from callers import comparable
from origin.history import HistoryUnderRules
from origin.rules import Rules, covering_sets
from origin.server import PythonUpstream
from processes import Emulator, Gateway
from raw import Response

KEYS = ["a", "b", "c.d", "k:1", "ü", 'a "quote"}', "z" * 128, "0"]
VALUES = ["", "plain", 'a "},{" in it', "back\\slash", "line\n\ttab\u2028", "ﬁ 😀", "\x7f", "x" * 3000, "null", "[]"]
SIZES = [None, None, 1, 2, 3, 5, 1024]
NO_CACHE = {"Cache-Control": "no-cache"}
OWN_TOKEN = "syncgate1."  # a token of the gateway, which takes one of upstream for each write


class Difference(AssertionError):
    """An error: a response that differs from that of upstream."""


class Caller:
    """A persistent connection to one server."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address, timeout=30)

    def send(self, method, target, body=None, headers=None):
        self.connection.request(method, target, body, headers or {})
        response = self.connection.getresponse()
        return Response(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())


class Dataset:
    def __init__(self, pool, identity, name):
        self.pool, self.identity, self.name = pool, identity, name
        self.owner = f"/identitypools/{quoted(pool)}/identities/{quoted(identity)}"
        self.path = f"{self.owner}/datasets/{quoted(name)}"
        self.count, self.counts, self.live = 0, {}, set()  # the newest; the one of each key; the keys with a value
        self.token = None
        self.is_token_used = False  # a write with it succeeded
        self.past = 0  # the greatest count of a deleted incarnation
        self.doubtful = False  # a write bypassed the gateway, and no read has revalidated since

    @property
    def can_write(self):
        """Whether the state is known and the token is unspent: one push spends a token of upstream."""
        is_spent = self.is_token_used and not self.token.startswith(OWN_TOKEN)
        return self.token is not None and not self.doubtful and not is_spent

    def record_write(self, records):
        for record in records:
            self.counts[record["Key"]] = record["SyncCount"]
            (self.live.discard if record.get("Value") is None else self.live.add)(record["Key"])
            self.count = max(self.count, record["SyncCount"])

    def record_deletion(self):
        self.past = max(self.past, self.count)
        self.count, self.counts, self.live = 0, {}, set()


class RandomHistory:
    """A random history; `bypass`: with writes, deletions and merges that bypass the gateway."""

    control = "_emulator"

    def __init__(self, gateway, upstream, seed, bypass, rules):
        self.random, self.rules, self.bypass, self.merges = random.Random(seed), rules, bypass, seed % 2
        self.gateway, self.upstream = Caller(gateway), Caller(upstream)
        self.trace, self.statuses = [], collections.Counter()
        pool = self.guid()
        self.identities = [self.guid() for _ in range(2)]
        self.datasets = [Dataset(pool, owner, name) for owner in self.identities for name in ("notes", "a.b:c")]

    @property
    def is_greater_count_stale(self):
        return self.rules.get("conflict") == "unequal"

    def more_bypassing_steps(self):
        return []

    def guid(self):
        return f"us-east-1:{uuid.UUID(int=self.random.getrandbits(128))}"

    def run(self, steps):
        plain = [(self.read, 40), (self.paginate, 10), (self.paginate_while_written, 4), (self.write, 25),
                 (self.stale_write, 3), (self.delete, 2), (self.read_with_token, 4), (self.describe, 6)]
        # A dataset with merges is never cached: every second history has none.
        bypassing = [(self.bypassing_write, 15), (self.bypassing_delete, 2), (self.bypassing_merge, self.merges),
                     *self.more_bypassing_steps()]
        actions, weights = zip(*(plain + bypassing if self.bypass else plain))
        if self.bypass:
            # The creation date is in whole seconds: after the pause, a read takes no dataset for a new incarnation.
            for dataset in self.datasets:
                self.write(dataset)
            time.sleep(1.1)
        for action in self.random.choices(actions, weights, k=steps):
            action(self.random.choice(self.datasets))

    def log(self, text):
        self.trace.append(text)

    def name(self, dataset):
        return f"{dataset.identity[-4:]}/{dataset.name}"

    def compare(self, dataset, mine, direct, what):
        """Compares two responses, member by member, and raises Difference.

        Null means absent; tokens are compared by presence, dates to the millisecond.
        """
        self.statuses[cache_status(mine)] += 1
        self.log(f"{self.name(dataset)} {what}: {mine.status} {cache_status(mine)}")
        if (content(mine), mine.status) != (content(direct), direct.status):
            self.fail(f"{what} of {self.name(dataset)}\n gateway  {mine.status} {mine.body.decode()}\n"
                      f" upstream {direct.status} {direct.body.decode()}")

    def fail(self, text):
        raise Difference("\n  ".join([text, *self.trace[-25:]]))

    def target(self, dataset, query):
        """Returns the target of a page."""
        return f"{dataset.path}/records{form(query)}"

    def headers(self, dataset):
        """Returns no-cache if a revalidation is needed, and now and then if it is not."""
        return NO_CACHE if dataset.doubtful or self.random.random() < 0.05 else {}

    def read(self, dataset):
        self.page(dataset, self.since(dataset), self.random.choice(SIZES))

    def since(self, dataset):
        return self.random.choice([None, None, 0, dataset.count, dataset.count, self.random.randint(0, dataset.count),
                                   max(0, dataset.count - 1), dataset.count + self.random.choice([0, 0, 1])])

    def page(self, dataset, since, size, cursors=(None, None)):
        """Reads the same page from both; returns the response of the gateway and the two cursors."""
        query = {"lastSyncCount": since, "maxResults": size}
        headers = self.headers(dataset)
        mine, direct = (
            caller.send("GET", self.target(dataset, {**query, "nextToken": cursor}), headers=headers)
            for caller, cursor in zip((self.gateway, self.upstream), cursors)
        )
        what = f"{'confirmed ' if headers else ''}page {form(query)}{' after a cursor' if cursors[0] else ''}"
        self.compare(dataset, mine, direct, what)
        self.record_page(dataset, mine)
        return mine, tuple(response.json.get("NextToken") for response in (mine, direct))

    def record_page(self, dataset, mine):
        if mine.status == 200:
            dataset.doubtful, dataset.is_token_used = False, False
            dataset.token = mine.json["SyncSessionToken"]

    def paginate(self, dataset):
        since, size, cursors = self.since(dataset), self.random.choice([1, 2, 3]), (None, None)
        while True:
            _, cursors = self.page(dataset, since, size, cursors)
            if not cursors[0]:
                return

    def paginate_while_written(self, dataset):
        """Compares a pagination with a snapshot while the dataset is written.

        A page at another sync count than the first is compared with the page of its own moment instead.
        """
        if dataset.doubtful or len(dataset.counts) < 3:
            return
        since, size = self.random.choice([None, 0, dataset.count - 1]), self.random.choice([1, 2])
        snapshot, cursor = [], None
        while not snapshot or cursor:
            query = {"lastSyncCount": since, "maxResults": size, "nextToken": cursor}
            snapshot.append(self.upstream.send("GET", self.target(dataset, query)))
            cursor = snapshot[-1].json.get("NextToken")
        mine, cursors = self.page(dataset, since, size)
        for page in snapshot[1:]:
            self.write(dataset)
            query = {"lastSyncCount": since, "maxResults": size}
            mine = self.gateway.send("GET", self.target(dataset, {**query, "nextToken": cursors[0]}))
            if mine.status == 200 and mine.json["DatasetSyncCount"] == snapshot[0].json["DatasetSyncCount"]:
                self.statuses["snapshot"] += 1
                self.compare(dataset, mine, page, f"page {form(query)} of a pagination while the dataset is written")
                cursors = mine.json.get("NextToken"), None
            else:
                self.statuses["no snapshot"] += 1
                direct = self.upstream.send("GET", self.target(dataset, {**query, "nextToken": cursors[1]}))
                if mine.status != 400:
                    self.compare(dataset, mine, direct, f"page {form(query)} of a pagination at another sync count")
                return

    def read_with_token(self, dataset):
        """Reads with a session token, which upstream refuses once it is spent."""
        if dataset.token:
            since = self.since(dataset)
            query = {"lastSyncCount": since, "syncSessionToken": dataset.token}
            mine = self.gateway.send("GET", self.target(dataset, query))
            if dataset.is_token_used and mine.status == 400:
                self.statuses["spent token"] += 1
            else:
                self.compare(dataset, mine, self.direct(dataset, since, mine), f"read since {since} with a session token")

    def direct(self, dataset, since, mine):
        return self.upstream.send("GET", self.target(dataset, {"lastSyncCount": since}))

    def describe(self, dataset):
        """Compares a metadata read, whose response the writes of records change."""
        target = self.random.choice([dataset.path, f"{dataset.owner}/datasets", dataset.owner])
        headers = NO_CACHE if self.bypass else {}
        mine, direct = (caller.send("GET", target, headers=headers) for caller in (self.gateway, self.upstream))
        self.compare(dataset, mine, direct, "metadata read")

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
        """Writes through the gateway, with the token of the newest page from the gateway."""
        if not dataset.can_write:
            self.page(dataset, None, None)
        self.valid_update(dataset)

    def valid_update(self, dataset):
        response = self.update(dataset, list(self.patches(dataset)))
        if response.status != 200:
            self.fail(f"a valid write got {response.status} {response.body.decode()}")
        dataset.record_write(response.json["Records"])

    def update(self, dataset, patches):
        body = json.dumps({"SyncSessionToken": dataset.token, "RecordPatches": patches})
        response = self.gateway.send("POST", dataset.path, body, {"Content-Type": "application/json"})
        dataset.is_token_used |= response.status == 200
        self.log(f"{self.name(dataset)} write of {[(p['Op'], p['Key'][:5], p['SyncCount']) for p in patches]}: {response.status}")
        return response

    def stale_write(self, dataset):
        """Writes with a wrong sync count: the conflict shows the gateway that the dataset may have changed."""
        known = dataset.counts.get("a", 0)
        if dataset.can_write and (known or self.is_greater_count_stale):
            wrong = known + 1 if self.is_greater_count_stale else known - 1
            response = self.update(dataset, [{"Op": "replace", "Key": "a", "Value": "stale", "SyncCount": wrong}])
            if response.status != 409:
                self.fail(f"a stale write got {response.status} {response.body.decode()}")

    def delete(self, dataset):
        response = self.gateway.send("DELETE", dataset.path)
        self.log(f"{self.name(dataset)} delete: {response.status}")
        dataset.record_deletion()

    def bypassing_write(self, dataset):
        keys = self.random.sample(KEYS, self.random.choice([1, 1, 2]))
        fields = [("pool", dataset.pool), ("identity", dataset.identity), ("dataset", dataset.name)]
        for key in keys:
            fields.append(("key", key))
            if key not in dataset.live or self.random.random() < 0.7:
                fields.append(("value", self.random.choice(VALUES)))
        response = self.command("writes", fields)
        dataset.record_write(response.json["Records"])
        self.mark_doubtful(f"write to {keys} that bypasses the gateway", dataset)

    def bypassing_delete(self, dataset):
        self.upstream.send("DELETE", dataset.path)
        dataset.record_deletion()
        owned = (d for d in self.datasets if d.identity == dataset.identity)
        self.mark_doubtful(f"deletion of {dataset.name} that bypasses the gateway", *owned)

    def bypassing_merge(self, dataset):
        """Merges the datasets of the other identity into this one, as Cognito Identity does."""
        loser = next(identity for identity in self.identities if identity != dataset.identity)
        self.command("merge", [("pool", dataset.pool), ("from", loser), ("into", dataset.identity)], expected=(200, 404))
        for lost in (d for d in self.datasets if d.identity == loser):
            lost.record_deletion()
        self.mark_doubtful(f"merge into {dataset.identity[-4:]}", *self.datasets)

    def command(self, name, fields, expected=(200,)):
        response = self.upstream.send("POST", f"/{self.control}/{name}", urllib.parse.urlencode(fields))
        if response.status not in expected:
            raise AssertionError(response)
        return response

    def mark_doubtful(self, what, *datasets):
        self.log(f"{self.name(datasets[0])} and {len(datasets) - 1} more: {what}")
        for dataset in datasets:
            dataset.doubtful = True


class PythonHistory(HistoryUnderRules, RandomHistory):
    """A random history in front of the Python upstream."""


def quoted(text):
    return urllib.parse.quote(text, safe="")


def form(query):
    text = urllib.parse.urlencode({k: v for k, v in query.items() if v is not None}, quote_via=urllib.parse.quote)
    return f"?{text}" if text else ""


def cache_status(response):
    """Returns Cache-Status without its figures."""
    words = response.headers.get("cache-status", "").removeprefix("syncgate; ").split("; ")
    return " ".join(word for word in words if not word.startswith("ttl="))


def content(response):
    """Returns the members of a response, or the name and message of an error."""
    if response.status != 200:
        return response.headers.get("x-amzn-errortype", "").partition(":")[0], response.json.get("message")
    members = comparable(response.json)
    return {**members, **{k: "a token" for k in ("NextToken",) if k in members}}


# The first and the last: any other count is a conflict, and a token is reusable.
RULES = [
    {"fullListingTombstones": tombstones, "counterAfterDelete": counter, "resurrection": "zeroToo",
     "sameValuePatch": same, "explicitNulls": nulls, **older}
    for tombstones, counter, same, nulls, older in [
        ("true", "restarts", "bumps", "true", {"conflict": "unequal", "tokenUse": "many"}),
        ("true", "continues", "keeps", "false", {}),
        ("false", "restarts", "keeps", "true", {}),
        ("false", "continues", "bumps", "false", {"conflict": "unequal", "tokenUse": "many"}),
    ]
]
PYTHON_RULES = covering_sets()


def started(rules):
    """Returns the upstream for the rules, not yet started, the class of its histories, and the rule of tombstones."""
    if isinstance(rules, Rules):
        return PythonUpstream(rules), PythonHistory, rules.listing_tombstones
    return Emulator("--ignore-signatures", **rules), RandomHistory, rules["fullListingTombstones"] == "true"


def run_histories(rules, seeds, steps=150, bypass=False, environment=None, check=None):
    """Runs histories under one set of service rules; returns how often each Cache-Status was compared."""
    # A writer that bypasses the gateway may create a dataset again, up to the same sync count. Only its creation date
    # then distinguishes the two incarnations.
    check = check or ("0s" if bypass else "60s")
    source, history_of, tombstones = started(rules)
    tombstones = "yes" if tombstones else "no"
    cache = {"fresh": "1h", "absent": "1h", "identity_check": check, "listing_tombstones": tombstones}
    statuses = collections.Counter()
    with source as upstream:
        with Gateway(upstream.listen, environment=environment, cache=cache) as gateway:
            for seed in seeds:
                history = history_of(gateway.listen, upstream.listen, seed, bypass, rules)
                try:
                    history.run(steps)
                except Difference as difference:
                    raise Difference(f"seed {seed} under {rules}: {difference}") from None
                statuses += history.statuses
    return statuses


def main():
    parser = argparse.ArgumentParser(description="random histories, compared with upstream")
    for name, default in [("--seeds", 100), ("--first", 1), ("--steps", 150)]:
        parser.add_argument(name, type=int, default=default)
    parser.add_argument("--bypass", action="store_true", help="with writes that bypass the gateway")
    parser.add_argument("--origin", choices=["emulator", "python"], default="emulator")
    parser.add_argument("--rules", type=int, help="the number of one set of rules, from 0")
    parser.add_argument("--rule", action="append", metavar="NAME=VALUE", help="of the Python upstream; repeatable")
    parser.add_argument("--identity-check", metavar="TIME", help="of the gateway; otherwise 0s with --bypass, else 60s")
    options = parser.parse_args()
    sets = [Rules.parsed(options.rule)] if options.rule else {"emulator": RULES, "python": PYTHON_RULES}[options.origin]
    for rules in sets if options.rules is None else [sets[options.rules]]:
        seeds = range(options.first, options.first + options.seeds)
        statuses = run_histories(rules, seeds, options.steps, options.bypass, check=options.identity_check)
        print(rules, dict(statuses), flush=True)


if __name__ == "__main__":
    main()
