"""Stages that one process runs for all: whoever leads, as long as it leads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from gateway.cluster.port import Ownership

#: Seconds between two looks whether we lead.
LOOK = 0.25


def leading(
    ownership: Ownership, run: Callable[[], Coroutine[Any, Any, None]], *, every: float = LOOK
) -> Callable[[], Coroutine[Any, Any, None]]:
    """*run* for the leader only: begun anew each time that we come to lead, and cut off when we do not any
    more. It returns, or raises, when *run* does.

    Two processes may believe for a moment that they lead, so what *run* does has to be harmless when it is
    done twice: what is written is conditional, and a write that was begun is finished when it is cut off."""

    async def led() -> None:
        while True:
            if not ownership.leads:
                await asyncio.sleep(every)
                continue
            task = asyncio.get_running_loop().create_task(run())
            if await _until_over(task, lambda: ownership.leads, every):
                return task.result()

    return led


async def _until_over(task: asyncio.Task[None], goes_on: Callable[[], bool], every: float) -> bool:
    """Whether *task* came to its own end; it is cancelled when it should not go on."""
    try:
        while not task.done() and goes_on():
            await asyncio.wait({task}, timeout=every)
        return task.done()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
