"""What may be asked of webhooks, and how they are shown. Times are RFC 3339 in UTC, null for never."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from gateway.feed.record import Kind

Url = Annotated[str, Meta(max_length=2048)]
Words = Annotated[str, Meta(max_length=500)]
Types = Annotated[list[Kind], Meta(max_length=64)]
State = Literal["enabled", "disabled"]
#: waiting for its (next) try, done, or given up.
Fate = Literal["waiting", "done", "failed"]


class NewEndpoint(Struct, frozen=True, forbid_unknown_fields=True):
    """An https address to send events to. *types* are the events that it wants, none for all."""

    url: Url
    description: Words = ""
    types: Types = field(default_factory=list)


class EndpointChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be different."""

    url: Url | UnsetType = UNSET
    description: Words | UnsetType = UNSET
    types: Types | UnsetType = UNSET


class EndpointShown(Struct, frozen=True):
    """An address that events are sent to. *disabled_reason* is "gone" (it answered 410), "failing" (nothing
    reached it for five days) or "asked" (a person did it), "" while it is enabled. *failing_since* is when
    the first attempt failed after the last success. While a secret is replaced the old one signs too, until
    *old_secret_until*."""

    #: Left out of the ETag: they change with every delivery.
    moving: ClassVar[tuple[str, ...]] = ("failing_since", "last_success_at", "old_secret_until")

    id: str
    url: str
    description: str
    types: tuple[str, ...]
    state: State
    disabled_reason: str
    failing_since: str | None
    last_success_at: str | None
    old_secret_until: str | None
    created_at: str
    updated_at: str


class EndpointMade(EndpointShown, frozen=True, kw_only=True):
    """A new address, with the secret that signs what is sent there: it is shown this once."""

    secret: str


class SecretShown(Struct, frozen=True):
    """The new secret, shown this once. The old one signs too until *old_secret_until*."""

    secret: str
    old_secret_until: str


class Outcome(Struct, frozen=True):
    """What a test came to. *status* is 0 when nothing was answered, *error* says why it was not delivered,
    *response* is the beginning of the answer."""

    event: str
    delivered: bool
    status: int
    error: str
    seconds: float
    response: str


class DeliveryShown(Struct, frozen=True):
    """One event for one address. *seq* and *event* name it in the log of events. *next_at* is when it is
    tried (again), null when it is not. *last_status* is 0 when nothing was answered."""

    seq: int
    event: str
    type: str
    state: Fate
    attempts: int
    next_at: str | None
    last_status: int
    last_error: str
    updated_at: str


class AttemptShown(Struct, frozen=True):
    """One attempt. *status* is 0 when nothing was answered; *response* is the beginning of the answer."""

    n: int
    at: str
    status: int
    seconds: float
    error: str
    response: str


class DeliveryDetail(DeliveryShown, frozen=True, kw_only=True):
    """A delivery with its attempts, newest first, 100 at most."""

    log: list[AttemptShown]


class RecoverFrom(Struct, frozen=True, forbid_unknown_fields=True):
    """From where: behind the event with the number *after*, or from the time *since* (RFC 3339). One of
    them."""

    after: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    since: Annotated[str, Meta(max_length=40)] | None = None


class Recovered(Struct, frozen=True):
    """How many events wait (again). When there is *more*, go on with *after*."""

    queued: int
    after: int
    more: bool
