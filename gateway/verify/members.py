"""Shards and processes: what is looked at once, and whole."""

from __future__ import annotations

from collections import defaultdict

from gateway.channel import SHARDS
from gateway.store.port import Row, Tx
from gateway.store.sql import Queries
from gateway.verify.record import LEASE, Finding, Values
from gateway.verify.walk import Page

#: Shards are taken over within this time of their owner's end (microseconds).
TAKEN_OVER = 2 * LEASE


class Owners:
    """64 shards with an epoch, whose owners live. A database that nobody ever served has none."""

    def __init__(self, sql: Queries) -> None:
        self._sql = sql

    async def look(self, tx: Tx, page: Page, values: Values, *, again: bool = False) -> list[Finding]:
        rows = await tx.all(self._sql.shards)
        members = [row for row in await tx.all(self._sql.members) if row["lease_until"] > values["clock"]]
        found = [
            _found(n, "it is not there") for n in set(range(SHARDS)) - {row["id"] for row in rows} if rows
        ]
        for row in rows:
            if row["id"] not in range(SHARDS):
                found.append(_found(row["id"], f"there are {SHARDS}, from 0"))
            elif row["epoch"] < 1:
                found.append(_found(row["id"], f"its epoch is {row['epoch']}"))
            elif row["owner"] and row["process"] is None:
                found.append(_found(row["id"], f"its owner {row['owner']} was never a process"))
            elif members and (why := _idle(row, values["clock"])):
                found.append(_found(row["id"], why, late=True))
        return found


def _idle(row: Row, clock: int) -> str:
    """Why nobody works for a shard although others could; "" when somebody does."""
    if not row["owner"]:
        return "it has no owner"
    ended = row["stopped_at"] or (row["lease_until"] if row["lease_until"] else clock)
    return f"its owner {row['owner']} has ended" if ended < clock - TAKEN_OVER else ""


class Numbers:
    """Living processes are told apart by their numbers and terms."""

    def __init__(self, sql: Queries) -> None:
        self._sql = sql

    async def look(self, tx: Tx, page: Page, values: Values, *, again: bool = False) -> list[Finding]:
        found = []
        rows = [row for row in await tx.all(self._sql.members) if row["lease_until"] > values["clock"]]
        for name in ("number", "term"):
            same: defaultdict[int, list[str]] = defaultdict(list)
            for row in rows:
                same[row[name]].append(row["id"])
            for value, ids in same.items():
                found += [_found(id, f"{name} {value} is also of process {ids[0]}") for id in ids[1:]]
        return found


def _found(id: int | str, detail: str, *, late: bool = False) -> Finding:
    return Finding("", str(id), detail, late, "", id)
