"""Parts that are open in the database and not in memory: read back when shards become ours, and again every
few seconds, so that nothing stays behind that memory had no room for, or that another process put there."""

from __future__ import annotations

import asyncio

from gateway.clock import SECOND, Clock
from gateway.cluster.port import Ownership
from gateway.observe import get_logger
from gateway.pipeline.follow import unload
from gateway.pipeline.queries import RECOVER
from gateway.pipeline.reopen import PAGE, ROOM, young
from gateway.pipeline.reread import Reader
from gateway.pipeline.send import Sender
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.refill")

LOST = 60 * SECOND  # a send that is marked as under way for so long, and is not


class Refill:
    """Reads open parts into the sender."""

    def __init__(
        self, store: Store, reader: Reader, sender: Sender, ownership: Ownership, clock: Clock
    ) -> None:
        self._store, self._reader, self._sender = store, reader, sender
        self._ownership, self._clock = ownership, clock

    async def gain(self, shards: frozenset[int]) -> None:
        """What an earlier owner was sending is in doubt; all that is open is read by `run`."""
        now = self._clock.now()
        epochs = [{"shard": shard, "epoch": self._ownership.epoch(shard), "now": now} for shard in shards]

        async def work(tx: Tx) -> int:
            return len(await tx.each(RECOVER["doubt_orphans"], epochs))

        if orphans := await self._store.write(work):
            log.error(
                "recover.in_doubt", count=orphans, hint="they wait for a status; see docs/architecture.md"
            )

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        """Nothing yet."""

    def drop(self, shards: frozenset[int]) -> None:
        """Nothing yet."""

    async def sweep(self) -> None:
        """One reading of the parts that are open."""
        while True:
            self._sender.skipped = False
            after = ""
            while rows := await self._reader.all(RECOVER["open_parts"], after=after, limit=PAGE):
                for row in rows:
                    await self._part(row)
                after = rows[-1]["id"]
                if not self._sender.behind:
                    return  # what was put in from outside is old, and so on the first page
                while self._sender.full:
                    unload(self._sender)
                    await asyncio.sleep(ROOM)
            if not self._sender.skipped:
                self._sender.behind = False
                return

    async def _part(self, row: Row) -> None:
        """Take one open part. One marked as being sent is under way right now, unless nobody knows it."""
        if (row["tenant"], row["id"]) in self._sender.known:
            return
        if row["state"] == "sending":
            if row["claimed_at"] < self._clock.now() - LOST:
                await self._sender.lost(self._reader.part(row))
        elif self._sender.behind or row["id"] < young(self._clock):
            self._sender.take(self._reader.part(row))
