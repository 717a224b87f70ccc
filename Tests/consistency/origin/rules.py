"""The rules of the upstream: one member for each behaviour of the service that no public source settles."""

import itertools
from dataclasses import dataclass, fields

SPENT_TEXTS = {"named": "SyncSessionToken not valid for these inputs", "unnamed": "The session has expired"}


@dataclass(frozen=True)
class Rules:
    # Sync counts: after a deletion, for each write, and for a patch with the value that the record has. `omits` also
    # leaves the record out of the response.
    counter: str = "continues"  # or restarts
    count_step: int = 1  # or 2
    same_value: str = "bumps"  # or keeps, omits
    conflict: str = "greater"  # the record's count is greater than that of the patch; or inequality
    lambda_key: bool = False  # a Lambda function adds a key to each write
    # Listings.
    listing_tombstones: bool = True  # in a listing since 0
    page_cap: int = 1024  # records in a page without maxResults
    page_cap_with_size: int = 1024  # and with it
    count_of: str = "page"  # or dataset
    token_after_full_page: bool = False  # NextToken after a last page that is full
    order: str = "keys"  # or changes: by sync count, then key
    # Session tokens.
    tokens: str = "once"  # a successful push spends it; or reusable
    token_lifetime: int = 300  # seconds
    spent_text: str = "named"  # the refusal of a spent or expired token; or unnamed
    # Members.
    nulls: str = "explicit"  # or absent
    device_dates: str = "rewritten"  # or stored as sent
    record_dates: str = "distinct"  # LastModifiedDate of the records of one write; or equal
    date_format: str = "exponent"  # or plain
    spelling: str = "same"  # or differs: UpdateRecords spells its records in another way than ListRecords
    error_names: str = "plain"  # or addressed: followed by a colon and an address

    @classmethod
    def parsed(cls, texts):
        """Returns the rules of a list of `name=value`; raises ValueError for an unknown name."""
        kinds, given = {field.name: type(field.default) for field in fields(cls)}, {}
        for text in texts:
            name, _, value = text.partition("=")
            if name not in kinds:
                raise ValueError(f"'{name}' is not a rule; write one of {', '.join(kinds)}")
            given[name] = value.lower() in ("true", "yes", "1") if kinds[name] is bool else kinds[name](value)
        return cls(**given)

    def __str__(self):
        """Returns the rules that differ from the default."""
        differing = (field.name for field in fields(self) if getattr(self, field.name) != field.default)
        return " ".join(f"{name}={getattr(self, name)}" for name in differing) or "the default"


# The other values of each rule.
OTHERS = {
    "counter": ["restarts"], "count_step": [2], "same_value": ["keeps", "omits"], "conflict": ["inequality"],
    "lambda_key": [True], "listing_tombstones": [False], "page_cap": [3], "page_cap_with_size": [2],
    "count_of": ["dataset"], "token_after_full_page": [True], "order": ["changes"], "tokens": ["reusable"],
    "spent_text": ["unnamed"], "nulls": ["absent"], "device_dates": ["kept"], "record_dates": ["equal"],
    "date_format": ["plain"], "spelling": ["differs"], "error_names": ["addressed"],
}


def covering_sets():
    """Returns eight sets of rules in which each two rules meet in all four combinations of default and other.

    Each rule has its default in the first set and in three more, and no two rules in the same three (Kleitman and
    Spencer). The first set is the default throughout.
    """
    given, threes = [{} for _ in range(8)], list(itertools.combinations(range(1, 8), 3))
    for index, (name, values) in enumerate(OTHERS.items()):
        defaults = threes[index * 11 % len(threes)]  # 11: so that each set has about as many defaults
        others = [number for number in range(1, 8) if number not in defaults]
        for turn, number in enumerate(others):
            given[number][name] = values[turn % len(values)]
    return [Rules(**rules) for rules in given]
