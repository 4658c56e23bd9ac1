"""What is found in one body: events, and pieces that cannot be read."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Raw

from gateway.model.event import Event
from gateway.provider import ParseFailure

#: What reading untrusted JSON can raise; `DecodeError` and `Unreadable` are ValueErrors.
BAD: tuple[type[Exception], ...] = (
    msgspec.MsgspecError,
    ValueError,
    RecursionError,
    OverflowError,
    TypeError,
)


class Found:
    """The events and failures of one body, in the order in which they are found."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.failures: list[ParseFailure] = []

    def fail(self, error: Exception, raw: bytes | Raw) -> None:
        """Keep the piece *raw*, and why it cannot be read."""
        reason = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode().replace("\0", "")
        self.failures.append(ParseFailure(reason[:500], bytes(raw)))

    def add(self, read: Callable[[bytes], Event], raw: Raw) -> None:
        """Read one element; when that fails, it fails alone."""
        own = bytes(raw)
        try:
            self.events.append(read(own))
        except BAD as error:
            self.fail(error, own)

    def take(self, other: Found) -> None:
        """Add what *other* found."""
        self.events += other.events
        self.failures += other.failures
