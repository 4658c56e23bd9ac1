"""What becomes of messages that wait when their tenant or channel is removed: they are cancelled, some
hundreds a transaction, so that nobody else waits for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from gateway.clock import Clock
from gateway.model.ids import new_id
from gateway.pipeline.cancel import cancelled, keep
from gateway.pipeline.enqueue import again
from gateway.pipeline.later import bodies_of
from gateway.store.port import Store, Tx
from gateway.tenants.records import SQL

Batch = Callable[[Tx, str, str, int], Awaitable[int]]

#: Messages of one transaction.
BATCH = 200
_ERROR = '{"kind":"cancelled","title":"its channel or tenant was removed before it was sent"}'


async def cancel_waiting(store: Store, clock: Clock, tenant: str, channel: str = "") -> int:
    """Cancel all that waits to be sent by *tenant*, or by one *channel* of it; how many parts that was."""
    return await _all(store, clock, tenant, channel, _scheduled) + await _all(
        store, clock, tenant, channel, _ready
    )


async def cancel_left_over(store: Store, clock: Clock, since: int = 0) -> int:
    """Cancel what still waits for channels that were removed behind *since* (microseconds UTC); how many
    parts that was. Raises `StoreError`."""
    rows = await store.read(lambda tx: tx.all(SQL["left_over"], since=since, limit=BATCH))
    return sum([await cancel_waiting(store, clock, row["tenant"], row["id"]) for row in rows])


async def _all(store: Store, clock: Clock, tenant: str, channel: str, batch: Batch) -> int:
    total = 0
    home = store.scope(tenant)
    while done := await again(lambda: home.write(lambda tx: batch(tx, tenant, channel, clock.now()))):
        total += done
    return total


async def _scheduled(tx: Tx, tenant: str, channel: str, now: int) -> int:
    rows = await tx.all(SQL["drop_scheduled"], tenant=tenant, channel=channel, limit=BATCH)
    parts = [
        cancelled(row, new_id(), row["idx"] + place, now, _ERROR)
        for row in rows
        for place in range(len(bodies_of(row)))
    ]
    await keep(tx, parts, now)
    return len(parts)


async def _ready(tx: Tx, tenant: str, channel: str, now: int) -> int:
    rows = await tx.all(SQL["drop_ready"], tenant=tenant, channel=channel, limit=BATCH)
    parts = [
        {
            **cancelled(row, row["id"], row["idx"], now, _ERROR),
            "attempt": row["attempt"],
            "resent": row["resent"],
        }
        for row in rows
    ]
    await keep(tx, parts, now)
    return len(parts)
