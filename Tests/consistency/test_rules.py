"""Tests of the checker for writes, merges of identities, pages of upstream and the reads of metadata."""

import dataclasses

from checker import Delete, Merge, MetadataRead, Setting, Write
from linearizability import PENDING
from test_checker import D, Rules, read, removal, write
from upstream_history import removal_of, value_of

EVENTS, DESCRIBE, LIST, USAGE, POOL = (
    ("GetCognitoEvents",), ("DescribeDataset", D), ("ListDatasets", "identity-a"), ("DescribeIdentityUsage", "identity-a"),
    ("DescribeIdentityPoolUsage",),
)


class Writes(Rules):
    first = write(0, 1, 1)

    def test_a_write_reported_as_not_applied(self):
        lost = write(2, 3, None, outcome="not applied")
        told = dataclasses.replace(lost, inquired=2.6)
        for moment, expected in [(2.5, ["C8"]), (2.7, []), (5, [])]:
            self.assertEqual(self.rules(self.first, told, happened=[(0.5, self.first), (moment, told)]), expected, moment)
        self.assertEqual(self.rules(self.first, lost, happened=[(0.5, self.first), (2.5, lost)]), [], "nobody knows when it inquired")
        self.assertEqual(self.rules(self.first, told, happened=[(0.5, self.first)]), [])

    def test_a_change_has_one_write(self):
        direct = write(2, 3, 2, gateway=None)
        mine = dataclasses.replace(direct, start=5, end=6, gateway="a")
        happened = [(0.5, self.first), (2.5, direct)]
        self.assertEqual(self.rules(self.first, direct, mine, happened=happened), ["C8"], "the change of another")
        for outcome in "refused", "not applied", "unknown":
            other = dataclasses.replace(mine, outcome=outcome, count=None)
            self.assertEqual(self.rules(self.first, direct, other, happened=happened), [], outcome)
        second = dataclasses.replace(mine, count=3)
        self.assertEqual(self.rules(self.first, direct, second, happened=[*happened, (5.5, second)]), [], "both happened")
        self.assertEqual(self.rules(self.first, happened=[(0.5, self.first), (2, write(2, 3, 2))]), ["C8"], "made by nobody")

    def test_a_removal_is_identified_by_its_count_or_else_by_its_key(self):
        gone = removal(2, 3, 2)
        self.assertEqual(self.rules(self.first, gone, read(4, 5, 2, gone)), [])
        self.assertEqual(self.rules(self.first, gone, happened=[(0.5, self.first)]), ["C8"], "a success response, and lost")
        lost = removal(2, PENDING, 2, outcome="unknown")
        did = [(0.5, self.first), (2.5, gone)]
        self.assertEqual(self.rules(self.first, lost, read(4, 5, 2, gone), happened=did), [])
        self.assertEqual(self.rules(self.first, lost, read(4, 5, 1, self.first), happened=did[:1]), [])
        refused = removal(2, 3, 2, outcome="refused")
        self.assertEqual(self.rules(self.first, refused, happened=did), ["C8"], "refused, and happened")
        self.assertEqual(self.rules(self.first, refused, lost, happened=did), [], "one of two happened")
        early = dataclasses.replace(refused, start=2.6)
        self.assertEqual(self.rules(self.first, early, happened=did), ["C8"], "made by nobody")

    def test_a_write_of_several_records_is_one_change(self):
        values = value_of(D, "a", "w"), removal_of(D, "b", "1|0")
        both = Write(D, 0, 1, values, "applied", 1)
        self.assertEqual(self.rules(both), [])
        half = dataclasses.replace(both, values=values[:1])
        self.assertEqual(self.rules(both, happened=[(0.5, half)]), ["C8"])


class Merges(Rules):
    first = write(0, 1, 1)
    merge, end = Merge(D, 2, 3, ("notes.b",)), Merge(D, 10, 11, ())

    def seen(self, start, names, **options):
        return dataclasses.replace(read(start, start + 0.1, 1, self.first, **options), merged=names)

    def test_a_merge_is_seen_within_the_time_to_live(self):
        self.assertEqual(self.rules(self.first, self.merge, self.seen(7.9, ()), self.seen(8.2, ("notes.b",))), [])
        self.assertEqual(self.rules(self.first, self.merge, self.seen(8.1, ())), ["C7"])
        self.assertEqual(self.rules(self.first, self.merge, self.seen(4, (), revalidated=True)), ["C7"])
        self.assertEqual(self.rules(self.first, self.merge, self.seen(1.5, ("notes.b",))), ["C4"], "before it happened")
        self.assertEqual(self.rules(self.first, self.merge, self.seen(2.5, ("notes.b",))), [])
        self.assertEqual(self.rules(self.first, self.seen(2, ("notes.b",))), ["C4"], "no merge at all")
        writes = [write(n, n + 0.1, n) for n in range(2, 9)]
        last = dataclasses.replace(read(8.2, 8.3, 8, writes[-1]), merged=())
        self.assertEqual(self.rules(self.first, *writes, self.merge, last), ["C7"], "while somebody writes")

    def test_a_read_does_not_go_back_behind_a_merge(self):
        back = self.seen(4, ("notes.b",)), self.seen(5, ())
        self.assertEqual(self.rules(self.first, self.merge, *back), ["C2"])
        self.assertEqual(self.rules(self.first, self.merge, self.end, self.seen(9, ("notes.b",)), self.seen(12, ("notes.b",))), [])
        self.assertEqual(self.rules(self.first, self.merge, self.end, self.seen(17, ("notes.b",))), ["C7"])


