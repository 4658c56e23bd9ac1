"""Who is muted, read before the events of a share are handled: by this process, or by the one before it."""

from __future__ import annotations

from gateway.cluster.port import Keeper
from gateway.house.hush import Hush
from gateway.house.queries import HOUSE_SQL
from gateway.store.port import Store

#: Contacts that are read, the newest first.
MOST = 10_000


class MutedKeeper(Keeper):
    """Reads them whenever shards become ours."""

    def __init__(self, store: Store, hush: Hush) -> None:
        self._store, self._hush = store, hush

    async def gain(self, shards: frozenset[int]) -> None:
        rows = await self._store.read(lambda tx: tx.all(HOUSE_SQL["muted"], most=MOST))
        self._hush.load(((row["tenant"], row["contact"]), row["reason"]) for row in rows)

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        """What is in memory harms nobody."""

    def drop(self, shards: frozenset[int]) -> None:
        """Nor here."""
