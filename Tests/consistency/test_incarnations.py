"""Tests of the checker for datasets that others delete and create again, and what is excused for a while."""

import dataclasses

from checker import Delete, Read, Write
from test_checker import D, Rules, read, record, write
from upstream_history import REFUSED, removal_of, value_of

A, B = "a", "b"


def written(start, end, count, *keys, gateway=None):
    """Returns one write of several keys."""
    return Write(D, start, end, tuple(value_of(D, key, f"w{start}") for key in keys), "applied", count, gateway)


def records(one):
    """Returns a write for each record of a write."""
    return [dataclasses.replace(one, values=(value,)) for value in one.values]


class Incarnations(Rules):
    """The dataset is at count 1 or 2 in the old incarnation; others delete it at 4.5, and write it again at 5.5."""

    old = [write(0, 1, 1, "a"), write(2, 3, 2, "b")]
    gone = Delete(D, 4, 5, gateway=None)
    new = write(5, 6, 1, "other", gateway=None)

    def check(self, expected, *operations, why=None, old=None, **options):
        self.assertEqual(self.rules(*(old or self.old[:1]), self.gone, *operations, **options), expected, why)

    def test_the_old_incarnation_is_seen_for_the_time_to_live(self):
        self.check([], self.new, read(9, 9.1, 1, self.old[0]))
        self.check(["C7"], self.new, read(9.7, 9.8, 1, self.old[0]), why="too late")
        self.check(["C7"], self.new, read(8, 9, 1, self.old[0], revalidated=True), why="no-cache")
        self.check([], read(9, 9.1, 1, self.old[0]))
        self.check([], self.new, Read(D, 9, 9.1, REFUSED, since=4))

    def test_the_check_of_the_incarnation_adds_its_time(self):
        own = write(6, 7, 2, "mine")
        self.check([], self.new, own, read(11, 11.1, 2, self.old[0], own), identity_check=2)
        self.check(["C4"], self.new, own, read(11, 11.1, 2, self.old[0], own))
        self.check(["C4"], self.new, own, read(11.6, 11.7, 2, self.old[0], own), identity_check=2)

    def test_records_at_the_cached_count_prove_the_new_incarnation(self):
        old = [dataclasses.replace(self.old[0], gateway=None)]
        late = read(11, 11.1, 1, old[0])
        self.check(["C7"], self.new, late, old=old, identity_check=2, why="a revalidation shows another record at 1")
        twice = [Delete(D, 8, 8.1, gateway=None), write(8.2, 8.3, 1, "x", gateway=None)]
        self.check([], self.new, *twice, read(9, 9.1, 1, self.new), old=old, why="it learnt of the first in time")
        again = write(6, 7, 2, "other", gateway=None)
        unproved = read(11, 11.1, 2, old[0], again)
        self.check([], self.new, again, unproved, old=old, identity_check=2, why="upstream has no record at 1 any more")

    def test_a_mixture_has_only_records_of_this_dataset(self):
        mine = write(6, 7, 2, "mine")
        changes = [self.new, mine]
        self.check([], *changes, read(8, 8.1, 2, self.old[0], mine))
        foreign = dataclasses.replace(mine, values=(value_of("identity-b/notes", "mine", "w0"),))
        self.check(["C6"], *changes, read(8, 8.1, 2, self.old[0], foreign))
        self.check(["C3"], *changes, read(8, 8.1, 2, self.old[0], (mine, 1)), why="at another count")
        phantom = dataclasses.replace(mine, values=(value_of(D, "mine", "w9"),))
        self.check(["C3"], *changes, read(8, 8.1, 2, self.old[0], phantom))
        altered = read(8, 8.1, 2, self.old[0], mine)
        changed = tuple(r._replace(modified=7) if r.key == "mine" else r for r in altered.content.records)
        self.check(["C3"], *changes, dataclasses.replace(altered, content=altered.content._replace(records=changed)), why="another date")

    def test_a_mixture_is_in_layers(self):
        a, more = write(6, 7, 2, "a2", gateway=None), write(7, 7.5, 3, "mine")
        self.check([], self.new, a, more, read(8, 8.1, 3, *self.old, more), old=self.old)
        self.check(["C4"], self.new, a, more, read(8, 8.1, 3, self.new, self.old[1], more), old=self.old, why="the older above the newer")
        both = written(5, 6, 1, "a", "other")
        self.check(["C4"], both, read(8, 8.1, 1, self.old[0], records(both)[1]), why="two writes at one count")

    def test_a_mixture_has_a_count_that_upstream_had(self):
        more = [write(6, 7, 2, gateway=None), write(7, 7.5, 3, gateway=None)]
        self.check([], self.new, *more, read(8, 8.1, 3, self.old[0], more[1]), why="with all that came since 1")
        self.check(["C4"], self.new, *more, read(8, 8.1, 4, self.old[0], more[1]))

    def test_a_pagination_is_of_one_snapshot_even_then(self):
        old, new = written(0, 1, 1, "a", "b"), written(5, 6, 1, "a", "b")
        first = read(4.7, 4.8, 1, records(old)[0], size=1, more=True, pagination=1)
        second = read(7, 7.1, 1, records(old)[1], size=1, after="a", pagination=1)
        self.check([], new, first, second, old=[old])
        mixed = dataclasses.replace(second, content=read(7, 7.1, 1, records(new)[1]).content)
        self.check(["C4"], new, first, mixed, old=[old])

    def test_a_write_through_the_gateway_is_seen(self):
        mine = write(6, 7, 1, "mine")
        self.check(["C1"], mine, read(8, 8.1, 1, self.old[0]), why="at the held count")
        self.check([], mine, read(8, 8.1, 1, mine))
        self.check([], mine, read(6.5, 8.1, 1, self.old[0]), why="it was not over")
        second = write(6, 7, 2, "mine")
        lacking = read(8, 8.1, 2, self.old[0], self.old[1])
        self.check(["C1"], self.new, second, lacking, old=self.old, why="one count, without the write")
        again = Delete(D, 7.1, 7.2, gateway=None)
        self.check([], self.new, second, again, write(7.3, 7.4, 1, "x", gateway=None), write(7.5, 7.6, 2, "y", gateway=None),
                   read(8, 8.1, 2, self.old[0], (second, 2)), why="deleted again, and seen")

    def test_a_deletion_through_the_gateway_is_no_excuse(self):
        own, mine = Delete(D, 4, 5), write(6, 7, 2, "mine")
        self.assertEqual(self.rules(self.old[0], own, self.new, mine, read(8, 9, 2, self.old[0], mine)), ["C4"])
        self.check(["C4"], write(5, 5.2, 1, "x"), Delete(D, 5.3, 5.4), write(5.5, 6, 1, "other", gateway=None), mine,
                   read(8, 8.1, 2, self.old[0], mine), why="its own deletion came after that of others")
        known = Delete(D, 5, 5.2, gone=True)
        self.check(["C1"], known, write(6, 7, 1, "x", gateway=None), read(8, 8.1, 1, self.old[0]), why="it saw the deletion")

    def test_another_gateway_is_another_caller(self):
        gone, mine = dataclasses.replace(self.gone, gateway=B), write(6, 7, 1, "mine")
        changes = [self.old[0], gone, mine]
        self.assertEqual(self.rules(*changes, read(8, 8.1, 1, self.old[0])), ["C1"], "deleted at b, written at a up to the count")
        there = dataclasses.replace(read(8, 8.1, 1, self.old[0]), gateway=B)
        self.assertEqual(self.rules(*changes, there), ["C1"], "b deleted it")
        elsewhere = dataclasses.replace(read(8, 8.1, 1, self.old[0]), gateway="c")
        self.assertEqual(self.rules(*changes, elsewhere), [], "c knows nothing")
        late = dataclasses.replace(elsewhere, start=12, end=12.1)
        self.assertEqual(self.rules(*changes, late), ["C7"])

    def test_a_read_goes_back_only_where_nothing_showed_the_deletion(self):
        back = read(8, 8.1, 1, self.old[0])
        self.check([], self.new, read(7, 7.1, 1, self.new), back, why="the same count")
        self.check(["C2"], read(5.1, 5.2, 0, exists=False), self.new, back, why="it was seen that nothing is there")
        two = [write(5, 6, 1, "x", gateway=None), write(6, 6.5, 2, "x", gateway=None)]
        lower = read(6.05, 6.2, 1, two[0])
        self.check(["C2"], *two, lower, read(8, 8.1, 2, *self.old), old=self.old, why="the count had fallen")

    def test_a_hidden_removal_is_nothing_that_must_be_shown(self):
        removed = Write(D, 6, 7, (removal_of(D, "mine", "2|0"),), "applied", 2)
        self.check([], self.new, removed, read(8, 8.1, 2, self.old[0]), tombstones=False)
        shown = record(removed)
        self.assertTrue(shown.removed)
        self.check(["C4"], self.new, removed, read(8, 8.1, 2, self.old[0]), why="a listing with removed records")
