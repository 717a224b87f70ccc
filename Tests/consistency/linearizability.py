"""Is a history linearizable? The search of Wing and Gong with Lowe's memory of visited configurations.

A history is a list of `Event`s: what one client asked, what it got, and when each of the two was. It is
linearizable when the operations can be put in one order that keeps to the model and in which no operation
comes after one that was invoked later than it had ended.
"""

import math
from dataclasses import dataclass
from typing import Any

PENDING = math.inf


@dataclass(frozen=True)
class Event:
    """One operation; `end` is PENDING where no answer came, so that it may have happened or not."""

    start: float
    end: float
    input: Any
    output: Any = None


class Entry:
    """A call or a return in the list of what is still to be ordered; `match` leads from a call to its return."""

    __slots__ = ("index", "match", "next", "previous")

    def __init__(self, index):
        self.index, self.match, self.next, self.previous = index, None, None, None


def linearizable(history, initial, step):
    """True when an order exists. `step(state, input, output)` gives the next state, or None where the model forbids it.

    An operation without an answer has the output None, and need not have happened.
    """
    head = linked(history)
    required = sum(1 << i for i, event in enumerate(history) if event.end != PENDING)
    state, done, visited, undo = initial, 0, {(0, initial)}, []
    entry = head.next
    while required & ~done:
        if entry is not None and entry.match is not None:
            event = history[entry.index]
            after = step(state, event.input, event.output)
            if after is not None and (configuration := (done | 1 << entry.index, after)) not in visited:
                visited.add(configuration)
                undo.append((entry, state, done))
                done, state = configuration
                lift(entry)
                entry = head.next
            else:
                entry = entry.next
        elif not undo:
            return False
        else:
            # A return that nothing could be ordered before, or the end: take back the last choice.
            entry, state, done = undo.pop()
            unlift(entry)
            entry = entry.next
    return True


def linked(history):
    """The events as a linked list of calls and returns in the order of time; at one moment, calls first."""
    entries = []
    for index, event in enumerate(history):
        call, ended = Entry(index), Entry(index)
        call.match = ended
        entries += [(event.start, 0, index, call), (event.end, 1, index, ended)]
    head = last = Entry(-1)
    for _, _, _, entry in sorted(entries, key=lambda e: e[:3]):
        last.next, entry.previous = entry, last
        last = entry
    return head


def lift(call):
    """Takes a call and its return out of the list; what comes before and after them is remembered in them."""
    for entry in (call, call.match):
        entry.previous.next = entry.next
        if entry.next is not None:
            entry.next.previous = entry.previous


def unlift(call):
    for entry in (call.match, call):
        entry.previous.next = entry
        if entry.next is not None:
            entry.next.previous = entry
