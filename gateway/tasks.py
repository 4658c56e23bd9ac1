"""What stages that work in the background have in common: they sleep until stirred, and they end in time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Run = Callable[[], Coroutine[Any, Any, None]]

#: Seconds. What has been under way for longer may well take much longer.
LASTING = 1.0


async def stirred(wake: asyncio.Event, seconds: float) -> None:
    """Return when *wake* is set, or after *seconds*."""
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        pass


async def ended(tasks: set[asyncio.Task[None]], seconds: float) -> None:
    """Give *tasks* these *seconds* to end. What has not ended then is cancelled and waited for, also what
    joined the set meanwhile."""
    if tasks:
        await asyncio.wait(set(tasks), timeout=seconds)
    for task in list(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def supervised(run: Run, failed: Callable[[], None], pause: float = 1.0) -> None:
    """*run*, begun again *pause* seconds after it failed, for nothing may end it; *failed* is called while
    its exception is being handled."""
    while True:
        try:
            await run()
            return
        except Exception:
            failed()
            await asyncio.sleep(pause)
