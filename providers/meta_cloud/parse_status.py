"""One of `statuses[]` to a `StatusReceived` (wire.md §1.6)."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.model.event import ChannelEvent, Person, StatusReceived
from gateway.model.ids import digest
from gateway.model.notice import UnknownStatus
from gateway.model.status import Failure, Pricing, Status
from providers.meta_cloud import wire
from providers.meta_cloud.clean import Unreadable, decode, integer, moment, plain
from providers.meta_cloud.errors import failed
from providers.meta_cloud.people import person

_DECODER = msgspec.json.Decoder(wire.Status)

_STATUSES: dict[str, Status] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "played",
    "failed": "failed",
}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _pricing(found: dict[str, Any]) -> Pricing:
    billable = found.get("billable")
    return Pricing(
        model=_text(found.get("pricing_model")),
        # "pricing_type" was seen in some payloads (wire.md §1.6).
        type=_text(found.get("type") or found.get("pricing_type")),
        category=_text(found.get("category")),
        billable=billable if isinstance(billable, bool) else None,
        raw=plain(found),
    )


def _failure(found: wire.Error) -> Failure:
    code = integer(found.code)
    return Failure(
        kind=failed(code),
        code=code,
        subcode=integer(found.error_subcode),
        title=found.title or found.message or "",
        details=found.details,
    )


def _recipient(found: wire.Status, account: str, contacts: list[wire.Contact] | None) -> Person:
    """Whom the status is about: in a group that is the participant, `recipient_id` is the group."""
    parent = found.recipient_parent_user_id or found.parent_recipient_user_id
    if found.recipient_type == "group":
        return person(
            account,
            contacts,
            found.recipient_participant_id,
            found.recipient_participant_user_id,
            found.recipient_participant_parent_user_id,
        )
    return person(account, contacts, found.recipient_id, found.recipient_user_id, parent)


def read_status(
    raw: bytes, number: str, account: str, contacts: list[wire.Contact] | None
) -> StatusReceived | ChannelEvent:
    """The status in *raw*; a word that we do not know becomes the channel event "status_unknown"."""
    found = decode(_DECODER, raw)
    if not found.id or found.timestamp is None:
        raise Unreadable("a status without id or timestamp")
    status = _STATUSES.get(found.status)
    at = moment(found.timestamp)
    if status is None:
        key = digest(account, "status_unknown", found.id, found.status, str(found.timestamp)).hex()
        return ChannelEvent(
            "status_unknown", key, at, number, account, UnknownStatus(found.id, found.status), raw=raw
        )
    failure = None
    if status == "failed":
        failure = _failure(found.errors[0]) if found.errors else Failure("unknown")
    return StatusReceived(
        number=number,
        message_id=found.id,
        status=status,
        at=at,
        recipient=_recipient(found, account, contacts),
        correlation=found.biz_opaque_callback_data or "",
        participant=found.recipient_participant_user_id or found.recipient_participant_id or "",
        failure=failure,
        pricing=None if found.pricing is None else _pricing(found.pricing),
        raw=raw,
    )
