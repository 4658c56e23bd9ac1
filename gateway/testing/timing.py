"""The time of a test's event loop: it can be moved forward, and it knows when nothing is left to do.

The loop asks its selector to wait only when no callback is ready. If nothing outside of this process is under
way then, everything that could happen has happened: that is the moment for which `idle` waits. Timers that
ring within a fraction of a second are part of "everything"; they ring at once, without the wait.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Any, Literal

from gateway.clock import ManualClock

#: What is under way: "threads" (a database, a disk, a hook that waits in real time) must end by itself;
#: "wire" is a request that may hang for as long as the provider likes.
Busy = Literal["", "wire", "threads"]
#: Seconds: how far timers are brought forward, how long a hanging request is watched in real time.
HORIZON, HANG = 0.15, 0.2


class Stuck(AssertionError):
    """The gateway does not come to rest."""


class LoopTime:
    """Takes over the time of the running loop until `give_back`. *busy* says what is under way."""

    def __init__(self, busy: Callable[[], Busy]) -> None:
        loop = asyncio.get_running_loop()
        selector = getattr(loop, "_selector", None)
        if not isinstance(loop, asyncio.BaseEventLoop) or selector is None:
            raise RuntimeError(
                f"gateway.testing moves the time of asyncio's own event loop, and this is a "
                f"{type(loop).__module__}.{type(loop).__name__}: run the tests without another loop"
            )
        self._loop, self._selector, self._busy = loop, selector, busy
        self._real_time, self._real_select = loop.time, selector.select
        self._real_executor = loop.run_in_executor
        self._skipped = 0.0
        self._threads = 0
        self._waiter: asyncio.Future[None] | None = None
        self._left = 0.0
        self._quiet_since = 0.0
        self._deadline = 0.0
        self._take("time", self.time)
        self._take("run_in_executor", self._run_in_executor)
        selector.select = self._select

    def _take(self, name: str, own: object) -> None:
        setattr(self._loop, name, own)

    def give_back(self) -> None:
        """Let the loop go on as it was. What was skipped stays skipped: its timers count on it."""
        skipped, real = self._skipped, self._real_time
        self._take("time", lambda: real() + skipped)
        self._take("run_in_executor", self._real_executor)
        self._selector.select = self._real_select

    def time(self) -> float:
        """What the loop's timers are measured by: the machine's time, and all that was skipped."""
        return self._real_time() + self._skipped

    def skip(self, seconds: float) -> None:
        """Let every timer ring that is due within *seconds*."""
        self._skipped += seconds

    async def idle(self, within: float = 10.0) -> None:
        """Return when nothing is left to do. Raises `Stuck` after *within* real seconds."""
        self._left, self._deadline = HORIZON, time.monotonic() + within
        self._quiet_since = 0.0
        self._waiter = waiter = self._loop.create_future()
        try:
            await waiter
        finally:
            self._waiter = None

    def _select(self, timeout: float | None = None) -> list[Any]:
        """The selector's: *timeout* is 0 while callbacks are ready, else the time to the next timer."""
        waiter = self._waiter
        if waiter is None or waiter.done() or (timeout is not None and timeout <= 0):
            return self._wait(timeout)
        if events := self._wait(0):
            self._quiet_since = 0.0
            return events
        now = time.monotonic()
        if now > self._deadline:
            waiter.set_exception(Stuck(f"not idle within {now - self._deadline + 10:.0f} s"))
            return []
        busy = "threads" if self._threads else self._busy()
        if busy == "threads":
            return self._wait(min(timeout or 1.0, 1.0))
        if busy == "wire":
            self._quiet_since = self._quiet_since or now
            if now - self._quiet_since < HANG:
                return self._wait(min(timeout or HANG, HANG / 4))
        if timeout is not None and timeout <= self._left:
            self._left -= timeout
            self._skipped += timeout
        else:
            waiter.set_result(None)
        return []

    def _wait(self, timeout: float | None) -> list[Any]:
        events: list[Any] = self._real_select(timeout)
        return events

    def _run_in_executor(self, executor: Any, function: Any, *args: Any) -> Any:
        """As the loop's, counted. A commit of SQLite is done at once: it is faster than a thread to do it."""
        if isinstance(getattr(function, "__self__", None), sqlite3.Connection):
            done = self._loop.create_future()
            try:
                done.set_result(function(*args))
            except Exception as error:
                done.set_exception(error)
            return done
        future = self._real_executor(executor, function, *args)
        self._threads += 1
        future.add_done_callback(self._ended)
        return future

    def _ended(self, done: object) -> None:
        self._threads -= 1


class WorldClock(ManualClock):
    """The gateway's clock in a world: it stands still until the test moves it. Durations are the loop's."""

    def __init__(self, now: int, loop_time: Callable[[], float]) -> None:
        super().__init__(now)
        self._loop_time = loop_time

    def monotonic(self) -> float:
        """Seconds of the loop, with what was skipped."""
        return self._loop_time()
