"""The rules C1, C2, C4 and C7 for the eight reads of metadata.

Each target has a timeline: (moment, content) in order. A response is good if its content stood at a moment between
the newest that it must see and its end. Each operation has its own cache, so C2 holds for each target by itself.
"""

from bisect import bisect_left, bisect_right
from itertools import accumulate

from claims import TICK
from history import PENDING


class Metadata:
    """The timelines of a pool; `datasets`: label (identity/dataset) -> UpstreamHistory."""

    def __init__(self, datasets, settings=()):
        self.datasets, self.settings, self.known = datasets, settings, {}

    def timeline(self, target):
        """Returns [(first moment, last moment of its beginning, content)], in order."""
        if target not in self.known:
            self.known[target] = list(self.settled(target) if target[0] in ("GetCognitoEvents", "GetIdentityPoolConfiguration")
                                      else self.described(target))
        return self.known[target]

    def settled(self, target):
        yield float("-inf"), float("-inf"), 0
        for setting in self.settings:
            if setting.target == target:
                yield setting.start, setting.end, setting.value

    def described(self, target):
        """Yields the content after each change of the datasets that the target covers."""
        labels = [label for label in self.datasets if covers(target, label)]
        states = sorted(((state.began, state.order, label, state) for label in labels for state in self.datasets[label].states[1:]),
                        key=lambda change: change[:2])
        there, began = {}, False
        yield float("-inf"), float("-inf"), content(target, there, began)
        for moment, _, label, state in states:
            there[label], began = state.description, True
            yield moment, moment, content(target, there, began)


def covers(target, label):
    """Returns whether a change of the dataset changes the response."""
    operation, *of = target
    if operation == "DescribeDataset":
        return label == of[0]
    if operation in ("ListDatasets", "DescribeIdentityUsage"):
        return label.startswith(f"{of[0]}/")
    return operation in ("DescribeIdentityPoolUsage", "ListIdentityPoolUsage")


def content(target, descriptions, began):
    """Returns what the operation shows of these datasets; None: the response is 404, or has no such entry."""
    present = {label: description for label, description in descriptions.items() if description}
    match target[0]:
        case "DescribeDataset":
            return present.get(target[1])
        case "ListDatasets":
            return tuple(sorted((label.rpartition("/")[2], description) for label, description in present.items()))
        case "DescribeIdentityUsage":
            return (len(present), sum(d[3] for d in present.values())) if began else None
    return sum(d[3] for d in present.values()) if began else None


def check_metadata(metadata, reads, changes, time_to_live):
    """Yields (target, rule, text).

    `changes`: (gateway, moment, end, target or label) of what was done through gateways.
    """
    ended, seen, done = {}, {}, Completed(changes)
    for read in sorted(reads, key=lambda read: read.start):
        of, timeline = (read.gateway, read.target), metadata.timeline(read.target)
        last = [entry[1] for entry in timeline]
        earlier = [one for one in ended.get(of, ()) if one[0] < read.start]
        seen[of] = max([seen.get(of, 0), *(index for _, index in earlier)])
        ended[of] = [one for one in ended.get(of, ()) if one[0] >= read.start]
        bounds = [
            ("C1", bisect_left(last, done.before(read))), ("C2", seen[of]),
            ("C7", bisect_right(last, read.start - (TICK if read.revalidated else time_to_live)) - 1),
        ]
        able = [i for i, (first, _, there) in enumerate(timeline) if there == read.content and first <= read.end]
        good = next((i for i in able if i >= max(bound for _, bound in bounds)), None)
        if good is not None:
            ended[of].append((read.end, good))
        elif not able:
            now = timeline[bisect_right(last, read.end) - 1][2]
            yield read.target, "C4", f"{read} matches no state\n  gateway  {read.content}\n  upstream {now}"
        else:
            rule, bound = max(((rule, bound) for rule, bound in bounds if able[-1] < bound), key=lambda one: one[1])
            yield read.target, rule, f"{read} is of state {able[-1]}, but came after state {bound}: {timeline[bound][2]}"


class Completed:
    """The changes through each gateway that a target must show."""

    def __init__(self, changes):
        self.changes, self.known = sorted(changes, key=lambda change: change[2]), {}

    def before(self, read):
        """Returns the latest moment of a change that ended before the read."""
        of = read.gateway, read.target
        if of not in self.known:
            able = [(end, moment) for gateway, moment, end, what in self.changes if gateway == read.gateway
                    and (what == read.target or isinstance(what, str) and covers(read.target, what))]
            self.known[of] = [end for end, _ in able], list(accumulate((moment for _, moment in able), max))
        ends, latest = self.known[of]
        position = bisect_left(ends, read.start)
        return latest[position - 1] if position else float("-inf")


def changes_of(history, claims):
    """Returns (gateway, moment, end, target or label) of all that was completed through a gateway."""
    done = []
    for write in history.writes:
        made = claims[write.dataset].change(write) if write.dataset in claims else None
        if write.gateway and write.outcome == "applied" and made is not None:
            done.append((write.gateway, claims[write.dataset].upstream.began[made], write.end, write.dataset))
    for delete in history.deletes:
        if delete.gateway and delete.end != PENDING and delete.dataset in claims:
            upstream = claims[delete.dataset].upstream
            able = [i for i in range(upstream.at(delete.start), upstream.at(delete.end) + 1) if not upstream.states[i].exists]
            done += [(delete.gateway, upstream.began[i], delete.end, delete.dataset) for i in able[:1]]
    return done + [(s.gateway, s.end, s.end, s.target) for s in history.settings]
