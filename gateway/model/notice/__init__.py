"""What a provider reports besides messages and statuses: one tagged union, `Notice`.

It is the `content` of a `ChannelEvent`, as `on_event` gets it. A field that a provider adds tomorrow
arrives as `Other`, with the provider's own object kept. Times are microseconds UTC, 0 when unknown.
Words that a provider has a list for ("APPROVED", "TIER_2K", "GREEN") are kept as it writes them.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from gateway.model.notice.account import (
    AccountAlert,
    AccountError,
    AccountReview,
    AccountUpdate,
    BusinessLimit,
    BusinessUsername,
    FlowUpdate,
    NumberName,
    NumberQuality,
    Restriction,
    Security,
    UnknownStatus,
)
from gateway.model.notice.contact import (
    Call,
    ConsentChanged,
    GroupUpdate,
    IdentityConflict,
    LinkClick,
    MarketingPreference,
    UserIdChanged,
)
from gateway.model.notice.media import MediaFailed, MediaStored
from gateway.model.notice.phone import ContactSync, Echo, HistoryMessage, HistoryProgress
from gateway.model.notice.template import TemplateCategory, TemplateEdited, TemplateQuality, TemplateStatus


class Other(Struct, frozen=True, tag="other", omit_defaults=True):
    """A field that this version has no type for. *payload* is the provider's own object, whole."""

    payload: dict[str, Any] = field(default_factory=dict)


Notice = (
    TemplateStatus
    | TemplateCategory
    | TemplateQuality
    | TemplateEdited
    | NumberQuality
    | NumberName
    | BusinessLimit
    | AccountUpdate
    | AccountReview
    | AccountAlert
    | AccountError
    | Security
    | MarketingPreference
    | ConsentChanged
    | UserIdChanged
    | IdentityConflict
    | BusinessUsername
    | Echo
    | HistoryMessage
    | HistoryProgress
    | ContactSync
    | Call
    | FlowUpdate
    | GroupUpdate
    | LinkClick
    | UnknownStatus
    | MediaStored
    | MediaFailed
    | Other
)

__all__ = [
    "AccountAlert",
    "AccountError",
    "AccountReview",
    "AccountUpdate",
    "BusinessLimit",
    "BusinessUsername",
    "Call",
    "ConsentChanged",
    "ContactSync",
    "Echo",
    "FlowUpdate",
    "GroupUpdate",
    "HistoryMessage",
    "HistoryProgress",
    "IdentityConflict",
    "LinkClick",
    "MarketingPreference",
    "MediaFailed",
    "MediaStored",
    "Notice",
    "NumberName",
    "NumberQuality",
    "Other",
    "Restriction",
    "Security",
    "TemplateCategory",
    "TemplateEdited",
    "TemplateQuality",
    "TemplateStatus",
    "UnknownStatus",
    "UserIdChanged",
]
