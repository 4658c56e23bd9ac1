"""What lies on the contacts' phones, what the business was told of its messages, and who waits for either."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

M = TypeVar("M")


class Phone(Protocol[M]):
    """A contact's phone, as far as messages arrive on it."""

    phone: str
    inbox: list[M]


class Inboxes(ABC, Generic[M]):
    """The inboxes and the ticks of one simulated network. *order* are the statuses of a message, in the order
    in which ticks appear: a later one never gives way to an earlier one."""

    def __init__(self, order: Sequence[str]) -> None:
        self._order = order
        self._news = asyncio.Condition()
        #: message id -> the furthest status whose webhook the business has taken
        self.ticks: dict[str, str] = {}

    @abstractmethod
    def contact(self, phone: str) -> Phone[M]:
        """The contact with this phone, made if need be."""

    async def arrive(self, contact: Phone[M], message: M) -> None:
        """Put *message* on the contact's phone."""
        async with self._news:
            contact.inbox.append(message)
            self._news.notify_all()

    async def wait_for(self, contact: Phone[M], count: int, timeout: float) -> list[M]:
        """The contact's messages as soon as there are *count*; `TimeoutError` says how many came."""
        try:
            async with asyncio.timeout(timeout), self._news:
                await self._news.wait_for(lambda: len(contact.inbox) >= count)
        except TimeoutError:
            came = f"{contact.phone} got {len(contact.inbox)} of {count} messages within {timeout:g} s"
            raise TimeoutError(came) from None
        return list(contact.inbox)

    async def tick(self, message_id: str, status: str) -> None:
        """The business took the webhook with this status."""
        async with self._news:
            if self._order.index(status) >= self._order.index(self.ticks.get(message_id, "accepted")):
                self.ticks[message_id] = status
            self._news.notify_all()

    async def wait_for_ticks(self, message_id: str, status: str, timeout: float) -> str:
        """The furthest status of a message: as soon as it is *status*, or what it is after *timeout*."""
        try:
            async with asyncio.timeout(timeout), self._news:
                await self._news.wait_for(lambda: self.ticks.get(message_id) == status)
        except TimeoutError:
            pass
        return self.ticks.get(message_id, "accepted")
