"""What a contact did or became, beside writing."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field


class MarketingPreference(Struct, frozen=True, tag="marketing_preference", omit_defaults=True):
    """The contact stopped, resumed or signed up for marketing messages, in WhatsApp's own settings."""

    value: Literal["stop", "resume", "signup", "unknown"] = "unknown"
    category: str = ""
    text: str = ""
    signup_id: str = ""


class ConsentChanged(Struct, frozen=True, tag="consent_changed", omit_defaults=True):
    """The contact wants something else from now on: *purpose* is "service" or "marketing", *state* "in" or
    "out", *before* what it was, "" when nothing was known. *source* is who told, *proof* what shows it,
    *where* the channel. Raised by the gateway itself, for every change but the consent that lies in a first
    message."""

    purpose: str = ""
    state: str = ""
    before: str = ""
    source: str = ""
    proof: str = ""
    where: str = ""


class UserIdChanged(Struct, frozen=True, tag="user_id_changed", omit_defaults=True):
    """The contact's user id was replaced by *current*. The identities have moved already."""

    previous: str = ""
    current: str = ""
    previous_parent: str = ""
    current_parent: str = ""
    text: str = ""


class IdentityConflict(Struct, frozen=True, tag="identity_conflict", omit_defaults=True):
    """A name (*identity*: "+34600111222" or a user id) that belonged to the contact *other* is used by
    the contact of this event. Nobody was merged. Raised by the gateway itself."""

    identity: str = ""
    other: str = ""
    reason: str = ""


class Call(Struct, frozen=True, tag="call", omit_defaults=True):
    """A call: *event* is "connect", "terminate" or "status"; *direction* is "in" when the contact called.
    *seconds* is its length. *sdp* is the offer or answer, as *sdp_type* says."""

    call_id: str = ""
    event: str = ""
    direction: Literal["in", "out", ""] = ""
    status: str = ""
    started_at: int = 0
    ended_at: int = 0
    seconds: int = 0
    sdp_type: str = ""
    sdp: str = ""
    correlation: str = ""


class GroupUpdate(Struct, frozen=True, tag="group_update", omit_defaults=True):
    """A group was made, changed, joined or left. *kind* is the provider's word; *added* and *removed* are
    phones or user ids of participants."""

    group: str = ""
    kind: str = ""
    reason: str = ""
    request_id: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


class LinkClick(Struct, frozen=True, tag="link_click", omit_defaults=True):
    """Somebody tapped a link in a marketing message. The provider does not say who."""

    component: str = ""
    product_id: str = ""
    click_id: str = ""
    tracking_token: str = ""
