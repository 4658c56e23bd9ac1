"""What the staff's API takes and answers. Money is decimal text in major units, times are RFC 3339."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from plugins.commerce.orders.counters import Fulfilment, PaymentState
from plugins.commerce.orders.states import State

Qty = Annotated[int, Meta(ge=1, le=1_000_000)]
Key = Annotated[str, Meta(max_length=100)]
Said = Annotated[str, Meta(max_length=500)]
Amount = Annotated[str, Meta(max_length=22)]


class Filter(Struct, frozen=True, rename={"since": "from", "until": "to"}, forbid_unknown_fields=True):
    """Which orders, newest first. *q* is a number, a phone number, or a tracking number."""

    state: State | Literal[""] = ""
    payment: PaymentState | Literal[""] = ""
    fulfilment: Fulfilment | Literal[""] = ""
    contact: str = ""
    since: datetime | None = None
    until: datetime | None = None
    q: Annotated[str, Meta(max_length=100)] = ""
    cursor: Annotated[str, Meta(max_length=60)] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class Act(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """*key* makes it once; *by* is who acts, as the timeline shows it."""

    key: Key = ""
    by: Annotated[str, Meta(max_length=60)] = ""


class Some(Act, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """*lines* are line to quantity; all that is left when they are left out."""

    lines: dict[int, Qty] | None = None


class Ship(Some, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A parcel. *url* is where it can be followed: https."""

    carrier: Annotated[str, Meta(max_length=60)] = ""
    tracking: Annotated[str, Meta(max_length=100)] = ""
    url: str = ""


class Deliver(Some, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One parcel (*shipment*), *lines*, or all. *failed* with a reason: it could not be delivered."""

    shipment: str = ""
    failed: bool = False
    reason: Said = ""


class Cancel(Some, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of it, or *lines*; the customer is told the *reason*."""

    reason: Said = ""


class Paid(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fact about money: once for each *method* and *reference*."""

    amount: Amount
    method: Annotated[str, Meta(min_length=1, max_length=60)]
    reference: Annotated[str, Meta(min_length=1, max_length=200)]
    currency: str = ""
    by: Annotated[str, Meta(max_length=60)] = ""


class Note(Act, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A remark of the staff; the customer does not see it."""

    text: Annotated[str, Meta(min_length=1, max_length=500)]


class Held(Struct, frozen=True, forbid_unknown_fields=True):
    """Which notices, newest first."""

    state: Literal["due", "sent", "held", "off", "failed"] = "held"
    cursor: Annotated[str, Meta(max_length=60)] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class Short(Struct, frozen=True, kw_only=True):
    """An order in a list."""

    id: str
    number: str
    state: str
    payment_state: str
    fulfilment: str
    name: str
    phone: str
    contact: str
    currency: str
    total: str
    paid: str
    refunded: str
    payment: str
    delivery: str
    placed_at: datetime
    expires_at: datetime | None


class Orders(Struct, frozen=True):
    """A page of orders; *cursor* leads to the next, "" when there is none."""

    items: Sequence[Short]
    cursor: str


class Line(Struct, frozen=True, kw_only=True):
    """A line with its counters."""

    line: int
    variant: str
    sku: str
    name: str
    unit: str
    price: str
    qty: int
    discount: str
    tax: str
    total: str
    cancelled: int
    packed: int
    shipped: int
    delivered: int
    returned: int


class Payment(Struct, frozen=True):
    """A fact about money: paid or refunded."""

    kind: str
    amount: str
    method: str
    reference: str
    actor: str
    at: datetime


class Shipment(Struct, frozen=True, kw_only=True):
    """A parcel; *items* is line to quantity."""

    id: str
    state: str
    carrier: str
    tracking: str
    url: str
    items: dict[str, int]
    shipped_at: datetime
    updated_at: datetime
    delivered_at: datetime | None


class Happened(Struct, frozen=True):
    """An event of the timeline."""

    at: datetime
    actor: str
    kind: str
    data: dict[str, Any]


class Notified(Struct, frozen=True, kw_only=True):
    """A notice, and what became of it; *message* is its id in `/api/v1/messages`."""

    id: str
    order: str
    number: str
    kind: str
    state: str
    how: str
    message: str
    reason: str
    at: datetime


class Notices(Struct, frozen=True):
    """A page of notices."""

    items: Sequence[Notified]
    cursor: str


class Whole(Short, frozen=True, kw_only=True):
    """An order with all that belongs to it."""

    conversation: str
    channel: str
    language: str
    email: str
    pickup: bool
    delivery_title: str
    address: dict[str, Any]
    payment_title: str
    subtotal: str
    discount: str
    delivery_fee: str
    tax: str
    tax_included: bool
    rounding: str
    owed: str
    code: str
    note: str
    cancel_reason: str
    closed_at: datetime | None
    version: int
    lines: Sequence[Line]
    payments: Sequence[Payment]
    shipments: Sequence[Shipment]
    timeline: Sequence[Happened]
    notices: Sequence[Notified]
