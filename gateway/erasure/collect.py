"""What is known of a contact, table by table, as JSON shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct, field

from gateway.clock import rfc3339
from gateway.erasure.held import Held
from gateway.erasure.personal import Personal
from gateway.erasure.queries import ERASURE, rows
from gateway.erasure.tables import HELD
from gateway.erasure.who import Who, contact_who
from gateway.store.port import Row, Store, Tx

Shown = dict[str, Any]

#: Columns that hold a moment as microseconds UTC.
_MOMENTS = ("at", "_at", "_until", "_after", "until", "deadline", "not_before", "doubt_since")


class Collected(Struct):
    """*tables* by name, the core's then the plugins'; *files* are the rows of files that are kept."""

    who: Who
    tables: dict[str, list[Shown]] = field(default_factory=dict)
    files: list[Row] = field(default_factory=list)


async def collect(store: Store, personal: Personal, tenant: str, contact: str) -> Collected:
    """Everything about *contact*."""

    async def core(tx: Tx) -> Collected:
        found = Collected(await contact_who(tx, tenant, contact))
        ids = await _ids(tx, found.who)
        for held in HELD:
            some = await _rows(tx, tenant, held, ids)
            if held.table == "media":
                found.files += [row for row in some if row["state"] == "stored"]
            if held.table == "message":  # what hangs on messages was declared before them
                some = sorted(some, key=lambda row: str(row["id"]))
            if some and held.shown:
                found.tables.setdefault(held.table, []).extend(_shown(row, held) for row in some)
        return found

    collected = await store.scope(tenant).read(core)
    for table, held_rows in (await personal.shown(tenant, collected.who)).items():
        collected.tables[table] = [{name: _value(name, row[name]) for name in row} for row in held_rows]
    return collected


async def _ids(tx: Tx, who: Who) -> Mapping[str, Sequence[Any]]:
    """The ids by which rows are found, by kind."""
    messages: list[Row] = []
    for talk in who.talks:
        messages += await tx.all(
            ERASURE["messages"], tenant=who.tenant, conversation=talk.id, after="", limit=1_000_000
        )
    ids = [row["id"] for row in messages]
    parts = (
        await tx.each(ERASURE["parts"], [{"tenant": who.tenant, "message": id} for id in ids]) if ids else []
    )
    files = (
        await tx.each(ERASURE["files"], [{"tenant": who.tenant, "message": id} for id in ids]) if ids else []
    )
    flows = [
        row["id"]
        for talk in who.talks
        for row in await tx.all(ERASURE["flows"], tenant=who.tenant, conversation=talk.id)
    ]
    return {
        "contact": [who.contact],
        "conversation": [talk.id for talk in who.talks],
        "message": ids,
        "part": [row["id"] for row in parts],
        "event": [row["event"] for row in messages if row["event"]],
        "flow": flows,
        "media": [row["id"] for row in files],
        "sent": sorted({(row["channel"], row["provider_message_id"]) for row in (*messages, *parts)}),
    }  # fmt: skip


async def _rows(tx: Tx, tenant: str, held: Held, ids: Mapping[str, Sequence[Any]]) -> list[Row]:
    if not ids[held.by]:
        return []
    if held.by == "sent":
        sql = rows(held.table, held.column, " and channel = :channel")
        return await tx.each(
            sql, [{"tenant": tenant, "value": id, "channel": channel} for channel, id in ids["sent"]]
        )
    sql = rows(held.table, held.column)
    return await tx.each(sql, [{"tenant": tenant, "value": each} for each in ids[held.by]])


def _shown(row: Row, held: Held) -> Shown:
    return {
        name: _value(name, row[name])
        for name in list(row.keys())
        if name != "tenant" and name not in held.leaves
    }


def _value(name: str, value: Any) -> Any:
    """As a person reads it: moments with their zone, JSON as JSON, bytes as text where they are text."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, int) and value > 10**14 and name.endswith(_MOMENTS):
        return rfc3339(value)
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    return value


def counts(tables: Mapping[str, Iterable[Shown]]) -> dict[str, int]:
    """Rows by table."""
    return {name: len(list(some)) for name, some in tables.items()}
