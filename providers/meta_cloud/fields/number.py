"""What became of a business number: its throughput, its name, its PIN, its username (wire.md §1.8).

{"display_phone_number": "15550104477", "event": "THROUGHPUT_UPGRADE",
 "current_limit": "TIER_UNLIMITED", "max_daily_conversations_per_business": "TIER_100K"}
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from gateway.model import notice
from providers.meta_cloud.clean import decode, integer
from providers.meta_cloud.fields.base import phone_of, text
from providers.meta_cloud.wire import Number


class Shown(Struct, kw_only=True):
    """Which number, as it is shown to people; these values do not tell its id."""

    display_phone_number: str | None = None


class Quality(Shown, kw_only=True):
    """`phone_number_quality_update`. `current_limit` is being taken away since 2026."""

    event: str
    current_limit: Number = None
    old_limit: Number = None
    max_daily_conversations_per_business: Number = None


class Name(Shown, kw_only=True):
    """`phone_number_name_update`."""

    decision: str
    requested_verified_name: str | None = None
    rejection_reason: str | None = None


class Security(Shown, kw_only=True):
    """`security`."""

    event: str
    requester: Number = None


class Username(Shown, kw_only=True):
    """`business_username_updates`."""

    status: str
    username: str | None = None


class Limit(Struct):
    """`business_capability_update`. The limit of one number is the older form: -1 was "unlimited"."""

    max_daily_conversations_per_business: Number = None
    max_daily_conversation_per_phone: Number = None
    max_phone_numbers_per_business: Number = None
    max_phone_numbers_per_waba: Number = None


_QUALITY = msgspec.json.Decoder(Quality)
_NAME = msgspec.json.Decoder(Name)
_SECURITY = msgspec.json.Decoder(Security)
_USERNAME = msgspec.json.Decoder(Username)
_LIMIT = msgspec.json.Decoder(Limit)


def read_quality(value: bytes) -> notice.NumberQuality:
    """A number's throughput or limit changed."""
    found = decode(_QUALITY, value)
    number_limit, limit = text(found.current_limit), text(found.max_daily_conversations_per_business)
    return notice.NumberQuality(
        phone=phone_of(found.display_phone_number),
        event=found.event,
        limit=limit or number_limit,
        previous_limit=text(found.old_limit),
        number_limit=number_limit,
    )


def read_name(value: bytes) -> notice.NumberName:
    """A display name was judged."""
    found = decode(_NAME, value)
    return notice.NumberName(
        phone_of(found.display_phone_number),
        found.decision,
        found.requested_verified_name or "",
        found.rejection_reason or "",
    )


def read_security(value: bytes) -> notice.Security:
    """A PIN was changed or asked for."""
    found = decode(_SECURITY, value)
    return notice.Security(phone_of(found.display_phone_number), found.event, text(found.requester))


def read_username(value: bytes) -> notice.BusinessUsername:
    """The business's own username."""
    found = decode(_USERNAME, value)
    return notice.BusinessUsername(phone_of(found.display_phone_number), found.username or "", found.status)


def read_limit(value: bytes) -> notice.BusinessLimit:
    """How many contacts may be written to first in a day. Raises for a value that tells no limit at all."""
    found = decode(_LIMIT, value)
    if found == Limit():
        raise ValueError("none of the limits that we know")
    limit = text(found.max_daily_conversations_per_business) or text(found.max_daily_conversation_per_phone)
    return notice.BusinessLimit(
        limit,
        integer(found.max_phone_numbers_per_business),
        integer(found.max_phone_numbers_per_waba),
    )
