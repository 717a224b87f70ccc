"""The checker: it compares the responses of gateways with the states of upstream by the rules C1 to C8.

C1 a read that starts after the response to a write through this gateway sees that write
C2 a read that starts after another read through this gateway has ended never goes back behind it
C3 each record of a response was written before it: this value, under this key, at this sync count, with these dates
C4 a response is what upstream would have sent at one moment; all pages of one pagination are of one state
C5 after a pause longer than the time to live the gateway and upstream give the same response
C6 no response has the value of another identity, dataset or key
C7 any change, of any caller, is seen once the time to live is over, and at once by a revalidated read
C8 a write with a success response was applied as the response says, a refused one was not, and none was applied twice;
   one reported as not applied was not applied when the gateway inquired; each change has one write

Gateways that share nothing promise each other only C7: what one of them did is a change by another caller. The rules
compare each read with the writes and deletions of all callers, in real time. `incarnations.py` says what a gateway
need not see while a deletion by others is new.

The journal of upstream gives the states of each dataset in their order. A read is good if a state that matches its
response lies between the newest that it must see and the newest that it can see. A dataset that is written through
one gateway only must also be linearizable by what its callers saw. That is an independent check: it uses the journal
only for writes without a response, and its search, `linearizability.py`, is verified by the published histories.
"""

from claims import Claims
from history import PENDING, REFUSED, Delete, History, MetadataRead, Merge, Read, Setting, Violation, Write
from linearizability import Event, linearizable
from metadata import Metadata, changes_of, check_metadata
from reads import MergeChecker, ReadChecker
from upstream_history import UpstreamHistory


def check(history, journal, time_to_live, identity_check=0.0, continues=False, **rules):
    """Returns the first violation of each rule in each dataset; none if the history is good.

    `journal`: dataset -> entries of the emulator; `continues` and `rules` are its rules. `identity_check` is how
    much longer than the time to live a deletion by others may be unseen.
    """
    found, claims = [], {}
    for dataset in sorted({x.dataset for x in history.reads + history.writes}):
        of, upstream = history.of(dataset), UpstreamHistory(dataset, journal.get(dataset, ()), continues=continues, **rules)
        claims[dataset] = Claims(upstream, of["writes"])
        checks = [claims[dataset].violations]
        gateways = sorted({read.gateway for read in of["reads"]})
        for gateway in gateways:
            checks.append(ReadChecker(upstream, gateway, of, claims[dataset], time_to_live, identity_check).violations())
            merged = [read for read in of["reads"] if read.gateway == gateway]
            checks.append(MergeChecker(of["merges"], time_to_live).violations(merged))
        if len(gateways) == 1 and all(x.gateway for x in of["writes"] + of["deletes"]):
            checks.append(one_order(claims[dataset], of["reads"], of["writes"], of["deletes"], continues))
        first = {}
        for violations in checks:
            for rule, text in violations:
                first.setdefault(rule, Violation(rule, dataset, text))
        found += first.values()
    if history.metadata:
        found += other_reads(history, journal, claims, time_to_live, continues, rules)
    return found + [
        Violation("C5", dataset, f"after the pause\n  gateway  {str(through)[:300]}\n  upstream {str(direct)[:300]}")
        for dataset, through, direct in history.finals if through != direct
    ]


def other_reads(history, journal, claims, time_to_live, continues, rules):
    """Returns the first violation of each target of the reads of metadata."""
    datasets = {label: claims[label].upstream if label in claims else UpstreamHistory(label, entries, continues=continues, **rules)
                for label, entries in journal.items()}
    metadata, first = Metadata(datasets, history.settings), {}
    for target, rule, text in check_metadata(metadata, history.metadata, changes_of(history, claims), time_to_live):
        first.setdefault(target, Violation(rule, " ".join(target), text))
    return list(first.values())


def one_order(claims, reads, writes, deletes, continues):
    """Checks that the sync count is linearizable by what the callers saw.

    The journal says whether a write without a response was applied.
    """
    events = [Event(r.start, r.end, ("read", None), r.count) for r in reads if not r.after and r.content != REFUSED]
    events += [Event(d.start, d.end, ("delete", d.gone if d.end != PENDING else None)) for d in deletes]
    for write in writes:
        if write.outcome == "applied":
            events.append(Event(write.start, write.end, ("write", write.count), write.count))
        elif (there := claims.change(write)) is not None:
            events.append(Event(write.start, PENDING, ("write", claims.upstream.states[there].count)))

    def step(state, given, output):
        (count, exists), (kind, detail) = state, given
        if kind == "read":
            return state if output == (count if exists else 0) else None
        if kind == "delete":
            return None if detail == exists else (count if continues else 0, False)
        return (detail, True) if count + 1 == detail else None

    if not linearizable(events, (0, False), step):
        yield "C1/C2", "the reads, writes and deletions cannot be put in one order"


__all__ = ["Delete", "History", "MetadataRead", "Merge", "Read", "Setting", "Violation", "Write", "check"]
