"""What a contact decided or became, beside writing, and taps that nobody signs (wire.md §1.4, §1.8).

{"wa_id": "34600111222", "user_id": "ES.90817263544536271", "category": "marketing_messages",
 "detail": "User requested to stop marketing messages", "value": "stop", "timestamp": 1794900000}
{"wa_id": "34600111222", "detail": "User id for Lucia Prado has been updated.",
 "user_id": {"previous": "ES.90817263544536271", "current": "ES.11122233344455566"},
 "timestamp": "1794900000"}
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from gateway.model import notice
from gateway.model.event import ChannelEvent, Person
from providers.meta_cloud.clean import Unreadable, decode, moment
from providers.meta_cloud.fields.base import Change, event, payload, someone, text
from providers.meta_cloud.people import person
from providers.meta_cloud.wire import Number


class Preference(Struct, kw_only=True):
    """One of `user_preferences`."""

    value: str
    category: str | None = None
    detail: str | None = None
    wa_id: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None
    signup_id: Number = None
    timestamp: Number = None


class Pair(Struct):
    """An id that was replaced."""

    previous: str | None = None
    current: str | None = None


class UserId(Struct):
    """One of `user_id_update`."""

    user_id: Pair | None = None
    parent_user_id: Pair | None = None
    wa_id: str | None = None
    detail: str | None = None
    timestamp: Number = None


class Click(Struct):
    """`{"click_component": "CTA", "click_id": "clk-1", "tracking_token": "trk-1"}`."""

    click_component: str | None = None
    product_id: Number = None
    click_id: Number = None
    tracking_token: str | None = None


class Action(Struct, kw_only=True):
    """One of `user_actions`; there is no user in it."""

    action_type: str
    timestamp: Number = None
    marketing_messages_link_click_data: Click | None = None


_PREFERENCE = msgspec.json.Decoder(Preference)
_USER_ID = msgspec.json.Decoder(UserId)
_ACTION = msgspec.json.Decoder(Action)

_VALUES: dict[str, Literal["stop", "resume", "signup"]] = {
    "stop": "stop",
    "resume": "resume",
    "signup": "signup",
}


def read_preference(raw: bytes, change: Change) -> ChannelEvent:
    """A contact stopped, resumed or signed up for marketing messages."""
    found = decode(_PREFERENCE, raw)
    who = person(change.account, change.contacts, found.wa_id, found.user_id, found.parent_user_id)
    content = notice.MarketingPreference(
        _VALUES.get(found.value.lower(), "unknown"),
        found.category or "",
        found.detail or "",
        text(found.signup_id),
    )
    someone(who, change, "a preference")
    return event(change, content, raw, at=moment(found.timestamp), person=who)


def _known_as(found: UserId, own: Pair, parent: Pair, change: Change) -> Person:
    """The contact by the names from before: those are what finds somebody whom we know. The current ones
    stand in the notice, and are used here only when there is no other."""
    now = person(change.account, change.contacts, found.wa_id, own.current, parent.current)
    if not (found.wa_id or own.previous or parent.previous):
        return now
    before = person(change.account, None, found.wa_id, own.previous, parent.previous)
    phones = (identity for identity in now.identities if identity.kind == "phone")
    names = tuple(dict.fromkeys((*phones, *before.identities)))
    return Person(names or now.identities, now.name, now.username, now.key_hash)


def read_user_id(raw: bytes, change: Change) -> ChannelEvent:
    """A contact's user id was replaced."""
    found = decode(_USER_ID, raw)
    own, parent = found.user_id or Pair(), found.parent_user_id or Pair()
    if not (own.current or parent.current):
        raise Unreadable("a changed user id without the current one")
    content = notice.UserIdChanged(
        own.previous or "", own.current or "", parent.previous or "", parent.current or "", found.detail or ""
    )
    who = someone(_known_as(found, own, parent, change), change, "a changed user id")
    return event(change, content, raw, at=moment(found.timestamp), person=who)


def read_action(raw: bytes, change: Change) -> ChannelEvent:
    """One of `user_actions[]` in a value: a tap on a link of a marketing message."""
    found = decode(_ACTION, raw)
    click = found.marketing_messages_link_click_data
    content: notice.Notice
    if click is None or found.action_type != "marketing_messages_link_click":
        content = notice.Other(payload(raw))
    else:
        content = notice.LinkClick(
            click.click_component or "",
            text(click.product_id),
            text(click.click_id),
            click.tracking_token or "",
        )
    return event(change, content, raw, at=moment(found.timestamp), name="user_action")
