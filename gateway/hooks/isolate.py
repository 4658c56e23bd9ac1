"""Run one hook so that nothing it does reaches its neighbours: errors, cancellations, exits, delays.

Each hook has a task of its own, because a plugin may cancel the current task, and because a task of ours can
be left while the plugin's is still being stopped. Between the task and the plugin's coroutine stands
`_steps`, which measures how long each step holds the loop and can end a coroutine that ignores cancellation.
A step is held against the plugin as far as it is known to be the plugin's (`account.py`).
"""

from __future__ import annotations

import asyncio
import time
import types
from collections.abc import Generator
from typing import Any, TypeVar

import structlog

from gateway.errors import Retry, SerializationFailure, StoreUnavailable
from gateway.hooks.failure import blocking, overdue, raised, waiting_at
from gateway.hooks.plugin import Plugin
from gateway.hooks.standstill import slow
from gateway.hooks.watchdog import WATCHED
from gateway.store.places import WATCH

T = TypeVar("T")

#: Not the plugin's failures: the turn is run again.
PASSED = (Retry, SerializationFailure, StoreUnavailable)
#: Seconds that a cancelled hook has to end by itself.
GRACE = 0.1
#: A deadline's timer that rings this much late (seconds) says that somebody else blocked the loop.
LATE = 0.05


async def run_hook(
    plugin: Plugin, hook: str, coroutine: types.CoroutineType[Any, Any, T], *, deadline: float
) -> T:
    """What *coroutine*, the called hook, returns within *deadline* seconds.

    Raises `HookFailed` when it raises anything or is late, and lets `Retry` and the store's own
    "run it again" pass. A cancellation from outside stops the hook and propagates.
    """
    run = _Run(plugin, coroutine, deadline)
    try:
        await run.finished
    except asyncio.CancelledError:
        await run.stop()
        raise
    if run.abandoned:
        structlog.get_logger(__name__).warning(
            "hook ignored its cancellation and was cut off", plugin=plugin.name, hook=hook, at=run.at
        )
    if run.expired:
        raise overdue(plugin, hook, deadline, run.at)
    if run.longest > deadline:
        raise blocking(plugin, hook, run.longest)
    if run.slow:
        slow(run.slow)
    if run.error is None:
        result: T = run.result
        return result
    if isinstance(run.error, PASSED):
        raise run.error
    raise raised(plugin, hook, run.error) from run.error


class _Run:
    """One run of one hook: its task, its timer, and what came of it."""

    __slots__ = (
        "abandoned",
        "at",
        "coroutine",
        "deadline",
        "due",
        "ending",
        "error",
        "expired",
        "extended",
        "finished",
        "longest",
        "loop",
        "plugin",
        "rest",
        "result",
        "slow",
        "task",
        "timer",
        "waits",
    )

    def __init__(
        self, plugin: Plugin, coroutine: types.CoroutineType[Any, Any, Any], deadline: float
    ) -> None:
        self.plugin, self.coroutine, self.deadline = plugin, coroutine, deadline
        self.result: Any = None
        self.error: BaseException | None = None
        #: The longest step that was the plugin's, and the longest too long one that cannot be said to be.
        self.longest = self.slow = 0.0
        self.at = ""
        self.expired = self.extended = self.abandoned = False
        #: Its time is over, or it was stopped: from here on only the grace counts, and no wait stops that.
        self.ending = False
        self.loop = loop = asyncio.get_running_loop()
        self.finished: asyncio.Future[None] = loop.create_future()
        self.due = loop.time() + deadline
        #: In how many of its tasks it waits for a place of the store's, and the seconds that it has then.
        self.waits, self.rest = 0, 0.0
        self.timer = loop.call_at(self.due, self.expire)
        self.task = loop.create_task(self.guard())

    async def guard(self) -> None:
        """Run the hook; whatever it does, this task ends normally."""
        WATCH.set(self)
        try:
            self.result = await _steps(self)
        except BaseException as error:
            # SystemExit and KeyboardInterrupt out of a task would stop the event loop
            self.error = error
        self.timer.cancel()
        if not self.finished.done():
            self.finished.set_result(None)

    def pause(self) -> None:
        """It waits for a connection or the writer: the deadline stands still, and the store has its own."""
        if not self.waits and not self.ending:
            self.rest = self.timer.when() - self.loop.time()
            self.timer.cancel()
        self.waits += 1

    def resume(self) -> None:
        """It has a place, or goes on without."""
        self.waits -= 1
        if not self.waits and not self.ending and not self.task.done():
            self.due = self.loop.time() + self.rest
            self.timer = self.loop.call_at(self.due, self.expire)

    def expire(self) -> None:
        """The deadline: cancel. When the loop itself was held up, give back what the others took, once."""
        late = self.loop.time() - self.due
        if late > LATE and not self.extended:
            self.extended = True
            self.timer = self.loop.call_later(min(late, self.deadline), self.expire)
            return
        self.expired = self.ending = True
        self.at = waiting_at(self.plugin, self.coroutine)
        self.timer = self.loop.call_later(GRACE, self.abandon)
        self.task.cancel()

    def abandon(self) -> None:
        """The hook took its cancellation for something else: the lane goes on, the coroutine is closed."""
        self.abandoned = True
        self.task.cancel()
        if not self.finished.done():
            self.finished.set_result(None)

    async def stop(self) -> None:
        """Stop from outside: cancel, wait for the grace, cut off."""
        self.ending = True
        self.timer.cancel()
        self.task.cancel()
        try:
            await asyncio.wait({self.task}, timeout=GRACE)
        finally:
            if not self.task.done():
                self.abandon()
            elif self.task.cancelled():  # it never began
                self.coroutine.close()


@types.coroutine
def _steps(run: _Run) -> Generator[Any, Any, Any]:
    """Drive the plugin's coroutine, step by step, on behalf of the task around it."""
    coroutine = run.coroutine
    error: BaseException | None = None
    while True:
        begun = time.monotonic()
        try:
            waits_for = coroutine.send(None) if error is None else coroutine.throw(error)
        except StopIteration as end:
            return end.value
        finally:
            held = time.monotonic() - begun
            if held > run.deadline and (account := WATCHED.get()) is not None:
                run.slow, held = max(run.slow, held), account.known(begun, run.plugin.name)
            if held > run.longest:
                run.longest = held
        try:
            yield waits_for
            error = None
        except BaseException as thrown:
            if run.abandoned:
                coroutine.close()
                raise
            error = thrown
