"""The checker: it compares the responses of a gateway with the states of upstream by the rules C1 to C8.

C1 a read that starts after the response to a write through this gateway sees that write
C2 a read that starts after another read through this gateway has ended never goes back behind it
C3 each record of a response was written before it: this value, under this key, at this sync count
C4 a response is what upstream would have sent at one moment; the pages of one pagination at one count are of one state
C5 after a pause longer than the time to live the gateway and upstream give the same response
C6 no response has the value of another identity, dataset or key
C7 any change is seen once the time to live is over, and at once by a revalidated read
C8 a write with a success response was applied as the response says, a refused one was not, and none was applied twice

If a writer that bypasses the gateway deletes a dataset and creates it again, its new incarnation may reach the same
sync counts. Nothing in the response to a write distinguishes the two incarnations. As long as C7 lets such a deletion
be unseen, a response may mix both. It may also be of the old incarnation after the new one was seen.

The journal of upstream gives the states of each dataset in their order. A read is good if a state that matches its
response lies between the newest that it must see and the newest that it can see. A dataset that is written through
one gateway only must also be linearizable by what its callers saw. That is an independent check: it uses the journal
only for writes without a response, and its search, `linearizability.py`, is verified by the published histories.
"""

from dataclasses import dataclass, field

from linearizability import PENDING, Event, linearizable
from upstream_history import REFUSED, UpstreamHistory, value_of

# Seconds; the journal of upstream has milliseconds.
TICK = 0.002
# Seconds until a deletion whose response was cut has happened.
CUT = 0.5


@dataclass(frozen=True)
class Write:
    dataset: str
    start: float
    end: float  # PENDING: no response came
    values: tuple  # one for each patch
    outcome: str  # applied, refused, unknown, or not applied: the gateway says so after a cut connection
    count: int | None = None  # the sync count of the response
    gateway: str | None = "a"  # None: the write bypassed the gateways

    def __str__(self):
        way = f"through gateway {self.gateway}" if self.gateway else "that bypassed the gateways"
        return f"write {way} {clock(self.start)}–{clock(self.end)} of {self.values[0][-40:]}: {self.outcome}, count {self.count}"


@dataclass(frozen=True)
class Read:
    dataset: str
    start: float
    end: float
    content: tuple | str  # in the form of UpstreamHistory.response_at
    since: int = 0
    size: int | None = None
    after: str = ""  # the last key of the previous page
    pagination: int | None = None
    revalidated: bool = False  # sent with no-cache
    gateway: str = "a"
    cache_status: str = ""  # of the response

    @property
    def count(self):
        return None if self.content == REFUSED else self.content[0]

    def __str__(self):
        what = f"since {self.since}" + (f" after {self.after}, {self.size}" if self.size else "")
        return f"read {clock(self.start)}–{clock(self.end)} {what} at count {self.count} ({self.cache_status})"


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


@dataclass
class History:
    reads: list = field(default_factory=list)
    writes: list = field(default_factory=list)
    deletes: list = field(default_factory=list)
    finals: list = field(default_factory=list)  # (dataset, response of the gateway, response of upstream)


@dataclass(frozen=True)
class Violation:
    rule: str
    dataset: str
    text: str

    def __str__(self):
        return f"{self.rule} in {self.dataset}: {self.text}"


def clock(time):
    return "…" if time == PENDING else f"{time % 1000:.3f}"


def check(history, journal, time_to_live, tombstones=True, continues=False):
    """Returns the first violation of each rule in each dataset; none if the history is good.

    `journal`: dataset -> entries of the emulator; `tombstones` and `continues` are its rules.
    """
    found = []
    for dataset in sorted({x.dataset for x in history.reads + history.writes}):
        of = {name: [x for x in getattr(history, name) if x.dataset == dataset] for name in ("reads", "writes", "deletes")}
        upstream = UpstreamHistory(dataset, journal.get(dataset, ()), tombstones, continues)
        checks = [written(upstream, of["writes"])]
        gateways = {read.gateway for read in of["reads"]}
        for gateway in sorted(gateways):
            checks.append(ReadChecker(upstream, gateway, of, time_to_live).violations())
        if len(gateways) == 1 and all(x.gateway for x in of["writes"] + of["deletes"]):
            checks.append(one_order(upstream, **of, continues=continues))
        first = {}
        for violations in checks:
            for rule, text in violations:
                first.setdefault(rule, Violation(rule, dataset, text))
        found += first.values()
    found += [
        Violation("C5", dataset, f"after the pause\n  gateway  {str(through)[:300]}\n  upstream {str(direct)[:300]}")
        for dataset, through, direct in history.finals if through != direct
    ]
    return found


