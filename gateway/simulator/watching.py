"""What can be seen of a simulator, and waited for: the part of `Simulator` that is the same for all."""

from __future__ import annotations

import json
from typing import Generic, TypeVar

from gateway.simulator.delivery import Delivery
from gateway.simulator.inboxes import Inboxes

M = TypeVar("M")


class Watching(Generic[M]):
    """For a simulator that has inboxes (`_world`), delivers (`_emitter`) and is controlled over HTTP."""

    _world: Inboxes[M]
    _emitter: Delivery
    #: Where the API is served.
    api_base: str

    def inbox(self, contact: str) -> list[M]:
        """What the contact's phone shows, oldest first."""
        return list(self._world.contact(contact).inbox)

    async def wait_for(self, contact: str, count: int, timeout: float = 30.0) -> list[M]:
        """The inbox as soon as it holds *count* messages; `TimeoutError` says how many came."""
        return await self._world.wait_for(self._world.contact(contact), count, timeout)

    def ticks(self, message_id: str) -> str:
        """The furthest status of a message that the business has been told: accepted, sent, read, …"""
        return self._world.ticks.get(message_id, "accepted")

    async def wait_for_ticks(self, message_id: str, status: str, timeout: float = 15.0) -> str:
        """`ticks` as soon as they say *status*, or what they say after *timeout*."""
        return await self._world.wait_for_ticks(message_id, status, timeout)

    async def settle(self, timeout: float = 15.0) -> None:
        """Wait until every status has been delivered."""
        await self._emitter.settle(timeout)

    def hint(self, contact: str, text: str) -> str:
        """A shell command that makes *contact* write *text*."""
        wish = json.dumps({"contact": contact, "text": text}).replace("'", "'\\''")
        return f"curl -d '{wish}' {self.api_base}/simulator/says"
