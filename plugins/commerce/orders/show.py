"""Orders on the phone."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import Button, Buttons, Chat, Handled, List, Row, Section
from plugins.commerce.checkout.payment import how_to_pay
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, DESCRIPTION, ROW, clip
from plugins.commerce.orders.act import may_cancel
from plugins.commerce.orders.counters import owed
from plugins.commerce.orders.links import link_of
from plugins.commerce.orders.order import Order, of_contact
from plugins.commerce.orders.parcel import parcels_of
from plugins.commerce.orders.stand import line_words, moment, money_stands, standing, steps
from plugins.commerce.orders.timeline import events_of

#: The longest text above buttons, and how many lines and steps are told in the chat; the page has them all.
BODY, LINES, STEPS = 1024, 8, 4
#: Orders on a page of the list: nine, and a row that leads on.
PAGE = 9
_OPEN = ("placed", "accepted")


async def show_order(chat: Chat, order: Order, lead: str = "") -> Handled:
    """Send an order of this contact: number, where it stands, lines, total, how to pay while it is unpaid,
    the link to its page, and what can be done."""
    parts = [
        lead,
        _head(chat, order),
        await _steps(chat, order),
        _bill(chat, order),
        await _parcels(chat, order),
    ]
    parts += [_payment(chat, order), chat.t("All about it: {link}", link=link_of(chat, order))]
    text = "\n\n".join(part for part in parts if part)
    if len(text) > BODY:
        await chat.say(text)
        text = chat.t("Order {number}: what would you like to do?", number=order.number)
    await chat.send(Buttons(text, _buttons(chat, order)))
    return Handled


async def show_orders(chat: Chat, page: int = 0) -> Handled:
    """Send the contact's orders, newest first."""
    page = max(0, min(page, 10_000))
    found, more = await of_contact(chat.db, chat.contact.id, offset=page * PAGE, limit=PAGE)
    if not found:
        return await no_order(chat)
    rows = [Row(tap("order", each.id), each.number, _row(chat, each)) for each in found]
    if more:
        rows.append(Row(tap("orders", page + 1), clip(chat.t("Older orders"), ROW)))
    text = chat.t("Your orders, the newest first. Tap one to see it.")
    await chat.send(List(text, clip(chat.t("Show orders"), BUTTON), [Section("", rows)]))
    return Handled


async def no_order(chat: Chat, text: str = "") -> Handled:
    """Say that there is no order, with a way to the shop and, where there are any, to the others."""
    buttons = [Button(tap("shop", 0), clip(chat.t("Shop"), BUTTON))]
    if text:
        buttons.append(Button(tap("orders", 0), clip(chat.t("My orders"), BUTTON)))
    await chat.send(Buttons(text or chat.t("You have not ordered anything yet."), buttons))
    return Handled


def _row(chat: Chat, order: Order) -> str:
    day, amount = chat.words.date(moment(order.placed_at)), chat.words.money(order.total, order.currency)
    return clip(f"{standing(chat.words, order)} · {amount} · {day}", DESCRIPTION)


def _head(chat: Chat, order: Order) -> str:
    day = chat.words.date(moment(order.placed_at))
    lines = [
        chat.t("*Order {number}* of {day}", number=order.number, day=day),
        standing(chat.words, order),
        money_stands(chat.words, order),
    ]
    return "\n".join(line for line in lines if line)


async def _steps(chat: Chat, order: Order) -> str:
    told = steps(chat.words, order, await events_of(chat.db, order.id))[-STEPS:]
    days = (f"{chat.words.date(each.at)} {chat.words.time(each.at)}" for each in told)
    return "\n".join(f"✓ {each.words}, {day}" for each, day in zip(told, days, strict=True))


def _bill(chat: Chat, order: Order) -> str:
    words, currency = chat.words, order.currency
    lines = [clip(line_words(words, line, currency), 90) for line in order.lines[:LINES]]
    if (more := len(order.lines) - LINES) > 0:
        lines.append(chat.n("and {n} line more", "and {n} lines more", more))
    if order.discount:
        lines.append(chat.t("Discount: {amount}", amount=words.money(-order.discount, currency)))
    if order.delivery_fee:
        lines.append(chat.t("Delivery: {amount}", amount=words.money(order.delivery_fee, currency)))
    if order.tax and not order.tax_included:
        lines.append(chat.t("{what}: {price}", what=chat.t("Tax"), price=words.money(order.tax, currency)))
    if order.rounding:
        rounded = words.money(order.rounding, currency)
        lines.append(chat.t("{what}: {price}", what=chat.t("Rounding"), price=rounded))
    asked = owed(order.total, order.lines)
    if asked < order.total:
        lines.append(chat.t("Cancelled: {amount}", amount=words.money(asked - order.total, currency)))
    lines.append(chat.t("*Total: {amount}*", amount=words.money(asked, currency)))
    return "\n".join(lines)


async def _parcels(chat: Chat, order: Order) -> str:
    found = [each for each in await parcels_of(chat.db, order.id) if each.state != "returned"]
    texts = (" ".join((each.carrier, each.tracking, each.tracking_url)).strip() for each in found[-3:])
    return "\n".join(text for text in texts if text)


def _payment(chat: Chat, order: Order) -> str:
    if order.state not in _OPEN or order.payment_state not in ("unpaid", "partially_paid"):
        return ""
    return how_to_pay(
        chat.words, chat.settings, order.payment, number=order.number,
        total=owed(order.total, order.lines) - order.paid, currency=order.currency,
        fallback=chat.tenant.language,
    )  # fmt: skip


def _buttons(chat: Chat, order: Order) -> Sequence[Button]:
    found = [(tap("again", order.id), chat.t("Order again")), (tap("home"), chat.t("Menu"))]
    if may_cancel(order, chat.settings):
        found.insert(0, (tap("cancel", order.id), chat.t("Cancel order")))
    return [Button(id, clip(words, BUTTON)) for id, words in found]
