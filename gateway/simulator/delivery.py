"""How webhooks get under way: work beside, copies, pauses, and what the business answered in place of 200."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp

from gateway.simulator.tempered import Tempered
from gateway.simulator.timeline import Timeline


class NotDelivered(TimeoutError):
    """The business did not take a webhook, as often as it was tried; says what was answered."""


class Delivery:
    """What every emitter has. How a webhook looks, how it is signed and how often it is tried again is the
    provider's own."""

    def __init__(self, knobs: Tempered, timeline: Timeline) -> None:
        self._knobs, self._time = knobs, timeline
        #: What went wrong, in words, with the number of times.
        self.complaints: dict[str, int] = {}
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._later: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Open the connections."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64))

    async def stop(self) -> None:
        """Forget what is not delivered yet and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    @property
    def http(self) -> aiohttp.ClientSession:
        """The connections to the business."""
        assert self._session is not None, "the simulator is not started"
        return self._session

    def spawn(self, work: Coroutine[Any, Any, None], *, later: bool = False) -> None:
        """Run *work* beside; it ends with the emitter. What it fails with shows in `complaints`.
        `settle` does not wait for what is for *later*."""
        task = asyncio.ensure_future(self._work(work))
        self._tasks.add(task)
        if later:
            self._later.add(task)
        task.add_done_callback(self._ended)

    async def _work(self, work: Coroutine[Any, Any, None]) -> None:
        with self._time.working():
            await work

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._later.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.complain(str(error) or type(error).__name__)

    async def settle(self, timeout: float) -> None:
        """Wait until no status is under way; `TimeoutError` when they do not come to an end."""
        async with asyncio.timeout(timeout):
            while waited := self._tasks - self._later:
                await asyncio.wait(waited)

    def complain(self, what: str) -> None:
        """Count *what* among the `complaints`."""
        self.complaints[what] = self.complaints.get(what, 0) + 1

    async def copied(self, deliver: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do *deliver* in as many copies as the knobs say, all at the same time. Raises what the first of
        them that failed raised."""
        copies = max(1, self._knobs.duplicate_webhooks)
        if copies == 1:
            await deliver()
            return
        with self._time.resting():
            results = await asyncio.gather(*(deliver() for _ in range(copies)), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def held(self) -> None:
        """Wait as long as the knobs hold a webhook back."""
        knobs = self._knobs
        # The dice are only thrown when they are asked for: a seeded run stays what it was.
        held = knobs.webhook_delay + (knobs.rng.random() * knobs.reorder if knobs.reorder else 0)
        if held > 0:
            await self._time.sleep(held)
