"""Messages that a plugin built wrongly: read once more, or refused with the place of the mistake.

A plugin may put anything into the fields of a message, for nothing checks them when it is made.
"""

from __future__ import annotations

from typing import NoReturn, TypeVar

import msgspec

from gateway.model.checks import refuse
from gateway.model.outbound import Outbound

T = TypeVar("T")

#: What code does that takes a field for what its type says, when it is something else.
SURPRISES = (AttributeError, LookupError, TypeError, ValueError)
_UNWRITABLE = (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError)
_OUTBOUND: msgspec.json.Decoder[Outbound] = msgspec.json.Decoder(Outbound)


def malformed(problem: Exception) -> NoReturn:
    """Refuse the whole message for *problem*."""
    refuse("the message", f"is not well formed: {problem}")


def reread(message: object) -> Outbound:
    """*message* as the API would read it: a mapping in place of a piece is understood, the rest is refused
    with its place."""
    try:
        return _OUTBOUND.decode(msgspec.json.encode(message))
    except _UNWRITABLE as problem:
        malformed(problem)


def writable(body: T) -> T:
    """*body*, when it can be written as JSON: half of a surrogate pair cannot, nor can any object."""
    try:
        msgspec.json.encode(body)
    except UnicodeEncodeError as error:
        refuse("a text", f"holds {error.object[error.start : error.end]!r}, which is no character")
    except _UNWRITABLE as error:
        refuse("a value", f"cannot be written as JSON: {error}")
    return body
