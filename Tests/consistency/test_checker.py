"""Tests of the checker itself: a good history passes, and each rule finds its violation."""

import dataclasses
import unittest

from checker import Delete, History, Merge, MetadataRead, Read, Setting, Write, check
from history import Content
from linearizability import PENDING
from upstream_history import REFUSED, Record, removal_of, value_of

D = "identity-a/notes"


def write(start, end, count, key="k", gateway="a", outcome="applied"):
    return Write(D, start, end, (value_of(D, key, f"w{start}"),), outcome, count, gateway)


def removal(start, end, count, key="k", outcome="applied"):
    """Returns a removal; without a response, nothing tells its count."""
    identity = f"{count}|0" if outcome == "applied" else f"?{start}"
    return Write(D, start, end, (removal_of(D, key, identity),), outcome, count if outcome == "applied" else None)


def record(write, count=None, **members):
    return Record(write.values[0].split("|")[1], write.values[0], count or write.count, **members)


def read(start, end, count, *writes, more=False, exists=True, deleted=False, **parameters):
    """Returns a read that saw these writes; a number beside a write is the count that the read shows for it."""
    records = [record(*w) if isinstance(w, tuple) else record(w) for w in writes]
    return Read(D, start, end, Content(count, exists, deleted, tuple(sorted(records)), more), **parameters)


NOTHING = {"count": 0, "exists": False}


def journal(*changes):
    """Yields the journal entries of the emulator for these pairs of a moment and a write or deletion."""
    count = 0
    for time, change in changes:
        if isinstance(change, Write):
            count = change.count or count + 1
            records = [
                {"Key": value.split("|")[1], "SyncCount": count, "Value": None if "|removed|" in value else value}
                for value in change.values
            ]
            yield {"Time": time, "SyncCount": count, "Records": records}
        else:
            yield {"Time": time, "SyncCount": count, "Records": None}
            count = 0


class Rules(unittest.TestCase):
    def rules(self, *operations, finals=(), happened=None, **rules):
        """Returns the violated rules.

        `happened`: the moments of the changes; by default each completed one is in the middle of its time.
        """
        kinds = (Read, Write, Delete, Merge, Setting, MetadataRead)
        history = History(*([x for x in operations if isinstance(x, kind)] for kind in kinds), list(finals))
        changes = [x for x in history.writes + history.deletes if x.end != PENDING]
        if happened is None:
            happened = sorted((((x.start + x.end) / 2, x) for x in changes), key=lambda change: change[0])
        violations = check(history, {D: list(journal(*happened))}, time_to_live=5, **rules)
        return sorted(violation.rule for violation in violations)


