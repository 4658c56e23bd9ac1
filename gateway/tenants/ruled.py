"""What may be asked of a tenant's policy and retention, and how they are shown. Lengths of time are texts."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from gateway.settings.kept import Source
from gateway.settings.policy import Clock, Purpose, Whole

Origin = Literal["file", "database"]
#: A text such as "14d" or "90s", or seconds.
Length = Annotated[str, Meta(max_length=20)] | Annotated[float, Meta(ge=0)]
Purposes = Annotated[list[Purpose], Meta(max_length=3)]


class QuietChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be different of the quiet hours; null is the default again."""

    start: Clock | UnsetType | None = UNSET
    end: Clock | UnsetType | None = UNSET
    purposes: Purposes | UnsetType | None = UNSET
    awake: Length | UnsetType | None = UNSET


class CapForm(Struct, frozen=True, forbid_unknown_fields=True):
    """At most *most* messages of *purposes* to a contact within any *per*."""

    most: Annotated[int, Meta(ge=1, le=1000)]
    per: Length
    purposes: Purposes | UnsetType = UNSET


class PolicyChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be different. null is the default again; *caps* are taken whole. *messages_per_minute* and
    *messages_per_day* are for operators to set."""

    stop: Literal["all", "marketing"] | UnsetType | None = UNSET
    marketing: Literal["opt_in", "opt_out"] | UnsetType | None = UNSET
    quiet: QuietChange | UnsetType | None = UNSET
    caps: Annotated[list[CapForm], Meta(max_length=8)] | UnsetType | None = UNSET
    daily_contacts: Whole | UnsetType | None = UNSET
    inbound_per_minute: Annotated[int, Meta(ge=1, le=10000)] | UnsetType | None = UNSET
    messages_per_minute: Whole | UnsetType | None = UNSET
    messages_per_day: Whole | UnsetType | None = UNSET


class RetentionChange(Struct, frozen=True, forbid_unknown_fields=True):
    """For how long what is kept from now on. null is what the installation has again. *audit* is for
    operators to set."""

    messages: Length | UnsetType | None = UNSET
    statuses: Length | UnsetType | None = UNSET
    attempts: Length | UnsetType | None = UNSET
    decisions: Length | UnsetType | None = UNSET
    events: Length | UnsetType | None = UNSET
    deliveries: Length | UnsetType | None = UNSET
    dead_letters: Length | UnsetType | None = UNSET
    media: Length | UnsetType | None = UNSET
    idempotency: Length | UnsetType | None = UNSET
    signals: Length | UnsetType | None = UNSET
    audit: Length | UnsetType | None = UNSET


class QuietShown(Struct, frozen=True):
    """From *start* until *end* by the contact's clock nothing of *purposes* is sent; both alike: no quiet
    hours. Who wrote within *awake* is not asleep."""

    start: str
    end: str
    purposes: list[Purpose]
    awake: str


class CapShown(Struct, frozen=True):
    """At most *most* messages of *purposes* to a contact within any *per*."""

    most: int
    per: str
    purposes: list[Purpose]


class PolicyShown(Struct, frozen=True):
    """The policy of tenant *id* as it counts. *sources* says of each value ("quiet.start") whether it is the
    default, or what the tenant or gateway.toml says; *origin* where it is changed."""

    id: str
    origin: Origin
    stop: Literal["all", "marketing"]
    marketing: Literal["opt_in", "opt_out"]
    quiet: QuietShown
    caps: list[CapShown]
    daily_contacts: int
    inbound_per_minute: int
    messages_per_minute: int
    messages_per_day: int
    sources: dict[str, Source]


class KindShown(Struct, frozen=True):
    """A kind of data: for how long it is kept, and who says so; when the oldest that there is is of, and how
    much went in the last round in which any did."""

    kept: str
    source: Source
    oldest_at: str | None
    removed: int
    removed_at: str | None


class RetentionShown(Struct, frozen=True):
    """For how long tenant *id* keeps what. *origin* is where that is changed; *journal* and *seen* are the
    installation's. *next_at* is when the next round begins, null while one is under way."""

    id: str
    origin: Origin
    next_at: str | None
    kinds: dict[str, KindShown]
