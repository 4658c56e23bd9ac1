"""The last step of a restore: what was open at the backup is held, and no process of before has a say.

What was to be sent, or would have been due since, may have been sent by the gateway that went on after the
backup was taken. See `gateway.pipeline.restored` for what follows from that.
"""

from __future__ import annotations

from itertools import groupby

from msgspec import Struct

from gateway.channels import Channels
from gateway.model.ids import new_id
from gateway.pipeline.hold import hold
from gateway.pipeline.later import parts_of
from gateway.pipeline.queries import RESTORED
from gateway.pipeline.reread import Reader
from gateway.store.port import Store, Tx

#: Rows of a transaction.
PAGE = 500
#: How far epochs are raised above the backup's: no gateway changes owners so often between two backups.
AHEAD = 1_000_000


class Settled(Struct):
    """How many messages are held."""

    sending: int = 0
    scheduled: int = 0

    @property
    def held(self) -> int:
        """All of them."""
        return self.sending + self.scheduled


async def settle(store: Store, channels: Channels, backup: str, taken_at: int, now: int) -> Settled:
    """Write the restored mode into *store*, which nobody else uses; *now* is the moment of the restore. Run
    again after an end in the middle, it does the rest."""
    settled, reader = Settled(), Reader(store, channels)
    while count := await store.write(lambda tx: _outbox(tx, reader, now)):
        settled.sending += count
    while count := await store.write(lambda tx: _scheduled(tx, now)):
        settled.scheduled += count

    async def mode(tx: Tx) -> None:
        await tx.run(RESTORED["raise_epochs"], more=AHEAD)
        await tx.run(RESTORED["end_processes"], at=now)
        await tx.run(RESTORED["ready_jobs"])
        await tx.run(RESTORED["unfetched"])
        await tx.run(RESTORED["end"], now=now)
        await tx.run(RESTORED["add"], id=new_id(), at=now, taken_at=taken_at, backup=backup)

    await store.write(mode)
    return settled


async def _outbox(tx: Tx, reader: Reader, now: int) -> int:
    """Hold a page of what was to be sent; how many messages that was."""
    rows = await tx.all(RESTORED["outbox"], limit=PAGE)
    parts = [reader.part(row) for row in rows]
    messages = [list(some) for _, some in groupby(parts, lambda part: (part.tenant, part.message))]
    if messages:
        await tx.many(RESTORED["outbox_gone"], [{"tenant": part.tenant, "id": part.id} for part in parts])
        await hold(tx, messages, now)
    return len(messages)


async def _scheduled(tx: Tx, now: int) -> int:
    """Hold a page of what has become due since the backup."""
    rows = await tx.all(RESTORED["scheduled"], at=now, limit=PAGE)
    if rows:
        keys = [{"tenant": row["tenant"], "message": row["message"]} for row in rows]
        await tx.many(RESTORED["scheduled_gone"], keys)
        await hold(tx, [parts_of(row, 0, row["address"], now) for row in rows], now)
    return len(rows)
