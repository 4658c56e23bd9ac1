"""How long the event loop's thread ran, as far as that can be known: what a plugin is blamed for.

The clock on the wall also counts what nobody in the process did: the time in which the thread was ready and
got no processor, and that in which the whole process stood still. A thread beside looks again and again. What
passed between two looks is known as far as it is not longer than it should be, or the process used the
processor meanwhile; what Linux tells of the thread's waiting for a processor is taken off.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

from msgspec import Struct

#: Looks that are kept: no step that is judged is longer than these, or so long that it makes no difference.
MOST = 1000


class Look(Struct, frozen=True):
    """A look *at* a time (monotonic seconds). *known* is how much of what passed since the look before is
    known to be the thread's own doing, *plugin* whose code ran just then; "" for nobody's."""

    at: float
    known: float
    plugin: str


class Account:
    """The looks at one thread, which is the caller's. *every* is the time between two of them, *cpu* says how
    long the process used the processor, and *waited* how long the thread waited for it; in seconds."""

    def __init__(
        self, every: float, *, now: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.process_time, waited: Callable[[], float] | None = None,
    ) -> None:  # fmt: skip
        self._every, self._now, self._cpu = every, now, cpu
        self._waited = waited or waiting_of(threading.get_native_id())
        self._looks: deque[Look] = deque(maxlen=MOST)
        self._last = (now(), cpu(), self._waited())

    def look(self, plugin: str) -> None:
        """*plugin* has the thread now."""
        at, known = self._known()
        self._last = (at, self._cpu(), self._waited())
        self._looks.append(Look(at, known, plugin))

    def known(self, since: float, plugin: str | None = None) -> float:
        """How many seconds since then are known; 0.0 when *plugin* was never seen in them."""
        at, tail = self._known()
        looks = list(self._since(since))
        if plugin is not None and not any(each.plugin == plugin for each in looks):
            return 0.0
        if not looks:
            return min(tail, at - since)
        first = min(looks[0].known, looks[0].at - since)
        return first + sum(each.known for each in looks[1:]) + tail

    def _since(self, since: float) -> Iterator[Look]:
        return (each for each in self._looks.copy() if each.at > since)

    def _known(self) -> tuple[float, float]:
        """The time, and how much of what passed since the last look is known."""
        last, used, waited = self._last
        at = self._now()
        passed = at - last - max(0.0, self._waited() - waited)
        return at, max(0.0, min(passed, self._every * 1.5 + self._cpu() - used))


def waiting_of(thread: int) -> Callable[[], float]:
    """How long the thread with this native id waited for a processor, in seconds; 0.0 where nobody says."""
    path = f"/proc/self/task/{thread}/schedstat"

    def waited() -> float:
        try:
            with open(path, encoding="ascii") as file:
                return int(file.read().split()[1]) / 1e9
        except (OSError, ValueError, IndexError):
            return 0.0

    return waited
