"""Events as the log keeps them, and the closed list of kinds.

What one transaction notes for a tenant is one row, a block: an event would cost as much as all of them.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
from msgspec import Struct

Kind = Literal[
    "message.received",
    "message.created",
    "message.status",
    "contact.created",
    "contact.changed",
    "consent.changed",
    "contact.muted",
    "conversation.looping",
    "channel.notice",
    "channel.paused",
    "channel.resumed",
    "template.changed",
    "dead_letter.created",
]
#: Every kind, in the order in which the docs list them.
KINDS: tuple[Kind, ...] = get_args(Kind)
#: Events of a block, at most.
BLOCK = 500

_pairs = msgspec.json.Decoder(list[tuple[str, msgspec.Raw]])
#: The random bits of a UUIDv7's second half, and the two that say what it is.
_RANDOM, _VARIANT = (1 << 62) - 1, 1 << 63


class Numbered(Struct, frozen=True, gc=False):
    """One event with its place in the tenant's log. *id* is a UUIDv7, the same wherever the event is told of;
    *at* is microseconds UTC; *data* is the stored JSON, which `gateway.feed.shown` completes."""

    tenant: str
    seq: int
    id: str
    kind: str
    at: int
    data: bytes


class Block(Struct, frozen=True, gc=False):
    """The events *first* to *last* of a tenant's log."""

    tenant: str
    first: int
    id: str
    at: int
    n: int
    data: str

    @property
    def last(self) -> int:
        """The number of its last event."""
        return self.first + self.n - 1

    def events(self) -> list[Numbered]:
        """Each of its events."""
        return [
            Numbered(self.tenant, self.first + n, sibling(self.id, n), kind, self.at, bytes(data))
            for n, (kind, data) in enumerate(_pairs.decode(self.data))
        ]


def sibling(identifier: str, n: int) -> str:
    """The id of the event *n* of a block: its own, with *n* added to the random part of its UUIDv7."""
    if not n:
        return identifier
    tail = int(identifier[19:23] + identifier[24:], 16)
    text = f"{(tail + n) & _RANDOM | _VARIANT:016x}"
    return f"{identifier[:19]}{text[:4]}-{text[4:]}"
