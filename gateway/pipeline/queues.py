"""What a number keeps of its queues: how much of each class is in memory, and whose turn it is.

A million queued parts of one number stay in the database: memory holds a bounded piece of each class, in the
order of their ids, and no other number or class waits for them.
"""

from __future__ import annotations

from collections import deque
from typing import Protocol

#: Who goes first within a number: who waits for an answer, what a person or a program wrote, the rest.
CLASSES = ("reply", "api", "template")

#: One start of so many is given to the lower classes, also while a higher one has work.
FLOOR = 10


class Queue:
    """A number's parts of one class. *size* is how many are in memory.

    While it is *behind* the database has more, from *cursor* on. *whole* while a reading that began at the
    very beginning has not stopped for want of room: when it comes to the end, memory has all of it.
    """

    __slots__ = ("behind", "cursor", "round", "size", "whole")

    def __init__(self) -> None:
        self.size = 0
        self.behind = self.whole = False
        self.cursor = ""
        #: Grows each time when it has to be read from the beginning.
        self.round = 0

    def again(self) -> None:
        """Read it from the beginning."""
        self.behind, self.whole, self.cursor = True, False, ""
        self.round += 1

    @property
    def takes(self) -> bool:
        """Whether what is new may be taken: all older ones are here, or are just coming."""
        return not self.behind or self.whole


class Line(Protocol):
    """What waits in line."""

    #: The place in `CLASSES` under which it waits, -1 while it does not.
    rank: int


class Ready:
    """Lanes whose head may go now, by class. The higher class first, with a floor for the lower ones."""

    __slots__ = ("_lines", "_lower", "_starts")

    def __init__(self) -> None:
        self._lines: tuple[deque[Line], ...] = tuple(deque() for _ in CLASSES)
        self._starts = self._lower = 0

    def __bool__(self) -> bool:
        return any(self._settled(rank) for rank in range(len(CLASSES)))

    def add(self, lane: Line, rank: int) -> None:
        """Put *lane* in line; one that waits under a lower class moves up."""
        if lane.rank < 0 or rank < lane.rank:
            lane.rank = rank
            self._lines[rank].append(lane)

    def ahead(self, rank: int) -> bool:
        """Whether somebody waits who goes before what comes new with *rank*."""
        return any(self._settled(n) for n in range(rank + 1))

    def pop(self) -> Line:
        """Whose turn it is. Raises `IndexError` when nobody waits."""
        waiting = [rank for rank in range(len(CLASSES)) if self._settled(rank)]
        if not waiting:
            raise IndexError("nobody waits")
        self._starts += 1
        rank, lower = waiting[0], waiting[1:]
        if lower and self._starts % FLOOR == 0:
            self._lower += 1
            rank = lower[self._lower % len(lower)]
        lane = self._lines[rank].popleft()
        lane.rank = -1
        return lane

    def _settled(self, rank: int) -> bool:
        """Whether somebody waits under *rank*. Who has moved up meanwhile does not."""
        line = self._lines[rank]
        while line and line[0].rank != rank:
            line.popleft()
        return bool(line)


class Rooms:
    """How many parts of one queue memory holds: a fair share of all for each tenant whose queues are longer,
    and of that for each such queue."""

    def __init__(self, total: int, *, most: int = 2_000, least: int = 20) -> None:
        self._total, self._most, self._least = total, most, least
        self._long: dict[str, set[tuple[str, str]]] = {}

    def of(self, tenant: str) -> int:
        """The room of one queue of *tenant*."""
        tenants, queues = max(1, len(self._long)), len(self._long.get(tenant, ())) or 1
        return max(self._least, min(self._most, self._total // tenants // queues))

    def note(self, tenant: str, channel: str, cls: str, behind: bool) -> None:
        """Whether the database has more of this queue than memory."""
        if behind:
            self._long.setdefault(tenant, set()).add((channel, cls))
        elif (long := self._long.get(tenant)) is not None:
            long.discard((channel, cls))
            if not long:
                del self._long[tenant]
