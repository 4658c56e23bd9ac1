"""The page of an order, for whoever has its link: `/p/commerce/o/{token}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from gateway import Page, PageRequest, Words
from plugins.commerce.checkout.payment import how_to_pay
from plugins.commerce.common.texts import own
from plugins.commerce.orders.counters import owed
from plugins.commerce.orders.order import Order, order_of
from plugins.commerce.orders.parcel import parcels_of
from plugins.commerce.orders.stand import moment, money_stands, standing, steps
from plugins.commerce.orders.timeline import events_of

#: The way of an order that goes well: what is reached is marked.
_WAY = ("placed", "accepted", "packed", "shipped", "delivered")


class Stop(Struct, frozen=True):
    """A place on the way: *reached*, or the one where the order is *now*."""

    words: str
    reached: bool
    now: bool


async def page(request: PageRequest) -> Page:
    """Where the order stands, what is in it, and what is to be paid."""
    order = await order_of(request.db, request.value.order)
    if order is None or not order.contact:
        return request.render(
            "gateway/message.html", status=404, title=request.t("There is no such order"),
            text=request.t("Please ask the shop."),
        )  # fmt: skip
    words, fallback = request.words, request.tenant.language
    return request.render(
        "order.html", order=order, shop=own(request.settings.name, words.language, fallback),
        standing=standing(words, order), money_stands=money_stands(words, order),
        ended=order.state in ("cancelled", "expired"), stops=_stops(words, order),
        steps=steps(words, order, await events_of(request.db, order.id)), placed=moment(order.placed_at),
        parcels=await parcels_of(request.db, order.id), address=_address(order),
        pay=_payment(request, order), owed=owed(order.total, order.lines),
    )  # fmt: skip


def _stops(words: Words, order: Order) -> Sequence[Stop]:
    names = [
        words.t("Ordered"), words.t("Accepted"), words.t("Packed"),
        words.t("Ready to be collected") if order.pickup else words.t("On its way"),
        words.t("Collected") if order.pickup else words.t("Delivered"),
    ]  # fmt: skip
    here = _reached(order)
    return [Stop(name, place <= here, place == here) for place, name in enumerate(names)]


def _reached(order: Order) -> int:
    if order.state == "placed":
        return 0
    for place, stage in ((4, "delivered"), (3, "shipped"), (2, "packed")):
        if order.fulfilment == stage or order.fulfilment == f"partially_{stage}":
            return 3 if order.pickup and stage == "packed" and order.fulfilment == stage else place
    return 1


def _payment(request: PageRequest, order: Order) -> str:
    if order.state not in ("placed", "accepted") or order.payment_state not in ("unpaid", "partially_paid"):
        return ""
    return how_to_pay(
        request.words, request.settings, order.payment, number=order.number,
        total=owed(order.total, order.lines) - order.paid, currency=order.currency,
        fallback=request.tenant.language,
    )  # fmt: skip


def _address(order: Order) -> str:
    """The address on two lines at most: the link may be passed on."""
    kept: dict[str, Any] = order.address
    parts = [str(kept.get(name) or "").strip() for name in ("text", "area", "city")]
    return "\n".join(dict.fromkeys(part for part in parts if part))[:160]
