"""What became of a number, an account, a form, or of a sent message in words that we do not know."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class NumberQuality(Struct, frozen=True, tag="number_quality", omit_defaults=True):
    """A number's throughput or limit changed: *event* ("THROUGHPUT_UPGRADE"), *limit* ("TIER_2K"): the
    business's, which counts, or the number's. *number_limit* is the number's own, where it is still told."""

    phone: str = ""
    event: str = ""
    limit: str = ""
    previous_limit: str = ""
    number_limit: str = ""


class NumberName(Struct, frozen=True, tag="number_name", omit_defaults=True):
    """The review of a number's display name ended with *decision*."""

    phone: str = ""
    decision: str = ""
    name: str = ""
    reason: str = ""


class BusinessLimit(Struct, frozen=True, tag="business_limit", omit_defaults=True):
    """How many contacts the business may write to first in a day ("TIER_2K"), and how many numbers it
    may have."""

    limit: str = ""
    numbers_per_business: int = 0
    numbers_per_account: int = 0


class Restriction(Struct, frozen=True, omit_defaults=True):
    """One thing that an account may not do, until *until*."""

    kind: str = ""
    until: int = 0


class AccountUpdate(Struct, frozen=True, tag="account_update", omit_defaults=True):
    """An account was banned, restricted, moved, …: *event* is the provider's word, *details* its own
    object."""

    event: str = ""
    ban_states: tuple[str, ...] = ()
    ban_date: str = ""
    violation: str = ""
    restrictions: tuple[Restriction, ...] = ()
    country: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class AccountReview(Struct, frozen=True, tag="account_review", omit_defaults=True):
    """The account's review ended with *decision* ("APPROVED", "REJECTED")."""

    decision: str = ""


class AccountAlert(Struct, frozen=True, tag="account_alert", omit_defaults=True):
    """A warning about an account, a number or a business (*entity*)."""

    entity: str = ""
    entity_id: str = ""
    severity: str = ""
    status: str = ""
    kind: str = ""
    text: str = ""


class AccountError(Struct, frozen=True, tag="account_error", omit_defaults=True):
    """An error of the number or the app that belongs to no message. *kind* is `ProviderError`'s class."""

    kind: str = ""
    code: int = 0
    title: str = ""
    details: str = ""


class Security(Struct, frozen=True, tag="security", omit_defaults=True):
    """The number's PIN was changed or asked for."""

    phone: str = ""
    event: str = ""
    requester: str = ""


class BusinessUsername(Struct, frozen=True, tag="business_username", omit_defaults=True):
    """The business's own username was approved, reserved or deleted."""

    phone: str = ""
    username: str = ""
    status: str = ""


class FlowUpdate(Struct, frozen=True, tag="flow_update", omit_defaults=True):
    """A WhatsApp Flow changed its status, or its endpoint or clients are in trouble. *details* is the
    provider's own object with the figures."""

    flow_id: str = ""
    event: str = ""
    text: str = ""
    status: str = ""
    previous_status: str = ""
    alert: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class UnknownStatus(Struct, frozen=True, tag="unknown_status", omit_defaults=True):
    """A status of a sent message in a word that this version does not know."""

    message_id: str = ""
    status: str = ""
