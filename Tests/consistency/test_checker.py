"""The checker before it judges: a good history passes, and each rule finds what breaks it."""

import dataclasses
import unittest

from checker import Delete, History, Read, Write, check, removal_of, value_of
from linearizability import PENDING

D = "identity-a/notes"


def write(start, end, count, key="k", bypass=False):
    return Write(D, start, end, key, value_of(D, key, f"w{start}"), count, bypass)


def read(start, end, count, *writes, **more):
    """A read that saw these writes; a number beside a write is the count it shows for it."""
    pairs = [w if isinstance(w, tuple) else (w, w.count) for w in writes]
    return Read(D, start, end, count, tuple((w.key, w.value, c) for w, c in pairs), **more)


class Checker(unittest.TestCase):
    first, second = write(0, 1, 1), write(2, 3, 2)

    def rules(self, *operations, finals=()):
        history = History(
            [x for x in operations if isinstance(x, Read)], [x for x in operations if isinstance(x, Write)],
            [x for x in operations if isinstance(x, Delete)], list(finals)
        )
        return [violation.rule for violation in check(history, time_to_live=5)]

    def test_a_good_history_passes(self):
        other = write(4, 5, 3, key="other")
        self.assertEqual(self.rules(
            self.first, self.second, other,
            read(1.5, 1.6, 1, self.first), read(2.5, 2.6, 1, self.first), read(2.6, 2.7, 2, self.second),
            read(6, 7, 3, self.second, other), read(6, 7, 3, other, since=2),
            read(8, 8.1, 3, self.second, whole=False, traversal=1), read(8.2, 8.3, 3, other, whole=False, traversal=1),
            finals=[(D, b"x", b"x")],
        ), [])

    def test_c1_a_read_after_a_write_that_does_not_see_it(self):
        self.assertEqual(self.rules(self.first, self.second, read(4, 5, 1, self.first)), ["C1", "C1/C2"])

    def test_c1_a_removed_record_that_is_still_there(self):
        removal = Write(D, 2, 3, "k", removal_of(D, "k", 1), 2)
        self.assertEqual(self.rules(self.first, removal, read(4, 5, 2, removal)), [])
        self.assertEqual(self.rules(self.first, removal, read(4, 5, 1, self.first)), ["C1", "C1/C2"])
        self.assertEqual(self.rules(self.first, removal, read(4, 5, 2, self.first)), ["C4"], "a page at another count")

    def test_c1_a_deleted_dataset_that_comes_back(self):
        gone, anew = Delete(D, 4, 5), write(6, 7, 1)
        self.assertEqual(self.rules(self.first, self.second, gone, read(5.5, 5.6, 0), anew, read(8, 9, 1, anew)), [])
        self.assertEqual(self.rules(self.first, self.second, gone, read(4.5, 8, 2, self.second)), [], "a slow read")
        self.assertEqual(self.rules(self.first, gone, read(6, 7, 1, self.first)), ["C1", "C1/C2"])
        self.assertEqual(self.rules(self.first, gone, anew, read(8, 9, 1, self.first)), ["C1"], "the count tells nothing")
        self.assertEqual(self.rules(self.first, gone, anew, read(8, 9, 0)), ["C1/C2"], "made anew, and not seen")
        self.assertEqual(self.rules(self.first, gone, anew, read(8, 8.1, 1, anew), read(9, 9.1, 0)), ["C1/C2"], "goes back")

    def test_c8_a_deletion_without_an_answer_may_have_happened_or_not(self):
        lost = Delete(D, 4, PENDING)
        self.assertEqual(self.rules(self.first, lost, read(6, 7, 1, self.first)), [])
        self.assertEqual(self.rules(self.first, lost, read(6, 7, 0)), [])
        self.assertEqual(self.rules(self.first, lost, read(6, 7, 0), read(8, 9, 1, self.first)), ["C1/C2"])

    def test_c2_a_read_that_goes_back(self):
        slow = write(2, 9, 2)
        self.assertEqual(
            self.rules(self.first, slow, read(3, 4, 2, slow), read(5, 6, 1, self.first)), ["C2", "C1/C2"]
        )

    def test_c3_a_value_that_nobody_wrote(self):
        phantom = write(7, 8, 2)
        self.assertIn("C3", self.rules(self.first, read(4, 5, 2, phantom)))
        self.assertIn("C3", self.rules(self.first, phantom, read(4, 5, 2, phantom)), "before it was sent")
        self.assertIn("C3", self.rules(self.first, self.second, read(4, 5, 2, (self.second, 1))), "another count")

    def test_c4_a_page_that_mixes_two_states(self):
        other = write(2, 3, 2, key="other")
        self.assertEqual(self.rules(self.first, other, read(4, 5, 2, self.first)), ["C4"], "lacks the newer")
        later = read(5.1, 5.2, 2, self.first, whole=False, traversal=1)
        self.assertEqual(self.rules(self.first, other, later), ["C4"], "a traversal that lacks one")
        self.assertIn("C4", self.rules(self.first, other, read(2.5, 2.6, 1, self.first, other)), "newer than itself")

    def test_c5_a_cache_that_never_learns(self):
        self.assertEqual(self.rules(self.first, finals=[(D, b"old", b"new")]), ["C5"])

    def test_c6_another_identitys_value(self):
        foreign = dataclasses.replace(self.first, value=value_of("identity-b/notes", "k", "w0"))
        self.assertIn("C6", self.rules(self.first, read(4, 5, 1, foreign)))

    def test_c7_a_write_round_the_gateway_may_be_late_but_not_too_late(self):
        round_it = write(2, 3, 2, bypass=True)
        self.assertEqual(self.rules(self.first, round_it, read(7, 8, 1, self.first)), [])
        self.assertEqual(self.rules(self.first, round_it, read(9, 10, 1, self.first)), ["C7"])

    def test_c8_a_write_without_an_answer_may_have_happened_or_not(self):
        lost = write(2, PENDING, None)
        third = write(8, 9, 3)
        self.assertEqual(self.rules(self.first, lost, read(4, 5, 1, self.first)), [])
        self.assertEqual(self.rules(self.first, lost, read(4, 5, 2, (lost, 2)), read(6, 7, 2, (lost, 2))), [])
        self.assertIn("C2", self.rules(self.first, lost, read(4, 5, 2, (lost, 2)), read(6, 7, 1, self.first)))
        self.assertEqual(self.rules(self.first, lost, third, read(10, 11, 3, third)), [], "seen by nobody")


if __name__ == "__main__":
    unittest.main()
