"""How a process ends: what SIGTERM waits for, in which order, and what ends it at once."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from typing import Any

from tests.stories.test_story_process import Process, process
from tests.support.house import ANA, BEN, House, until

__all__ = ["process"]


def _told(process: Process, event: str) -> list[dict[str, Any]]:
    """The rows of the log about *event*."""
    rows = (json.loads(row) for row in process.log.read_text().splitlines() if row.startswith("{"))
    return [row for row in rows if row["event"] == event]


async def _sending(house: House, process: Process, *options: str) -> None:
    """A gateway in the middle of a send whose answer does not come for long."""
    sim = house.line()
    sim.delay = 20.0
    await process.start(*options)
    await sim.says(ANA, "in flight")
    sending = "select id from outbox where state = 'sending'"
    [(part,)] = await until(lambda: house.rows(sending), "the send is under way")
    assert part


async def test_not_ready_first_and_then_closed(house: House, process: Process) -> None:
    """During the grace the balancer is told to go elsewhere, and whoever comes all the same is served."""
    sim = house.line()
    await process.start("--grace", "5")
    ending = asyncio.create_task(process.end(signal.SIGTERM))
    begun = time.monotonic()

    async def ready() -> int:
        async with house.session.get(process.url + "/health/ready") as answer:
            return answer.status

    while await ready() == 200:
        assert time.monotonic() - begun < 4.5
        await asyncio.sleep(0.02)
    await sim.says(BEN, "late")
    await sim.wait_for(BEN, 1)

    assert await ending == 0
    assert time.monotonic() - begun >= 5
    assert not _told(process, "gateway.cut_off")


async def test_a_second_signal_ends_it_at_once(house: House, process: Process) -> None:
    """Asked twice, the process does not wait for what is under way, and says what it left."""
    await _sending(house, process)

    first = asyncio.create_task(process.end(signal.SIGTERM))
    await asyncio.sleep(0.3)
    assert not first.done()
    begun = time.monotonic()
    await process.end(signal.SIGTERM)

    assert await first == 1
    assert time.monotonic() - begun < 30.0
    (row,) = _told(process, "gateway.cut_off")
    assert row["why"] == "asked twice"
    assert row["left"] == {"outbox": 1}


async def test_a_drain_has_a_deadline(house: House, process: Process) -> None:
    """A drain that takes too long ends at the deadline, whatever is still under way."""
    await _sending(house, process, "--deadline", "0.7")

    begun = time.monotonic()
    assert await process.end(signal.SIGTERM) == 1

    assert 0.7 <= time.monotonic() - begun < 30.0
    assert _told(process, "gateway.cut_off")[0]["why"] == "the drain took over 0.7 s"


BLOCKS = """\
import time

from gateway import hook


@hook.on_message
async def block(message, chat):
    time.sleep(30)
"""


async def test_a_blocked_process_ends_at_the_deadline_too(house: House, process: Process) -> None:
    """A plugin that blocks the process keeps it from draining, not from ending."""
    house.plugin("blocks", BLOCKS)
    sim = house.line("duka", "blocks")
    await process.start("--deadline", "0.7")
    await sim.says(ANA, "hello")
    await until(lambda: _told(process, "loop.blocked"), "the watchdog has seen it")

    assert await process.end(signal.SIGTERM) == 1
