"""Asking for an erasure or an export: a row, written with whatever else its transaction does."""

from __future__ import annotations

import msgspec

from gateway.audit import Actor, note
from gateway.erasure.queries import ERASURE
from gateway.erasure.record import Tell
from gateway.model.ids import new_id
from gateway.store.port import Tx


async def erase(
    tx: Tx, tenant: str, contact: str, actor: Actor, now: int, tell: Tell | None = None
) -> str | None:
    """Have *contact* erased; the erasure's id, that of the one under way when there is one, None when there
    is no such contact. The record of who asked names the erasure alone."""
    identifier = await _row(tx, "begin", "open_of", tenant, contact, tell, now)
    if identifier is not None:
        await note(tx, actor, tenant, "contact.erase", f"erasure:{identifier}", now)
    return identifier


async def export(
    tx: Tx, tenant: str, contact: str, actor: Actor, now: int, tell: Tell | None = None
) -> str | None:
    """Have a file made of what is known of *contact*; the export's id, as above."""
    identifier = await _row(tx, "export", "export_of", tenant, contact, tell, now)
    if identifier is not None:
        await note(tx, actor, tenant, "contact.export", f"export:{identifier}", now)
    return identifier


async def _row(
    tx: Tx, add: str, known: str, tenant: str, contact: str, tell: Tell | None, now: int
) -> str | None:
    under_way = await tx.value(ERASURE[known], tenant=tenant, contact=contact)
    if under_way is not None:
        return str(under_way)
    if await tx.one(ERASURE["exists"], tenant=tenant, contact=contact) is None:
        return None
    told = msgspec.json.encode(tell).decode() if tell is not None else ""
    values = {"tenant": tenant, "id": new_id(), "contact": contact, "tell": told, "now": now}
    if await tx.all(ERASURE[add], **values):
        return str(values["id"])
    return str(await tx.value(ERASURE[known], tenant=tenant, contact=contact))
