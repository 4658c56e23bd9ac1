"""What waits for its careful turn keeps no hand-over waiting."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from msgspec.structs import replace

from gateway.model.ids import new_id
from gateway.pipeline.caution import SHARE
from gateway.pipeline.lanes import Lanes
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.reopen import Reopen
from tests.pipeline.mortal import Rows, text_of
from tests.pipeline.world import eventually

HERE, THERE = frozenset({0}), frozenset({9})


async def test_who_waits_behind_a_plugin_that_hangs_goes_at_once() -> None:
    """Nothing runs on its shard; the new owner counts its first start. Who runs is waited for."""
    rows, go_on = Rows(), asyncio.Event()
    ran: list[str] = []

    async def hangs(opened: OpenEvent) -> None:
        ran.append(text_of(opened))
        await go_on.wait()

    lanes, nobody = Lanes(hangs), None
    reopen = Reopen(rows, nobody, lanes, nobody, nobody)  # type: ignore[arg-type]  # it reads nothing
    channel: Any = SimpleNamespace(shard=9)
    for _ in range(SHARE):
        rows.add("hangs")
    for _ in range(3):
        waits = rows.add("waits")
        rows.open[waits.id] = replace(waits, channel=channel)
    lanes.open({0: new_id(), 9: new_id()}, ())
    for opened in rows.open.values():
        lanes.offer(opened)
    await eventually(lambda: len(ran) == SHARE)

    async with asyncio.timeout(5):
        await reopen.release(THERE, 60)
    assert [one.starts for one in rows.open.values() if one.shard in THERE] == [1, 1, 1]
    releasing = asyncio.create_task(reopen.release(HERE, 60))
    await asyncio.sleep(0.05)
    assert not releasing.done()
    go_on.set()
    await releasing
    assert ran == ["hangs"] * SHARE
