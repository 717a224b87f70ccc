"""The match of writes and changes of upstream: the rule C8.

A value names its write, so that the journal tells whether the write was applied. Two kinds of values do not: a
removal without a response, and a value that two writes carry. A change belongs to one write only. So the writes with
a success response choose first, by the count of that response, and what is left belongs to the others.
"""

# Seconds; the journal of upstream has milliseconds.
TICK = 0.002


class Claims:
    """The changes of one dataset and the writes that made them; `violations` has what cannot be."""

    def __init__(self, upstream, writes):
        self.upstream, self.violations, self.index = upstream, [], {}
        self.free = {value: list(indices) for value, indices in upstream.made.items()}
        self.owners = {}  # (value, index) -> the write with a success response that made it
        ordered = sorted(writes, key=lambda write: write.start)
        for write in ordered:
            if write.outcome == "applied":
                self.applied(write)
        for outcome in "unknown", "not applied", "refused":
            for write in ordered:
                if write.outcome == outcome:
                    self.others(write)
        for value, indices in self.free.items():
            if indices:
                self.left(value, indices, writes)

    def change(self, write):
        """Returns the state that a write made, or None."""
        return self.index.get(id(write))

    def applied(self, write):
        for value in write.values:
            free, states = self.free.get(value, []), self.upstream.states
            own = next((i for i in free if states[i].count == write.count and self.within(write, i)), None)
            if own is not None:
                free.remove(own)
                self.owners[value, own] = write
                self.index.setdefault(id(write), own)
            else:
                other = next((w for (v, i), w in self.owners.items() if v == value and states[i].count == write.count), None)
                why = f"but that is the change of another:\n  {other}" if other else "but was not applied so"
                self.violations.append(("C8", f"{write}, {why}"))

    def within(self, write, index):
        return write.start - TICK <= self.upstream.began[index] <= write.end + TICK

    def others(self, write):
        """Gives a write without a success response the change that it made, if there is one."""
        for value in write.values:
            found = next((i for i in self.free.get(value, ()) if self.upstream.began[i] >= write.start - TICK), None)
            if found is None and value not in self.upstream.made:
                value, found = self.removal(value, write)
            if found is None:
                continue
            self.free[value].remove(found)
            self.index.setdefault(id(write), found)
            at, count = self.upstream.began[found], self.upstream.states[found].count
            if write.outcome == "refused":
                self.violations.append(("C8", f"{write}, but was applied at {count}"))
            elif write.outcome == "not applied" and at < (write.inquired or write.start):
                self.violations.append(("C8", f"{write}, but was applied at {count} before the gateway can have inquired"))

    def removal(self, value, write):
        """Returns the first removal of the key since the start of the write that nobody has claimed."""
        if "|removed|" not in value:
            return value, None
        prefix = value[: value.index("|removed|")] + "|removed|"
        able = [(i, v) for v, indices in self.free.items() if v.startswith(prefix) for i in indices
                if self.upstream.began[i] >= write.start - TICK]
        index, found = min(able, default=(None, value))
        return found, index

    def left(self, value, indices, writes):
        """Reports a change that no write made, or one more than the writes that carry its value."""
        write = next((w for w in writes if value in w.values), None)
        if write is not None:
            times = len(self.upstream.made[value])
            if write.outcome != "applied" or self.change(write) is not None:
                self.violations.append(("C8", f"{write}, but was applied {times} times"))
        else:
            self.violations.append(("C8", f"no write made {value[-60:]!r} at {self.upstream.states[indices[0]].count}"))
