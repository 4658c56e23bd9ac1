"""What goes into a replay and what comes out of it."""

from __future__ import annotations

from typing import Literal

from msgspec import Raw, Struct

from gateway.clock import DAY, SECOND
from gateway.errors import FlowMisused
from gateway.flows.fields.field import Answer
from gateway.flows.log import Log

#: As long a flow waits that waits for ever, and the longest at all: nothing is kept without an end.
FOR_EVER = 365 * DAY

Why = Literal["answer", "back", "again", "cancel", "timeout", "event", "job"]


class Trigger(Struct, frozen=True):
    """What has come for the operation *key*, at which the flow sleeps. *before* is said before a question
    that is asked again, *signal* is the id of an event."""

    why: Why
    key: str
    answer: Answer | None = None
    payload: Raw = Raw(b"null")
    error: str = ""
    before: str = ""
    signal: str = ""


class Sleeping(Struct, frozen=True):
    """Where the flow waits now. *seconds* is for how long, 0 for ever; *waits* the event that wakes it."""

    key: str
    seconds: float = 0.0
    waits: tuple[str, str] | None = None

    def until(self, now: int) -> int:
        """When its time is over."""
        return now + (min(int(self.seconds * SECOND), FOR_EVER) if self.seconds > 0 else FOR_EVER)


class Suspended(BaseException):
    """Goes through the author's function when it is put to sleep."""


class Rewind(Exception):
    """The contact goes back: *log* is what is left."""

    def __init__(self, log: Log) -> None:
        self.log = log
        super().__init__()


class Sleep(Exception):
    """The function has come to something that it waits for, *where*."""

    def __init__(self, where: Sleeping) -> None:
        self.where = where
        super().__init__()


class Fatal(Exception):
    """A failure that the flow's function is not asked about."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        super().__init__()


class TooLong(FlowMisused):
    """The log has no room for more."""
