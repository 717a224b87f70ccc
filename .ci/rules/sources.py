"""The files of the project as the rules read them: code without comments and text, and prose without code."""

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from functools import cached_property

SKIPPED = {".build", ".venv", ".git", "__pycache__"}
SUFFIXES = {".swift", ".py", ".sh", ".md", ".yaml", ".yml", ".c", ".h", ".service", ""}
C_LIKE = {".swift", ".c", ".h"}

# Comments and literals of Swift and C, in the order in which they are tried.
TOKEN = re.compile(
    r"""
      (?P<line> //[^\n]*)
    | (?P<block> /\*)
    | (?P<literal>
          (?P<many>\#+)\"{3}[\s\S]*?\"{3}(?P=many)
        | \"{3}(?:\\[\s\S]|[^\\])*?\"{3}
        | (?P<few>\#+)"[^\n]*?"(?P=few)
        | "(?: \\\((?:[^()"\n]|"(?:\\.|[^"\\\n])*"|\((?:[^()"\n]|"(?:\\.|[^"\\\n])*"|\([^()\n]*\))*\))*\)
             | \\. | [^"\\\n] )*"
        | '(?:\\.|[^'\\\n])+'
      )
    """,
    re.X,
)
QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')


@dataclass(frozen=True)
class Comment:
    """The text of one line of a comment, without its marker."""

    line: int
    text: str
    # Whether it is part of a documentation comment or docstring.
    documents: bool = False


def blank(text):
    """Returns spaces in place of all but the line breaks."""
    return re.sub(r"[^\n]", " ", text)


class Source:
    """A file with its lines, its code and its comments."""

    def __init__(self, name, path):
        self.name, self.path, self.suffix = name, path, path.suffix
        self.text = path.read_text(errors="replace")
        self.lines = self.text.splitlines()

    @cached_property
    def scanned(self):
        """The code of a Swift or C file with comments and literals blanked out, and its comments."""
        pieces, comments, at = [], [], 0
        while match := TOKEN.search(self.text, at):
            pieces.append(self.text[at : match.start()])
            end = match.end() if not match["block"] else self.end_of_block(match.end())
            token = self.text[match.start() : end]
            if not match["literal"]:
                number = self.text.count("\n", 0, match.start()) + 1
                documents = token.startswith(("///", "/**"))
                for offset, line in enumerate(token.removesuffix("*/").split("\n")):
                    comments.append(Comment(number + offset, re.sub(r"^\s*(?:/{2,}|/?\*+) ?", "", line), documents))
            pieces.append(blank(token))
            at = end
        return "".join(pieces) + self.text[at:], comments

    def end_of_block(self, at):
        """Returns where a block comment ends whose inside begins at `at`; such comments nest in Swift."""
        depth = 1
        while depth and (match := re.compile(r"/\*|\*/").search(self.text, at)):
            depth += 1 if match.group() == "/*" else -1
            at = match.end()
        return at if not depth else len(self.text)

    @cached_property
    def code(self):
        return self.scanned[0].split("\n")

    @cached_property
    def tree(self):
        """The syntax tree of a Python file; empty where it is none."""
        try:
            return ast.parse(self.text)
        except SyntaxError:
            return ast.Module([], [])

    @cached_property
    def docstrings(self):
        """The nodes of a Python file that have a docstring, each with the constant."""
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        return [
            (node, node.body[0].value)
            for node in ast.walk(self.tree)
            if isinstance(node, kinds) and ast.get_docstring(node, clean=False) is not None
        ]

    @cached_property
    def comments(self):
        """All lines of comments in order, Markdown's prose among them."""
        if self.suffix in C_LIKE:
            return self.scanned[1]
        if self.suffix == ".md":
            return [Comment(number, line) for number, line in enumerate(self.lines, 1)]
        if self.suffix == ".py":
            return self.python_comments()
        found = []
        for number, line in enumerate(self.lines, 1):
            match = re.search(r"(?:^|\s)#(?!!)\s?", QUOTED.sub(lambda text: blank(text.group()), line))
            if match:
                found.append(Comment(number, line[match.end() :]))
        return found

    def python_comments(self):
        found = []
        try:
            for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
                if token.type == tokenize.COMMENT and not token.string.startswith("#!"):
                    found.append(Comment(token.start[0], token.string.lstrip("# ")))
        except (tokenize.TokenError, SyntaxError):
            pass
        for _, value in self.docstrings:
            for number in range(value.lineno, value.end_lineno + 1):
                found.append(Comment(number, self.lines[number - 1].strip().strip('"'), True))
        return sorted(found, key=lambda comment: comment.line)

    @cached_property
    def blocks(self):
        """The comments in runs of adjacent lines: a sentence goes on over the end of a line."""
        runs = []
        for comment in self.comments:
            if runs and comment.line == runs[-1][-1].line + 1 and comment.documents == runs[-1][-1].documents:
                runs[-1].append(comment)
            else:
                runs.append([comment])
        return runs


def sources(root):
    """Yields every file of the project that a rule may speak of."""
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        wanted = path.suffix in SUFFIXES or path.name.startswith("Dockerfile")
        if wanted and not SKIPPED & set(parts) and path.is_file():
            yield Source("/".join(parts), path)
