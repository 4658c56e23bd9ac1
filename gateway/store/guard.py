"""What a plugin's SQL may not do, and whether a statement forgets the tenant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Literal

from gateway.errors import StatementRefused
from gateway.store.sql import Token, tokens

# All that a plugin's statement may begin with: the transaction, the connection, the schema and the server
# belong to the gateway.
_FIRST = frozenset(("select", "insert", "update", "delete", "with", "values", "replace", "merge", "explain"))
#: Functions that reach the settings, the files or other processes, or run a text as SQL.
REACHES_OUT = re.compile(
    r"set_config|load_extension|readfile|writefile|dblink\w*|lo_\w+|ts_stat|ts_rewrite"
    r"|(query|table|schema|database|cursor)_to_xml\w*"
)
# The databases' own catalogues and functions: they know of every tenant.
_CATALOGUE = re.compile(r"pg_\w*|sqlite_\w*|pragma_\w*|information_schema|dbstat")
_SPACE = "space"


def check(sql: str) -> None:
    """Raise `StatementRefused` with a sentence when a plugin may not run *sql*."""
    found = list(tokens(sql))
    solid = [token for token in found if token.kind != _SPACE]
    while solid and solid[-1].text == ";":
        solid.pop()
    if not solid:
        raise StatementRefused("the statement is empty")
    if any(token.text == ";" for token in solid):
        raise StatementRefused(f"one statement at a time, please: {_short(sql)}")
    if solid[0].kind != "word":
        raise StatementRefused(f"a statement begins with a word such as SELECT or INSERT: {_short(sql)}")
    first = solid[0].text.lower()
    if first not in _FIRST or (first == "explain" and _has_word(solid, "analyze")):
        raise StatementRefused(
            f"{first.upper()} is the gateway's own business: it opens and ends the transaction, "
            f"migrations make the tables: {_short(sql)}"
        )
    if is_disguised(found):
        raise StatementRefused(f"write names as they are, not with escapes: {_short(sql)}")
    for word, _ in _names(solid):
        if REACHES_OUT.fullmatch(word):
            raise StatementRefused(f"a plugin may not call {word}: {_short(sql)}")
        if _CATALOGUE.fullmatch(word):
            raise StatementRefused(f"a plugin may not look into {word}: {_short(sql)}")


def tenant_problem(sql: str, tenant_tables: Collection[str]) -> str | None:
    """Say which tenant's table *sql* touches without using `:tenant`; None when all is well."""
    found = list(tokens(sql))
    if is_disguised(found):
        return f"a name is written with escapes, so nobody can tell whose table it is: {_short(sql)}"
    solid = [token for token in found if token.kind != _SPACE]
    if any(token.kind == "name" and token.text == ":tenant" for token in solid):
        return None
    tables = {name.lower() for name in tenant_tables}
    for name, place in _names(solid):
        if place and name in tables:
            return f"{name} belongs to tenants, but the statement does not use :tenant: {_short(sql)}"
    return None


def closed_problem(sql: str, closed: Collection[str]) -> str | None:
    """Say which of the tables *closed*, which are no tenant's, *sql* touches; None when it touches none.
    PostgreSQL says so by itself: it grants nothing on them."""
    for name, place in _names(token for token in tokens(sql) if token.kind != _SPACE):
        if place == "table" and name in closed:
            return f"{name} is the gateway's own, and no tenant's: {_short(sql)}"
    return None


# `x in seen` is a table's name too, on SQLite, as is what follows `update or ignore`.
_NAMES_A_TABLE = frozenset(("from", "join", "into", "update", "using", "table", "only", "in"))
_OR = frozenset(("abort", "fail", "ignore", "replace", "rollback"))
_CLAUSES = frozenset(
    ("select", "where", "on", "set", "values", "group", "order", "having", "limit", "returning", "using")
)


def _names(solid: Iterable[Token]) -> Iterator[tuple[str, Literal["", "maybe", "table"]]]:
    """Every name in small letters, and whether a table's stands there. A text is one where nothing but a name
    can be: SQLite takes it for one."""
    before, clause = Token("", ""), ""
    for token in solid:
        word, last = word_of(token), word_of(before)
        beside = before.text in (",", "(", ".")
        table = last in _NAMES_A_TABLE or last in _OR or (beside and clause in ("from", "join"))
        if token.kind == "literal" and (table or before.text == "."):
            word = token.text[1:-1].lower()
        if word:
            yield word, "table" if table else "maybe" if beside else ""
        clause = word if word in _CLAUSES or word in ("from", "join") else clause
        before = token


def is_disguised(found: Sequence[Token]) -> bool:
    """Whether one of the databases would read another statement than we do.

    A name is spelled U&"…" (PostgreSQL); it holds a byte order mark, a space to SQLite; a backslash escapes a
    quote, which ends the text on SQLite; a comment holds a carriage return, which ends it on PostgreSQL.
    """
    solid = [token for token in found if token.kind != _SPACE]
    return (
        any(token.text == "\ufeff" for token in solid)
        or any(token.kind == "literal" and token.text[0] in "eE" and "\\'" in token.text for token in solid)
        or any(token.text.startswith("--") and "\r" in token.text.rstrip("\r") for token in found)
        or any(
            one.text in ("u", "U") and two.text == "&" and three.kind == "quoted"
            for one, two, three in zip(solid, solid[1:], solid[2:], strict=False)
        )
    )


def word_of(token: Token) -> str:
    """The name that a word or a quoted identifier stands for, in small letters."""
    if token.kind == "word":
        return token.text.lower()
    return token.text[1:-1].lower() if token.kind == "quoted" else ""


def _has_word(found: list[Token], word: str) -> bool:
    return any(word_of(token) == word for token in found)


def _short(sql: str) -> str:
    text = " ".join(sql.split())
    return text if len(text) <= 120 else text[:117] + "..."
