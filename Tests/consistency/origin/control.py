"""Writes and merges by others: requests to the upstream itself, which no gateway sees.

    POST /_control/writes   pool, identity, dataset, then key and value for each record; a key without value is removed
    POST /_control/merge    pool, from, into
"""

import urllib.parse

from .dataset import Patch
from .faults import Fault


def perform(service, name, body):
    """Performs a control request with a form as its body; returns the members of the response."""
    fields = urllib.parse.parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)
    with service.lock:
        if name == "writes":
            return write(service, fields)
        if name == "merge":
            return merge(service, **{{"from": "loser"}.get(field, field): value for field, value in fields})
    raise Fault(404, "UnknownOperationException", name)


def write(service, fields):
    """Writes as a device with user credentials does: with the newest sync counts, and signed as the identity."""
    (_, pool), (_, identity), (_, name), *rest = fields
    values = {}
    for field, text in rest:
        if field == "key":
            last = text
        values[last] = text if field == "value" else None
    known = service.dataset(pool, identity, name).records
    patches = [Patch(key, value, known[key].count if key in known else 0) for key, value in values.items()]
    return {"Records": [record.members for record in service.write(pool, identity, name, patches, identity)]}


def merge(service, pool, loser, into):
    """Moves the datasets of one identity beside those of another. The one of the same name reports the merge.

    No sync count changes.
    """
    for name, dataset in [item for item in service.datasets(pool, loser).items() if item[1].exists]:
        moved = f"{name}.{loser}"
        if len(moved) <= 128:
            target = service.dataset(pool, into, moved)
            target.count, target.records, target.created = dataset.count, dataset.records, dataset.created
            target.modified, target.modified_by = dataset.modified, dataset.modified_by
            beside = service.dataset(pool, into, name)
            beside.merged = [*(other for other in beside.merged if other != moved), moved]
        dataset.delete()
    return {}
