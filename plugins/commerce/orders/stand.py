"""Where an order stands, in words: for the chat and for the page alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from gateway import Words
from plugins.commerce.orders.order import Order, OrderLine
from plugins.commerce.orders.timeline import Event


class Step(Struct, frozen=True):
    """A line of the timeline as the customer sees it."""

    words: str
    at: datetime


def standing(words: Words, order: Order) -> str:
    """A few words, such as "On its way"."""
    match order.state:
        case "cancelled":
            return words.t("Cancelled")
        case "expired":
            return words.t("Not paid in time")
        case "placed":
            waits = order.expires_at and order.payment_state in ("unpaid", "partially_paid")
            return words.t("Waiting for your payment") if waits else words.t("Waiting for the shop")
    match order.fulfilment:
        case "packed":
            return words.t("Ready to be collected") if order.pickup else words.t("Packed")
        case "partially_shipped":
            return words.t("Partly on its way")
        case "shipped":
            return words.t("On its way")
        case "partially_delivered":
            return words.t("Partly delivered")
        case "delivered":
            return words.t("Collected") if order.pickup else words.t("Delivered")
    return words.t("Being prepared")


def money_stands(words: Words, order: Order) -> str:
    """What was paid: "Paid", "Not paid yet"; "" for an order that came to nothing unpaid."""
    match order.payment_state:
        case "paid":
            return words.t("Paid")
        case "partially_paid":
            return words.t("Paid in part: {amount}", amount=words.money(order.paid, order.currency))
        case "partially_refunded":
            return words.t("Given back: {amount}", amount=words.money(order.refunded, order.currency))
        case "refunded":
            return words.t("Given back")
    return "" if order.state in ("cancelled", "expired") else words.t("Not paid yet")


def steps(words: Words, order: Order, events: Sequence[Event]) -> Sequence[Step]:
    """What happened to *order*, oldest first, without what is the shop's own business."""
    found = ((_said(words, order, each), each.at) for each in events)
    return [Step(text, moment(at)) for text, at in found if text]


def moment(at: int) -> datetime:
    """Microseconds UTC as a time that `Words` writes."""
    return datetime.fromtimestamp(at / 1_000_000, UTC)


def line_words(words: Words, line: OrderLine, currency: str) -> str:
    """ "2 × Mango — KES 100.00", with what was taken out of it. Discounts and taxes are
    told below the lines."""
    text = words.t(
        "{qty} × {name}: {amount}",
        qty=line.qty,
        name=line.full_name,
        amount=words.money(line.price * line.qty, currency),
    )
    if line.cancelled == 0:
        return text
    return words.t("{line} ({n} cancelled)", line=text, n=line.cancelled)


def _said(words: Words, order: Order, event: Event) -> str:
    match event.kind:
        case "placed":
            return words.t("Ordered")
        case "accepted":
            return words.t("Accepted by the shop")
        case "packed":
            return words.t("Packed")
        case "shipped":
            return words.t("Left the shop")
        case "in_transit":
            return words.t("On its way")
        case "out_for_delivery":
            return words.t("Out for delivery")
        case "delivered":
            return words.t("Collected") if order.pickup else words.t("Delivered")
        case "failed_delivery":
            return words.t("Could not be delivered")
        case "returned":
            return words.t("Came back to the shop")
    return _turn(words, order, event)


def _turn(words: Words, order: Order, event: Event) -> str:
    amount = event.data.get("amount")
    money = words.money(amount, order.currency) if isinstance(amount, int) else ""
    match event.kind:
        case "cancelled":
            return words.t("Cancelled")
        case "reduced":
            return words.t("A part of it was cancelled")
        case "expired":
            return words.t("Not paid in time")
        case "revived":
            return words.t("Taken up again")
        case "paid":
            return words.t("{amount} paid", amount=money)
        case "refunded":
            return words.t("{amount} given back", amount=money)
    return ""
