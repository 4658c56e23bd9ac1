"""What is over goes, some at a time, so that nobody waits for it: endpoints that were deleted, with what was
for them, and secrets that sign no more. What ended goes by retention."""

from __future__ import annotations

from gateway.clock import MINUTE
from gateway.endpoints.queries import ENDPOINTS
from gateway.store.port import Tx

#: Deliveries that go at once.
BATCH = 500


async def tidy(tx: Tx, now: int) -> bool:
    """Take a batch of the first endpoint that was deleted, and it when nothing of it is left; whether there
    may be more."""
    await tx.run(ENDPOINTS["forget_secrets"], now=now, none=b"")
    rows = await tx.all(ENDPOINTS["deleted"], before=now - MINUTE)
    for row in rows[:1]:
        key = {"tenant": row["tenant"], "id": row["id"]}
        await tx.run(ENDPOINTS["clear"], **key, limit=BATCH)
        await tx.run(ENDPOINTS["remove"], **key)
    return bool(rows)
