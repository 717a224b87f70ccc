"""Judges a history of reads and writes through the gateway by the rules C1 to C7.

C1 a read that starts after a write was answered sees at least that write's sync count
C2 a read that starts after another ended never goes back, whoever asked
C3 each record was written: this value, under this key, at this sync count, and not before it was sent
C4 a page is what the dataset was at the page's sync count, and so are the pages of one traversal together
C5 after a pause longer than the time to live the gateway says byte for byte what the origin says
C6 no answer ever has another identity's, dataset's or key's value
C7 a write that went round the gateway is seen once the time to live is over

A write whose answer never came may have happened or not (C8): it counts from where it is first seen. Datasets
that nobody writes round the gateway must moreover be linearizable, judged by the search that the published
histories prove. A dataset that is deleted now and then counts from 1 again, so that its counts tell no order:
there C1 is that nothing deleted comes back, and the search does the rest.
"""

from bisect import bisect_left
from dataclasses import dataclass, field

from linearizability import PENDING, Event, linearizable


@dataclass(frozen=True)
class Write:
    dataset: str
    start: float
    end: float
    key: str
    value: str
    count: int | None  # the sync count it was given; None while the outcome is unknown
    bypass: bool = False

    def __str__(self):
        way = "round the gateway" if self.bypass else "through the gateway"
        return f"write {way} {self.start:.4f}–{self.end:.4f} s of {self.key} to count {self.count}"


@dataclass(frozen=True)
class Read:
    dataset: str
    start: float
    end: float
    count: int
    records: tuple  # (key, value, sync count) each
    since: int = 0
    whole: bool = True  # not one page of several
    traversal: int | None = None
    how: str = ""  # what Cache-Status said

    def __str__(self):
        return f"read {self.start:.4f}–{self.end:.4f} s at count {self.count} ({self.how})"


@dataclass(frozen=True)
class Delete:
    """The end of a dataset, or the news that it was gone already; `end` is PENDING while the outcome is unknown."""

    dataset: str
    start: float
    end: float

    def __str__(self):
        return f"delete {self.start:.4f}–{self.end:.4f} s"


@dataclass
class History:
    reads: list = field(default_factory=list)
    writes: list = field(default_factory=list)
    deletes: list = field(default_factory=list)
    finals: list = field(default_factory=list)  # (dataset, body through the gateway, body from the origin)


@dataclass(frozen=True)
class Violation:
    rule: str
    dataset: str
    text: str

    def __str__(self):
        return f"{self.rule} in {self.dataset}: {self.text}"


def value_of(dataset, key, write_id):
    """A value that says where it belongs, so that it cannot turn up elsewhere unnoticed."""
    return f"{dataset}|{key}|{write_id}"


def removal_of(dataset, key, write_id):
    """What a removed record stands for in a history, where it has no value of its own."""
    return value_of(dataset, key, f"removed|{write_id}")


def check(history, time_to_live):
    """All violations, each rule's first in each dataset; none means that the history is good."""
    found = []
    for dataset in sorted({x.dataset for x in history.reads + history.writes}):
        reads = sorted((r for r in history.reads if r.dataset == dataset), key=lambda r: r.start)
        writes = [w for w in history.writes if w.dataset == dataset]
        deletes = sorted((d for d in history.deletes if d.dataset == dataset), key=lambda d: d.end)
        log = known_writes(reads, writes)
        if deletes:
            checks = [risen(reads, writes, deletes), phantoms(dataset, reads, writes), newer_than_page(reads)]
        else:
            checks = [
                order(reads, [w for w in writes if not w.bypass], "C1", 0),
                order(reads, reads, "C2", 0),
                phantoms(dataset, reads, writes),
                pages(reads, log),
                order(reads, [w for w in writes if w.bypass], "C7", time_to_live),
            ]
        if not any(w.bypass for w in writes):
            checks.append(one_order(reads, writes, deletes, log))
        first = [next(iter(violations), None) for violations in checks]
        found += [Violation(rule, dataset, text) for rule, text in filter(None, first)]
    for dataset, through, direct in history.finals:
        if through != direct:
            found.append(Violation("C5", dataset, f"after the pause\n  gateway {through[:300]!r}\n  origin  {direct[:300]!r}"))
    return found


