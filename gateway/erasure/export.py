"""Exports: what is known of a contact as one file, kept for a day behind a signed link."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec

from gateway.audit import GATEWAY, note
from gateway.clock import DAY, Clock, rfc3339
from gateway.erasure.archive import Head, write
from gateway.erasure.collect import Collected, collect, counts
from gateway.erasure.personal import Personal
from gateway.erasure.queries import ERASURE
from gateway.erasure.record import Tell
from gateway.erasure.speak import Speaker
from gateway.errors import GatewayError
from gateway.media.files import Files
from gateway.media.keep import FileMissing
from gateway.media.names import shown as file_name
from gateway.media.spill import measured, spilling
from gateway.observe import get_logger
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.erasure")

#: How long the file and its link live.
LIVES = DAY
#: How often it is tried.
TRIES = 5
READY = "Here is what we know of you. The link works for 24 hours: {link}"


class Exporting:
    """Makes the files that were asked for."""

    def __init__(
        self,
        store: Store,
        files: Files,
        personal: Personal,
        clock: Clock,
        speaker: Speaker | None,
    ) -> None:
        self._store, self._files, self._personal, self._clock = store, files, personal, clock
        self._speaker = speaker

    async def once(self) -> None:
        """Make what waits; remove what was kept long enough."""
        for row in await self._store.read(lambda tx: tx.all(ERASURE["export_waiting"])):
            try:
                await self._make(row)
            except GatewayError as error:
                await self._failed(row, error)
        now = self._clock.now()
        for row in await self._store.read(lambda tx: tx.all(ERASURE["export_over"], now=now)):
            await self._files.delete(row["tenant"], row["media"], "expired")
            await self._expired(row["tenant"], row["id"])

    async def _expired(self, tenant: str, id: str) -> None:
        await self._store.scope(tenant).write(
            lambda tx: tx.run(ERASURE["export_expired"], tenant=tenant, id=id)
        )

    async def _make(self, row: Row) -> None:
        tenant = row["tenant"]
        collected = await collect(self._store, self._personal, tenant, row["contact"])
        async with AsyncExitStack() as stack:
            place = await stack.enter_async_context(spilling(self._files.scratch, 0))
            target = place.path
            files = await self._gather(stack, tenant, collected)
            head = Head(tenant, _name(collected), rfc3339(self._clock.now()))
            await asyncio.to_thread(write, target, head, collected.tables, files)
            made = await measured(target)
            kept = await self._files.take(tenant, made, "my-data.zip", "private", "application/zip")
        await self._done(row, kept.id, made.size, counts(collected.tables))

    async def _gather(self, stack: AsyncExitStack, tenant: str, collected: Collected) -> dict[str, Path]:
        """The contact's files, in scratch files of ours, by their name in the archive."""
        found: dict[str, Path] = {}
        for row in collected.files:
            spill = await stack.enter_async_context(spilling(self._files.scratch, row["size"]))
            try:
                async for piece in self._files.keeper.content(tenant, row["sha256"]):
                    await spill.write(piece)
            except FileMissing:
                continue
            await spill.done()
            found[f"files/{row['id']}.{file_name('', row['mime_type'], row['id']).rpartition('.')[2]}"] = (
                spill.path
            )
        return found

    async def _done(self, row: Row, media: str, size: int, found: Mapping[str, int]) -> None:
        tenant, now = row["tenant"], self._clock.now()
        until = now + LIVES

        async def unit(tx: Tx) -> bool:
            done = await tx.each(ERASURE["export_done"], [{
                "tenant": tenant, "id": row["id"], "media": media, "size": size,
                "counts": msgspec.json.encode(found).decode(), "now": now, "expires_at": until,
            }])  # fmt: skip
            if done:
                await note(tx, GATEWAY, tenant, "contact.exported", f"export:{row['id']}", now, size=size)
            return bool(done)

        if not await self._store.scope(tenant).write(unit):
            await self._files.delete(tenant, media, "erased")
            return
        log.info("export.done", tenant=tenant, export=row["id"], size=size)
        if row["tell"] and self._speaker is not None:
            told = msgspec.json.decode(row["tell"], type=Tell)
            link = self._files.lasting(tenant, media, until)
            await self._speaker.say(tenant, row["contact"], told, READY, link=link)

    async def _failed(self, row: Row, error: GatewayError) -> None:
        log.error("export.failed", tenant=row["tenant"], export=row["id"], problem=type(error).__name__)
        now = self._clock.now()
        values = {"tenant": row["tenant"], "id": row["id"], "error": type(error).__name__, "most": TRIES}
        await self._store.scope(row["tenant"]).write(
            lambda tx: tx.each(ERASURE["export_failed"], [{**values, "now": now}])
        )


def _name(collected: Collected) -> str:
    rows = collected.tables.get("contact", ())
    return next((str(row["name"]) for row in rows if row.get("name")), "you")
