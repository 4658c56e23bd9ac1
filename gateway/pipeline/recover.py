"""What is open in the database and not in memory is read back: old before new, now and every few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from gateway.observe import get_logger
from gateway.outage import Outage
from gateway.pipeline.reopen import EVERY

log = get_logger("gateway.recover")


class Recovery:
    """Runs the *sweeps*, in order."""

    def __init__(self, sweeps: Sequence[Callable[[], Awaitable[None]]]) -> None:
        self._sweeps = sweeps
        self._outage = Outage(log, "recover.store_away", "recover.store_back")

    async def run(self) -> None:
        """Sweep for ever."""
        while True:
            with self._outage:
                for sweep in self._sweeps:
                    await sweep()
            await asyncio.sleep(EVERY)
