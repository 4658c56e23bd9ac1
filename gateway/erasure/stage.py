"""The stage: whoever leads carries on with every erasure and export that is open, and removes exports whose
time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from gateway.erasure.export import Exporting
from gateway.erasure.queries import ERASURE
from gateway.erasure.record import erasure_of
from gateway.erasure.run import Erasing
from gateway.errors import GatewayError
from gateway.media.keep import KeepUnavailable
from gateway.observe import get_logger
from gateway.store.port import Store

log = get_logger("gateway.erasure")

#: Seconds between two looks, and between two tries of what failed.
EVERY = 1.0
PAUSE = 15.0


class Erasures:
    """Looks every second, and at once when it is stirred."""

    def __init__(
        self, store: Store, erasing: Erasing, exporting: Exporting, leads: Callable[[], bool], *,
        every: float = EVERY,
    ) -> None:  # fmt: skip
        self._store, self._erasing, self._exporting, self._leads = store, erasing, exporting, leads
        self._every = every
        self._dirty = False

    async def run(self) -> None:
        """For ever."""
        while True:
            pause = self._every
            if self._leads():
                try:
                    await self.once()
                except (GatewayError, KeepUnavailable) as error:
                    log.error("erasure.later", problem=type(error).__name__, hint="it is tried again")
                    pause = max(pause, min(PAUSE, self._every * PAUSE))
            await asyncio.sleep(pause)

    async def once(self) -> int:
        """Carry on with everything that is open; how many erasures are open still. One that fails lets the
        others go on, and the last failure is raised."""
        failed: GatewayError | None = None
        rows = await self._store.read(lambda tx: tx.all(ERASURE["open"]))
        left = len(rows)
        for row in rows:
            try:
                if await self._erasing.carry_on(erasure_of(row)):
                    left -= 1
                    self._dirty = True
            except GatewayError as error:
                failed = error
        if self._dirty:
            self._dirty = not await self._store.scrub()
        await self._exporting.once()
        if failed is not None:
            raise failed
        return left
