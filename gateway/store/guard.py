"""What a plugin's SQL may not do, and whether a statement forgets the tenant."""

from __future__ import annotations

from collections.abc import Collection

from gateway.errors import StatementRefused
from gateway.store.sql import Token, tokens

# First words: the transaction, the connection and the server belong to the gateway.
_FIRST = frozenset(
    (
        *("begin", "start", "commit", "rollback", "end", "abort", "savepoint", "release", "prepare"),
        *("pragma", "attach", "detach", "vacuum", "analyze", "reindex", "set", "reset", "discard"),
        *("copy", "listen", "notify", "unlisten", "lock", "load", "call", "do", "declare", "fetch", "move"),
        *("execute", "deallocate", "close", "checkpoint", "cluster", "grant", "revoke", "reassign"),
        *("security", "import", "refresh", "create", "alter", "drop", "truncate", "comment"),
    )
)
# Functions that reach the settings, the locks, the files or the processes behind the transaction.
_ANYWHERE = frozenset(
    (
        *("set_config", "pg_notify", "pg_terminate_backend", "pg_cancel_backend", "pg_reload_conf"),
        *("pg_sleep", "pg_sleep_for", "pg_sleep_until", "lo_import", "lo_export", "dblink", "dblink_exec"),
        *("pg_read_file", "pg_read_binary_file", "pg_ls_dir", "load_extension", "readfile", "writefile"),
    )
)
_PREFIXES = ("pg_advisory_", "pg_try_advisory_")
_SPACE = "space"


def check(sql: str) -> None:
    """Raise `StatementRefused` with a sentence when a plugin may not run *sql*."""
    solid = [token for token in tokens(sql) if token.kind != _SPACE]
    while solid and solid[-1].text == ";":
        solid.pop()
    if not solid:
        raise StatementRefused("the statement is empty")
    if any(token.text == ";" for token in solid):
        raise StatementRefused(f"one statement at a time, please: {_short(sql)}")
    if solid[0].kind != "word":
        raise StatementRefused(f"a statement begins with a word such as SELECT or INSERT: {_short(sql)}")
    first = solid[0].text.lower()
    if first in _FIRST or (first == "explain" and _has_word(solid, "analyze")):
        raise StatementRefused(
            f"{first.upper()} is the gateway's own business: it opens and ends the transaction, "
            f"migrations make the tables: {_short(sql)}"
        )
    for token in solid:
        word = _word(token)
        if word in _ANYWHERE or word.startswith(_PREFIXES):
            raise StatementRefused(f"a plugin may not call {word}: {_short(sql)}")


def tenant_problem(sql: str, tenant_tables: Collection[str]) -> str | None:
    """Say which tenant's table *sql* touches without using `:tenant`; None when all is well."""
    found = [token for token in tokens(sql) if token.kind != _SPACE]
    if any(token.kind == "name" and token.text == ":tenant" for token in found):
        return None
    tables = {name.lower() for name in tenant_tables}
    for before, token in zip([Token("", ""), *found], found, strict=False):
        if _word(token) in tables and (_word(before) in _NAMES_A_TABLE or before.text in ",.("):
            return f"{_word(token)} belongs to tenants, but the statement does not use :tenant: {_short(sql)}"
    return None


_NAMES_A_TABLE = frozenset(("from", "join", "into", "update", "using", "table", "only"))


def _word(token: Token) -> str:
    """The name that a word or a quoted identifier stands for, in small letters."""
    if token.kind == "word":
        return token.text.lower()
    return token.text[1:-1].lower() if token.kind == "quoted" else ""


def _has_word(found: list[Token], word: str) -> bool:
    return any(_word(token) == word for token in found)


def _short(sql: str) -> str:
    text = " ".join(sql.split())
    return text if len(text) <= 120 else text[:117] + "..."
