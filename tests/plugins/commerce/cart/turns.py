"""Turns of one contact, several at once: each has a transaction of its own, as with two channels."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import msgspec

from gateway import Chat, Db
from gateway.testing import World
from plugins.commerce.settings import Settings
from tests.plugins.commerce.acting import act
from tests.plugins.commerce.conftest import SETTINGS

T = TypeVar("T")


def chat_on(db: Db, world: World, contact: str = "ana", conversation: str = "c1", **settings: Any) -> Chat:
    """What acts of a cart need of a chat, in this transaction."""
    told = msgspec.convert({**SETTINGS, **settings}, Settings)
    chat = SimpleNamespace(
        db=db,
        contact=SimpleNamespace(id=contact),
        conversation=SimpleNamespace(id=conversation),
        settings=told,
        now=world.now,
        language="en",
        tenant=SimpleNamespace(time_zone="Africa/Nairobi", country="KE"),
        count=lambda *args, **labels: None,
    )
    return cast(Chat, chat)


async def turn(world: World, move: Callable[[Chat], Awaitable[T]], **who: Any) -> T:
    """What *move* returns, in a turn of its own."""

    async def work(db: Db) -> T:
        return await move(chat_on(db, world, **who))

    return await act(world, work)


async def at_once(world: World, moves: Sequence[Callable[[Chat], Awaitable[T]]]) -> list[T]:
    """All of *moves* at once, each in a turn of another conversation."""
    return list(
        await asyncio.gather(
            *(turn(world, move, conversation=f"c{number}") for number, move in enumerate(moves))
        )
    )
