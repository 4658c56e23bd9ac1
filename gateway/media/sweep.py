"""Files that were kept long enough go, and after as long again the memory that they were there."""

from __future__ import annotations

from gateway.clock import Clock
from gateway.media.files import Files
from gateway.media.keep import KeepUnavailable
from gateway.media.queries import MEDIA
from gateway.model.ids import smallest_id
from gateway.observe import get_logger
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.media")

PAGE = 50


class Sweep:
    """Removes a page of one tenant's files at a time; retention calls it (`gateway.retention.keeper`)."""

    def __init__(self, files: Files, store: Store, clock: Clock) -> None:
        self._files, self._store, self._clock = files, store, clock

    async def page(self, tenant: str, before: int) -> tuple[int, bool]:
        """Remove what *tenant* has had since before *before* (microseconds UTC): how many files went, and
        whether there may be more. When the files' store is away, they wait for the next round."""
        try:
            old = await self._page("old", tenant, before)
            for row in old:
                await self._files.delete(tenant, row["id"], "expired")
            gone = await self._page("gone", tenant, before)
            for row in gone:
                if row["sha256"]:  # the store may have been away when the file was deleted
                    await self._files.drop(tenant, row["sha256"])
        except KeepUnavailable as error:
            log.error("media.sweep_failed", problem=type(error).__name__, hint="it is tried again")
            return 0, False

        async def forget(tx: Tx) -> None:
            keys = [{"tenant": tenant, "id": row["id"], "before": before} for row in gone]
            await tx.many(MEDIA["forget"], keys)
            await tx.run(MEDIA["forget_access"], tenant=tenant, until=smallest_id(before), limit=PAGE)

        await self._store.write(forget)
        return len(old), max(len(old), len(gone)) == PAGE

    async def _page(self, query: str, tenant: str, before: int) -> list[Row]:
        values = {"tenant": tenant, "before": before, "limit": PAGE}
        return await self._store.read(lambda tx: tx.all(MEDIA[query], **values))
