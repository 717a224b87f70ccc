"""The rules C1 to C4, C6 and C7 for the reads of one dataset through one gateway."""

from claims import TICK
from history import PENDING, REFUSED, Write
from incarnations import Incarnations
from upstream_history import value_of


class ReadChecker:
    """A check of the reads of one dataset through one gateway, in the order of their starts."""

    def __init__(self, upstream, gateway, of, claims, time_to_live, identity_check=0.0):
        self.upstream, self.claims, self.time_to_live = upstream, claims, time_to_live
        self.paginations = paginations([r for r in of["reads"] if r.gateway == gateway])
        written = any(write.gateway for write in of["writes"])
        self.incarnations = Incarnations(upstream, gateway, of["deletes"], written, time_to_live, identity_check)
        self.done = sorted((
            (x.end, index, x) for x in of["writes"] + of["deletes"]
            if x.gateway == gateway and x.end != PENDING and (index := self.made(x)) is not None
        ), key=lambda done: done[0])

    def made(self, change):
        """Returns the state that a completed write or deletion made, or the first that it can have seen."""
        if isinstance(change, Write):
            return self.claims.change(change) if change.outcome == "applied" else None
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
            if good is not None:
                # A later read must not go back behind this state; the first page of a pagination fixes it.
                ended.append((pages[0].end, good, pages[0]))
            elif not self.incarnations.excuses(pages, [index for _, index, _ in self.done[:position]], seen, old):
                yield from self.explain(pages, states, bounds)

    def candidates(self, pages):
        """Returns the states that match all pages and existed when the last page came, oldest first."""
        states = set(self.upstream.matching(pages[0]))
        for page in pages[1:]:
            states &= set(self.upstream.matching(page))
        return sorted(state for state in states if state <= self.upstream.at(pages[-1].end))

    def explain(self, pages, states, bounds):
        for page in pages:
            for record in page.records:
                if not record.value.startswith(value_of(self.upstream.dataset, record.key, "")):
                    yield "C6", f"{page} has under '{record.key}' the value {record.value[:80]!r} of another place"
                    return
                if not any(i <= self.upstream.at(page.end) for i in self.upstream.places.get(record, ())):
                    yield "C3", f"{page} has {record}, which no write had made by then{self.likely(record)}"
                    return
        if not states:
            yield "C4", f"{pages[0]}" + (f" and {len(pages) - 1} more pages" if pages[1:] else "") + self.difference(pages)
        for rule, bound, why in bounds:
            if states and states[-1] < bound:
                yield rule, f"{pages[0]} is of state {states[-1]}, but came after state {bound}:\n  {why}"

    def likely(self, record):
        """Describes the record that a write made with this value."""
        there = self.upstream.made.get(record.value, ())
        return "".join(f"\n  upstream {self.upstream.states[i].records[record.key]}" for i in there[:1])

    def difference(self, pages):
        """Describes the first page without a matching state, beside the state at that moment."""
        page = next((p for p in pages if not self.upstream.matching(p)), pages[-1])
        state = self.upstream.states[self.upstream.at(page.end)]
        return (f" matches no state\n  gateway  {page.content}\n"
                f"  upstream {self.upstream.response_at(state, page.since, page.size, page.after)}")


def paginations(reads):
    """Returns lists of pages that must be of one state: a pagination, or a page by itself.

    The cursors of upstream refer to no snapshot. So the pages of a pagination are by themselves if upstream made
    them and says so: forwarded past the cache, with several counts.
    """
    together = {}
    for number, read in enumerate(reads):
        together.setdefault(("pagination", read.pagination) if read.pagination is not None else number, []).append(read)
    lists = []
    for pages in together.values():
        pages.sort(key=lambda page: page.start)
        lists += [[page] for page in pages] if any(page.bypassed for page in pages) else [pages]
    return sorted(lists, key=lambda pages: pages[0].start)


class MergeChecker:
    """C2, C4 and C7 for MergedDatasetNames, which a merge of identities changes without a write and without a count."""

    def __init__(self, merges, time_to_live):
        self.merges, self.time_to_live = sorted(merges, key=lambda merge: merge.start), time_to_live

    def violations(self, reads):
        ended, seen = [], 0
        for read in sorted(reads, key=lambda read: read.start):
            if read.content == REFUSED:
                continue
            seen = max([seen, *(state for end, state in ended if end < read.start)])
            ended = [one for one in ended if one[0] >= read.start]
            old = self.certain(read.start - (TICK if read.revalidated else self.time_to_live))
            able = [i for i, names in enumerate(self.names) if names == read.merged and (not i or self.merges[i - 1].start <= read.end)]
            good = next((i for i in able if i >= max(old, seen)), None)
            if good is not None:
                ended.append((read.end, good))
            else:
                rule = "C4" if not able else "C7" if able[-1] < old else "C2"
                last = next((m for m in reversed(self.merges) if m.end < read.start), None)
                late = f" {read.start - last.end:.1f} s after the merge" if last else ""
                yield rule, f"{read} has the merged datasets {read.merged}{late}, and not those of state {max(old, seen)}: {self.names[max(old, seen)]}"

    @property
    def names(self):
        return [(), *(merge.names for merge in self.merges)]

    def certain(self, time):
        """Returns the number of merges that had ended at a moment."""
        return sum(merge.end <= time for merge in self.merges)
