"""What is over goes, some at a time, so that nobody waits for it: deliveries that were kept long enough,
those of endpoints that were deleted, and secrets that sign no more."""

from __future__ import annotations

from gateway.clock import MINUTE
from gateway.endpoints.queries import ENDPOINTS
from gateway.store.port import Tx

#: Deliveries that go at once.
BATCH = 500


async def tidy(tx: Tx, now: int, before: int) -> bool:
    """Forget a batch of what ended before *before* (microseconds UTC); whether there is more."""
    await tx.run(ENDPOINTS["forget_secrets"], now=now, none=b"")
    rows = await tx.all(ENDPOINTS["over"], before=before, limit=BATCH)
    keys = [{name: row[name] for name in ("tenant", "endpoint", "seq")} for row in rows]
    await tx.many(ENDPOINTS["forget"], keys)
    return await _deleted(tx, now) or len(rows) == BATCH


async def _deleted(tx: Tx, now: int) -> bool:
    """Take a batch of the first endpoint that was deleted, and it when nothing of it is left."""
    rows = await tx.all(ENDPOINTS["deleted"], before=now - MINUTE)
    for row in rows[:1]:
        key = {"tenant": row["tenant"], "id": row["id"]}
        await tx.run(ENDPOINTS["clear"], **key, limit=BATCH)
        await tx.run(ENDPOINTS["remove"], **key)
    return bool(rows)
