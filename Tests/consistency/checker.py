"""Judges what was seen through a gateway by what the origin really had, by the rules C1 to C8.

C1 a read that starts after a write through this gateway was answered sees it
C2 a read that starts after another through this gateway ended never goes back
C3 each record was written: this value, under this key, at this sync count, and not before it was sent
C4 an answer is what the origin would have answered at one moment, and so are the pages of one walk together, unless
   their counts say that they are not
C5 after a pause longer than the time to live the gateway says what the origin says
C6 no answer ever has another identity's, dataset's or key's value
C7 whatever changed, by whomever, is seen once the time to live is over; a confirmed read sees it at once
C8 a write that was answered with success happened as the answer says, one that was refused did not, and none twice

A dataset that somebody else deletes and makes anew may count as the old one did, and nothing in the answer to a write
tells the two apart. So for as long as C7 lets such a deletion be unseen, an answer may mix the old with the new.

The origin's journal gives the states of each dataset in their order. A read is good if one of the states that give
its answer lies between the newest that it must see and the newest that it can. Datasets of one gateway that nobody
else writes must moreover be linearizable by what the callers saw, judged by the search that the published histories
prove: a second opinion, which does not use the journal.
"""

from dataclasses import dataclass, field

from linearizability import PENDING, Event, linearizable
from origin_history import REFUSED, OriginHistory, value_of

# Seconds: the origin tells its time in milliseconds.
TICK = 0.002


@dataclass(frozen=True)
class Write:
    dataset: str
    start: float
    end: float  # PENDING where no answer came
    values: tuple  # one for each record of the patch
    outcome: str  # applied, refused, not applied (so the gateway says of a cut one), unknown
    count: int | None = None  # the sync count it was given
    gateway: str | None = "a"  # None: round it

    def __str__(self):
        way = f"through gateway {self.gateway}" if self.gateway else "round the gateway"
        return f"write {way} {clock(self.start)}–{clock(self.end)} of {self.values[0][-40:]}: {self.outcome}, count {self.count}"


@dataclass(frozen=True)
class Read:
    dataset: str
    start: float
    end: float
    said: tuple | str  # as OriginHistory.answer says it
    since: int = 0
    size: int | None = None
    after: str = ""  # the last key of the page before
    walk: int | None = None
    confirmed: bool = False  # asked for with no-cache
    gateway: str = "a"
    how: str = ""  # what Cache-Status said

    @property
    def count(self):
        return None if self.said == REFUSED else self.said[0]

    def __str__(self):
        what = f"since {self.since}" + (f" after {self.after}, {self.size}" if self.size else "")
        return f"read {clock(self.start)}–{clock(self.end)} {what} at count {self.count} ({self.how})"


@dataclass(frozen=True)
class Delete:
    """The end of a dataset; `gone` already where the answer was 404, `end` is PENDING where none came."""

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
    finals: list = field(default_factory=list)  # (dataset, answer through the gateway, answer of the origin)


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
    """All violations, each rule's first in each dataset; none means that the history is good.

    `journal`: dataset -> the emulator's entries; the last two are its rules.
    """
    found = []
    for dataset in sorted({x.dataset for x in history.reads + history.writes}):
        of = {name: [x for x in getattr(history, name) if x.dataset == dataset] for name in ("reads", "writes", "deletes")}
        origin = OriginHistory(dataset, journal.get(dataset, ()), tombstones, continues)
        checks = [written(origin, of["writes"])]
        gateways = {read.gateway for read in of["reads"]}
        for gateway in sorted(gateways):
            checks.append(Judge(origin, gateway, of, time_to_live).violations())
        if len(gateways) == 1 and all(x.gateway for x in of["writes"] + of["deletes"]):
            checks.append(one_order(origin, **of, continues=continues))
        first = {}
        for violations in checks:
            for rule, text in violations:
                first.setdefault(rule, Violation(rule, dataset, text))
        found += first.values()
    found += [
        Violation("C5", dataset, f"after the pause\n  gateway {str(through)[:300]}\n  origin  {str(direct)[:300]}")
        for dataset, through, direct in history.finals if through != direct
    ]
    return found


