"""The loop's time: idle when nothing is left to do, moved without waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import uvloop

from gateway.testing.timing import HORIZON, Busy, LoopTime, Stuck, WorldClock


class Under:
    """What is under way, as a test says."""

    def __init__(self) -> None:
        self.way: Busy = ""


@pytest.fixture
def under() -> Under:
    """Nothing, at first."""
    return Under()


@pytest.fixture
async def loop_time(under: Under) -> AsyncIterator[LoopTime]:
    """The running loop's."""
    taken = LoopTime(lambda: under.way)
    yield taken
    taken.give_back()


async def test_it_is_idle_when_every_chain_of_callbacks_has_ended(loop_time: LoopTime) -> None:
    """However long the chain."""
    done = []

    async def work() -> None:
        for _ in range(500):
            await asyncio.sleep(0)
        done.append(1)

    task = asyncio.ensure_future(work())
    await loop_time.idle()
    assert done == [1]
    await task


async def test_short_timers_ring_at_once_and_long_ones_do_not(loop_time: LoopTime) -> None:
    """Up to a fraction of a second in all; what is later needs `skip`."""
    began, rang = time.monotonic(), list[float]()
    loop = asyncio.get_running_loop()
    for delay in (HORIZON * 0.3, HORIZON * 0.9, 60.0):
        loop.call_later(delay, rang.append, delay)
    await loop_time.idle()
    assert rang == [HORIZON * 0.3, HORIZON * 0.9]
    loop_time.skip(60.0)
    await loop_time.idle()
    assert rang[-1] == 60.0
    assert time.monotonic() - began < 50


async def test_threads_are_waited_for(loop_time: LoopTime) -> None:
    """In real time: they end by themselves."""
    done = []
    task = asyncio.ensure_future(asyncio.to_thread(lambda: (time.sleep(0.05), done.append(1))))
    await loop_time.idle()
    assert done == [1]
    await task


async def test_what_never_ends_is_told(loop_time: LoopTime, under: Under) -> None:
    """After a while, in place of a test that hangs."""
    under.way = "threads"
    with pytest.raises(Stuck):
        await loop_time.idle(within=0.2)


async def test_a_request_that_hangs_is_not_waited_for(loop_time: LoopTime, under: Under) -> None:
    """It may hang for as long as the provider likes."""
    under.way = "wire"
    began = time.monotonic()
    await loop_time.idle()
    assert time.monotonic() - began < 50


async def test_the_clock_stands_still_and_durations_are_the_loops(loop_time: LoopTime) -> None:
    """Until it is advanced, and the loop's time is skipped."""
    clock = WorldClock(1_000_000, loop_time.time)
    before = clock.monotonic()
    loop_time.skip(3600.0)
    assert clock.now() == 1_000_000
    assert clock.monotonic() >= before + 3600.0
    clock.advance(1.5)
    assert clock.now() == 2_500_000


def test_another_loop_is_refused_with_a_sentence() -> None:
    """Such as uvloop's, whose time is its own."""

    async def work() -> None:
        with pytest.raises(RuntimeError, match=r"uvloop\.Loop: run the tests without another loop"):
            LoopTime(lambda: "")

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work())
