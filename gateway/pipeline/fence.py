"""Whether a turn is still ours to keep: its shard may have become another's while the plugin ran.

The row of the event is what decides in the end: whoever deletes it has done the turn. What is asked here
before keeps a process that was paused from racing for it with the new owner.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from gateway.cluster.port import Ownership
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.pipeline.commit import TurnResult
from gateway.pipeline.records import OpenEvent

AGAIN = 0.1  # seconds until the database is asked again


class Flows(Protocol):
    """What is known of the flows of a conversation."""

    async def sure(self, opened: OpenEvent) -> None: ...

    async def renew(self, opened: OpenEvent) -> None: ...


class Fence:
    """Without an *ownership* everything is ours."""

    def __init__(self, ownership: Ownership | None = None, flows: Flows | None = None) -> None:
        self._ownership, self._flows = ownership, flows

    @property
    def _joined(self) -> Ownership | None:
        """Who knows what is ours; None before we are one of the processes, when nobody asks us for a turn."""
        return self._ownership if self._ownership is not None and self._ownership.process else None

    def _epoch(self, opened: OpenEvent) -> int:
        return self._joined.epoch(opened.shard) if self._joined else 1

    async def begin(self, opened: OpenEvent) -> int:
        """The epoch under which *opened* is run, its conversation's flows known; 0 when it is not ours."""
        while True:
            epoch = self._epoch(opened)
            try:
                if epoch and self._flows is not None:
                    await self._flows.sure(opened)
                return epoch
            except (StoreUnavailable, SerializationFailure):
                await asyncio.sleep(AGAIN)

    def holds(self, result: TurnResult) -> bool:
        """Whether *result* may be kept. Raises `StoreUnavailable` while our lease has run out and nobody has
        taken the shard yet."""
        if self._epoch(result.opened) != result.epoch:
            return False
        if self._joined and not self._joined.may_send(result.opened.shard, result.epoch):
            raise StoreUnavailable(
                "the lease of this process has run out: nothing is kept before it runs again"
            )
        return True

    async def elsewhere(self, opened: OpenEvent) -> None:
        """Another has done a turn of *opened*, or it was ours and its commit was not answered: what we know
        of the conversation's flows may be old."""
        if opened.conversation and self._flows is not None and await self.begin(opened):
            try:
                await self._flows.renew(opened)
            except (StoreUnavailable, SerializationFailure):
                await asyncio.sleep(AGAIN)
                await self.elsewhere(opened)
