"""The linearizability test: the search of Wing and Gong, with the memory of visited configurations by Lowe.

A history is a list of `Event`s: the input and output of one operation, and its start and end. It is linearizable if
the operations can be put in one order that agrees with the model. In that order, no operation comes after one that
started later than it had ended.
"""

import math
from dataclasses import dataclass
from typing import Any

PENDING = math.inf


@dataclass(frozen=True)
class Event:
    """An operation. `end` is PENDING if no response came: then the operation may have happened or not."""

    start: float
    end: float
    input: Any
    output: Any = None


class Entry:
    """An invocation or a response in the list still to be ordered; `match` of an invocation is its response."""

    __slots__ = ("index", "match", "next", "previous")

    def __init__(self, index):
        self.index, self.match, self.next, self.previous = index, None, None, None


def linearizable(history, initial, step):
    """Returns True if an order exists.

    `step(state, input, output)` returns the next state, or None if the model forbids the operation. An operation
    without a response has the output None, and need not have happened.
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
            # A response that no operation could be ordered before, or the end: undo the last choice.
            entry, state, done = undo.pop()
            unlift(entry)
            entry = entry.next
    return True


def linked(history):
    """Returns a linked list of invocations and responses in time order; at one moment, invocations come first."""
    entries = []
    for index, event in enumerate(history):
        invocation, response = Entry(index), Entry(index)
        invocation.match = response
        entries += [(event.start, 0, index, invocation), (event.end, 1, index, response)]
    head = last = Entry(-1)
    for _, _, _, entry in sorted(entries, key=lambda e: e[:3]):
        last.next, entry.previous = entry, last
        last = entry
    return head


def lift(invocation):
    """Removes an invocation and its response from the list. Each still knows its neighbours, for `unlift`."""
    for entry in (invocation, invocation.match):
        entry.previous.next = entry.next
        if entry.next is not None:
            entry.next.previous = entry.previous


def unlift(invocation):
    for entry in (invocation.match, invocation):
        entry.previous.next = entry
        if entry.next is not None:
            entry.next.previous = entry
