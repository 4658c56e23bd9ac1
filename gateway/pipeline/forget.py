"""Forget: what providers noted and contacts were asked goes when its time is over; so do old processes."""

from __future__ import annotations

import asyncio

from gateway.clock import DAY, Clock
from gateway.errors import GatewayError
from gateway.house.queries import HOUSE_SQL
from gateway.observe import get_logger
from gateway.pipeline.menus import REMEMBERED
from gateway.pipeline.queries import FORGET
from gateway.store.port import Store, Tx

log = get_logger("gateway.forget")

#: Seconds between two looks.
EVERY = 3600.0
#: For how long a process that has ended is remembered.
ENDED = 7 * DAY
#: For how long a contact who was muted is.
MUTED = 7 * DAY


class Forget:
    """Removes old notes and menus once an hour."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.once()
            except GatewayError as error:
                log.info("forget.later", problem=type(error).__name__)

    async def once(self) -> None:
        """Remove what is over now."""
        now = self._clock.now()

        async def work(tx: Tx) -> None:
            await tx.run(FORGET["notes"], now=now)
            await tx.run(FORGET["menus"], before=now - REMEMBERED)
            await tx.run(HOUSE_SQL["forget"], before=now - MUTED)
            await tx.run(FORGET["processes"], before=now - ENDED)

        await self._store.write(work)
