"""An event as the log keeps it, and the closed list of kinds."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

Kind = Literal[
    "message.received",
    "message.created",
    "message.status",
    "contact.created",
    "contact.changed",
    "channel.notice",
    "channel.paused",
    "channel.resumed",
    "template.changed",
    "dead_letter.created",
]
#: Every kind, in the order in which the docs list them.
KINDS: tuple[Kind, ...] = get_args(Kind)


class Numbered(Struct, frozen=True, gc=False):
    """One event with its place in the tenant's log. *id* is a UUIDv7, the same wherever the event is told of;
    *at* is microseconds UTC; *data* is the stored JSON, which `gateway.feed.shown` completes."""

    tenant: str
    seq: int
    id: str
    kind: str
    at: int
    data: str
