"""Reads the published histories and the two models they are judged by."""

import re

from linearizability import PENDING, Event

JEPSEN = re.compile(r"(\d+)\s+:(invoke|ok|fail|info)\s+:(read|write|cas)\s+(.*)")
KV = re.compile(r'\{:process (\d+), :type :(\w+), :f :(\w+), :key "(.*?)", :value (nil|"(.*)")\}')


def register_history(text):
    """An etcd register as Jepsen logged it: reads, writes and compare-and-set."""
    open_calls, history = {}, []
    for time, line in enumerate(text.splitlines()):
        match = JEPSEN.search(line)
        if not match:
            continue
        process, kind, operation, value = match.groups()
        if kind == "invoke":
            open_calls[process] = (time, operation, value.strip())
        elif kind != "info":
            start, operation, given = open_calls.pop(process)
            if operation == "cas":
                history.append(Event(start, time, (operation, given), kind))
            elif kind == "ok":
                history.append(Event(start, time, (operation, given), value.strip()))
            # A read that failed tells nothing.
    # A process whose operation ended in :info is never heard of again.
    for start, operation, given in open_calls.values():
        if operation != "read":
            history.append(Event(start, PENDING, (operation, given)))
    return history


def register(state, given, output):
    operation, value = given
    if operation == "read":
        return state if output == state else None
    if operation == "write":
        return value
    expected, new = value.strip("[]").split()
    if output == "fail":
        return None if state == expected else state
    return new if state == expected else None


def key_value_histories(text):
    """A store with get, put and append: one history a key, for the keys do not touch each other."""
    open_calls, histories = {}, {}
    for time, line in enumerate(text.splitlines()):
        match = KV.search(line)
        if not match:
            continue
        process, kind, operation, key, _, value = match.groups()
        if kind == "invoke":
            open_calls[process] = (time, operation, value)
        else:
            start, operation, given = open_calls.pop(process)
            histories.setdefault(key, []).append(Event(start, time, (operation, given), value or ""))
    return list(histories.values())


def key_value(state, given, output):
    operation, value = given
    if operation == "get":
        return state if output == state else None
    return value if operation == "put" else state + value