class Pages(Rules):
    def test_upstream_may_make_pages_of_its_own_size(self):
        both = write(0, 1, 1, "a"), write(2, 3, 2, "b")
        capped = read(4, 5, 2, both[0], more=True)
        self.assertEqual(self.rules(*both, capped, cap=1), [])
        self.assertEqual(self.rules(*both, capped), ["C4"])
        self.assertEqual(self.rules(*both, read(4, 5, 2, *both), cap=1), [], "or the gateway joins them")
        self.assertEqual(self.rules(*both, read(4, 5, 2, both[0], more=True, size=2), cap=1), ["C4"], "not if a size was given")

    def test_dates_and_authors_are_compared(self):
        both = write(0, 1, 1, "a"), write(2, 3, 2, "b")
        good = read(4, 5, 2, *both)
        for change in {"modified": 5}, {"device": 5}, {"by": "somebody"}:
            records = tuple(record._replace(**change) for record in good.content.records)
            self.assertEqual(self.rules(*both, dataclasses.replace(good, content=good.content._replace(records=records))), ["C3"], change)
        self.assertEqual(self.rules(*both, dataclasses.replace(good, content=good.content._replace(by="somebody"))), ["C4"])


class OtherReads(Rules):
    """The value of a dataset has 23 bytes, its key one; the first write is at 0.5, the second at 2.5."""

    both = write(0, 1, 1), write(2, 3, 2, key="l", gateway=None)
    one, two = (500, 500, None, 23, 1), (500, 2500, None, 46, 2)

    def shown(self, expected, target, start, content, *operations, why=None, **options):
        value = MetadataRead(target, start, start + 0.1, content, **options)
        self.assertEqual(self.rules(*self.both, *operations, value), expected, why)

    def test_what_a_dataset_shows(self):
        size = len(self.both[0].values[0]) + 1
        one, two = (500, 500, None, size, 1), (500, 2500, None, 2 * size, 2)
        self.shown([], DESCRIBE, 4, two)
        self.shown([], DESCRIBE, 7, one, why="another caller wrote")
        self.shown(["C7"], DESCRIBE, 8, one)
        self.shown(["C7"], DESCRIBE, 4, one, revalidated=True)
        self.shown(["C1"], DESCRIBE, 1.5, None, why="its own write")
        self.shown([], DESCRIBE, 1.5, None, gateway="b")
        self.shown(["C4"], DESCRIBE, 4, (*two[:3], size, 2))
        self.shown([], LIST, 4, (("notes", two),))
        self.shown(["C4"], LIST, 4, (("notes", two), ("other", two)))
        self.shown([], USAGE, 4, (1, 2 * size))
        self.shown(["C4"], USAGE, 4, (2, 2 * size))
        self.shown([], POOL, 4, 2 * size)
        self.shown(["C7"], POOL, 8, size)
        self.shown(["C2"], DESCRIBE, 6, one, MetadataRead(DESCRIBE, 5, 5.1, two), why="it goes back")
        self.shown([], DESCRIBE, 6, one, MetadataRead(LIST, 5, 5.1, (("notes", two),)), why="of another cache")
        self.shown(["C1"], DESCRIBE, 6, two, Delete(D, 4, 5), why="its own deletion")
        self.shown([], DESCRIBE, 6, None, Delete(D, 4, 5))

    def test_what_was_set(self):
        sets = Setting(EVENTS, 1, 2, 1), Setting(EVENTS, 4, 5, 2, "b")
        self.shown([], EVENTS, 6, 2, *sets)
        self.shown([], EVENTS, 6, 1, *sets, why="set through b")
        self.shown(["C7"], EVENTS, 10.5, 1, *sets)
        self.shown(["C1"], EVENTS, 6, 1, *sets, gateway="b")
        self.shown(["C4"], EVENTS, 3, 2, *sets, why="before it was set")
        self.shown(["C4"], EVENTS, 6, 3, *sets)
