"""The six operations on datasets, by their names in the API."""

import re
import threading

from . import listing
from .dataset import Dataset, Patch
from .dates import Clock, Date
from .faults import Fault, invalid, missing
from .tokens import SessionTokens

ACCOUNT = "123456789012"  # the author of what developer credentials write
DATASETS = 20
PATTERNS = {"identityPoolId": (r"[\w-]+:[0-9a-f-]+", 55), "identityId": (r"[\w-]+:[0-9a-f-]+", 55),
            "datasetName": (r"[a-zA-Z0-9_.:-]+", 128)}
SIZE = re.compile(r"[1-9]\d{0,18}", re.ASCII)
COUNT = re.compile(r"-?\d{1,19}", re.ASCII)


class Service:
    """All identities in memory. The lock is held for the whole of an operation."""

    def __init__(self, rules, clock=None):
        self.rules, self.clock, self.lock = rules, clock or Clock(), threading.Lock()
        self.tokens, self.identities = SessionTokens(rules), {}

    def perform(self, operation, labels, query, body):
        for (label, (pattern, longest)), value in zip(PATTERNS.items(), labels):
            if not re.fullmatch(pattern, value, re.ASCII) or len(value) > longest:
                raise invalid(f"1 validation error detected: Value '{value}' at '{label}' failed to satisfy "
                              f"constraint: Member must satisfy regular expression pattern: {pattern}")
        with self.lock:
            return getattr(self, operation)(*labels, query=query, body=body)

    def datasets(self, pool, identity):
        return self.identities.setdefault((pool, identity), {})

    def dataset(self, pool, identity, name):
        """Returns a dataset, existing or not."""
        return self.datasets(pool, identity).setdefault(name, Dataset(self.rules))

    def existing(self, pool, identity, name):
        if not (dataset := self.dataset(pool, identity, name)).exists:
            raise missing(f"Dataset {name}")
        return dataset

    def list_records(self, pool, identity, name, query, body):
        now = self.clock.now()
        if query.get("syncSessionToken"):
            self.tokens.check(query["syncSessionToken"], identity, name, now)
        since, size = number(query, "lastSyncCount", COUNT) or 0, number(query, "maxResults", SIZE)
        members = listing.page(self.dataset(pool, identity, name), since, size, query.get("nextToken"))
        return {**members, "SyncSessionToken": self.tokens.mint(identity, name, now)}

    def update_records(self, pool, identity, name, query, body):
        if not isinstance(body, dict):
            raise invalid("1 validation error detected: the request has no body")
        session = self.tokens.check(body.get("SyncSessionToken"), identity, name, self.clock.now())
        patches = [parsed(patch) for patch in body.get("RecordPatches") or []]
        records = self.write(pool, identity, name, patches, ACCOUNT)
        self.tokens.spend(session)
        return {"Records": [record.members for record in records]}

    def write(self, pool, identity, name, patches, author):
        dataset = self.dataset(pool, identity, name)
        if not dataset.exists and sum(d.exists for d in self.datasets(pool, identity).values()) >= DATASETS:
            raise Fault(400, "LimitExceededException", f"{DATASETS} datasets exist")
        return dataset.write(patches, author, self.clock)

    def describe_dataset(self, pool, identity, name, query, body):
        return {"Dataset": self.existing(pool, identity, name).described(identity, name)}

    def delete_dataset(self, pool, identity, name, query, body):
        dataset = self.existing(pool, identity, name)
        described = dataset.described(identity, name)
        dataset.delete()
        for other in self.datasets(pool, identity).values():
            other.merged = [merged for merged in other.merged if merged != name]
        return {"Dataset": described}

    def list_datasets(self, pool, identity, query, body):
        after = listing.decode(query["nextToken"]) if query.get("nextToken") else ""
        owned = sorted((n, d) for n, d in self.datasets(pool, identity).items() if d.exists and n > after)
        size = min(number(query, "maxResults", SIZE) or 64, 64)
        return {"Count": len(owned[:size]), "Datasets": [d.described(identity, n) for n, d in owned[:size]],
                "NextToken": listing.encode(owned[size - 1][0]) if len(owned) > size else None}

    def describe_identity_usage(self, pool, identity, query, body):
        known = [d for d in self.datasets(pool, identity).values() if d.modified]
        if not known:
            raise missing(f"Identity {identity}")
        return {"IdentityUsage": {
            "IdentityId": identity, "IdentityPoolId": pool, "LastModifiedDate": max(d.modified for d in known),
            "DatasetCount": sum(d.exists for d in known),
            "DataStorage": sum(record.size for d in known for record in d.records.values()),
        }}


def number(query, name, pattern):
    """Returns the number in a query parameter, or none; raises Fault for other text."""
    text = query.get(name)
    if text is not None and not pattern.fullmatch(text):
        raise invalid(f"1 validation error detected: Value '{text}' at '{name}' failed to satisfy constraint")
    return None if text is None else int(text)


def parsed(patch):
    """Returns the patch of a JSON object; raises Fault for a wrong type."""
    kinds = {"Op": str, "Key": str, "SyncCount": int}
    if not isinstance(patch, dict) or not all(isinstance(patch.get(name), kind) for name, kind in kinds.items()):
        raise Fault(400, "SerializationException", "a patch has a member of a wrong type")
    value, date = patch.get("Value"), patch.get("DeviceLastModifiedDate")
    if not isinstance(value, str | None) or not isinstance(date, int | float | None):
        raise Fault(400, "SerializationException", "a patch has a member of a wrong type")
    if patch["Op"] not in ("replace", "remove") or not 1 <= len(patch["Key"]) <= 1024:
        raise invalid("1 validation error detected: a patch does not satisfy a constraint")
    value = value if patch["Op"] == "replace" else None
    return Patch(patch["Key"], value, patch["SyncCount"], None if date is None else Date(round(date * 1000)))
