"""What became of an account, and errors that belong to no message (wire.md §1.5, §1.8).

{"event": "ACCOUNT_RESTRICTION", "restriction_info": [
  {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1795159200}]}
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from gateway.model import notice
from gateway.model.event import ChannelEvent
from providers.meta_cloud import wire
from providers.meta_cloud.clean import decode, integer, moment
from providers.meta_cloud.errors import failed
from providers.meta_cloud.fields.base import Change, event, payload, text
from providers.meta_cloud.wire import Number


class Ban(Struct):
    """`{"waba_ban_state": "DISABLE", "waba_ban_date": "November 20, 2026"}`; the state may be a list."""

    waba_ban_state: str | list[str] | None = None
    waba_ban_date: Number = None


class Violation(Struct):
    """`{"violation_type": "SCAM"}`."""

    violation_type: str | None = None


class Restricted(Struct):
    """`{"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION", "expiration": 1795159200}`."""

    restriction_type: str | None = None
    expiration: Number = None


class Update(Struct, kw_only=True):
    """`account_update`: the event, and one object that goes with it."""

    event: str
    ban_info: Ban | None = None
    violation_info: Violation | None = None
    restriction_info: list[Restricted] | None = None
    country: str | None = None


class Review(Struct):
    """`account_review_update`."""

    decision: str


class Alert(Struct):
    """What is wrong, and how much."""

    alert_severity: str | None = None
    alert_status: str | None = None
    alert_type: str | None = None
    alert_description: str | None = None


class Alerted(Struct):
    """`account_alerts`."""

    alert_info: Alert
    entity_type: str | None = None
    entity_id: Number = None


_UPDATE = msgspec.json.Decoder(Update)
_REVIEW = msgspec.json.Decoder(Review)
_ALERT = msgspec.json.Decoder(Alerted)
_ERROR = msgspec.json.Decoder(wire.Error)


def _states(ban: Ban) -> tuple[str, ...]:
    states = ban.waba_ban_state or ()
    return (states,) if isinstance(states, str) else tuple(states)


def read_update(value: bytes) -> notice.AccountUpdate:
    """An account was banned, restricted, moved, …"""
    found = decode(_UPDATE, value)
    ban = found.ban_info or Ban()
    return notice.AccountUpdate(
        event=found.event,
        ban_states=_states(ban),
        ban_date=text(ban.waba_ban_date),
        violation=(found.violation_info.violation_type or "") if found.violation_info else "",
        restrictions=tuple(
            notice.Restriction(one.restriction_type or "", moment(one.expiration))
            for one in found.restriction_info or ()
        ),
        country=found.country or "",
        details=payload(value),
    )


def read_review(value: bytes) -> notice.AccountReview:
    """The account's review ended."""
    return notice.AccountReview(decode(_REVIEW, value).decision)


def read_alert(value: bytes) -> notice.AccountAlert:
    """A warning about an account, a number or a business."""
    found = decode(_ALERT, value)
    alert = found.alert_info
    return notice.AccountAlert(
        found.entity_type or "",
        text(found.entity_id),
        alert.alert_severity or "",
        alert.alert_status or "",
        alert.alert_type or "",
        alert.alert_description or "",
    )


def read_error(raw: bytes, change: Change) -> ChannelEvent:
    """One of `errors[]` in a value: of the number or the app. It tells no time."""
    found = decode(_ERROR, raw)
    code = integer(found.code)
    content = notice.AccountError(failed(code), code, found.title or found.message or "", found.details)
    return event(change, content, raw, name="error")
