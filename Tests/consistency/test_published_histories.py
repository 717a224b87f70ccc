"""Tests of the linearizability search: 108 published histories whose verdict is known."""

import json
import unittest

from linearizability import PENDING, Event, linearizable
from processes import CORPORA
from published import key_value, key_value_histories, register, register_history

FOLDER = CORPORA / "linearizability-histories"


class PublishedHistories(unittest.TestCase):
    @unittest.skipUnless(FOLDER.exists(), "the published test data is not beside the project")
    def test_each_history_gets_its_known_verdict(self):
        expected = json.loads((FOLDER / "expected.json").read_text())
        self.assertEqual(len(expected), 108)
        for name, verdict in expected.items():
            with self.subTest(history=name):
                text = (FOLDER / name).read_text()
                if name.startswith("jepsen/"):
                    found = linearizable(register_history(text), "nil", register)
                else:
                    found = all(linearizable(h, "", key_value) for h in key_value_histories(text))
                self.assertEqual(found, verdict)

    def test_a_read_that_goes_back_is_found(self):
        def read(start, end, value):
            return Event(start, end, ("read", "nil"), value)

        written = Event(0, 1, ("write", "1"), "1")
        self.assertTrue(linearizable([written, read(2, 3, "1"), read(4, 5, "1")], "nil", register))
        self.assertFalse(linearizable([written, read(2, 3, "nil")], "nil", register))
        # While the write is in flight either value may be seen, but not the old one after the new one.
        slow = Event(0, 9, ("write", "1"), "1")
        self.assertTrue(linearizable([slow, read(2, 3, "nil"), read(4, 5, "1")], "nil", register))
        self.assertFalse(linearizable([slow, read(2, 3, "1"), read(4, 5, "nil")], "nil", register))
        lost = Event(0, PENDING, ("write", "1"))
        self.assertTrue(linearizable([lost, read(2, 3, "nil"), read(4, 5, "1")], "nil", register))
        self.assertTrue(linearizable([lost, read(2, 3, "nil"), read(4, 5, "nil")], "nil", register))


if __name__ == "__main__":
    unittest.main()
