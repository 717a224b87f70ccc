"""The published histories and their two models."""

import re

from linearizability import PENDING, Event

JEPSEN = re.compile(r"(\d+)\s+:(invoke|ok|fail|info)\s+:(read|write|cas)\s+(.*)")
KV = re.compile(r'\{:process (\d+), :type :(\w+), :f :(\w+), :key "(.*?)", :value (nil|"(.*)")\}')


def register_history(text):
    """Returns the history of an etcd register from a Jepsen log: reads, writes and compare-and-set."""
    open_invocations, history = {}, []
    for time, line in enumerate(text.splitlines()):
        match = JEPSEN.search(line)
        if not match:
            continue
        process, kind, operation, value = match.groups()
        if kind == "invoke":
            open_invocations[process] = (time, operation, value.strip())
        elif kind != "info":
            start, operation, given = open_invocations.pop(process)
            if operation == "cas":
                history.append(Event(start, time, (operation, given), kind))
            elif kind == "ok":
                history.append(Event(start, time, (operation, given), value.strip()))
            # A failed read gives no information.
    # A process whose operation ended in :info does nothing more.
    for start, operation, given in open_invocations.values():
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
    """Returns the histories of a store with get, put and append: one for each key, as keys are independent."""
    open_invocations, histories = {}, {}
    for time, line in enumerate(text.splitlines()):
        match = KV.search(line)
        if not match:
            continue
        process, kind, operation, key, _, value = match.groups()
        if kind == "invoke":
            open_invocations[process] = (time, operation, value)
        else:
            start, operation, given = open_invocations.pop(process)
            histories.setdefault(key, []).append(Event(start, time, (operation, given), value or ""))
    return list(histories.values())


def key_value(state, given, output):
    operation, value = given
    if operation == "get":
        return state if output == state else None
    return value if operation == "put" else state + value
