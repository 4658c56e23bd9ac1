"""The bodies of requests to send: their shapes and limits."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from gateway.api.problems import Problem
from gateway.api.strict import Moment
from gateway.message import instant
from gateway.model.outbound import Outbound
from gateway.policy.timing import AHEAD
from gateway.settings.policy import Purpose

LIMIT = 256 * 1024
#: Seconds for a body to arrive.
BODY_TIMEOUT = 10.0

#: A phone, a provider's user id, or a group's id: never a group whose id would be read as one of the others.
_ADDRESS = (
    r"^(\+[1-9][0-9]{6,14}|[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}"
    r"|group:(?!\+?[0-9]{1,15}\Z|[A-Z]{2}\.)[A-Za-z0-9+/=_.@-]{1,200})\Z"
)


class NewMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a POST. *to* is "+" and digits, a provider's user id, or "group:" and a group's id.
    *send_at* is RFC 3339 with an offset; what is past means now. With *dry_run* nothing is stored and
    nothing is sent. *purpose* is that of the template's category, else "service", unless it is said; "reply"
    is free form, answers what the contact wrote, and is not judged as what answers nobody is."""

    channel: Annotated[str, Meta(min_length=1, max_length=64)]
    to: Annotated[str, Meta(pattern=_ADDRESS)]
    message: Outbound
    send_at: Moment | None = None
    dry_run: bool = False
    purpose: Purpose | Literal["reply"] | None = None


#: What to say instead of a pattern that does not match, by the field's pointer.
WORDS = {
    "/to": "write '+' and a phone's digits, the user id that the provider gave, or 'group:' and an id",
    "/send_at": 'write a time with its offset, such as "2026-12-24T09:00:00+03:00"',
}


class Reply(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a POST to a conversation, which says already on which channel and to whom. The rest is as
    in `NewMessage`."""

    message: Outbound
    send_at: Moment | None = None
    dry_run: bool = False
    purpose: Purpose | Literal["reply"] | None = None


def due(send_at: datetime | None, now: int) -> int:
    """When it is to be sent, microseconds UTC; 0 for now. Raises `Problem`."""
    if send_at is None:
        return 0
    at = instant(send_at)
    if at > now + AHEAD:
        raise Problem(422, "invalid", "send_at lies more than a year ahead", pointer="/send_at")
    return at if at > now else 0
