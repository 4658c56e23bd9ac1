"""Writing as a turn of the shop does: one guarded transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from gateway import Db
from gateway.testing import World

P = ParamSpec("P")
T = TypeVar("T")


async def act(
    world: World, work: Callable[Concatenate[Db, P], Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """What ``await work(db, …)`` returns, once it is durable; nothing of it is kept when it raises."""
    unit = world.gateway.store.unit(world.tenant)
    try:
        result = await work(unit.db, *args, **kwargs)
        if unit.opened:
            await unit.commit(_nothing)
    finally:
        await unit.rollback()
    return result


async def _nothing(tx: Any) -> None:
    return None
