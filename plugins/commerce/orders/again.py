"""REORDER: what was ordered before goes into the cart, as far as it is for sale, at the prices of now."""

from __future__ import annotations

from gateway import Chat, Handled, Message
from plugins.commerce.cart.acts import add
from plugins.commerce.cart.show import show_cart
from plugins.commerce.catalogue.read import items
from plugins.commerce.common.taps import Tap
from plugins.commerce.orders.find import by_number, latest, not_found, own
from plugins.commerce.orders.order import Order
from plugins.commerce.orders.show import no_order


async def reorder(message: Message, chat: Chat, rest: str) -> Handled:
    """REORDER [NUMBER]; without one the last order."""
    if rest.strip():
        found = await by_number(chat, rest)
        return Handled if found is None else await order_again(chat, found)
    found = await latest(chat)
    return await no_order(chat) if found is None else await order_again(chat, found)


async def again_tap(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """[Order again]."""
    found = await own(chat, tapped.word(0))
    return await not_found(chat) if found is None else await order_again(chat, found)


async def order_again(chat: Chat, order: Order) -> Handled:
    """Put what is for sale of *order* into the cart and show it; tell what is not, and what is fewer."""
    known = await items(chat.db, chat.language, [line.variant for line in order.lines])
    missing: list[str] = []
    fewer: list[str] = []
    for line in order.lines:
        item = known.get(line.variant)
        changed = await add(chat, line.variant, line.qty) if item is not None and item.active else None
        if changed is None or changed.qty == 0:
            missing.append(item.full_name if item is not None else line.full_name)
        elif changed.why:
            fewer.append(item.full_name if item is not None else line.full_name)
    if len(missing) == len(order.lines):
        return await no_order(chat, chat.t("Nothing of order {number} can be had now.", number=order.number))
    told = [chat.t("Order {number} is in your cart again, at today's prices.", number=order.number)]
    if missing:
        told.append(chat.t("Not to be had now: {what}.", what=chat.words.join(missing)))
    if fewer:
        told.append(chat.t("Not as many as before: {what}.", what=chat.words.join(fewer)))
    return await show_cart(chat, "\n".join(told))
