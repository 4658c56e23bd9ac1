"""A parcel: what of an order is on its way together, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from gateway import Db, queries

SQL = queries(Path(__file__).with_name("parcels.sql"))
#: How far each state is. Between two that are as far the newer report counts, and nothing follows the last.
RANK = {"shipped": 0, "in_transit": 1, "out_for_delivery": 2, "failed": 2, "delivered": 3, "returned": 3}
LAST = 3


class Parcel(Struct, frozen=True):
    """A row of commerce_shipment; *items* is line to quantity. *updated_at* is when the state was so, by the
    clock of who told."""

    id: str
    order_id: str
    carrier: str
    tracking: str
    tracking_url: str
    state: str
    items: dict[int, int]
    shipped_at: int
    updated_at: int
    delivered_at: int

    @property
    def over(self) -> bool:
        """Whether it is with the customer, or back."""
        return RANK[self.state] == LAST

    def moves(self, state: str, at: int) -> bool:
        """Whether a report that it was *state* at *at* says something new: nothing goes backwards."""
        if self.over or (state == self.state and at <= self.updated_at):
            return False
        further = RANK[state] - RANK[self.state]
        return further > 0 or (further == 0 and at >= self.updated_at)


async def parcels_of(db: Db, order: str) -> Sequence[Parcel]:
    """The parcels of an order (its id), oldest first."""
    return [_parcel(row) for row in await db.all(SQL["of_order"], order=order)]


async def tracked(db: Db, tracking: str) -> Parcel | None:
    """The newest parcel with this tracking number."""
    row = await db.one(SQL["tracked"], tracking=tracking) if tracking else None
    return None if row is None else _parcel(row)


def tracking_url(written: str) -> str:
    """*written* as an address that may be sent: https, with a host, at most 500 characters. Raises
    `ValueError` with a sentence."""
    url = written.strip()
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        fits = parts.scheme == "https" and bool(parts.hostname) and not parts.username and "." in parts.netloc
    except ValueError:
        fits = False
    if not fits or len(url) > 500 or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise ValueError(
            "the tracking link has to be an https address, such as https://courier.example/t/123"
        )
    return url


def _parcel(row: Any) -> Parcel:
    values = {name: row[name] for name in Parcel.__struct_fields__}
    return Parcel(**{**values, "items": msgspec.json.decode(row["items"], type=dict[int, int])})
