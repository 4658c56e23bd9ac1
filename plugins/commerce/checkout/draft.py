"""What is known of an order before it is one: all of it is data, so that a conversation may go on with it
after hours, and after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct


class Where(Struct, frozen=True):
    """An address. *id* is that of a saved one, "" for a new one; *note* how to find the door, None while
    nobody was asked. Degrees are multiplied by 1,000,000."""

    text: str = ""
    id: str = ""
    note: str | None = None
    area: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    latitude_e6: int | None = None
    longitude_e6: int | None = None


class Way(Struct, frozen=True):
    """A way in which goods come to the customer, in words of their language: a zone into which they are
    brought (*areas* are the words of addresses there, none for everywhere else), a place where they are
    collected, or none at all. Money is minor units; *free_over* is 0 for never."""

    id: str
    title: str
    pickup: bool = False
    fee: int = 0
    free_over: int = 0
    about: str = ""
    areas: Sequence[str] = ()


class Pay(Struct, frozen=True):
    """A way to pay. *only* is "delivery" or "pickup" for one that goes with that alone; *at_once* says that
    the order stands without a payment."""

    id: str
    title: str
    about: str = ""
    only: str = ""
    at_once: bool = False


class Draft(Struct, frozen=True):
    """The answers so far. *how* is "delivery", or the id of a place where goods are collected, or "none";
    *zone* where an address lies. *email* is None while nobody was asked."""

    cart: str = ""
    name: str = ""
    email: str | None = None
    phone: str = ""
    how: str = ""
    where: Where | None = None
    zone: str = ""
    payment: str = ""

    @property
    def way(self) -> str:
        """The id of the way in which goods come."""
        return self.zone if self.how == "delivery" else self.how


class Known(Struct, frozen=True):
    """What needs no question: who the customer is (*returning* when that is known, of an order or of a
    checkout that was left), and what there is to choose from. *cart* is "" when nothing is in it; *goods*
    says that something has to be brought; *draft* is what was answered for this cart before."""

    cart: str = ""
    returning: bool = False
    name: str = ""
    email: str = ""
    phone: str = ""
    profile: str = ""
    own_phone: str = ""
    country: str = ""
    last: str = ""
    goods: bool = True
    ways: Sequence[Way] = ()
    pays: Sequence[Pay] = ()
    addresses: Sequence[Where] = ()
    draft: Draft = Draft()


class Placed(Struct, frozen=True):
    """What became of a confirmation: *why* is "" for an order, and else says why there is none: `empty`
    (nothing is in the cart any more), `problems` (something cannot be ordered as it is), `way` or `payment`
    (the shop has it no more), `changed` (it costs something else now, or the code does not count any more).
    *again* says that the order was placed before."""

    why: Literal["", "empty", "problems", "way", "payment", "changed"] = ""
    order: str = ""
    number: str = ""
    total: int = 0
    currency: str = ""
    payment: str = ""
    again: bool = False
