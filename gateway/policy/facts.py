"""What a decision hangs on, and what it is. Plain data: times are microseconds UTC."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

from gateway.settings.policy import Policy

Verdict = Literal["send", "hold", "drop"]
#: Where a contact's zone is known from; "tenant" when nothing is known of the contact's.
ZoneSource = Literal["contact", "phone", "tenant"]


class Zones(Struct, frozen=True):
    """The zones that a contact may be in: the clock has to allow it in all of them. *tenant* is the zone to
    go by when they never agree."""

    names: tuple[str, ...] = ("UTC",)
    source: ZoneSource = "tenant"
    tenant: str = "UTC"


class Wanted(Struct, frozen=True):
    """A message as the gate sees it. *purpose* is "" for a reply. *deadline* is when a template becomes
    useless, 0 for never. *begun*: a part of it went out a moment ago, and the rest belongs to that."""

    purpose: str
    free_form: bool
    deadline: int = 0
    begun: bool = False


class Used(Struct, frozen=True):
    """A cap that counts for the message: *used* of *most*, within *per* seconds. *free_at* is when there is
    room again; 0 while there is."""

    most: int
    per: float
    used: int
    free_at: int = 0


class Budget(Struct, frozen=True):
    """Contacts that the business wrote to first within 24 hours: *used* of *most*. *counted*: this one is
    among them. *free_at* is when there is room again."""

    portfolio: str
    most: int
    used: int
    counted: bool = False
    free_at: int = 0


class Facts(Struct, frozen=True):
    """All that is known at the moment of a decision. *service* and *marketing* are what the contact said last
    of that: "in", "out" or "". *wrote_at* is when the contact last wrote, on any channel."""

    policy: Policy = Policy()
    zones: Zones = Zones()
    contact: str = ""
    service: str = ""
    marketing: str = ""
    suppressed: frozenset[str] = frozenset()
    window_until: int = 0
    wrote_at: int = 0
    marketing_after: int = 0
    caps: tuple[Used, ...] = ()
    budget: Budget | None = None
    quota_until: int = 0


class Decision(Struct, frozen=True):
    """send, hold until *until*, or drop; *reason* is "" for send. *detail* is what it hung on, for whoever
    asks why."""

    verdict: Verdict
    reason: str = ""
    until: int = 0
    detail: dict[str, Any] = field(default_factory=dict)
