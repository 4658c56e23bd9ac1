"""The time in which a contact may be written to freely: pure functions of what a provider told.

Twenty-four hours from the contact's last message or call, by the provider's clock. When the business
answers a message that came through an ad within that time, seventy-two hours from the answer are free
of charge, and free-form messages may be sent in them (wire.md §2.10).
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from gateway.clock import DAY, HOUR
from gateway.model import inbound
from gateway.model.event import ChannelEvent, MessageReceived, StatusReceived
from gateway.model.notice import Call, HistoryMessage

WindowState = Literal["open", "closing", "closed"]

SERVICE = DAY
FREE = 72 * HOUR
#: A window that ends within this time is "closing".
CLOSING = 2 * HOUR

#: What the platform says of a contact, or takes back, is no message to answer.
_QUIET = (inbound.System, inbound.Edit, inbound.Revoke)


class Opening(Struct, frozen=True):
    """What an event does to its conversation: until when the window is open, when an ad was tapped, and
    how many unread messages there are more. 0 for nothing."""

    window_until: int = 0
    referral_at: int = 0
    unread: int = 0


def opening(event: MessageReceived | ChannelEvent, received_at: int) -> Opening:
    """What *event* opens. *received_at* stands in for a time of the provider's that cannot be read: whoever
    has just written can be answered."""
    content = event.content
    if isinstance(event, MessageReceived):
        if isinstance(content, _QUIET):
            return Opening()
        at = event.at or received_at
        return Opening(at + SERVICE, at if event.referral is not None else 0, 1)
    if isinstance(content, Call) and content.direction == "in":
        return Opening((event.at or content.started_at or received_at) + SERVICE)
    if isinstance(content, HistoryMessage) and not content.from_business:
        return Opening(event.at + SERVICE)
    return Opening()


class Free(Struct, frozen=True):
    """A free entry point window, as a status told it: open *until*, unless the one that we know of ends
    after *unless_after*."""

    until: int
    unless_after: int


def free_entry(status: StatusReceived) -> Free | None:
    """The free window that *status* speaks of. The provider names its end only sometimes; otherwise it
    is counted from the first status that says "free entry point", which is that of the answer. Only when
    it was sent: a delivery may be told days later, with the same price, when the window is long over."""
    if status.free_until:
        return Free(status.free_until, status.free_until)
    free = status.pricing is not None and status.pricing.type == "free_entry_point"
    if free and status.at and status.status == "sent":
        return Free(status.at + FREE, status.at)
    return None


def state(window_until: int, now: int) -> WindowState:
    """open, closing or closed."""
    if window_until <= now:
        return "closed"
    return "closing" if window_until - now <= CLOSING else "open"
