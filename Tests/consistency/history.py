"""The history of a run: the requests of the callers, each with its start and end, and the violations found in it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from linearizability import PENDING
from upstream_history import REFUSED


class Content(NamedTuple):
    """The content of a ListRecords response, without MergedDatasetNames."""

    count: int
    exists: bool
    deleted: bool  # DatasetDeletedAfterRequestedSyncCount
    records: tuple
    more: bool  # a NextToken came with it
    by: str | None = None  # LastModifiedBy of the dataset


@dataclass(frozen=True)
class Write:
    """An UpdateRecords request."""

    dataset: str
    start: float
    end: float  # PENDING: no response came
    values: tuple  # one for each patch that changed a record
    outcome: str  # applied, refused, unknown, or not applied: the gateway says so after a cut connection
    count: int | None = None  # the sync count of the response
    gateway: str | None = "a"  # None: the write bypassed the gateways
    inquired: float | None = None  # no inquiry of the gateway can have read the dataset before

    def __str__(self):
        way = f"through gateway {self.gateway}" if self.gateway else "that bypassed the gateways"
        return f"write {way} {clock(self.start)}–{clock(self.end)} of {self.values[0][-40:]}: {self.outcome}, count {self.count}"


@dataclass(frozen=True)
class Read:
    """A ListRecords request for one page."""

    dataset: str
    start: float
    end: float
    content: Content | str
    since: int = 0
    size: int | None = None
    after: str = ""  # the last key of the previous page
    pagination: int | None = None
    revalidated: bool = False  # sent with no-cache
    gateway: str = "a"
    cache_status: str = ""  # of the response
    merged: tuple = ()  # MergedDatasetNames

    @property
    def count(self):
        return None if self.content == REFUSED else self.content.count

    @property
    def records(self):
        return () if self.content == REFUSED else self.content.records

    @property
    def bypassed(self):
        """Returns whether the page was forwarded past the cache."""
        return "fwd=bypass" in self.cache_status

    def __str__(self):
        what = f"since {self.since}" + (f" after {self.after}, {self.size}" if self.size else "")
        return (f"read through gateway {self.gateway} {clock(self.start)}–{clock(self.end)} {what} at count {self.count} "
                f"({self.cache_status})")


@dataclass(frozen=True)
class Delete:
    """A deletion of a dataset. `gone`: the response was 404; `end` is PENDING if no response came."""

    dataset: str
    start: float
    end: float
    gone: bool = False
    gateway: str | None = "a"

    def __str__(self):
        return f"delete {clock(self.start)}–{clock(self.end)}" + (" (gone already)" if self.gone else "")


@dataclass(frozen=True)
class Merge:
    """A change of the MergedDatasetNames of a dataset, past the gateways: what they are after it."""

    dataset: str
    start: float
    end: float
    names: tuple


@dataclass(frozen=True)
class Setting:
    """A SetCognitoEvents or SetIdentityPoolConfiguration through a gateway; the values are in rising order."""

    target: tuple
    start: float
    end: float
    value: int
    gateway: str = "a"


@dataclass(frozen=True)
class MetadataRead:
    """A read of metadata, one of the other eight; `target` begins with the name of the operation."""

    target: tuple
    start: float
    end: float
    content: object  # in the form of `metadata.py`
    revalidated: bool = False
    gateway: str = "a"
    cache_status: str = ""

    def __str__(self):
        return f"{self.target[0]} through gateway {self.gateway} {clock(self.start)}–{clock(self.end)} ({self.cache_status})"


@dataclass
class History:
    reads: list = field(default_factory=list)
    writes: list = field(default_factory=list)
    deletes: list = field(default_factory=list)
    merges: list = field(default_factory=list)
    settings: list = field(default_factory=list)
    metadata: list = field(default_factory=list)
    finals: list = field(default_factory=list)  # (dataset, response of the gateway, response of upstream)

    def of(self, dataset):
        """Returns the reads, writes, deletions and merges of one dataset."""
        return {name: [x for x in getattr(self, name) if x.dataset == dataset] for name in ("reads", "writes", "deletes", "merges")}


@dataclass(frozen=True)
class Violation:
    rule: str
    dataset: str
    text: str

    def __str__(self):
        return f"{self.rule} in {self.dataset}: {self.text}"


def clock(time):
    return "…" if time == PENDING else f"{time % 1000:.3f}"
