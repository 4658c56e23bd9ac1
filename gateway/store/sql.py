"""SQL text as data: its tokens, its named values, whether it writes, and named query files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from gateway.errors import StatementFailed
from gateway.store.port import Dialect

# Literals and comments come first, so that what they contain is never taken for SQL. `::` is a cast.
# A word goes as far as both databases let it: `a$$` is one, and no `$$` that would hide what is behind it.
_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\n\r\f\v]+|--[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<literal>[eE]'(?:[^'\\]|\\.|'')*'?|'(?:[^']|'')*'?|\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z))
    | (?P<quoted>"(?:[^"]|"")*"?|`[^`]*`?|\[[A-Za-z_]\w*\])
    | (?P<cast>::)
    | (?P<name>:[A-Za-z_]\w*)
    | (?P<word>[A-Za-z_\x80-\ufefe\uff00-\U0010ffff][\w$\x80-\ufefe\uff00-\U0010ffff]*)
    | (?P<number>\d[\w.]*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_TRAILING = re.compile(r"(?:\s|;|^--[^\n]*$)+\Z", re.MULTILINE)  # comments there speak of the next block
_CHANGES = frozenset(("insert", "update", "delete", "merge", "replace"))
_READS = frozenset(("select", "values", "explain", "show"))
_CACHED = 4096


class Token(NamedTuple):
    """A piece of SQL: *kind* is a group of the pattern (space, literal, quoted, cast, name, word…)."""

    kind: str
    text: str


def tokens(sql: str) -> Iterator[Token]:
    """Every token of *sql*, spaces and comments included; joined, they give the text back."""
    for match in _TOKEN.finditer(sql):
        kind = match.lastgroup or "other"
        yield Token("literal" if kind == "tag" else kind, match.group())


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL text, read once: *numbered* is it with $1, $2 … in the order of *names*."""

    sql: str
    numbered: str
    names: tuple[str, ...]
    writes: bool

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        """The *values* in the order of `$1, $2 …`."""
        try:
            return [values[name] for name in self.names]
        except KeyError as error:
            raise StatementFailed(f"no value for :{error.args[0]} in: {self.sql.strip()[:200]}") from None


def read_statement(sql: str) -> Statement:
    """Find the named values and the kind of *sql*. A value used twice gets one number."""
    numbers: dict[str, int] = {}
    out: list[str] = []
    words: list[str] = []
    for kind, text in tokens(sql):
        if kind == "name":
            number = numbers.setdefault(text[1:], len(numbers) + 1)
            out.append(f"${number}")
            continue
        if kind == "word":
            words.append(text.lower())
        out.append(text)
    return Statement(sql, "".join(out), tuple(numbers), _writes(words))


def _writes(words: list[str]) -> bool:
    first = words[0] if words else ""
    if first == "with":
        return not _CHANGES.isdisjoint(words)
    return first not in _READS


class Statements:
    """What `read_statement` found, kept per text. Bounded: a plugin may build its SQL by hand."""

    def __init__(self) -> None:
        self._known: dict[str, Statement] = {}

    def __getitem__(self, sql: str) -> Statement:
        statement = self._known.get(sql)
        if statement is None:
            if len(self._known) >= _CACHED:
                self._known.clear()
            statement = self._known[sql] = read_statement(sql)
        return statement


class Queries(Mapping[str, str]):
    """The named statements of a query file, as `queries.name` or `queries["name"]`."""

    def __init__(self, source: str, found: Mapping[str, str]) -> None:
        self._source = source
        self._found = dict(found)

    def __getattr__(self, name: str) -> str:
        try:
            return self._found[name]
        except KeyError:
            raise AttributeError(f"{self._source} has no '-- name: {name}'") from None

    def __getitem__(self, name: str) -> str:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def load_queries(file: str | Path, dialect: Dialect | None = None) -> Queries:
    """Read the `-- name: foo` blocks of *file* (`queries.sql`).

    With a *dialect*, blocks of `queries.postgres.sql` or `queries.sqlite.sql` beside it replace those of
    the same name.
    """
    path = Path(file)
    found: dict[str, str] = {}
    for source in (path, path.with_suffix(f".{dialect}{path.suffix}")):
        if (dialect or source == path) and source.exists():
            found |= named_blocks(source.read_text("utf-8"), str(source))
    if not found:
        raise FileNotFoundError(f"no named queries in {path}")
    return Queries(path.name, found)


def named_blocks(text: str, source: str) -> dict[str, str]:
    """Split *text* at its `-- name:` lines. A name given twice in one file raises ValueError."""
    blocks: dict[str, str] = {}
    parts = re.split(r"^--\s*name:\s*(\w+)\s*$", text, flags=re.MULTILINE)
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        if name in blocks:
            raise ValueError(f"{source}: the name {name} is given twice")
        blocks[name] = _TRAILING.sub("", body).lstrip()
    return blocks
