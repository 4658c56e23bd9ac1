"""The numbered events of the page's one stream. A page that comes back says what it saw last."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import msgspec

#: Events that are kept for pages that are behind.
KEPT = 1000
#: Seconds of silence after which a line keeps the connection alive.
SILENCE = 15.0


class News:
    """What happened, in order.

    Nobody's stream has a queue of its own: a reader holds a number. One that is too slow, or away for too
    long, is told to load the state anew, and costs no memory meanwhile.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._events: deque[tuple[int, bytes]] = deque(maxlen=kept)
        self.last = 0
        self._changed = asyncio.Event()
        self._closed = False

    def tell(self, kind: str, **what: Any) -> None:
        """One event to all who read."""
        self.last += 1
        self._events.append((self.last, msgspec.json.encode({"kind": kind, **what})))
        self._wake()

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def after(self, number: int) -> AsyncIterator[bytes]:
        """The events after *number* as `text/event-stream`, for ever."""
        while not self._closed:
            changed = self._changed
            behind = number > self.last or (
                number < self.last and bool(self._events) and self._events[0][0] > number + 1
            )
            if behind:
                yield b'event: reset\ndata: {"kind":"reset"}\n\n'
                return
            fresh = [event for event in self._events if event[0] > number]
            for number, data in fresh:
                yield b"id: %d\ndata: %s\n\n" % (number, data)
            if not fresh:
                yield await self._silence(changed)

    async def _silence(self, changed: asyncio.Event) -> bytes:
        try:
            async with asyncio.timeout(SILENCE):
                await changed.wait()
        except TimeoutError:
            return b": still here\n\n"
        return b""
