"""The bodies of at most 4 MiB that cost a gateway the most to read."""

import json

LARGEST = 4 << 20


def filled(unit, start, end, size, separator=","):
    """Returns `unit(number)` as often as it fits, between a start and an end."""
    parts, left, number = [], size - len(start) - len(end), 0
    while (part := unit(number)) and len(part) + len(separator) <= left:
        parts.append(part)
        left -= len(part) + len(separator)
        number += 1
    return (start + separator.join(parts) + end).encode()


def patch(number, value='"v"'):
    return f'{{"Op":"replace","Key":"k{number}","SyncCount":{number},"Value":{value}}}'


def bodies(owner, size=LARGEST):
    """Returns name -> body, each with the parameters of UpdateRecords for this dataset."""
    start = json.dumps({**owner, "SyncSessionToken": "t"})[:-1]
    patches = start + ',"RecordPatches":['
    return {
        "unknown names": filled(lambda n: f'"n{n:x}":0', start + ",", "}", size),
        "names of one patch": filled(lambda n: f'"n{n:x}":0', patches + "{", "}]}", size),
        "escapes": filled(lambda n: "\\u00e9" * 100, patches + '{"Op":"replace","Key":"k","SyncCount":0,"Value":"', '"}]}', size, ""),
        "escaped names": filled(lambda n: '"' + "".join(f"\\u{ord(c):04x}" for c in f"{n:x}") + '":0', start + ",", "}", size),
        "deep nesting": filled(lambda n: "[" * 30 + "]" * 30, start + ',"x":[', "]}", size),
        "1024 patches": filled(lambda n: patch(n, '"' + "v" * (size // 1100) + '"') if n < 1024 else "", patches, "]}", size),
        "small patches": filled(patch, patches, "]}", size),
        "long numbers": filled(lambda n: "1" * 128, start + ',"x":[', "]}", size),
        "null patches": filled(lambda n: "null", patches, "]}", size),
    }
