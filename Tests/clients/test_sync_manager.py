"""Devices that synchronize as the sync managers do, through one gateway: nothing is lost, and everything converges."""

import contextlib
import unittest

from callers import identifiers
from processes import Emulator, Gateway, eventually
from sync_manager import RemoteStorage, SyncDataset
from test_caching import metric


class SyncManager(unittest.TestCase):
    device = None

    def setUp(self):
        self.pool, self.identity = identifiers()
        self.running = contextlib.ExitStack()
        self.addCleanup(self.running.close)
        self.emulator = self.running.enter_context(Emulator())
        self.serve("200ms")

    def serve(self, fresh):
        self.gateway = self.running.enter_context(Gateway(self.emulator.listen, cache={"fresh": fresh, "absent": fresh}))
        self.remote = RemoteStorage(self.gateway.listen, self.pool, self.identity, self.device)

    def dataset(self, name="notes", **events):
        return SyncDataset(self.remote, name, **events)

    def elsewhere(self, **values):
        """Writes past the gateway."""
        for key, value in values.items():
            self.emulator.command(
                "writes", pool=self.pool, identity=self.identity, dataset="notes", key=key, value=value
            )

    def fetches(self):
        return metric(self.gateway, "syncgate_upstream_requests_total", operation="ListRecords")

    def test_two_devices_see_what_the_other_wrote(self):
        phone, tablet = self.dataset(), self.dataset()
        phone.put("a", "1")
        phone.put("b", "2")
        self.assertTrue(phone.synchronize())
        self.assertEqual((phone.count, phone.pulls), (1, 1))
        self.assertTrue(tablet.synchronize())
        # It pulls again until nothing comes.
        self.assertEqual((tablet.values, tablet.count, tablet.pulls), ({"a": "1", "b": "2"}, 1, 2))
        tablet.remove("a")
        tablet.put("c", "3")
        self.assertTrue(tablet.synchronize())
        self.assertTrue(phone.synchronize())
        self.assertEqual(phone.values, {"b": "2", "c": "3"})
        self.assertEqual([d["NumRecords"] for d in self.remote.list_datasets()], [2])

    def test_a_key_comes_back_after_its_removal(self):
        phone, tablet = self.dataset(), self.dataset()
        for value in ("first", None, "again"):
            phone.put("k", value)
            self.assertTrue(phone.synchronize())
            self.assertTrue(tablet.synchronize())
            self.assertEqual(tablet.values, phone.values)

    def test_a_conflict_is_resolved_by_the_program(self):
        phone = self.dataset()
        seen = []
        tablet = self.dataset(on_conflict=lambda *conflict: seen.append(conflict) or "both")
        for device, value in ((phone, "the phone's"), (tablet, "the tablet's")):
            device.put("k", value)
            self.assertTrue(device.synchronize())
        self.assertEqual(seen, [("k", "the tablet's", "the phone's")])
        self.assertTrue(phone.synchronize())
        self.assertEqual((phone.values, tablet.values), ({"k": "both"}, {"k": "both"}))

    def test_a_push_that_others_overtake_is_tried_again(self):
        phone = self.dataset(on_conflict=lambda key, local, remote: local, before_push=lambda: others and others.pop()())
        others = [lambda: self.elsewhere(k="theirs")]
        phone.put("k", "mine")
        self.assertTrue(phone.synchronize())
        # Listed, refused with 409, listed with what the others wrote, listed without.
        self.assertEqual((phone.pulls, phone.values, phone.count), (3, {"k": "mine"}, 2))

    def test_a_push_that_others_always_overtake_is_given_up(self):
        phone = self.dataset(on_conflict=lambda key, local, remote: local, before_push=lambda: self.elsewhere(k="theirs"))
        phone.put("k", "mine")
        self.assertFalse(phone.synchronize())
        self.assertEqual(phone.pulls, 4)

    def test_a_dataset_that_another_device_deleted_is_told(self):
        told = []
        phone, tablet = self.dataset(), self.dataset(on_deleted=lambda: told.append(True) or True)
        phone.put("k", "v")
        self.assertTrue(phone.synchronize() and tablet.synchronize())
        phone.delete()
        self.assertTrue(phone.synchronize())
        self.assertTrue(tablet.synchronize())
        self.assertEqual((told, tablet.values, tablet.count), ([True], {}, 0))
        tablet.put("k", "of the new dataset")
        self.assertTrue(tablet.synchronize())
        self.assertTrue(phone.synchronize())
        self.assertEqual(phone.values, {"k": "of the new dataset"})

    def test_datasets_of_a_merged_identity_are_told_until_they_are_taken_over(self):
        _, former = identifiers()
        old = SyncDataset(RemoteStorage(self.gateway.listen, self.pool, former), "notes")
        old.put("from", "the other identity")
        self.assertTrue(old.synchronize())
        told = []

        def take_over(names):
            told.extend(names)
            for name in names:
                merged = self.dataset(name)
                self.assertTrue(merged.synchronize())
                phone.records |= {key: {**record, "SyncCount": 0, "Modified": True} for key, record in merged.records.items()}
                merged.delete()
                self.assertTrue(merged.synchronize())
            return True

        phone = self.dataset(on_merged=take_over)
        phone.put("k", "v")
        self.assertTrue(phone.synchronize())
        self.emulator.command("merge", pool=self.pool, **{"from": former, "into": self.identity})
        eventually(lambda: phone.synchronize() and told, "the merge is told")
        self.assertEqual(told, [f"notes.{former}"])
        self.assertEqual(phone.values, {"k": "v", "from": "the other identity"})

    def test_devices_that_poll_share_the_requests_upstream(self):
        self.serve("1m")
        phone = self.dataset()
        phone.put("k", "v")
        self.assertTrue(phone.synchronize())
        before = self.fetches()
        for _ in range(20):
            self.assertTrue(self.dataset().synchronize())
        self.assertLessEqual(self.fetches(), before + 1)


class AndroidSyncManager(SyncManager):
    """The same with a DeviceId and a client context in each write, as the manager for Android sends them."""

    device = "a1b2c3d4-0000-4000-8000-00000000000f"


if __name__ == "__main__":
    unittest.main()
