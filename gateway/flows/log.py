"""What happened in a flow so far: the typed entries of its log, replayed at each turn."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Raw, Struct, field

from gateway.errors import FlowMisused, WindowClosed
from gateway.flows.fields.field import Answer
from gateway.model.capability import Loss
from gateway.provider import StoredFile

#: A flow that has done this much is asked to end and to begin another.
MOST_ENTRIES = 1000
MOST_BYTES = 256 * 1024


class Said(Struct, array_like=True, omit_defaults=True):
    """What became of one message: what `send` returned, or the *refused* error with its *words*."""

    id: str = ""
    parts: int = 0
    losses: tuple[Loss, ...] = ()
    due_at: int = 0
    reason: str = ""
    refused: str = ""
    words: str = ""


class Notes(Struct, omit_defaults=True):
    """What was done between two operations, by kind and in order. It has no names: an added `say` is simply
    not there, and moves nothing. *quiet* is what tells nothing, such as `emit`."""

    said: list[Said] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    taken: list[bool] = field(default_factory=list)
    files: list[StoredFile | None] = field(default_factory=list)
    quiet: list[int] = field(default_factory=list)

    def drop(self) -> bool:
        """Take the last message, refused because the window is closed, for one that was lost; False when
        there is none."""
        for index in range(len(self.said) - 1, -1, -1):
            if self.said[index].refused == WindowClosed.code:
                self.said[index] = Said(losses=(Loss("text", "dropped", "the 24-hour window is closed"),))
                return True
        return False


class Entry(Struct, omit_defaults=True, kw_only=True):
    """One operation that is over. *at* is when (microseconds UTC), *notes* what was done after it."""

    key: str
    at: int
    notes: Notes = field(default_factory=Notes)


class Answered(Entry, tag="answered"):
    """A question and its answer, which the question's field reads anew at each replay."""

    answer: Answer


class Stepped(Entry, tag="stepped"):
    """A step and its result."""

    result: Raw


class Came(Entry, tag="came"):
    """A job's result, or the event that a flow waited for: *signal* is its id."""

    result: Raw
    signal: str = ""


class Unanswered(Entry, tag="unanswered"):
    """An operation that ended without an answer; the flow has caught it."""

    why: Literal["timeout", "cancelled", "tries", "job", "refused"]
    words: str = ""


AnyEntry = Answered | Stepped | Came | Unanswered


class Log(Struct, omit_defaults=True):
    """A whole log. *notes* is what was done before the first operation, *tries* how often the pending
    question was answered in vain, *unasked* whether it could not be sent, *restarts* how often the flow
    had to begin again because its function had changed."""

    entries: list[AnyEntry] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    tries: int = 0
    unasked: bool = False
    restarts: int = 0

    def current(self, index: int) -> Notes:
        """The notes of what is done once *index* operations are over."""
        return self.entries[index - 1].notes if index else self.notes

    def undo(self) -> Log | None:
        """The log as it was before the last question; None when there is none, or when something lies
        behind it that cannot be undone: a job, or an event that has come."""
        for index in range(len(self.entries) - 1, -1, -1):
            entry = self.entries[index]
            if isinstance(entry, Came) or not (isinstance(entry, Stepped) or is_question(entry.key)):
                return None
            if is_question(entry.key):
                return Log(self.entries[:index], self.notes, restarts=self.restarts)
        return None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Log)


def encode(value: Any) -> bytes:
    """*value* as JSON. Raises TypeError and ValueError."""
    return _encoder.encode(value)


def kept(value: Any, what: str) -> Raw:
    """*value* as JSON. Raises `FlowMisused` naming *what* it is."""
    try:
        return Raw(encode(value))
    except (TypeError, ValueError) as error:
        raise FlowMisused(
            f"{what} cannot be kept as JSON ({error}): hand over texts, numbers, lists, mappings and Structs"
        ) from error


def written(log: Log) -> str:
    """*log* as it is kept."""
    return _encoder.encode(log).decode()


def read(text: str) -> Log:
    """A log as it was kept."""
    return _decoder.decode(text) if text else Log()


def is_question(key: str) -> bool:
    """Whether the operation *key* asks the contact."""
    return key.startswith("ask:")
