"""The statements of erasures and exports: those of the file, and those made from the tables'
declarations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.erasure.held import Loose
from gateway.store.sql import load_queries

ERASURE = load_queries(Path(__file__).with_name("erasure.sql"))
JOURNAL = load_queries(Path(__file__).with_name("journal.sql"))


def removal(table: str, key: Sequence[str], column: str) -> str:
    """Delete up to :limit rows of *table* whose *column* is :value."""
    keys = ", ".join(key)
    left = f"({keys})" if len(key) > 1 else keys
    return (
        f"delete from {table} where tenant = :tenant and {left} in "
        f"(select {keys} from {table} where tenant = :tenant and {column} = :value limit :limit)"
    )


def rows(table: str, column: str, extra: str = "") -> str:
    """All of the rows of *table* whose *column* is :value."""
    return f"select * from {table} where tenant = :tenant and {column} = :value{extra}"


def page(loose: Loose, first: bool) -> str:
    """A page of *loose*, behind the row with the key :k0, :k1, …"""
    keys = ", ".join(loose.key)
    behind = "" if first else f" and ({keys}) > ({', '.join(f':k{n}' for n in range(len(loose.key)))})"
    narrowed = f" and {loose.where}" if loose.where else ""
    columns = ", ".join(dict.fromkeys((*loose.key, *loose.look, *((loose.at,) if loose.at else ()))))
    return (
        f"select {columns} from {loose.table} where tenant = :tenant{narrowed}{behind} "
        f"order by {keys} limit :limit"
    )


def forget(loose: Loose) -> str:
    """Delete the row of *loose* with the key :k0, :k1, …, or empty its columns."""
    at = " and ".join(f"{name} = :k{n}" for n, name in enumerate(loose.key))
    if loose.blank:
        emptied = ", ".join(f"{name} = ''" for name in loose.blank)
        return f"update {loose.table} set {emptied} where tenant = :tenant and {at}"
    return f"delete from {loose.table} where tenant = :tenant and {at}"
