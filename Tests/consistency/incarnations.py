"""The window after a deletion past a gateway, in which its responses may mix the incarnations of a dataset.

If another caller deletes a dataset and creates it again, the new incarnation may reach the same sync counts. A
gateway notices that at its next revalidation, or at the next check of the incarnation. Until then a response may be
of the old incarnation, or the old records with the newer ones of the new incarnation behind them.

Even then, each record is one that this dataset had, whole. The records are in layers: no record is of an older
incarnation than one with a lower count, and all records of one count are of one write. The response has a count that
upstream had lately. It has the writes through the gateway itself. A response to a read with no-cache has no excuse.
"""

from claims import TICK
from history import PENDING, REFUSED


class Incarnations:
    """The deletions of one dataset that are not of one gateway, and the excuse that they are."""

    def __init__(self, upstream, gateway, deletes, written, time_to_live, identity_check):
        self.upstream, self.time_to_live = upstream, time_to_live
        # Only without writes through gateways is the count of a response the one of the last revalidation.
        self.provable = not written
        self.window = time_to_live + identity_check
        self.foreign = [
            index for index, state in enumerate(upstream.states)
            if index and not state.exists and not self.own(state.began, gateway, deletes)
        ]

    def own(self, time, gateway, deletes):
        """Returns whether only deletions through this gateway can have happened at this moment."""
        there = [d for d in deletes if not d.gone and d.start - TICK <= time <= d.end + TICK]
        return bool(there) and all(d.gateway == gateway and d.end != PENDING for d in there)

    def excuses(self, pages, changes, seen, old):
        """Returns whether a response that matches no state, or one that is too old, is allowed.

        `changes`: the states that own writes and deletions made before; `seen`: the state of an earlier response and
        that response; `old`: the state that stood a time to live before.
        """
        first = pages[0]
        deletions = [i for i in self.foreign if first.start - self.window <= self.upstream.began[i] <= pages[-1].end]
        if first.revalidated or not deletions or not self.counted(pages, changes, seen, old, deletions):
            return False
        if first.content == REFUSED:
            return True
        made = self.layers(pages)
        return (made is not None and not self.goes_back(made, seen) and self.has_own(pages, made, changes)
                and not self.was_proved(pages, made))

    def counted(self, pages, changes, seen, old, deletions):
        """Returns whether upstream had this count, after all that the gateway must have learnt."""
        first = pages[0]
        among = range(len(self.upstream.states)) if first.content == REFUSED else self.upstream.by_count.get(
            (first.content.exists, first.content.count), ())
        if first.content == REFUSED:
            among = [i for i in among if self.upstream.states[i].exists and self.upstream.states[i].count < first.since]
        able = [i for i in among if max([old, *changes]) <= i <= self.upstream.at(pages[-1].end)]
        return bool(able) and (able[-1] >= seen[0] or any(able[-1] < deletion <= seen[0] for deletion in deletions))

    def goes_back(self, made, seen):
        """Returns whether there are records of an incarnation whose deletion an earlier response showed."""
        state, earlier = seen
        older = [record.count for record, index in made.items() if self.of(index) < self.of(state)]
        # It showed no dataset, or one whose count had fallen.
        shown = earlier is not None and earlier.content != REFUSED and older
        return bool(shown) and (not earlier.content.exists or earlier.count < max(older))

    def layers(self, pages):
        """Returns record -> the state that made it; None if the records cannot be those of one snapshot."""
        end, made = self.upstream.at(pages[-1].end), {}
        for record in (record for page in pages for record in page.records):
            made[record] = next((i for i in self.upstream.places.get(record, ()) if i <= end), None)
            if made[record] is None:
                return None
        if len({page.count for page in pages}) > 1 or len({record.key for record in made}) < len(made):
            return None
        ordered = sorted(made, key=lambda record: (record.count, made[record]))
        for lower, higher in zip(ordered, ordered[1:]):
            same = lower.count == higher.count
            if made[lower] != made[higher] if same else self.of(made[lower]) > self.of(made[higher]):
                return None
        return made

    def of(self, index):
        return self.upstream.states[index].incarnation

    def has_own(self, pages, made, changes):
        """Returns whether the records show what was done through the gateway itself, unless something came after it."""
        shown = {record.key: index for record, index in made.items()}
        last, states = self.upstream.at(pages[-1].end), self.upstream.states
        deleted = max((i for i in range(last + 1) if not states[i].exists), default=0)
        for change in changes:
            if not states[change].exists:
                if any(index < change for index in shown.values()):
                    return False
            elif change > deleted:
                for record in states[change].records.values():
                    written = change in self.upstream.places[record] and not self.superseded(record, change, last)
                    if written and self.in_range(record, pages) and shown.get(record.key, -1) < change:
                        return False
        return True

    def superseded(self, record, change, last):
        """Returns whether the key was written again after the change."""
        return any(self.upstream.states[i].records.get(record.key) != record for i in range(change + 1, last + 1))

    def in_range(self, record, pages):
        """Returns whether the pages would have the record."""
        beyond = pages[-1].content.more and (not pages[-1].records or record.key > pages[-1].records[-1].key)
        hidden = record.removed and not self.upstream.tombstones and pages[0].since == 0
        return record.count > pages[0].since and record.key > pages[0].after and not beyond and not hidden

    def was_proved(self, pages, made):
        """Returns whether each revalidation of the last time to live showed a record that proves the new incarnation.

        A revalidation shows again the records at the held count. One that is of another write proves it. So does a
        lower count.
        """
        first, end = pages[0], self.upstream.at(pages[0].start - self.time_to_live)
        held = [index for record, index in made.items() if record.count == first.count]
        if not self.provable or not held or first.since or self.of(held[0]) >= self.of(end):
            return False
        latest = self.upstream.at(first.end)
        return all(
            state.count < first.count or any(r.count == first.count and not r.removed for r in state.records.values())
            for state in self.upstream.states[end: latest + 1]
        )
