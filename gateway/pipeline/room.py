"""A room with some places: as many are in it side by side, or one alone."""

from __future__ import annotations

import asyncio
from collections import deque


class Place:
    """What one who is in the room has of it."""

    __slots__ = ("_room", "_taken")

    def __init__(self, room: Room, taken: int) -> None:
        self._room, self._taken = room, taken

    def leave(self) -> None:
        """Give it back. Nothing happens at a second call."""
        taken, self._taken = self._taken, 0
        self._room.give(taken)


class Room:
    """Who came first goes in first: who wants to be alone waits for those before, and those behind wait."""

    def __init__(self, places: int) -> None:
        self._places = self._free = places
        self._line: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def enter(self, *, alone: bool = False) -> Place:
        """Wait for a place, or until everybody has left."""
        taken = self._places if alone else 1
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append((taken, turn))
        self.give(0)
        try:
            await turn
        except asyncio.CancelledError:
            # It had been let in just before, or those behind it wait for nobody.
            self.give(0 if turn.cancelled() else taken)
            raise
        return Place(self, taken)

    def give(self, free: int) -> None:
        """So many places more are *free*: let in who is next."""
        self._free += free
        while self._line:
            taken, turn = self._line[0]
            if not turn.done():
                if taken > self._free:
                    return
                self._free -= taken
                turn.set_result(None)
            self._line.popleft()
