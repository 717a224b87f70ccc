"""Rules on names: a file is named after what it holds, and names keep to the glossary."""

import ast
import re

TYPE = re.compile(r"\b(?:struct|class|enum|protocol|actor|typealias)\s+`?(?!(?:func|var|let|subscript)\b)(\w+)")
FUNCTION = re.compile(r"\bfunc\s+`?(\w+)")
EXTENSION = re.compile(r"\bextension\s+([\w.]+)")
CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
# Word -> the glossary's own.
BANNED = {
    **dict.fromkeys(("answer", "answers", "reply", "replies"), "response"),
    **dict.fromkeys(("call", "calls", "exchange", "exchanges"), "request, request context or request record"),
    **dict.fromkeys(("flight", "flights", "errand", "errands"), "fetch, plan or operation"),
    **dict.fromkeys(("walk", "walks"), "pagination or cursor"),
    **dict.fromkeys(("fate", "fates"), "outcome"),
    **dict.fromkeys(("landing", "landings", "landed"), "completion or result"),
    **dict.fromkeys(("passage", "passages", "departure", "departures"), "pending operation"),
    **dict.fromkeys(("standing", "suspect", "suspects"), "lease, freshness or revalidation"),
    **dict.fromkeys(("held", "kept"), "cached"),
    **dict.fromkeys(("void", "voids"), "invalidate"),
    "settings": "runtime, configuration or keys",
    **dict.fromkeys(("peer", "peers", "client", "clients"), "caller"),
    **dict.fromkeys(("origin", "origins", "backend", "backends"), "upstream"),
    "hot": "fast path",
    "mend": "recover",
    "pursue": "resolve",
    "settle": "apply",
    "says": "equals",
    "rig": "harness",
}
# Pairs of words that are the field's: what comes before, what comes after.
FINE = {
    *(("in", flight) for flight in ("flight", "flights")),
    *(("client", word) for word in ("certificate", "certificates", "ca", "crl")),
    # Libcurl's side of a connection upstream, a member of the API, and an error of AWS.
    *(("upstream", "client"), ("client", "context"), ("unrecognized", "client")),
    ("pool", "settings"),
    *(("hot", word) for word in ("key", "keys", "set")),
}
SWIFT_FOLDERS = ("Sources/", "Tests/", "Benchmarks/Micro/")
PYTHON_FOLDERS = ("Tests/", "Benchmarks/")


def banned(name):
    """Yields the words of a name in camel or snake case that the glossary has another word for."""
    words = [word.lower() for word in CAMEL.findall(name)]
    for before, word, after in zip([""] + words, words, words[1:] + [""]):
        if word in BANNED and (before, word) not in FINE and (word, after) not in FINE:
            yield word


def names(source):
    """Yields the line and the name of each type and function, the file itself first."""
    yield 1, source.path.stem
    if source.suffix == ".swift":
        for number, code in enumerate(source.code, 1):
            for pattern in (TYPE, FUNCTION):
                yield from ((number, match.group(1)) for match in pattern.finditer(code))
    else:
        for node in ast.walk(source.tree):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node.lineno, node.name


def identifiers(source):
    for number, name in names(source):
        for word in banned(name):
            yield "identifier", source.name, number, f"{name}: for {word} say {BANNED[word]}", word


def free_functions(code):
    """Yields the names of the functions that stand outside of all braces."""
    depth = 0
    for token in re.finditer(rf"[{{}}]|{FUNCTION.pattern}", code):
        if token.group(1) and not depth:
            yield token.group(1)
        depth += {"{": 1, "}": -1}.get(token.group(), 0)


def is_named_after_content(source):
    name = source.path.stem.partition("+")[0]
    code = "\n".join(source.code)
    extended = (path.replace(".", "") for path in EXTENSION.findall(code))
    functions = (function[0].upper() + function[1:] for function in free_functions(code))
    return name in TYPE.findall(code) or name in functions or any(path.endswith(name) for path in extended)


def check(source):
    """Yields what is wrong with the names in one file."""
    if source.suffix == ".swift" and source.name.startswith(SWIFT_FOLDERS):
        yield from identifiers(source)
        if source.path.name != "main.swift" and not is_named_after_content(source):
            name = source.path.stem.partition("+")[0]
            yield "file-name", source.name, 1, f"declares and extends no {name}"
    elif source.suffix == ".py" and source.name.startswith(PYTHON_FOLDERS):
        yield from identifiers(source)