def order(reads, before, rule, allowance):
    """Each read against the newest count of what had ended, by `allowance` seconds, before it started."""
    ended = sorted((x for x in before if x.count is not None and x.end != PENDING), key=lambda x: x.end)
    newest, position = None, 0
    for read in reads:
        while position < len(ended) and ended[position].end + allowance < read.start:
            if newest is None or ended[position].count > newest.count:
                newest = ended[position]
            position += 1
        if newest is not None and read.count < newest.count:
            yield rule, f"{read} came after\n  {newest}"


def risen(reads, writes, deletes):
    """C1 for deletions, in the order of their ends: no record that was written before the last one that had ended."""
    ends, sent = [d.end for d in deletes], {w.value: w for w in writes}
    for read in reads:
        position = bisect_left(ends, read.start)
        for key, value, _ in read.records if position else ():
            if value in sent and sent[value].end < deletes[position - 1].start:
                yield "C1", f"{read} has under {key} what had gone\n  {sent[value]}\n  {deletes[position - 1]}"


def phantoms(dataset, reads, writes):
    """C3 and C6 for every record of every read."""
    sent = {w.value: w for w in writes}
    for read in reads:
        for key, value, count in read.records:
            if not value.startswith(value_of(dataset, key, "")):
                yield "C6", f"{read} has under {key} the value {value[:80]!r} of elsewhere"
            elif value not in sent or sent[value].start > read.end:
                yield "C3", f"{read} has under {key} a value that nobody had written: {value[:80]!r}"
            elif sent[value].count not in (None, count):
                yield "C3", f"{read} has {value[:80]!r} at {count}, but\n  {sent[value]}"


def known_writes(reads, writes):
    """Sync count -> (key, value) of the write that made it, as answers and later reads tell."""
    log = {w.count: (w.key, w.value) for w in writes if w.count is not None}
    unknown = {w.value for w in writes if w.count is None}
    for read in reads:
        log.update({c: (k, v) for k, v, c in read.records if v in unknown})
    return log


def pages(reads, log):
    """C4: each whole read, and each traversal at one count, against the dataset's state at that count."""
    yield from newer_than_page(reads)
    states = states_by_count(log)
    traversals = {}
    for read in reads:
        if read.whole:
            yield from against_state(states, read, [read])
        elif read.traversal is not None:
            traversals.setdefault(read.traversal, []).append(read)
    for parts in traversals.values():
        # Pages of different counts say themselves that the dataset changed in between.
        if len({part.count for part in parts}) == 1:
            yield from against_state(states, parts[-1], parts)


def newer_than_page(reads):
    for read in reads:
        if any(count > read.count for _, _, count in read.records):
            yield "C4", f"{read} has a record newer than itself: {read.records}"


def states_by_count(log):
    """Count -> the state there, as far as every write up to it is known."""
    states, state, count = {0: {}}, {}, 1
    while count in log:
        key, value = log[count]
        state = {**state, key: (value, count)}
        states[count] = state
        count += 1
    return states


def against_state(states, read, parts):
    if read.count not in states:
        return
    found = sorted(record for part in parts for record in part.records)
    expected = sorted((k, v, c) for k, (v, c) in states[read.count].items() if c > read.since)
    if found != expected:
        missing, extra = [x for x in expected if x not in found], [x for x in found if x not in expected]
        yield "C4", f"{read} is not the dataset at its count: missing {missing[:3]}, too much {extra[:3]}"


def one_order(reads, writes, deletes, log):
    """Linearizability of the sync count: a write makes n of n - 1, a read tells n, a deletion makes it 0."""
    seen = {value: count for read in reads for _, value, count in read.records}
    events = [Event(r.start, r.end, ("read", None), r.count) for r in reads]
    events += [Event(d.start, d.end, ("delete", None)) for d in deletes]
    for write in writes:
        count = write.count or seen.get(write.value)
        if count or deletes:
            events.append(Event(write.start, write.end if write.count else PENDING, ("write", count), write.count))
    if not deletes:
        # A write of unknown outcome that was overwritten before anybody saw it shows only as a gap.
        newest = max([0, *log, *(r.count for r in reads)])
        events += [Event(-1, PENDING, ("write", gap)) for gap in range(1, newest) if gap not in log]
    if not linearizable(events, 0, version):
        yield "C1/C2", "the reads, writes and deletions cannot be put in one order"


def version(state, given, output):
    kind, count = given
    if kind == "read":
        return state if output == state else None
    if kind == "delete":
        return 0
    return state + 1 if count in (None, state + 1) else None
