"""The pages of ListRecords. A cursor names the last record of a page: there is no snapshot behind it."""

import base64
import json

from .faults import invalid


def position(record, rules):
    """Returns the place of a record in the order of the rules."""
    return [record.key] if rules.order == "keys" else [record.count, record.key]


def is_deleted_since(dataset, since):
    """Returns whether the count belongs to a deleted incarnation.

    If the counter restarts, a count that the new incarnation has reached cannot be told from one of its own.
    """
    if not 0 < since <= dataset.last_count:
        return False
    return not dataset.exists or dataset.rules.counter == "continues" or since > dataset.count


def page(dataset, since, size, token):
    """Returns the members of one page, without the session token. `size` is none if the caller gave none."""
    rules, count = dataset.rules, dataset.count if dataset.exists else 0
    deleted = is_deleted_since(dataset, since)
    if since > count and not deleted:
        raise invalid(f"No such SyncCount: {since} exists for this Dataset")
    if deleted and since > count:
        since = 0  # all records
    listed = [record for record in dataset.records.values() if record.count > since]
    if since <= 0 and not rules.listing_tombstones:
        listed = [record for record in listed if record.value is not None]
    listed.sort(key=lambda record: encoded(position(record, rules)))
    if token:
        after = decode(token)
        listed = [record for record in listed if encoded(position(record, rules)) > encoded(after)]
    limit = rules.page_cap if size is None else min(size, rules.page_cap_with_size)
    records = listed[:limit]
    has_token = len(listed) > limit or (rules.token_after_full_page and len(records) == limit)
    live = sum(record.value is not None for record in dataset.records.values())
    return {
        "Count": len(records) if rules.count_of == "page" else live,
        "DatasetDeletedAfterRequestedSyncCount": deleted, "DatasetExists": dataset.exists, "DatasetSyncCount": count,
        "LastModifiedBy": dataset.modified_by if dataset.exists else None,
        "MergedDatasetNames": list(dataset.merged) or None,
        "NextToken": encode(position(records[-1], rules)) if has_token else None,
        "Records": [record.members for record in records],
    }


def encoded(position):
    """Compares text as UTF-8 bytes."""
    return [part.encode() if isinstance(part, str) else part for part in position]


def encode(position):
    return base64.b64encode(json.dumps(position).encode()).decode()


def decode(token):
    try:
        return json.loads(base64.b64decode(token, validate=True))
    except ValueError:
        raise invalid("Invalid NextToken") from None
