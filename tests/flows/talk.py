"""A contact who talks with a plugin's flows, through a real gateway and a simulator."""

from __future__ import annotations

from typing import Any

from tests.support.house import ANA, House, until

HEAD = """\
from datetime import timedelta
import asyncio
from msgspec import Struct
from gateway import *
from gateway.errors import *
from gateway.flows.fields import Invalid
from gateway.jobs.job import job
from gateway.jobs.context import JobContext

def whole(text):
    try:
        return int(text)
    except ValueError:
        raise Invalid("That is no number.")

@hook.on_message
async def first(message: Message, chat: Chat) -> Handled | None:
    if message.text in STARTS:
        return await chat.start(STARTS[message.text])
    await chat.say(f"plugin: {message.reply_id or message.text}")
"""


class Talk:
    """Ana, and the plugin "talks" with *source* behind HEAD; a flow starts with the word that STARTS has."""

    def __init__(self, house: House, source: str) -> None:
        self.house = house
        self.write(source)
        self.sim: Any = house.line("duka", "talks")
        self.told = 0

    def write(self, source: str) -> None:
        """(Over)write the plugin."""
        self.house.plugin("talks", HEAD + source)

    async def start(self) -> Talk:
        await self.house.start()
        return self

    async def restart(self) -> None:
        await self.house.stop()
        await self.house.start()

    @property
    def seen(self) -> list[Any]:
        """All that Ana has got."""
        inbox: list[Any] = self.sim.inbox(ANA)
        return inbox

    async def says(self, words: str, count: int = 1) -> list[str]:
        """The *count* messages that come back to *words*."""
        before = len(self.seen)
        self.told += 1
        await self.sim.says(ANA, words)
        return await self.next(before, count)

    async def taps(self, title: str, count: int = 1, back: int = 0) -> list[str]:
        """The same for a tap on the newest option with these words; *back* for an older one."""
        found = [(one, each) for one in self.seen for each in one.options if each.title == title]
        menu, option = found[-1 - back]
        before = len(self.seen)
        self.told += 1
        await self.sim.taps(ANA, option.id, message_id=menu.message_id)
        return await self.next(before, count)

    async def next(self, before: int, count: int = 1) -> list[str]:
        """The *count* messages behind the first *before*."""
        if not count:
            await self.idle()
            assert len(self.seen) == before, [one.text for one in self.seen[before:]]
            return []
        inbox = await self.sim.wait_for(ANA, before + count)
        return [one.text for one in inbox[before:]]

    async def idle(self) -> None:
        """Wait until no event is open."""

        async def none() -> bool:
            (heard,) = (await self.house.rows("select count(*) from message where direction = 'in'"))[0]
            (left,) = (await self.house.rows("select count(*) from event"))[0]
            return bool(heard >= self.told and not left)

        await until(none, "no open event")  # type: ignore[arg-type]

    async def dead(self) -> list[str]:
        """What dead letters say."""
        await self.idle()
        return [row[0] for row in await self.house.rows("select detail from dead order by id")]

    async def flows(self) -> list[tuple[Any, ...]]:
        """Name, state and pending operation of the open flows."""
        await self.idle()
        return await self.house.rows("select name, state, pending from flow order by id")
