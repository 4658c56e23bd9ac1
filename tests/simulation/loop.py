"""An event loop whose time is the simulation's: nothing waits, nothing happens twice differently.

When nothing can run, time jumps to the next timer. There are no threads: what is given to an executor runs
inline. Every callback belongs to a `Process` (through its context) or to nobody (the world: the database, the
provider). A process that is paused keeps its callbacks for later while time goes on; those of one that has
crashed are never run again, not even what would tidy up: that is `kill -9`.
"""

from __future__ import annotations

import asyncio
import heapq
from asyncio.base_events import BaseEventLoop
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Executor
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVarTuple

from gateway.clock import SECOND

#: When every simulation begins, microseconds UTC.
BEGIN = 1_794_900_000 * SECOND
#: Seconds that a turn of the loop takes: a timer for less than a clock can tell must come to its end.
STEP = 1e-6
_Ts = TypeVarTuple("_Ts")
PROCESS: ContextVar[Process | None] = ContextVar("process", default=None)


class Stuck(Exception):
    """Nothing can run, and no timer is set: what is waited for will never come."""


class Process:
    """What a kill or a SIGSTOP hits: all that runs in `context`. Its plugins take *waits()* seconds."""

    def __init__(self, name: str, waits: Callable[[], float]) -> None:
        self.name, self.waits = name, waits
        self.state = "running"
        self.kept: deque[Any] = deque()
        self.context: Context = copy_context()
        self.context.run(PROCESS.set, self)

    def __repr__(self) -> str:
        return f"Process({self.name}, {self.state})"


class _Task(asyncio.Task[Any]):
    """A task whose place in a set is the same in every run."""

    __slots__ = ("serial",)
    serial: int

    def __hash__(self) -> int:
        return self.serial

    __eq__ = object.__eq__


class _Future(asyncio.Future[Any]):
    __slots__ = ("serial",)
    serial: int

    def __hash__(self) -> int:
        return self.serial

    __eq__ = object.__eq__


class SimLoop(BaseEventLoop):
    """Runs one simulation in virtual time. Timers of one moment run in the order in which they were set."""

    _ready: deque[Any]
    _stopping: bool

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.turns = 0
        self.tasks: list[asyncio.Task[Any]] = []
        self.problems: list[str] = []
        #: Lines of the gateways' logs, by name.
        self.seen: Counter[str] = Counter()
        self._serial = 0
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self.set_exception_handler(self._told)

    def time(self) -> float:
        return self.now

    def wall(self) -> int:
        """Microseconds UTC."""
        return BEGIN + round((self.now - 1000.0) * SECOND)

    def call_soon(
        self, callback: Callable[[*_Ts], object], *args: *_Ts, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[[*_Ts], object], *args: *_Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[*_Ts], object], *args: *_Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        self._serial += 1
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, self._serial, timer))
        return timer

    def create_task(self, coro: Any, *, name: object = None, context: Context | None = None) -> Any:
        self._serial += 1
        serial = self._serial
        task = _Task.__new__(_Task)
        task.serial = serial  # before its first step is scheduled: sets ask for it
        _Task.__init__(task, coro, loop=self, name=str(name or f"task-{serial}"), context=context)
        self.tasks.append(task)
        if len(self.tasks) > 4096:
            self.tasks = [each for each in self.tasks if not each.done()]
        return task

    def create_future(self) -> Any:
        self._serial += 1
        future = _Future(loop=self)
        future.serial = self._serial
        return future

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> Any:
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def continue_(self, process: Process) -> None:
        """What a paused process has missed comes to it at once, in order."""
        process.state = "running"
        while process.kept:
            self._ready.append(process.kept.popleft())

    def _told(self, loop: Any, told: dict[str, Any]) -> None:
        self.problems.append(f"{told.get('message')}: {told.get('exception')!r}")

    def _run_once(self) -> None:
        ready, timers = self._ready, self._timers
        self.now += STEP
        if not ready:
            while timers and timers[0][2]._cancelled:
                heapq.heappop(timers)
            if timers:
                self.now = max(self.now, timers[0][0])
            elif not self._stopping:
                raise Stuck
        while timers and timers[0][0] <= self.now:
            ready.append(heapq.heappop(timers)[2])
        for _ in range(len(ready)):
            handle = ready.popleft()
            if handle._cancelled:
                continue
            process = handle._context.get(PROCESS)
            if process is not None and process.state != "running":
                process.kept.append(handle)  # a crashed one's too: nothing of it may be tidied up
                continue
            self.turns += 1
            handle._run()

    def _timer_handle_cancelled(self, handle: Any) -> None:
        """Cancelled timers are passed over when their time comes."""

    def _write_to_self(self) -> None:
        """Nobody sleeps."""

    def _process_events(self, event_list: Any) -> None:
        """There are no sockets."""

    def finish(self) -> None:
        """Let go of everything that has not ended."""
        self._ready.clear()
        self._timers.clear()
        for task in self.tasks:
            if not task.done():
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                try:
                    task.get_coro().close()
                except BaseException:
                    pass  # what is left behind may complain of anything
        self.tasks.clear()
        self._ready.clear()
        self._timers.clear()
        self.close()


class SimClock:
    """`Clock` on a loop; *skew* is how many seconds this machine's wall clock is ahead."""

    def __init__(self, loop: SimLoop, skew: float = 0.0) -> None:
        self._loop, self._skew = loop, int(skew * SECOND)

    def now(self) -> int:
        return self._loop.wall() + self._skew

    def monotonic(self) -> float:
        return self._loop.now
