"""The response of upstream at any moment of a run, from its journal and a ListRecords in a few lines."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

REFUSED = "No such SyncCount"


class Record(NamedTuple):
    """A record of a response. All members together identify it, over all incarnations of the dataset."""

    key: str
    value: str  # of a removed record: `removal_of`
    count: int
    modified: int = 0  # milliseconds
    device: int | None = None
    by: str | None = None

    @property
    def removed(self):
        return "|removed|" in self.value


def value_of(dataset, key, write_id):
    """Returns a value that names its place, so that it cannot appear elsewhere unnoticed."""
    return f"{dataset}|{key}|{write_id}"


def removal_of(dataset, key, write_id):
    """Returns the value that represents a removed record in a history."""
    return value_of(dataset, key, f"removed|{write_id}")


def milliseconds(date):
    return None if date is None else round(date * 1000)


def record_of(dataset, record, authors=True):
    """Returns a record of a response.

    A removal has no value. Its sync count and its date identify it: the count is unique in one incarnation.
    Without `authors`, LastModifiedBy is left out: a stream does not contain it.
    """
    value, count, modified = record.get("Value"), record["SyncCount"], milliseconds(record.get("LastModifiedDate")) or 0
    if value is None:
        value = removal_of(dataset, record["Key"], f"{count}|{modified}")
    device, by = milliseconds(record.get("DeviceLastModifiedDate")), record.get("LastModifiedBy") if authors else None
    return Record(record["Key"], value, count, modified, device, by)


@dataclass(frozen=True)
class State:
    """A dataset from one change to the next."""

    began: float  # seconds since 1970, by the clock of upstream
    exists: bool = False
    count: int = 0
    records: dict = field(default_factory=dict)  # key -> record
    buried: int = 0  # the count at which an earlier incarnation was deleted; 0 if that is forgotten
    incarnation: int = 0  # the number of deletions before
    created: float = 0
    by: str | None = None  # the author of the last write
    order: int = 0  # in the journal of all datasets: two changes may have happened in one millisecond

    @property
    def description(self):
        """The members of DescribeDataset: CreationDate, LastModifiedDate, LastModifiedBy, DataStorage, NumRecords."""
        if not self.exists:
            return None
        live = [record for record in self.records.values() if not record.removed]
        size = sum(len(r.key.encode()) for r in self.records.values()) + sum(len(r.value.encode()) for r in live)
        return milliseconds(self.created), milliseconds(self.began), self.by, size, len(live)


class UpstreamHistory:
    """The states of one dataset, in their order."""

    def __init__(self, dataset, entries=(), tombstones=True, continues=False, cap=None, authors=True):
        """Creates the states from the entries of the emulator journal.

        `tombstones`, `continues` and `cap` are rules of the emulator: whether a whole listing has removed records,
        whether the count goes on after a deletion, and the largest page of a request without a size.
        """
        self.dataset, self.tombstones, self.authors = dataset, tombstones, authors
        self.sizes = {None: [None, cap] if cap else [None]}
        self.states, self.made, self.places = [State(float("-inf"))], {}, {}  # value, record -> states that writes made
        for entry in entries:
            self.add(entry, continues)
        self.began = [state.began for state in self.states]
        self.by_count, self.known = {}, {}
        for index, state in enumerate(self.states):
            self.by_count.setdefault((state.exists, state.count), []).append(index)

    def add(self, entry, continues):
        last, count = self.states[-1], entry["SyncCount"]
        if entry["Records"] is None:
            self.states.append(State(entry["Time"], buried=count, incarnation=last.incarnation + 1, order=entry.get("Order", 0)))
            return
        changed = [record_of(self.dataset, record, self.authors) for record in entry["Records"]]
        for record in changed:
            self.made.setdefault(record.value, []).append(len(self.states))
            self.places.setdefault(record, []).append(len(self.states))
        records = {**last.records, **{record.key: record for record in changed}}
        created = last.created if last.exists else entry["Time"]
        buried = last.buried if continues else 0
        self.states.append(State(entry["Time"], True, count, records, buried, last.incarnation, created, changed[0].by,
                                 entry.get("Order", 0)))

    def response_at(self, state, since, size=None, after=""):
        """Returns (count, exists, deleted since, records, more follow, author), or REFUSED."""
        if state.exists and since > state.count:
            return REFUSED
        matching = sorted(
            record for record in state.records.values()
            if record.count > since and record.key > after and (since > 0 or self.tombstones or not record.removed)
        )
        page = matching[:size]
        return state.count, state.exists, 0 < since <= state.buried, tuple(page), len(page) < len(matching), state.by

    def matching(self, read):
        """Returns the states that match the response of the read."""
        asked = (read.content, read.since, read.size, read.after)
        if asked not in self.known:
            content = read.content
            among = range(len(self.states)) if content == REFUSED else self.by_count.get((content.exists, content.count), ())
            self.known[asked] = [
                i for i in among
                if any(self.response_at(self.states[i], read.since, size, read.after) == content
                       for size in self.sizes.get(read.size, [read.size]))
            ]
        return self.known[asked]

    def at(self, time):
        """The state that stood at a moment."""
        return bisect_right(self.began, time) - 1
