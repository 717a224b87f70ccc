"""The datasets of a run: who reads, writes and deletes each."""

import urllib.parse
from dataclasses import dataclass, field

from callers import identifiers

BALLAST = 150


@dataclass
class Dataset:
    pool: str
    identity: str
    name: str
    gateways: str = "a"  # the gateways for its reads and writes
    written: bool = True  # written through these gateways
    deleted: bool = False  # deleted now and then through a gateway
    bypassed: bool = False  # written by a caller that bypasses the gateways
    erased: bool = False  # deleted by such a caller
    remade: bool = False  # deleted and created again by such a caller: the same keys, the same counts
    merged: bool = False  # other identities are merged with it, while one caller writes
    evicted: bool = False  # created again, and evicted while a revalidation is in flight
    plain: bool = False  # only read whole through the gateways, without no-cache: time alone ends its freshness
    lasting: bool = False  # no dataset of its identity is deleted: that would invalidate the whole identity
    twin: bool = False  # two callers write the same values
    reborn: bool = False  # deleted by others just before a write through a gateway whose response is cut off
    newest: int = 0  # the sync count of the last page
    tokens: dict = field(default_factory=dict)  # gateway -> (session token of its last page, start of that read)
    counts: dict = field(default_factory=dict)  # key -> the sync count of the record, as its only writer knows it
    values: dict = field(default_factory=dict)  # key -> its value, as its only writer knows it

    @property
    def label(self):
        return f"{self.identity}/{self.name}"

    @property
    def owner(self):
        parts = (urllib.parse.quote(part, safe="") for part in (self.pool, self.identity))
        return "/identitypools/{}/identities/{}".format(*parts)

    @property
    def path(self):
        return f"{self.owner}/datasets/{urllib.parse.quote(self.name, safe='')}"

    @property
    def scripted(self):
        """Returns whether it has its own caller only."""
        return self.twin or self.reborn

    def forget(self):
        self.counts.clear()
        self.values.clear()


def datasets_of(plan, gateways):
    """Returns the datasets for a plan, and those that are written once and then only read, to evict others.

    A deletion through a gateway invalidates all that it has of the identity. So those that are deleted have
    identities of their own: else they would refresh the others all the time.
    """
    pool, every = identifiers()[0], "".join(gateways)

    ballast = [Dataset(pool, identifiers()[1], "ballast") for _ in range(BALLAST if plan.ballast else 0)]
    if plan.evictions:
        return [Dataset(pool, identifiers()[1], "evicted", written=False, evicted=True, plain=True) for _ in range(8)], ballast

    def each(identities, *names, **properties):
        return [Dataset(pool, identity, name, **properties) for identity in identities for name in names]

    fleeting, lasting, moving, remade, merged, twins = ([identifiers()[1] for _ in range(n)] for n in (2, 2, 2, 3, 3, 3))
    # The same names under each identity: only the identity distinguishes them.
    datasets = each(fleeting, "notes", "a.b:c") + each(fleeting, "fleeting", deleted=True)
    datasets += each(lasting, "notes", "a.b:c", lasting=True)
    outside = {"gateways": every, "bypassed": True}
    if plan.others:
        datasets += each(lasting, "shared", lasting=True, **outside)
        datasets += each(lasting, "watched", written=False, plain=True, lasting=True, **outside)
        datasets += each(moving, "moving", deleted=True, erased=True, **outside)
    if plan.remakes:
        datasets += each(remade, "remade", "remade.again", gateways=every, written=False, remade=True)
    if plan.merges:
        datasets += each(merged, "merged", written=False, merged=True, plain=True)
    if plan.losses:
        datasets += each(twins, "twin", "twin.again", gateways=every, written=False, twin=True)
        datasets += each(twins, "reborn", gateways=every, written=False, reborn=True)
    return datasets, ballast
