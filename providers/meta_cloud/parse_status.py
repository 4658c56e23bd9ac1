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
_CONVERSATION = msgspec.json.Decoder(wire.Conversation)

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


def _free_until(found: wire.Status, pricing: Pricing | None) -> int:
    """The end of the free entry point window, where Meta tells it (wire.md §1.6). The rest of
    `conversation` says nothing that is used, so a strange one does not cost the status."""
    if not found.conversation:
        return 0
    try:
        told = decode(_CONVERSATION, bytes(found.conversation))
    except ValueError:
        return 0
    free = told.origin is not None and told.origin.type == "referral_conversion"
    if free or (pricing is not None and pricing.type == "free_entry_point"):
        return moment(told.expiration_timestamp)
    return 0


def _recipient(found: wire.Status, account: str, contacts: list[wire.Contact] | None) -> Person:
    """Whom the status is about: in a group that is the participant, `recipient_id` is the group."""
    parent = found.recipient_parent_user_id or found.parent_recipient_user_id
    if found.recipient_type == "group":
        who = person(
            account,
            contacts,
            found.recipient_participant_id,
            found.recipient_participant_user_id,
            found.recipient_participant_parent_user_id,
        )
    else:
        who = person(account, contacts, found.recipient_id, found.recipient_user_id, parent)
    key_hash = found.recipient_identity_key_hash
    return msgspec.structs.replace(who, key_hash=key_hash) if key_hash else who


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
        member = found.recipient_participant_user_id or found.recipient_participant_id or ""
        key = digest(account, "status_unknown", found.id, found.status, member, str(found.timestamp)).hex()
        return ChannelEvent(
            "status_unknown", key, at, number, account, UnknownStatus(found.id, found.status), raw=raw
        )
    failure, pricing = None, None if found.pricing is None else _pricing(found.pricing)
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
        pricing=pricing,
        free_until=_free_until(found, pricing),
        raw=raw,
    )
