"""Files that were kept long enough go, and after as long again the memory that they were there."""

from __future__ import annotations

import asyncio

from gateway.clock import SECOND, Clock
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.media.files import Files
from gateway.media.keep import KeepUnavailable
from gateway.media.queries import MEDIA
from gateway.observe import get_logger
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.media")

EVERY = 3600.0
PAGE = 200


class Sweep:
    """Looks once an hour."""

    def __init__(self, files: Files, store: Store, clock: Clock) -> None:
        self._files, self._store, self._clock = files, store, clock

    async def run(self) -> None:
        """Sweep for ever."""
        while True:
            try:
                while await self.sweep() == PAGE:
                    pass
            except (StoreUnavailable, SerializationFailure, KeepUnavailable) as error:
                log.error("media.sweep_failed", problem=type(error).__name__, hint="it is tried again")
            await asyncio.sleep(EVERY)

    async def sweep(self) -> int:
        """One page; how many files went."""
        before = self._clock.now() - int(self._files.settings.keep * SECOND)
        old = await self._page("old", before)
        for row in old:
            await self._files.delete(row["tenant"], row["id"], "expired")
        gone = await self._page("gone", before)
        for row in gone:
            if row["sha256"]:  # the store may have been away when the file was deleted
                await self._files.drop(row["tenant"], row["sha256"])

        async def forget(tx: Tx) -> None:
            keys = [{"tenant": row["tenant"], "id": row["id"], "before": before} for row in gone]
            await tx.many(MEDIA["forget"], keys)
            await tx.run(MEDIA["forget_access"], before=before)

        await self._store.write(forget)
        return max(len(old), len(gone))

    async def _page(self, query: str, before: int) -> list[Row]:
        return await self._store.read(lambda tx: tx.all(MEDIA[query], before=before, limit=PAGE))
