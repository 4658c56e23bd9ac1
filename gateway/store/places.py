"""Waiting for a place: a connection, or the writer. Who waits is not to blame, so whoever measures how long
something takes is told of it, and may leave it out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Watch(Protocol):
    """Somebody who measures time, and stops the clock while what is measured waits for a place."""

    def pause(self) -> None:
        """It waits from now on."""

    def resume(self) -> None:
        """It waits no more; as often as `pause`."""


#: Who measures the task at hand.
WATCH: ContextVar[Watch | None] = ContextVar("WATCH", default=None)


@contextmanager
def waiting() -> Iterator[None]:
    """Around a wait for a place. How long one waits at most is for who gives out the places to say."""
    watch = WATCH.get()
    if watch is None:
        yield
        return
    watch.pause()
    try:
        yield
    finally:
        watch.resume()
