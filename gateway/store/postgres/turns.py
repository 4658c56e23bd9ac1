"""Whose turn it is to have a connection for a plugin's unit of work.

A unit holds its connection as long as the hook runs, so a tenant whose plugin writes and then hangs could
hold them all. Who has been slow of late gets half of them at most, and whoever holds fewest comes first.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from contextlib import suppress

from gateway.errors import StoreUnavailable

#: A tenant whose units take longer than this on the average (seconds) is slow.
SLOW = 0.1
#: How much of the average the newest unit is.
NEWEST = 0.2


class Turns:
    """Gives out *size* places. One that is left was held for as long as `leave` says."""

    def __init__(self, size: int, patience: float) -> None:
        """*patience* is how many seconds a tenant waits before its unit fails."""
        self._size, self._patience = size, patience
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._average: dict[str, float] = {}

    async def enter(self, tenant: str) -> None:
        """Wait for a place. Raises `StoreUnavailable` when none comes."""
        if tenant not in self._waiting and self._may(tenant):
            self._held[tenant] += 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(tenant, deque()).append(place)
        self._give()
        try:
            async with asyncio.timeout(self._patience):
                await place
        except BaseException as error:
            if place.done() and not place.cancelled():
                self._release(tenant)
            self._give_up(tenant, place)
            if isinstance(error, TimeoutError):
                raise StoreUnavailable(
                    "PostgreSQL: no connection was free for this tenant in time"
                ) from error
            raise

    def leave(self, tenant: str, seconds: float | None) -> None:
        """Give a place back that was held for *seconds*; None when nothing was done with it."""
        if seconds is not None:
            self._note(tenant, seconds)
        self._release(tenant)

    def _note(self, tenant: str, seconds: float) -> None:
        average = self._average.get(tenant, 0.0) * (1 - NEWEST) + seconds * NEWEST
        if average > SLOW / 100:
            self._average[tenant] = average
        else:
            self._average.pop(tenant, None)

    def _may(self, tenant: str) -> bool:
        slow = self._average.get(tenant, 0.0) > SLOW
        most = max(1, self._size // 2) if slow else self._size
        return self._held.total() < self._size and self._held[tenant] < most

    def _release(self, tenant: str) -> None:
        self._held[tenant] -= 1
        if not self._held[tenant]:
            del self._held[tenant]
        self._give()

    def _give(self) -> None:
        """Let those in who may: whoever holds fewest first."""
        while ready := [tenant for tenant in self._waiting if self._may(tenant)]:
            tenant = min(ready, key=lambda each: self._held[each])
            places = self._waiting[tenant]
            place = places.popleft()
            if not places:
                del self._waiting[tenant]
            if not place.done():
                self._held[tenant] += 1
                place.set_result(None)

    def _give_up(self, tenant: str, place: asyncio.Future[None]) -> None:
        places = self._waiting.get(tenant)
        if places is not None:
            with suppress(ValueError):
                places.remove(place)
            if not places:
                del self._waiting[tenant]