class Judge:
    """The reads of one dataset through one gateway, in the order of their starts."""

    def __init__(self, origin, gateway, of, time_to_live):
        self.origin, self.time_to_live = origin, time_to_live
        self.walks = walks([r for r in of["reads"] if r.gateway == gateway])
        own = [d for d in of["deletes"] if d.gateway == gateway and d.end != PENDING and not d.gone]
        self.foreign_deletions = [
            state.began for state in origin.states[1:]
            if not state.exists and not any(d.start - TICK <= state.began <= d.end for d in own)
        ]
        self.done = sorted((
            (x.end, index, x) for x in of["writes"] + of["deletes"]
            if x.gateway == gateway and x.end != PENDING and (index := self.made(x)) is not None
        ), key=lambda done: done[0])

    def made(self, change):
        """The state that an answered write or deletion made, or the first that it can have seen."""
        if isinstance(change, Write):
            return self.origin.made.get(change.values[0], [None])[0] if change.outcome == "applied" else None
        first, last = self.origin.at(change.start), self.origin.at(change.end)
        return next((i for i in range(first, last + 1) if not self.origin.states[i].exists), None)

    def violations(self):
        seen, changed, position = (0, None), (0, None), 0
        ended = []  # (end, state, read) of the reads so far
        for pages in self.walks:
            start = pages[0].start
            while position < len(self.done) and self.done[position][0] < start:
                changed = max(changed, self.done[position][1:], key=lambda c: c[0])
                position += 1
            seen = max([seen, *((state, read) for end, state, read in ended if end < start)], key=lambda s: s[0])
            ended = [one for one in ended if one[0] >= start]
            old = self.origin.at(start - self.time_to_live)
            fresh = self.origin.at(start - TICK) if pages[0].confirmed else 0
            bounds = [("C1", *changed), ("C2", *seen), ("C7", old, "the time to live"), ("C7", fresh, "a confirmation")]
            states = self.candidates(pages)
            least = max(bound for _, bound, _ in bounds)
            good = next((state for state in states if state >= least), None)
            if good is None and not states and any(
                start - self.time_to_live <= time <= pages[-1].end for time in self.foreign_deletions
            ):
                continue
            if good is None:
                yield from self.explain(pages, states, bounds)
            else:
                # What a later read must not go back behind; of a walk, its first page told the state.
                ended.append((pages[0].end, good, pages[0]))

    def candidates(self, pages):
        """The states that give all of the pages and were there when the last one came, oldest first."""
        states = set(self.origin.matching(pages[0]))
        for page in pages[1:]:
            states &= set(self.origin.matching(page))
        return sorted(state for state in states if state <= self.origin.at(pages[-1].end))

    def explain(self, pages, states, bounds):
        for page in pages:
            for key, value, count in page.said[3] if page.said != REFUSED else ():
                if not value.startswith(value_of(self.origin.dataset, key, "")):
                    yield "C6", f"{page} has under {key} the value {value[:80]!r} of elsewhere"
                    return
                there = self.origin.made.get(value, [])
                if not any(self.origin.states[i].records[key][2] == count and i <= self.origin.at(page.end) for i in there):
                    yield "C3", f"{page} has {value[:80]!r} at {count}, which was never, or not yet, written"
                    return
        if not states:
            yield "C4", f"{pages[0]}" + (f" and {len(pages) - 1} more pages" if pages[1:] else "") + self.difference(pages)
        for rule, bound, why in bounds:
            if states and states[-1] < bound:
                yield rule, f"{pages[0]} is of state {states[-1]}, but came after state {bound}\n  {why}"

    def difference(self, pages):
        """Beside the state that stood when the first page came."""
        page = next((p for p in pages if not self.origin.matching(p)), pages[0])
        state = self.origin.states[self.origin.at(page.end)]
        return (f" is no state that ever was\n  said   {page.said}\n"
                f"  origin {self.origin.answer(state, page.since, page.size, page.after)}")


def walks(reads):
    """Lists of pages that belong together: a walk at one count is one answer, other pages stand for themselves."""
    together = {}
    for number, read in enumerate(reads):
        together.setdefault(("walk", read.walk) if read.walk is not None else number, []).append(read)
    for pages in together.values():
        pages.sort(key=lambda page: page.start)
    whole = [pages for pages in together.values() if len({page.count for page in pages}) == 1]
    apart = [[page] for pages in together.values() if len({page.count for page in pages}) > 1 for page in pages]
    return sorted(whole + apart, key=lambda pages: pages[0].start)


def written(origin, writes):
    """C8, and that no write that was answered with success is lost."""
    for write in writes:
        for value in write.values:
            there = origin.made.get(value, [])
            if len(there) > 1:
                yield "C8", f"{write} happened {len(there)} times"
            elif write.outcome == "applied" and not (there and origin.states[there[0]].count == write.count):
                yield "C8", f"{write}, and did not happen so"
            elif write.outcome == "refused" and there:
                yield "C8", f"{write}, and happened at {origin.states[there[0]].count}"
            elif write.outcome == "not applied" and there and origin.began[there[0]] < write.start:
                yield "C8", f"{write}, and had happened before it was sent"


def one_order(origin, reads, writes, deletes, continues):
    """Linearizability of the sync count, by what the callers saw; of a write or deletion without an answer, the
    journal says whether it happened."""
    events = [Event(r.start, r.end, ("read", None), r.count) for r in reads if not r.after and r.said != REFUSED]
    events += [Event(d.start, d.end, ("delete", d.gone if d.end != PENDING else None)) for d in deletes]
    for write in writes:
        if write.outcome == "applied":
            events.append(Event(write.start, write.end, ("write", write.count), write.count))
        elif there := origin.made.get(write.values[0]):
            events.append(Event(write.start, PENDING, ("write", origin.states[there[0]].count)))

    def step(state, given, output):
        (count, exists), (kind, told) = state, given
        if kind == "read":
            return state if output == (count if exists else 0) else None
        if kind == "delete":
            return None if told == exists else (count if continues else 0, False)
        return (told, True) if count + 1 == told else None

    if not linearizable(events, (0, False), step):
        yield "C1/C2", "the reads, writes and deletions cannot be put in one order"
