"""A process that ends at some of its events, and the next one that takes over, as often as it must be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from msgspec.structs import replace

from gateway.model.ids import new_id
from gateway.pipeline.caution import Caution
from gateway.pipeline.lanes import Lanes
from gateway.pipeline.records import LAST_START, OpenEvent
from tests.pipeline.world import said


class Rows:
    """What is durable."""

    def __init__(self) -> None:
        self.open: dict[str, OpenEvent] = {}
        self.done: list[OpenEvent] = []
        self.dead: list[OpenEvent] = []
        #: How many starts each write counted.
        self.counted: list[int] = []

    def add(self, text: str, *, tenant: str = "duka", conversation: str = "", starts: int = 1) -> OpenEvent:
        """An event that nobody has handled, of a conversation of its own if none is named."""
        id = new_id()
        opened = OpenEvent(tenant, id, None, said(text), 1, conversation or f"c{id}", starts=starts)
        self.open[id] = opened
        return opened

    async def write(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        """A transaction."""
        await asyncio.sleep(0)
        return await work(self)

    async def each(self, sql: str, rows: list[dict[str, Any]]) -> list[dict[str, str]]:
        """The counting of starts."""
        found = {row["event"]: row["starts"] for row in rows if row["event"] in self.open}
        self.counted.append(len(found))
        for id, starts in found.items():
            self.open[id] = replace(self.open[id], starts=max(self.open[id].starts, starts))
        return [{"id": id} for id in found]


class Life:
    """One process, from its start to its end at a text of *poison*, or until nothing is left."""

    def __init__(self, rows: Rows, poison: Iterable[str], pause: Callable[[], int] = lambda: 1) -> None:
        self._rows, self._poison, self._pause = rows, set(poison), pause
        self.died = False
        self._lanes = Lanes(self.handle)
        self._lanes.careful = Caution(self, self.handle).run  # type: ignore[arg-type]  # it only writes

    async def write(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        """Nothing is written by who is dead."""
        await self._wait()
        return await self._rows.write(work)

    async def handle(self, opened: OpenEvent) -> None:
        """A turn, durable at its end."""
        if opened.starts <= LAST_START:
            await self._wait()
            self.died = self.died or text_of(opened) in self._poison
            await self._wait()
        del self._rows.open[opened.id]
        (self._rows.done if opened.starts <= LAST_START else self._rows.dead).append(opened)

    async def live(self) -> bool:
        """Whether it died."""
        self._lanes.open({0: new_id()}, ())
        for opened in sorted(self._rows.open.values(), key=lambda each: each.id):
            self._lanes.offer(opened)
        while not self.died and len(self._lanes):  # noqa: ASYNC110 - lanes have no end to wait for
            await asyncio.sleep(0)
        await self._lanes.shut({0}, 0)
        return self.died

    async def _wait(self) -> None:
        for _ in range(self._pause()):
            await asyncio.sleep(0)
        if self.died:
            await asyncio.Event().wait()


def text_of(opened: OpenEvent) -> str:
    """What its contact said."""
    text: str = opened.event.content.text  # type: ignore[union-attr]  # they are all messages
    return text


async def lives(rows: Rows, poison: Iterable[str], pause: Callable[[], int] = lambda: 1) -> int:
    """One process after another, until nothing is open; how many died."""
    deaths = 0
    while rows.open:
        deaths += await Life(rows, poison, pause).live()
        assert deaths < 100, "it does not end"
    return deaths
