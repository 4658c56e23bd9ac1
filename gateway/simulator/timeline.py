"""The simulator's own time: runs like the machine's, and can be moved forward without waiting."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from gateway.clock import SECOND, Clock, ManualClock


class Sleeper(Struct):
    """A task that waits until *due*, in seconds of the timeline."""

    due: float
    woken: asyncio.Future[None]
    timer: asyncio.TimerHandle
    task: asyncio.Task[Any] | None


class Timeline:
    """A `Clock` whose sleepers `pass_time` wakes in order, as if the time in between had gone by.

    A pause costs real seconds unless it is passed. A `ManualClock` below is advanced along.
    """

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._skipped = 0.0
        self._sleepers: dict[int, Sleeper] = {}
        self._next = 0
        self._busy: set[asyncio.Task[Any]] = set()
        self._quiet = asyncio.Event()
        self._quiet.set()

    def now(self) -> int:
        """Microseconds since 1970-01-01 UTC."""
        return self._base.now() + (0 if self._manual else int(self._skipped * SECOND))

    def monotonic(self) -> float:
        """Seconds that never jump back."""
        return self._base.monotonic() + (0 if self._manual else self._skipped)

    @property
    def _manual(self) -> bool:
        return isinstance(self._base, ManualClock)

    def moment(self) -> float:
        """Seconds on the timeline that pauses are measured by."""
        return asyncio.get_running_loop().time() + self._skipped

    async def sleep(self, seconds: float) -> None:
        """Wait *seconds*, or until they are passed."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        key, self._next = self._next, self._next + 1
        timer = loop.call_later(seconds, self._wake, key)
        busy = task if task in self._busy else None
        sleeper = Sleeper(self.moment() + seconds, loop.create_future(), timer, busy)
        self._sleepers[key] = sleeper
        try:
            with self.resting():
                await sleeper.woken
        finally:
            sleeper.timer.cancel()
            self._sleepers.pop(key, None)

    def _wake(self, key: int) -> None:
        sleeper = self._sleepers.pop(key, None)
        if sleeper is not None and not sleeper.woken.done():
            if sleeper.task is not None:
                self._work(sleeper.task)
            sleeper.woken.set_result(None)

    async def pass_time(self, seconds: float) -> None:
        """Move forward by *seconds*; returns when everything that fell due has been done."""
        if not 0 <= seconds < math.inf:
            raise ValueError("time only moves forward")
        await self._settled()  # a task that was only just created starts its work
        end, left = self.moment() + seconds, seconds
        while (due := min((s.due for s in self._sleepers.values()), default=end)) < end:
            step = min(left, max(0.0, due - self.moment()))
            self._skip(step)
            left -= step
            await self._settled()
        self._skip(left)
        await self._settled()

    async def _settled(self) -> None:
        await asyncio.sleep(0)
        await self._quiet.wait()
        await asyncio.sleep(0)
        while not self._quiet.is_set():  # what was done has set more going
            await self._quiet.wait()
            await asyncio.sleep(0)

    def _skip(self, seconds: float) -> None:
        self._skipped += seconds
        if isinstance(self._base, ManualClock):
            self._base.advance(seconds)
        now, loop = self.moment(), asyncio.get_running_loop()
        for key, sleeper in sorted(self._sleepers.items(), key=lambda item: item[1].due):
            sleeper.timer.cancel()
            if sleeper.due <= now + 1e-6:
                self._wake(key)
            else:
                sleeper.timer = loop.call_later(sleeper.due - now, self._wake, key)

    @contextmanager
    def working(self) -> Iterator[None]:
        """What the current task does in here is waited for by `pass_time`."""
        task = asyncio.current_task()
        if task is None or task in self._busy:
            yield
            return
        self._work(task)
        try:
            yield
        finally:
            self._rest(task)

    @contextmanager
    def resting(self) -> Iterator[None]:
        """The current task waits in here for others, or for time."""
        task = asyncio.current_task()
        if task is None or task not in self._busy:
            yield
            return
        self._rest(task)
        try:
            yield
        finally:
            self._work(task)

    def _work(self, task: asyncio.Task[Any]) -> None:
        self._busy.add(task)
        self._quiet.clear()

    def _rest(self, task: asyncio.Task[Any]) -> None:
        self._busy.discard(task)
        if not self._busy:
            self._quiet.set()


class Timed:
    """For a simulator that has a timeline of its own."""

    clock: Timeline

    async def pass_time(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Let this much time go by at once: what falls due is done, in order, before this returns."""
        await self.clock.pass_time(((days * 24 + hours) * 60 + minutes) * 60 + seconds)

    @property
    def _now(self) -> int:
        return self.clock.now()
