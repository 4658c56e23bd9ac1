"""A contact's consent as people see it: what counts now, and all that was said."""

from __future__ import annotations

from msgspec import Struct

from gateway.clock import rfc3339
from gateway.consent.change import Purpose, Source, State
from gateway.consent.queries import CONSENT
from gateway.consent.record import states
from gateway.store.port import Tx

#: Behind every id.
LAST = "~"


class ConsentItem(Struct, frozen=True):
    """What was said once. *at* is when it was so, *noted_at* when we heard of it (RFC 3339, UTC); *proof* is
    what shows it; *channel* is null when it came by none."""

    id: str
    purpose: Purpose
    state: State
    source: Source
    proof: str
    channel: str | None
    at: str
    noted_at: str


class ConsentShown(Struct, frozen=True):
    """*service* and *marketing* are "in", "out", or null when nothing was said. *items* is what was said, the
    newest first."""

    service: State | None
    marketing: State | None
    items: list[ConsentItem]
    cursor: str | None = None


async def exists(tx: Tx, tenant: str, contact: str) -> bool:
    """Whether there is such a contact."""
    return await tx.one(CONSENT["contact"], tenant=tenant, contact=contact) is not None


async def shown(
    tx: Tx, tenant: str, contact: str, before: str = LAST, limit: int = 50
) -> tuple[ConsentShown | None, bool]:
    """What *contact* said before the event *before*, and whether there is more; None for nobody."""
    if not await exists(tx, tenant, contact):
        return None, False
    now = (await states(tx, tenant, [contact]))[contact]
    rows = await tx.all(
        CONSENT["events"], tenant=tenant, contact=contact, before=before or LAST, limit=limit + 1
    )
    items = [
        ConsentItem(
            row["id"], row["purpose"], row["state"], row["source"], row["proof"], row["channel"] or None,
            rfc3339(row["at"]), rfc3339(row["noted_at"]),
        )
        for row in rows[:limit]
    ]  # fmt: skip
    return ConsentShown(now.get("service"), now.get("marketing"), items), len(rows) > limit
