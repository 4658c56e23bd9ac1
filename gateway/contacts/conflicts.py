"""Names that two contacts lay claim to, as the API lists them. Nobody is merged: a person looks, and marks
what was looked at."""

from __future__ import annotations

from msgspec import Struct

from gateway.clock import rfc3339, stamp
from gateway.contacts.queries import CONTACTS
from gateway.store.port import Row, Tx


class ConflictItem(Struct, frozen=True):
    """The name *value* is the contact *other*'s, and *contact* uses it too. *reason* is "two_contacts" (a
    webhook names both), "number_reused" (the phone has a new owner, *contact*) or "taken" (*contact* moved
    to a name that stays *other*'s)."""

    id: str
    kind: str
    value: str
    scope: str
    contact: str
    other: str
    reason: str
    at: str
    resolved_at: str | None


async def conflicts(
    tx: Tx, tenant: str, resolved: bool, at: int, before: str, limit: int
) -> list[tuple[int, ConflictItem]]:
    """At most *limit* conflicts, newest first, behind that of (*at*, *before*), each with its moment."""
    rows = await tx.all(
        CONTACTS["conflicts"], tenant=tenant, resolved=int(resolved), at=at, before=before, limit=limit,
    )  # fmt: skip
    return [(row["at"], _item(row)) for row in rows]


async def resolve(tx: Tx, tenant: str, id: str, now: int) -> tuple[ConflictItem, bool] | None:
    """Mark a conflict as settled; the conflict, and whether it was open. None when there is none."""
    changed = await tx.each(CONTACTS["resolve"], [{"tenant": tenant, "id": id, "now": now}])
    row = await tx.one(CONTACTS["conflict"], tenant=tenant, id=id)
    return None if row is None else (_item(row), bool(changed))


def _item(row: Row) -> ConflictItem:
    return ConflictItem(
        row["id"], row["kind"], row["value"], row["scope"], row["contact"], row["other"], row["reason"],
        rfc3339(row["at"]), stamp(row["resolved_at"]),
    )  # fmt: skip
