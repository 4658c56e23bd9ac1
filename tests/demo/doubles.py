"""A simulated provider without a network, whose business answers by a function."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct


class Option(Struct, frozen=True):
    """Something to tap."""

    id: str
    title: str
    description: str = ""


class Seen(Struct, frozen=True):
    """A message on the contact's phone."""

    text: str
    options: Sequence[Option] = ()
    button: str = ""
    header: str = ""
    footer: str = ""
    media: str = ""
    kind: str = "text"
    message_id: str = "m"


class Puppet:
    """What the core needs of a simulator; *answer* maps (act, what) to the messages that come back."""

    def __init__(self, answer: Callable[[str, str], Sequence[Seen]]) -> None:
        self._answer = answer
        self.acts: list[tuple[str, str]] = []
        self.seen: list[Seen] = []
        self.furthest = "read"
        #: Whether nothing can be tapped, whatever is shown.
        self.forgets = False
        self.troubles: list[str] = []
        self.webhook_url = ""
        self._arrived = asyncio.Condition()

    async def _act(self, act: str, what: str) -> str:
        self.acts.append((act, what))
        async with self._arrived:
            self.seen += self._answer(act, what)
            self._arrived.notify_all()
        return "id"

    async def says(self, contact: str, text: str) -> str:
        """The contact writes."""
        return await self._act("says", text)

    async def taps(self, contact: str, reply_id: str) -> str:
        """The contact taps what is offered."""
        if self.forgets or not any(
            option.id == reply_id for message in self.seen for option in message.options
        ):
            raise LookupError(f"{reply_id} is not offered")
        return await self._act("taps", reply_id)

    async def sends(self, contact: str, kind: str, **fields: Any) -> str:
        """The contact sends another kind."""
        return await self._act("sends", kind)

    def inbox(self, contact: str) -> Sequence[Seen]:
        """What came."""
        return list(self.seen)

    async def wait_for(self, contact: str, count: int, timeout: float) -> Sequence[Seen]:
        """What came, once there is enough."""
        async with asyncio.timeout(timeout), self._arrived:
            await self._arrived.wait_for(lambda: len(self.seen) >= count)
        return list(self.seen)

    async def wait_for_ticks(self, message_id: str, status: str, timeout: float) -> str:
        """The furthest status."""
        return self.furthest
