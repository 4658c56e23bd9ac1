"""Stages that the leader runs for all."""

from __future__ import annotations

import asyncio

import pytest

from gateway.cluster.leading import leading
from tests.support.pretended import Pretended


class Stage:
    """A stage that runs until it is cut off; it counts how often it began and ended."""

    def __init__(self) -> None:
        self.begun = self.ended = 0
        self.fails = self.returns = False

    async def run(self) -> None:
        self.begun += 1
        try:
            while not self.returns:
                if self.fails:
                    raise ValueError("broken")
                await asyncio.sleep(0.001)
        finally:
            self.ended += 1


async def test_a_stage_runs_while_its_process_leads() -> None:
    """It begins anew with each time of leading, and is over when that is."""
    cluster, stage = Pretended(1), Stage()
    task = asyncio.create_task(leading(cluster, stage.run, every=0.005)())
    await asyncio.sleep(0.03)
    assert stage.begun == 0
    for times in (1, 2):
        await cluster.lead()
        await asyncio.sleep(0.03)
        assert (stage.begun, stage.ended) == (times, times - 1)
        await cluster.hand_over()
        await asyncio.sleep(0.03)
        assert stage.ended == times
    await cluster.lead()
    await asyncio.sleep(0.03)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (stage.begun, stage.ended) == (3, 3)


async def test_a_lease_that_is_over_ends_it_too() -> None:
    """A process that was paused does not lead by its own clock, whatever it owned before."""
    cluster, stage = Pretended(1), Stage()
    await cluster.lead()
    task = asyncio.create_task(leading(cluster, stage.run, every=0.005)())
    await asyncio.sleep(0.02)
    cluster.living = False
    await asyncio.sleep(0.03)
    assert (stage.begun, stage.ended) == (1, 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_it_raises_and_its_own_end_are_passed_on() -> None:
    """Whoever supervises stages sees the failure; one that has nothing more to do is not begun again."""
    cluster, stage = Pretended(1), Stage()
    await cluster.lead()
    stage.fails = True
    with pytest.raises(ValueError, match="broken"):
        await leading(cluster, stage.run, every=0.005)()
    stage.fails, stage.returns = False, True
    await leading(cluster, stage.run, every=0.005)()
    assert stage.begun == 2
