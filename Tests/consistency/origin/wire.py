"""The JSON of the responses, spelled as the rules say."""

import json
from dataclasses import dataclass

from .dates import Date


@dataclass(frozen=True)
class Spelling:
    """A way to write the same members: their order, white space, and escapes."""

    is_reversed: bool = False
    comma: str = ","
    colon: str = ":"
    escapes: bool = False


PLAIN = Spelling()
OTHER = Spelling(is_reversed=True, comma=" , ", colon=" : ", escapes=True)


def body(members, operation, rules):
    """Returns the body of a successful response."""
    spelling = OTHER if rules.spelling == "differs" and operation == "update_records" else PLAIN
    return text(members, rules, spelling).encode()


def text(value, rules, spelling):
    if isinstance(value, dict):
        members = [item for item in value.items() if item[1] is not None or rules.nulls == "explicit"]
        if spelling.is_reversed:
            members.reverse()
        pairs = (f'"{name}"{spelling.colon}{text(member, rules, spelling)}' for name, member in members)
        return "{" + spelling.comma.join(pairs) + "}"
    if isinstance(value, list):
        return "[" + spelling.comma.join(text(element, rules, spelling) for element in value) + "]"
    if isinstance(value, Date):
        return date(value, rules)
    return json.dumps(value, ensure_ascii=spelling.escapes)


def date(value, rules):
    """Returns seconds: 1.424801824343E9 as Java writes a double, or 1424801824.343."""
    if rules.date_format == "exponent":
        digits = str(int(value))
        return f"{digits[0]}.{digits[1:].rstrip('0') or '0'}E{len(digits) - 4}"
    return f"{value // 1000}.{value % 1000:03}"


def error_body(fault):
    return json.dumps({"message": fault.message}, ensure_ascii=False).encode()
