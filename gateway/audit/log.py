"""Read the audit log, newest first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gateway.store.port import Dialect, Row, Tx
from gateway.store.sql import load_queries

#: Behind every row: what a list starts from.
END = 2**62


class Entry(Struct, frozen=True):
    """One row. *at* is microseconds UTC; *tenant* is "" for what concerns no tenant."""

    tenant: str
    seq: int
    at: int
    actor: str
    action: str
    object: str
    detail: dict[str, Any]
    address: str
    request: str


class Wanted(Struct, frozen=True):
    """Which rows. *action* is one ("channel.create") or all of a kind ("channel"); *after* and *before* are
    microseconds UTC, neither included; "" is any."""

    action: str = ""
    object: str = ""
    actor: str = ""
    after: int = 0
    before: int = END


class AuditLog:
    """The log in a database of this *dialect*."""

    def __init__(self, dialect: Dialect) -> None:
        self._sql = load_queries(Path(__file__).with_name("audit.sql"), dialect)

    async def of(self, tx: Tx, tenant: str, wanted: Wanted, limit: int, *, seq: int = END) -> list[Entry]:
        """The rows of *tenant* before the row *seq*."""
        values = msgspec.structs.asdict(wanted)
        return _entries(await tx.all(self._sql.list, tenant=tenant, seq=seq, limit=limit, **values))

    async def everywhere(
        self, tx: Tx, wanted: Wanted, limit: int, *, behind: tuple[int, str, int] = (END, "", 0)
    ) -> list[Entry]:
        """The rows of all tenants behind the row with this time, tenant and seq. For the workers' role."""
        at, last, seq = behind
        values = msgspec.structs.asdict(wanted)
        rows = await tx.all(self._sql.everywhere, at=at, last=last, seq=seq, limit=limit, **values)
        return _entries(rows)


def _entries(rows: list[Row]) -> list[Entry]:
    return [
        Entry(
            row["tenant"], row["seq"], row["at"], row["actor"], row["action"], row["object"],
            msgspec.json.decode(row["detail"], type=dict[str, Any]), row["address"], row["request"],
        )
        for row in rows
    ]  # fmt: skip
