"""Calls with contacts, and how far those of the business have come (wire.md §1.8).

{"id": "wacid.Q0FMTA==", "from": "34600111222", "from_user_id": "ES.90817263544536271",
 "to": "15550104477", "event": "connect", "timestamp": "1794900000", "direction": "USER_INITIATED",
 "session": {"sdp_type": "offer", "sdp": "v=0 …"}}
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from gateway.model import notice
from gateway.model.event import ChannelEvent, Person
from providers.meta_cloud.clean import Unreadable, decode, integer, moment
from providers.meta_cloud.fields.base import Change, digits, event, someone
from providers.meta_cloud.people import person
from providers.meta_cloud.wire import Number


class Session(Struct):
    """`{"sdp_type": "offer", "sdp": "v=0 …"}`."""

    sdp_type: str | None = None
    sdp: str | None = None


class CallObject(Struct, kw_only=True, rename={"sender": "from"}):
    """One of `calls`."""

    id: str
    event: str
    timestamp: Number = None
    sender: str | None = None
    from_user_id: str | None = None
    from_parent_user_id: str | None = None
    to: str | None = None
    to_user_id: str | None = None
    to_parent_user_id: str | None = None
    direction: str | None = None
    session: Session | None = None
    status: str | None = None
    start_time: Number = None
    end_time: Number = None
    duration: Number = None
    biz_opaque_callback_data: str | None = None


class CallStatus(Struct, kw_only=True):
    """One of `statuses`: `{"id": "wacid.Q0FMTA==", "type": "call", "status": "RINGING", …}`."""

    id: str
    status: str
    timestamp: Number = None
    recipient_id: str | None = None
    recipient_user_id: str | None = None
    recipient_parent_user_id: str | None = None
    biz_opaque_callback_data: str | None = None


_CALL = msgspec.json.Decoder(CallObject)
_STATUS = msgspec.json.Decoder(CallStatus)

_DIRECTIONS: dict[str, Literal["in", "out"]] = {"USER_INITIATED": "in", "BUSINESS_INITIATED": "out"}


def _contact(found: CallObject, change: Change) -> Person:
    """The side that is not the business's number, whatever the direction."""
    ours = found.direction == "BUSINESS_INITIATED"
    if found.sender and change.display:
        ours = digits(found.sender) == change.display
    if ours:
        names = found.to, found.to_user_id, found.to_parent_user_id
    else:
        names = found.sender, found.from_user_id, found.from_parent_user_id
    return person(change.account, change.contacts, *names)


def read_call(raw: bytes, change: Change) -> ChannelEvent:
    """A call begins or ends."""
    found = decode(_CALL, raw)
    if not found.id:
        raise Unreadable("a call without id")
    session = found.session or Session()
    content = notice.Call(
        call_id=found.id,
        event=found.event,
        direction=_DIRECTIONS.get(found.direction or "", ""),
        status=found.status or "",
        started_at=moment(found.start_time),
        ended_at=moment(found.end_time),
        seconds=integer(found.duration),
        sdp_type=session.sdp_type or "",
        sdp=session.sdp or "",
        correlation=found.biz_opaque_callback_data or "",
    )
    who = someone(_contact(found, change), change, "a call")
    return event(change, content, raw, found.id, found.event, at=moment(found.timestamp), person=who)


def read_call_status(raw: bytes, change: Change) -> ChannelEvent:
    """A call of ours rings, is accepted or rejected."""
    found = decode(_STATUS, raw)
    if not found.id:
        raise Unreadable("a status of a call without id")
    names = found.recipient_id, found.recipient_user_id, found.recipient_parent_user_id
    who = someone(person(change.account, change.contacts, *names), change, "a status of a call")
    content = notice.Call(
        call_id=found.id,
        event="status",
        direction="out",
        status=found.status,
        correlation=found.biz_opaque_callback_data or "",
    )
    key = found.id, "status", found.status
    return event(change, content, raw, *key, at=moment(found.timestamp), person=who)
