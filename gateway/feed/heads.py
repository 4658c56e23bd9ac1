"""News of the log from other processes: who follows it here is told, although it is numbered elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping

from gateway.errors import StoreError
from gateway.feed.queries import FEED
from gateway.store.port import Store, Tx

#: Seconds between two looks.
EVERY = 0.25


class Heads:
    """Looks at the newest numbers of the tenants that are *followed*, and tells of those that have moved."""

    def __init__(
        self, store: Store, followed: Callable[[], Collection[str]], told: Callable[[Mapping[str, int]], None]
    ) -> None:
        self._store, self._followed, self._told = store, followed, told
        self._known: dict[str, int] = {}

    async def run(self) -> None:
        """Look for ever. A database that is away is asked again."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except StoreError:
                pass  # everybody else says so already

    async def look(self) -> None:
        """Look once. Who has just begun to follow has read by itself, and may be told once too often."""
        tenants = [{"tenant": tenant} for tenant in sorted(self._followed())]
        if not tenants:
            self._known = {}
            return

        async def work(tx: Tx) -> dict[str, int]:
            return {row["tenant"]: row["seq"] for row in await tx.each(FEED["heads"], tenants)}

        heads = await self._store.read(work)
        moved = {tenant: seq for tenant, seq in heads.items() if self._known.get(tenant) != seq}
        self._known = heads
        if moved:
            self._told(moved)
