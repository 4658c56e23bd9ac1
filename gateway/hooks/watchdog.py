"""The watchdog: a thread that sees when the event loop stands still, and names the plugin that holds it.

A deadline stops a slow await, not a blocking call. A heartbeat on the loop tells the thread that the loop
turns; when it stops, the thread reads the loop's stack and looks for a frame in a plugin's files. When the
thread itself could not go on, and nothing of the process ran, the whole process was paused, and nobody in it
is to blame. Nor is anybody for the time in which the loop's thread got no processor (`account.py`).
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from types import FrameType

from msgspec import Struct

from gateway.hooks.account import Account
from gateway.hooks.plugin import Plugin, display

#: The looks at the thread of the loop that runs here; None where no watchdog was started.
WATCHED: ContextVar[Account | None] = ContextVar("watched", default=None)


class Blocked(Struct, frozen=True):
    """The loop stands still. *plugin* and *hook* are "" when no plugin's code runs; *stack* has no values."""

    plugin: str
    hook: str
    where: str
    seconds: float
    stack: str

    def __str__(self) -> str:
        who = f"plugin '{self.plugin}' {self.hook}".rstrip() if self.plugin else "the gateway itself"
        return f"{who} has blocked the event loop for {self.seconds:.1f}s ({self.where})"


class Watchdog:
    """Watches one event loop. The callbacks are called on the watchdog's own thread."""

    def __init__(
        self,
        plugins: Callable[[], Iterable[Plugin]],
        on_blocked: Callable[[Blocked], None],
        on_recovered: Callable[[float], None],
        *,
        on_paused: Callable[[float], None] = lambda seconds: None,
        on_slow: Callable[[float], None] = lambda seconds: None,
        after: float = 1.0,
    ) -> None:
        """*after* is how long the loop may stand still, *on_recovered* is told how long it did (seconds),
        *on_paused* for how long the process was paused, *on_slow* for how long the loop got no processor."""
        self._plugins, self._on_blocked, self._on_recovered = plugins, on_blocked, on_recovered
        self._on_paused, self._on_slow, self._after = on_paused, on_slow, after
        self._turned = time.monotonic()
        self._ended = threading.Event()
        self._blocked: Blocked | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._beat: asyncio.TimerHandle | None = None
        self._thread: threading.Thread | None = None
        self._loop_thread = 0
        self._account: Account | None = None

    def start(self) -> None:
        """Watch the running loop; call it on that loop."""
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._account = Account(self._after / 4)
        WATCHED.set(self._account)
        self._ended.clear()
        self._turn()
        self._thread = threading.Thread(target=self._watch, name="gateway-watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the heartbeat and the thread; call it on the loop."""
        self._ended.set()
        if self._beat is not None:
            self._beat.cancel()
        if self._thread is not None:
            self._thread.join(timeout=1.0)

    def last_turn_age(self) -> float:
        """Seconds since the loop last turned over, give or take a quarter of *after*; for liveness."""
        return time.monotonic() - self._turned

    def blocked_by(self) -> str | None:
        """The plugin that holds the loop now, "" when it is nobody's plugin; None when the loop turns."""
        blocked = self._blocked
        return blocked.plugin if blocked else None

    def _turn(self) -> None:
        self._turned = time.monotonic()
        assert self._loop is not None
        self._beat = self._loop.call_later(self._after / 4, self._turn)

    def _watch(self) -> None:
        assert self._account is not None
        since = awake = slow = 0.0
        every, rest, account = self._after / 4, _Rest(), self._account
        while not self._ended.wait(every):
            if (paused := rest.paused(every)) > self._after / 2:
                awake = time.monotonic()  # the loop gets time to turn before anybody is blamed
                self._on_paused(paused)
            turned = self._turned
            start = max(turned, awake)
            stood = time.monotonic() - start
            seen = self._look(stood)
            account.look(seen.plugin)
            if self._blocked is not None and turned > since:
                self._blocked = None
                self._on_recovered(turned - since)
            elif self._blocked is None and stood > self._after:
                if account.known(start) > self._after:
                    since, self._blocked = start, seen
                    self._on_blocked(seen)
                else:
                    slow = stood
            elif slow:
                self._on_slow(slow)
                slow = 0.0

    def _look(self, seconds: float) -> Blocked:
        """Whose code is running on the loop's thread, which has stood for *seconds*."""
        top = frame = sys._current_frames().get(self._loop_thread)
        stack = "".join(traceback.format_stack(frame)) if frame and seconds > self._after else ""
        plugins = tuple(self._plugins())
        while frame is not None:
            for plugin in plugins:
                if plugin.owns(frame.f_code.co_filename):
                    where = display(frame.f_code.co_filename, frame.f_lineno)
                    return Blocked(plugin.name, _hook(plugin, frame), where, seconds, stack)
            frame = frame.f_back
        where = display(top.f_code.co_filename, top.f_lineno) if top else "no stack"
        return Blocked("", "", where, seconds, stack)


class _Rest:
    """How long the watchdog's own thread did not run, beyond what it wanted to sleep."""

    def __init__(self) -> None:
        self._at, self._used = time.monotonic(), time.process_time()

    def paused(self, wanted: float) -> float:
        """Seconds since the last call beyond *wanted*; 0.0 when this process used the processor meanwhile: a
        call that lets no other thread run has kept ours then."""
        at, used = time.monotonic(), time.process_time()
        late, worked = at - self._at - wanted, used - self._used
        self._at, self._used = at, used
        return late if worked < late / 4 else 0.0


def _hook(plugin: Plugin, frame: FrameType | None) -> str:
    """The hook from which *frame* was reached; "" when it was none, such as a task left behind."""
    while frame is not None:
        if hook := plugin.codes.get(frame.f_code):
            return hook
        frame = frame.f_back
    return ""
