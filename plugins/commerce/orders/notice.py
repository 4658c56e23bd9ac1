"""A notice: something that the customer is told of an order, once for each key."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

#: All kinds. `placed` is never told by itself: the checkout has said it.
KINDS = (
    "placed", "accepted", "packed", "shipped", "out_for_delivery", "delivered", "failed_delivery",
    "cancelled", "expired", "payment_received", "refunded",
)  # fmt: skip


class About(Struct, frozen=True, omit_defaults=True):
    """What a notice tells of beside the order: a parcel, an amount in minor units, lines that were cancelled,
    why."""

    shipment: str = ""
    amount: int = 0
    lines: dict[int, int] = {}
    reason: str = ""


class Notice(Struct, frozen=True):
    """A row of commerce_notice. *state* is `due` (nobody could say it yet), `sent` (*how*: text or template;
    *message* is its id), `held` (the window is closed and there is no template: it goes when the customer
    writes), `off` (not wanted, or overtaken by a newer one), `failed`. *reason* says why."""

    id: str
    order_id: str
    contact: str
    kind: str
    key: str
    state: str
    how: str
    message: str
    reason: str
    at: int
    about: About = About()


def notice_of(row: Any) -> Notice:
    """The notice of a row."""
    values = {name: row[name] for name in Notice.__struct_fields__ if name != "about"}
    return Notice(**values, about=msgspec.json.decode(row["data"], type=About))
