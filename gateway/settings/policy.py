"""What a tenant lets out, to whom and when: `[tenants.policy]`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from gateway.settings.durations import Duration

#: What a message that answers nobody is for. A reply has none.
Purpose = Literal["marketing", "service", "authentication"]

#: A time of day, "21:00"; "24:00" is the end of the day.
Clock = Annotated[
    str,
    Meta(
        pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z", description="a time of day", examples=["21:00"]
    ),
]
Whole = Annotated[int, Meta(ge=0)]


class QuietHours(Struct, frozen=True, forbid_unknown_fields=True):
    """From *start* until *end* by the contact's clock nothing of *purposes* is sent; it waits until *end*.
    They may go over midnight. Both alike: no quiet hours. Who wrote within *awake* seconds is not asleep."""

    start: Clock = "00:00"
    end: Clock = "00:00"
    purposes: tuple[Purpose, ...] = ("marketing", "service")
    awake: Duration = 3600.0


class Cap(Struct, frozen=True, forbid_unknown_fields=True):
    """A contact gets at most *most* messages of *purposes* within any *per* seconds."""

    most: Annotated[int, Meta(ge=1, le=1000)]
    per: Duration
    purposes: tuple[Purpose, ...] = ("marketing",)


class Policy(Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of one tenant.

    *stop* is what STOP ends: everything that answers nobody, or marketing only. *marketing* is whether a
    contact has to have asked for it, or only not to have refused it. *daily_contacts* is how many contacts
    a day may be written to first, when the provider's own limit is not known or is to be kept below; 0 is
    no limit. *inbound_per_minute* is how much of one contact is answered; *messages_per_minute* and
    *messages_per_day* are what the tenant may send, 0 for no limit.
    """

    stop: Literal["all", "marketing"] = "all"
    marketing: Literal["opt_in", "opt_out"] = "opt_in"
    quiet: QuietHours = QuietHours()
    caps: tuple[Cap, ...] = ()
    daily_contacts: Whole = 0
    inbound_per_minute: Annotated[int, Meta(ge=1, le=10_000)] = 30
    messages_per_minute: Whole = 0
    messages_per_day: Whole = 0


class Retention(Struct, frozen=True, forbid_unknown_fields=True):
    """How long each kind of data is kept, in seconds: `[retention]` for all, `[tenants.retention]` for one
    tenant, where 0 stands for what all have. *journal* and *seen* are the installation's."""

    journal: Duration = 0.0
    seen: Duration = 0.0
    messages: Duration = 0.0
    statuses: Duration = 0.0
    attempts: Duration = 0.0
    decisions: Duration = 0.0
    events: Duration = 0.0
    deliveries: Duration = 0.0
    dead_letters: Duration = 0.0
    media: Duration = 0.0
    idempotency: Duration = 0.0
    signals: Duration = 0.0
    audit: Duration = 0.0