class Checker(Rules):
    first, second = write(0, 1, 1), write(2, 3, 2)

    def test_a_good_history_passes(self):
        other = write(4, 5, 3, key="other")
        self.assertEqual(self.rules(
            self.first, self.second, other,
            read(1.5, 1.6, 1, self.first), read(2.5, 2.6, 1, self.first), read(2.6, 2.7, 2, self.second),
            read(6, 7, 3, self.second, other), read(6, 7, 3, other, since=2),
            read(8, 8.1, 3, self.second, size=1, more=True, pagination=1), read(8.2, 8.3, 3, other, size=1, after="k", pagination=1),
            Read(D, 9, 9.1, REFUSED, since=4),
            finals=[(D, b"x", b"x")],
        ), [])

    def test_c1_a_read_after_a_write_that_does_not_see_it(self):
        self.assertEqual(self.rules(self.first, self.second, read(4, 5, 1, self.first)), ["C1", "C1/C2"])
        self.assertEqual(self.rules(self.first, self.second, Read(D, 2.2, 5, REFUSED, since=2)), [])
        self.assertEqual(self.rules(self.first, self.second, Read(D, 4, 5, REFUSED, since=2)), ["C1"])

    def test_c1_a_removed_record_that_is_still_there(self):
        gone = removal(2, 3, 2)
        self.assertEqual(self.rules(self.first, gone, read(4, 5, 2, gone)), [])
        self.assertEqual(self.rules(self.first, gone, read(4, 5, 2), tombstones=False), [])
        self.assertEqual(self.rules(self.first, gone, read(4, 5, 2, gone), tombstones=False), ["C4"])
        self.assertEqual(self.rules(self.first, gone, read(4, 5, 2, gone, since=1), tombstones=False), [])
        self.assertEqual(self.rules(self.first, gone, read(4, 5, 1, self.first)), ["C1", "C1/C2"])
        self.assertEqual(self.rules(self.first, gone, read(4, 5, 2, self.first)), ["C4"], "a page at another count")

    def test_c1_a_deleted_dataset_that_comes_back(self):
        gone, recreated, nothing = Delete(D, 4, 5), write(6, 7, 1), {"exists": False}
        self.assertEqual(self.rules(self.first, self.second, gone, read(5.5, 5.6, 0, **nothing), recreated, read(8, 9, 1, recreated)), [])
        self.assertEqual(self.rules(self.first, self.second, gone, read(4.2, 8, 2, self.second)), [], "a slow read")
        self.assertEqual(self.rules(self.first, gone, read(6, 7, 1, self.first)), ["C1", "C1/C2"])
        self.assertEqual(self.rules(self.first, gone, recreated, read(8, 9, 1, self.first)), ["C1"], "the count tells nothing")
        self.assertEqual(self.rules(self.first, gone, recreated, read(8, 9, 0, **nothing)), ["C1", "C1/C2"], "created again, and not seen")
        self.assertEqual(self.rules(self.first, gone, read(6, 7, 0, since=1, deleted=True, **nothing)), [])
        self.assertEqual(self.rules(self.first, gone, read(5.1, 5.2, 0, since=1, **nothing)), ["C1"], "not shown as deleted")
        again = write(6, 7, 2)
        self.assertEqual(self.rules(self.first, gone, again, read(8, 9, 2, again), continues=True), [])
        self.assertEqual(self.rules(self.first, gone, again, read(8, 9, 2, again, since=1, deleted=True), continues=True), [])

    def test_c1_a_deletion_that_found_nothing_saw_that(self):
        known = Delete(D, 6, 7, gone=True)
        happened = [(0.5, self.first), (4, Delete(D, 4, 5))]
        self.assertEqual(self.rules(self.first, known, read(8, 9, 0, exists=False), happened=happened), ["C1/C2"], "who did it?")
        self.assertIn("C1", self.rules(self.first, known, read(8, 9, 1, self.first), happened=happened))

    def test_c8_a_deletion_without_a_response_may_have_happened_or_not(self):
        lost, nothing = Delete(D, 4, PENDING), {"exists": False}
        did = [(0.5, self.first), (4.5, lost)]
        self.assertEqual(self.rules(self.first, lost, read(6, 7, 1, self.first)), [])
        self.assertEqual(self.rules(self.first, lost, read(6, 7, 0, **nothing), happened=did), [])
        back = (read(6, 7, 0, **nothing), read(8, 9, 1, self.first))
        self.assertEqual(self.rules(self.first, lost, *back, happened=did), ["C1/C2", "C2"])

    def test_c2_a_read_that_goes_back(self):
        slow = write(2, 9, 2)
        happened = [(0.5, self.first), (2.5, slow)]
        back = (read(3, 4, 2, slow), read(5, 6, 1, self.first))
        self.assertEqual(self.rules(self.first, slow, *back, happened=happened), ["C1/C2", "C2"])
        elsewhere = (back[0], dataclasses.replace(back[1], gateway="b"))
        self.assertEqual(self.rules(self.first, slow, *elsewhere, happened=happened), [], "another gateway's cache")

    def test_c3_a_value_that_nobody_wrote(self):
        phantom = write(7, 8, 2)
        happened = [(0.5, self.first)]
        self.assertIn("C3", self.rules(self.first, read(4, 5, 2, phantom)))
        self.assertIn("C3", self.rules(self.first, phantom, read(4, 5, 2, phantom)), "before it was written")
        self.assertIn("C3", self.rules(self.first, read(4, 5, 2, (self.first, 2)), happened=happened), "another count")

    def test_c4_a_page_that_mixes_two_states(self):
        other = write(2, 3, 2, key="other")
        both = (self.first, other)
        self.assertEqual(self.rules(*both, read(4, 5, 2, self.first)), ["C4"], "lacks the newer")
        self.assertEqual(self.rules(*both, read(4, 5, 2, self.first, size=1)), ["C4"], "hides that more follows")
        self.assertEqual(self.rules(*both, read(4, 5, 2, self.first, since=1)), ["C4"], "too much")
        later = read(5.1, 5.2, 2, size=1, after="k", pagination=1)
        self.assertEqual(self.rules(*both, later), ["C4"], "a pagination that lacks a record")
        self.assertIn("C4", self.rules(*both, read(2.6, 2.7, 1, *both)), "newer than itself")

    def test_c4_the_pages_of_a_pagination_are_of_one_state(self):
        gone = Delete(D, 4, 5)
        old = [write(0, 1, 1, "a"), write(2, 3, 2, "b")]
        new = [write(6, 7, 1, "a"), write(8, 9, 2, "b")]
        first = read(3.5, 3.6, 2, old[0], size=1, more=True, pagination=1)
        self.assertEqual(self.rules(*old, gone, *new, first, read(10, 11, 2, old[1], size=1, after="a", pagination=1)), [], "a snapshot")
        mixed = read(10, 11, 2, new[1], size=1, after="a", pagination=1)
        self.assertEqual(self.rules(*old, gone, *new, first, mixed), ["C4"])
        moved = read(6.2, 6.9, 1, size=1, after="a", pagination=1)
        self.assertEqual(self.rules(*old, gone, *new, first, moved), ["C4"], "two counts")
        forwarded = [dataclasses.replace(page, cache_status="fwd=bypass") for page in (first, moved)]
        self.assertEqual(self.rules(*old, gone, *new, *forwarded), [], "the cursors of upstream, and the counts say so")

    def test_c5_a_cache_that_never_learns(self):
        self.assertEqual(self.rules(self.first, finals=[(D, b"old", b"new")]), ["C5"])

    def test_c6_another_identitys_value(self):
        foreign = dataclasses.replace(self.first, values=(value_of("identity-b/notes", "k", "w0"),))
        self.assertIn("C6", self.rules(self.first, read(4, 5, 1, foreign)))

    def test_c7_a_write_that_bypasses_the_gateway_may_be_seen_late_but_not_too_late(self):
        bypassing = write(2, 3, 2, gateway=None)
        self.assertEqual(self.rules(self.first, bypassing, read(7, 8, 1, self.first)), [])
        self.assertEqual(self.rules(self.first, bypassing, read(9, 10, 1, self.first)), ["C7"])
        self.assertEqual(self.rules(self.first, bypassing, read(4, 5, 1, self.first, revalidated=True)), ["C7"])
        other = dataclasses.replace(bypassing, gateway="b")
        self.assertEqual(self.rules(self.first, other, read(7, 8, 1, self.first), read(3.5, 4, 2, other, gateway="b")), [])
        self.assertEqual(self.rules(self.first, other, read(4, 5, 1, self.first, gateway="b")), ["C1", "C1/C2"])

    def test_c8_a_write_without_a_response_may_have_happened_or_not(self):
        lost = write(2, PENDING, None, outcome="unknown")
        did = [(0.5, self.first), (2.5, lost)]
        self.assertEqual(self.rules(self.first, lost, read(4, 5, 1, self.first)), [])
        self.assertEqual(self.rules(self.first, lost, read(4, 5, 2, (lost, 2)), read(6, 7, 2, (lost, 2)), happened=did), [])
        back = (read(4, 5, 2, (lost, 2)), read(6, 7, 1, self.first))
        self.assertIn("C2", self.rules(self.first, lost, *back, happened=did))
        third = write(8, 9, 3)
        happened = [*did, (8.5, third)]
        self.assertEqual(self.rules(self.first, lost, third, read(10, 11, 3, third), happened=happened), [], "seen by nobody")

    def test_c8_a_response_agrees_with_what_happened(self):
        self.assertEqual(self.rules(self.first, happened=[]), ["C8"], "a success response, and lost")
        self.assertEqual(self.rules(self.first, happened=[(0.5, self.first), (0.6, write(0, 1, 2))]), ["C8"], "sent twice")
        refused = write(2, 3, None, outcome="refused")
        self.assertEqual(self.rules(refused), ["C8"], "refused, and happened")
        self.assertEqual(self.rules(refused, happened=[]), [])


if __name__ == "__main__":
    unittest.main()
