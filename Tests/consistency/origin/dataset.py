"""A dataset: its records, its sync count, and the life that it has between creation and deletion."""

from dataclasses import dataclass

from .dates import Date
from .faults import Fault

LAMBDA_KEY = "of-the-lambda"
DATASET_BYTES, DATASET_RECORDS = 1 << 20, 1024


@dataclass(frozen=True)
class Patch:
    key: str
    value: str | None  # none removes the record
    count: int
    date: Date | None = None


@dataclass(frozen=True)
class Record:
    key: str
    value: str | None  # none: a tombstone
    count: int
    modified: Date
    modified_by: str
    device_date: Date | None

    @property
    def size(self):
        return len(self.key.encode()) + len((self.value or "").encode())

    @property
    def members(self):
        return {"Key": self.key, "Value": self.value, "SyncCount": self.count, "LastModifiedDate": self.modified,
                "LastModifiedBy": self.modified_by, "DeviceLastModifiedDate": self.device_date}


class Dataset:
    """A dataset under one name, over all its incarnations."""

    def __init__(self, rules):
        self.rules, self.count, self.records = rules, 0, {}
        self.last_count = 0  # the greatest that a deleted incarnation had
        self.created = self.modified = self.modified_by = None
        self.merged = []  # names of the datasets that a merge put beside it

    @property
    def exists(self):
        return self.created is not None

    def write(self, patches, author, clock):
        """Applies all patches or none; returns the records of the response."""
        for patch in patches:
            self.check_conflict(patch)
        changed = {patch.key: patch for patch in patches if self.changes(patch)}
        unchanged = {patch.key for patch in patches} - set(changed) if self.rules.same_value == "keeps" else ()
        if changed:
            count = self.count + self.rules.count_step
            if self.rules.lambda_key:
                changed[LAMBDA_KEY] = Patch(LAMBDA_KEY, f"written at {count}", count)
            self.store([self.record(patch, count, author, date) for patch, date in self.dated(changed.values(), clock)])
            self.count, self.modified_by = count, author
        return [self.records[key] for key in [*changed, *sorted(unchanged)]]

    def check_conflict(self, patch):
        known = self.records[patch.key].count if patch.key in self.records else 0
        if known > patch.count or (self.rules.conflict == "inequality" and known != patch.count):
            text = f"Current SyncCount for: {patch.key} is: {known} not: {patch.count}"
            raise Fault(409, "ResourceConflictException", text)

    def changes(self, patch):
        """Returns whether a patch changes the record. An equal value changes it only under one rule."""
        known = self.records.get(patch.key)
        return known is None or known.value != patch.value or self.rules.same_value == "bumps"

    def dated(self, patches, clock):
        first = clock.now()
        for number, patch in enumerate(patches):
            yield patch, first if number == 0 or self.rules.record_dates == "equal" else clock.now()

    def record(self, patch, count, author, modified):
        # The live service stored a device date 80 ms after its own date, whatever the caller sent.
        device_date = Date(modified + 80) if self.rules.device_dates == "rewritten" else patch.date
        return Record(patch.key, patch.value, count, modified, author, device_date)

    def store(self, written):
        records = {**self.records, **{record.key: record for record in written}}
        if len(records) > DATASET_RECORDS or sum(record.size for record in records.values()) > DATASET_BYTES:
            raise Fault(400, "LimitExceededException", "The dataset is full")
        self.records, self.modified = records, written[-1].modified
        self.created = self.created or written[0].modified

    def delete(self):
        self.last_count = max(self.last_count, self.count)
        self.records, self.created, self.merged = {}, None, []
        if self.rules.counter == "restarts":
            self.count = 0

    def described(self, identity, name):
        live = [record for record in self.records.values() if record.value is not None]
        return {"IdentityId": identity, "DatasetName": name, "CreationDate": self.created,
                "LastModifiedDate": self.modified, "LastModifiedBy": self.modified_by,
                "DataStorage": sum(record.size for record in self.records.values()), "NumRecords": len(live)}
