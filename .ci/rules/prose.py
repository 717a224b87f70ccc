"""Rules on prose: how a documentation comment begins, the words of comments and pages, and the width of comments."""

import ast
import re

WIDEST = 120
# Words that begin no summary.
OPENINGS = {
    "What", "Who", "Whom", "Whose", "Where", "Which", "Nobody", "Somebody", "Whoever", "Whatever", "One", "Told", "Asked",
}
# Word -> (pattern, what to write instead). Case does not count unless the pattern says so.
WORDS = {
    "errand": (r"\berrands?\b", "fetch or operation"),
    "walk": (r"\bwalk(?:s|ed|ing)?\b", "pagination"),
    "passage": (r"\bpassages?\b", "pending operation"),
    "landing": (r"\blandings?\b", "completion"),
    "standing": (r"\bstanding\b", "lease or freshness"),
    "fate": (r"\bfates?\b", "outcome"),
    "lest": (r"\blest\b", "so that … not"),
    "anew": (r"\banew\b", "again"),
    "of-late": (r"\bof\s+late\b", "recently"),
    "in-the-air": (r"\bin\s+the\s+air\b", "in flight"),
    "let-go": (r"\blet(?:s|ting)?\s+go\b", "release or drop"),
    "void": (r"(?-i:\b(?:void|[Vv]oids|[Vv]oided|[Vv]oiding)\b)", "invalidate"),
    "flight": (r"(?<!\bin[\s_-])(?<!\bsingle[\s_-])\bflights?\b", "fetch"),
    "hot": (r"\bhot\b(?!\s+(?:keys?|spots?|identity|identities|datasets?)\b)", "fast path"),
    "short-way": (r"\bshort\s+ways?\b", "fast path"),
    "long-way": (r"\blong\s+ways?\b", "regular path"),
    "suspect": (r"\bsuspect(?:s|ed)?\b", "revalidation base or doubtful"),
    "exchange": (r"(?<!\bkey\s)\bexchanges?\b(?!\s+(?:it|them|that|the|one|for)\b)", "request, or request record"),
    "whoever": (r"\bwhoever\b", "the caller who, the one that"),
    "peer": (r"\bpeers?\b", "caller or upstream"),
    "origin": (r"(?-i:(?<!\bsame[\s-])(?<!\bcross[\s-])\borigin\b)", "upstream"),
}
PATTERNS = {word: (re.compile(pattern, re.I), instead) for word, (pattern, instead) in WORDS.items()}
ANY = re.compile("|".join(f"(?:{pattern})" for pattern, _ in WORDS.values()), re.I)
# Code, addresses and parameter names are no prose.
CODE = (
    re.compile(r"^(?P<fence>```+|~~~+)[\s\S]*?^(?P=fence)", re.M),
    re.compile(r"(?P<ticks>`+)(?:(?!\n\s*\n)[\s\S]){1,300}?(?P=ticks)"),
    re.compile(r"\]\([^)\s]*\)|https?://[^\s)>]+"),
    re.compile(r"^\s*-\s+(?:Parameter\s+)?\w+:", re.M),
)
UNCHECKED = ("Benchmarks/results/",)

ATTRIBUTE = re.compile(r"@[\w.]+(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?\s*|\s+|#\w+[^\n]*\n")
MODIFIER = re.compile(
    r"(?:public|package|internal|fileprivate|private|open|static|final|mutating|nonmutating|override|required|convenience"
    r"|lazy|weak|unowned|nonisolated|isolated|indirect|dynamic|prefix|postfix|infix|consuming|borrowing|unsafe|safe"
    r"|class(?=\s+(?:func|var|let|subscript)\b))(?:\([^)]*\))?\s+"
)


def without_code(text):
    for pattern in CODE:
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    return text


def declared(code, line):
    """Returns the keyword of the declaration that follows a comment, past attributes and modifiers."""
    text, at = "\n".join(code[line : line + 30]), 0
    while match := ATTRIBUTE.match(text, at) or MODIFIER.match(text, at):
        at = match.end()
    match = re.compile(r"\w+").match(text, at)
    return match.group() if match else ""


def opening(text):
    match = re.match(r"[*_]*([A-Za-z]+)", text)
    return match.group(1) if match else ""


def documented(source):
    """Yields the line, the summary and whether it is of a property, for each documentation comment."""
    if source.suffix == ".swift":
        for block in source.blocks:
            if block[0].documents:
                yield block[0].line, block[0].text, declared(source.code, block[-1].line) in ("let", "var", "case")
    elif source.suffix == ".py":
        for node, value in source.docstrings:
            marks = {ast.unparse(mark).rpartition(".")[2] for mark in getattr(node, "decorator_list", [])}
            yield value.lineno, value.value.lstrip(), bool(marks & {"property", "cached_property"})


def summaries(source):
    for number, text, is_property in documented(source):
        word = opening(text)
        if word in OPENINGS or (word == "Whether" and not is_property):
            advice = "a noun phrase for a type or property, a verb in the third person for a function"
            yield "summary", source.name, number, f"{word} …: begin with {advice}"


def words(source):
    for block in source.blocks:
        text = "\n".join(comment.text for comment in block)
        if not ANY.search(text):
            continue
        text = without_code(text)
        for word, (pattern, instead) in PATTERNS.items():
            for match in pattern.finditer(text):
                number = block[text.count("\n", 0, match.start())].line
                said = " ".join(match.group().split())
                yield "words", source.name, number, f"{said}: {instead}", word


def columns(source):
    for number in sorted({comment.line for comment in source.comments}):
        if (width := len(source.lines[number - 1])) > WIDEST:
            yield "columns", source.name, number, f"a comment of {width} columns; {WIDEST} at most"


def check(source):
    """Yields what is wrong in the prose of one file."""
    yield from summaries(source)
    if not source.name.startswith(UNCHECKED):
        yield from words(source)
    if source.suffix != ".md":
        yield from columns(source)