class ReadChecker:
    """A check of the reads of one dataset through one gateway, in the order of their starts."""

    def __init__(self, upstream, gateway, of, time_to_live):
        self.upstream, self.time_to_live = upstream, time_to_live
        self.paginations = paginations([r for r in of["reads"] if r.gateway == gateway])
        own = [
            (d.start - TICK, d.end if d.end != PENDING else d.start + CUT) for d in of["deletes"] if d.gateway == gateway and not d.gone
        ]
        self.foreign_deletions = [
            state.began for state in upstream.states[1:]
            if not state.exists and not any(start <= state.began <= end for start, end in own)
        ]
        self.done = sorted((
            (x.end, index, x) for x in of["writes"] + of["deletes"]
            if x.gateway == gateway and x.end != PENDING and (index := self.made(x)) is not None
        ), key=lambda done: done[0])

    def made(self, change):
        """Returns the state that a completed write or deletion made, or the first that it can have seen."""
        if isinstance(change, Write):
            return self.upstream.made.get(change.values[0], [None])[0] if change.outcome == "applied" else None
        first, last = self.upstream.at(change.start), self.upstream.at(change.end)
        return next((i for i in range(first, last + 1) if not self.upstream.states[i].exists), None)

    def violations(self):
        seen, changed, position = (0, None), (0, None), 0
        ended = []  # (end, state, read) of the reads so far
        for pages in self.paginations:
            start = pages[0].start
            while position < len(self.done) and self.done[position][0] < start:
                changed = max(changed, self.done[position][1:], key=lambda c: c[0])
                position += 1
            seen = max([seen, *((state, read) for end, state, read in ended if end < start)], key=lambda s: s[0])
            ended = [one for one in ended if one[0] >= start]
            old = self.upstream.at(start - self.time_to_live)
            fresh = self.upstream.at(start - TICK) if pages[0].revalidated else 0
            bounds = [("C1", *changed), ("C2", *seen), ("C7", old, "the time to live"), ("C7", fresh, "a revalidation")]
            states = self.candidates(pages)
            least = max(bound for _, bound, _ in bounds)
            good = next((state for state in states if state >= least), None)
            if good is None and any(start - self.time_to_live <= time <= pages[-1].end for time in self.foreign_deletions):
                if not states or states[-1] >= max(bound for rule, bound, _ in bounds if rule != "C2"):
                    continue
            if good is None:
                yield from self.explain(pages, states, bounds)
            else:
                # A later read must not go back behind this state; the first page of a pagination fixes it.
                ended.append((pages[0].end, good, pages[0]))

    def candidates(self, pages):
        """Returns the states that match all pages and existed when the last page came, oldest first."""
        states = set(self.upstream.matching(pages[0]))
        for page in pages[1:]:
            states &= set(self.upstream.matching(page))
        return sorted(state for state in states if state <= self.upstream.at(pages[-1].end))

    def explain(self, pages, states, bounds):
        for page in pages:
            for key, value, count in page.content[3] if page.content != REFUSED else ():
                if not value.startswith(value_of(self.upstream.dataset, key, "")):
                    yield "C6", f"{page} has under '{key}' the value {value[:80]!r} of another place"
                    return
                there = self.upstream.made.get(value, [])
                if not any(self.upstream.states[i].records[key][2] == count and i <= self.upstream.at(page.end) for i in there):
                    yield "C3", f"{page} has {value[:80]!r} at {count}, which no write had made by then"
                    return
        if not states:
            yield "C4", f"{pages[0]}" + (f" and {len(pages) - 1} more pages" if pages[1:] else "") + self.difference(pages)
        for rule, bound, why in bounds:
            if states and states[-1] < bound:
                yield rule, f"{pages[0]} is of state {states[-1]}, but came after state {bound}:\n  {why}"

    def difference(self, pages):
        """Describes the first page without a matching state, beside the state at that moment."""
        page = next((p for p in pages if not self.upstream.matching(p)), pages[0])
        state = self.upstream.states[self.upstream.at(page.end)]
        return (f" matches no state\n  gateway  {page.content}\n"
                f"  upstream {self.upstream.response_at(state, page.since, page.size, page.after)}")


def paginations(reads):
    """Returns lists of pages that must be of one state: a pagination at one count, or a page by itself."""
    together = {}
    for number, read in enumerate(reads):
        together.setdefault(("pagination", read.pagination) if read.pagination is not None else number, []).append(read)
    for pages in together.values():
        pages.sort(key=lambda page: page.start)
    whole = [pages for pages in together.values() if len({page.count for page in pages}) == 1]
    split = [[page] for pages in together.values() if len({page.count for page in pages}) > 1 for page in pages]
    return sorted(whole + split, key=lambda pages: pages[0].start)


def written(upstream, writes):
    """Checks C8: no write with a success response is lost."""
    for write in writes:
        for value in write.values:
            there = upstream.made.get(value, [])
            if len(there) > 1:
                yield "C8", f"{write}, but was applied {len(there)} times"
            elif write.outcome == "applied" and not (there and upstream.states[there[0]].count == write.count):
                yield "C8", f"{write}, but was not applied so"
            elif write.outcome == "refused" and there:
                yield "C8", f"{write}, but was applied at {upstream.states[there[0]].count}"
            elif write.outcome == "not applied" and there and upstream.began[there[0]] < write.start:
                yield "C8", f"{write}, but was applied before it was sent"


def one_order(upstream, reads, writes, deletes, continues):
    """Checks that the sync count is linearizable by what the callers saw.

    The journal says whether a write without a response was applied.
    """
    events = [Event(r.start, r.end, ("read", None), r.count) for r in reads if not r.after and r.content != REFUSED]
    events += [Event(d.start, d.end, ("delete", d.gone if d.end != PENDING else None)) for d in deletes]
    for write in writes:
        if write.outcome == "applied":
            events.append(Event(write.start, write.end, ("write", write.count), write.count))
        elif there := upstream.made.get(write.values[0]):
            events.append(Event(write.start, PENDING, ("write", upstream.states[there[0]].count)))

    def step(state, given, output):
        (count, exists), (kind, detail) = state, given
        if kind == "read":
            return state if output == (count if exists else 0) else None
        if kind == "delete":
            return None if detail == exists else (count if continues else 0, False)
        return (detail, True) if count + 1 == detail else None

    if not linearizable(events, (0, False), step):
        yield "C1/C2", "the reads, writes and deletions cannot be put in one order"
