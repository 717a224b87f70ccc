"""The response of upstream at any moment of a run, from its journal and a ListRecords in a few lines."""

from bisect import bisect_right
from dataclasses import dataclass, field

REFUSED = "No such SyncCount"


def value_of(dataset, key, write_id):
    """Returns a value that names its place, so that it cannot appear elsewhere unnoticed."""
    return f"{dataset}|{key}|{write_id}"


def removal_of(dataset, key, write_id):
    """Returns the value that represents a removed record in a history."""
    return value_of(dataset, key, f"removed|{write_id}")


def record_of(dataset, record):
    """Returns (key, value, sync count) of a record of a response.

    A removal is identified by its DeviceLastModifiedDate.
    """
    value = record.get("Value")
    if value is None:
        value = removal_of(dataset, record["Key"], int(record["DeviceLastModifiedDate"]))
    return record["Key"], value, record["SyncCount"]


@dataclass(frozen=True)
class State:
    """A dataset from one change to the next."""

    began: float  # seconds since 1970, by the clock of upstream
    exists: bool = False
    count: int = 0
    records: dict = field(default_factory=dict)  # key -> (key, value, sync count)
    buried: int = 0  # the count at which an earlier incarnation was deleted; 0 if that is forgotten


class UpstreamHistory:
    """The states of one dataset, in their order."""

    def __init__(self, dataset, entries=(), tombstones=True, continues=False):
        """Creates the states from the entries of the emulator journal; `tombstones` and `continues` are its rules."""
        self.dataset, self.tombstones = dataset, tombstones
        self.states, self.made = [State(float("-inf"))], {}  # value -> the states that its writes made
        for entry in entries:
            self.add(entry, continues)
        self.began = [state.began for state in self.states]
        self.by_count = {}
        for index, state in enumerate(self.states):
            self.by_count.setdefault((state.exists, state.count), []).append(index)

    def add(self, entry, continues):
        last, count = self.states[-1], entry["SyncCount"]
        if entry["Records"] is None:
            self.states.append(State(entry["Time"], buried=count))
            return
        changed = [record_of(self.dataset, record) for record in entry["Records"]]
        for record in changed:
            self.made.setdefault(record[1], []).append(len(self.states))
        records = {**last.records, **{record[0]: record for record in changed}}
        self.states.append(State(entry["Time"], True, count, records, last.buried if continues else 0))

    def response_at(self, state, since, size=None, after=""):
        """Returns (count, exists, deleted since, records, more follow), or REFUSED."""
        if state.exists and since > state.count:
            return REFUSED
        matching = sorted(
            record for record in state.records.values()
            if record[2] > since and record[0] > after
            and (since > 0 or self.tombstones or not record[1].startswith(removal_of(self.dataset, record[0], "")))
        )
        page = matching[:size]
        return state.count, state.exists, 0 < since <= state.buried, tuple(page), len(page) < len(matching)

    def matching(self, read):
        """Returns the states that match the response of the read."""
        if read.content == REFUSED:
            indices = range(len(self.states))
        else:
            indices = self.by_count.get((read.content[1], read.content[0]), ())
        return [i for i in indices if self.response_at(self.states[i], read.since, read.size, read.after) == read.content]

    def at(self, time):
        """The state that stood at a moment."""
        return bisect_right(self.began, time) - 1
