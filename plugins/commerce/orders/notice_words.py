"""What notices say: free-form with buttons, and the values of templates."""

from __future__ import annotations

from typing import Any

from gateway import Button, Buttons, Chat
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, clip
from plugins.commerce.orders.links import link_of
from plugins.commerce.orders.notice import About
from plugins.commerce.orders.order import Order
from plugins.commerce.orders.parcel import Parcel, parcels_of

#: What a template's value takes when there is nothing to say: it may not be empty.
NOTHING = "-"
#: The longest value that is put into a template; it has to stay a sentence of a notice.
VALUE = 200


async def message_of(chat: Chat, order: Order, kind: str, about: About) -> Buttons:
    """The notice *kind* of *order* in the contact's language, with what can be done."""
    text = await _text(chat, order, kind, about)
    see = Button(tap("order", order.id), clip(chat.t("See order"), BUTTON))
    if kind in ("delivered", "cancelled", "expired"):
        again = Button(tap("again", order.id), clip(chat.t("Order again"), BUTTON))
        return Buttons(text, [again, see])
    return Buttons(text, [see])


async def values_of(chat: Chat, order: Order, kind: str, about: About) -> dict[str, Any]:
    """The values of the template for *kind* (docs/commerce-orders.md)."""
    values = {"name": order.name or chat.contact.name, "number": order.number}
    match kind:
        case "placed":
            values["total"] = chat.words.money(order.total, order.currency)
        case "payment_received" | "refunded":
            values["amount"] = chat.words.money(about.amount, order.currency)
        case "failed_delivery":
            values["reason"] = about.reason
        case "cancelled":
            values["reason"] = order.cancel_reason
        case "shipped":
            parcel = await _parcel(chat, order, about)
            values["carrier"] = parcel.carrier if parcel else ""
            values["tracking"] = parcel.tracking if parcel else ""
            values["link"] = link_of(chat, order)
    return {name: clip(value, VALUE if name != "link" else 1000) or NOTHING for name, value in values.items()}


async def _text(chat: Chat, order: Order, kind: str, about: About) -> str:
    number = order.number
    match kind:
        case "placed":
            total = chat.words.money(order.total, order.currency)
            return chat.t("We have your order {number}: {total}.", number=number, total=total)
        case "accepted":
            return chat.t("Good news: we are preparing your order {number}.", number=number)
        case "packed":
            if order.pickup:
                return chat.t("Your order {number} is packed. You can collect it.", number=number)
            return chat.t("Your order {number} is packed and about to leave.", number=number)
        case "shipped":
            return _shipped(chat, order, await _parcel(chat, order, about))
        case "out_for_delivery":
            return chat.t("Your order {number} is out for delivery. It comes today.", number=number)
        case "delivered":
            if order.fulfilment == "partially_delivered":
                return chat.t("A part of your order {number} was delivered.", number=number)
            return chat.t("Your order {number} was delivered. Enjoy it!", number=number)
    return _setback(chat, order, kind, about)


def _setback(chat: Chat, order: Order, kind: str, about: About) -> str:
    number = order.number
    amount = chat.words.money(about.amount, order.currency)
    match kind:
        case "failed_delivery":
            text = chat.t("We could not deliver your order {number}. We will try again.", number=number)
            return _because(chat, text, about.reason)
        case "cancelled" if order.state != "cancelled":
            names = {line.line: line.full_name for line in order.lines}
            gone = chat.words.join(f"{qty} × {names.get(line, '')}" for line, qty in about.lines.items())
            return chat.t("From your order {number} we had to take out: {gone}.", number=number, gone=gone)
        case "cancelled":
            text = chat.t("Your order {number} was cancelled.", number=number)
            return _because(chat, text, order.cancel_reason)
        case "expired":
            return chat.t(
                "Your order {number} was not paid in time, so we have given it up. You can order again.",
                number=number,
            )
        case "payment_received":
            return chat.t("We have received {amount} for your order {number}.", amount=amount, number=number)
    return chat.t("We have given {amount} back for your order {number}.", amount=amount, number=number)


def _because(chat: Chat, text: str, reason: str) -> str:
    return f"{text}\n{chat.t('Reason: {reason}', reason=reason)}" if reason else text


def _shipped(chat: Chat, order: Order, parcel: Parcel | None) -> str:
    if order.fulfilment == "partially_shipped":
        lines = [chat.t("A part of your order {number} is on its way.", number=order.number)]
    else:
        lines = [chat.t("Your order {number} is on its way.", number=order.number)]
    if parcel and parcel.carrier:
        lines.append(chat.t("Carrier: {carrier}", carrier=parcel.carrier))
    if parcel and parcel.tracking:
        lines.append(chat.t("Tracking number: {tracking}", tracking=parcel.tracking))
    if parcel and parcel.tracking_url:
        lines.append(parcel.tracking_url)
    return "\n".join(lines)


async def _parcel(chat: Chat, order: Order, about: About) -> Parcel | None:
    found = await parcels_of(chat.db, order.id)
    return next((each for each in found if each.id == about.shipment), found[-1] if found else None)
