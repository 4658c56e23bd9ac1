"""ORDERS, STATUS and TRACK: a contact finds the own orders, and nobody else's."""

from __future__ import annotations

from gateway import Chat, Handled, Message
from plugins.commerce.common import tries
from plugins.commerce.common.taps import Tap
from plugins.commerce.orders.number import read_number
from plugins.commerce.orders.order import Order, latest_open, numbered, of_contact, order_of
from plugins.commerce.orders.show import no_order, show_order, show_orders

#: Numbers that were not the contact's own, within an hour, before TRACK waits.
GUESSES = 20


async def orders(message: Message, chat: Chat, rest: str) -> Handled:
    """ORDERS."""
    return await show_orders(chat)


async def orders_tap(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """A page of them."""
    return await show_orders(chat, tapped.number(0))


async def status(message: Message, chat: Chat, rest: str) -> Handled:
    """STATUS: the order that is under way, else the last one."""
    found = await latest(chat)
    return await no_order(chat) if found is None else await show_order(chat, found)


async def order_tap(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """One of the contact's orders."""
    found = await own(chat, tapped.word(0))
    return await not_found(chat) if found is None else await show_order(chat, found)


async def track(message: Message, chat: Chat, rest: str) -> Handled:
    """TRACK NUMBER; without one, as STATUS."""
    if not rest.strip():
        return await status(message, chat, rest)
    found = await by_number(chat, rest)
    return Handled if found is None else await show_order(chat, found)


async def latest(chat: Chat) -> Order | None:
    """The contact's newest order that is under way, else the newest of all."""
    found = await latest_open(chat.db, chat.contact.id)
    if found is None:
        all_of_them, _ = await of_contact(chat.db, chat.contact.id, limit=1)
        found = await order_of(chat.db, all_of_them[0].id) if all_of_them else None
    return found


async def own(chat: Chat, id: str) -> Order | None:
    """The contact's order with this id; None for anybody else's."""
    found = await order_of(chat.db, id)
    return found if found is not None and found.contact == chat.contact.id else None


async def by_number(chat: Chat, written: str) -> Order | None:
    """The contact's order with the number in *written*; None once the contact was told what is wrong with it.
    An order of somebody else is no different from one that there is not."""
    tokens = (written, *written.split()[:5])
    number = next((read for token in tokens if (read := read_number(token))), "")
    if not number:
        text = chat.t("That number has a typo. A number looks like K7Q3M9T; you find it in My orders.")
        await no_order(chat, text)
        return None
    found = await numbered(chat.db, number)
    if found is not None and found.contact == chat.contact.id:
        return found
    await _guessed(chat)
    return None


async def not_found(chat: Chat) -> Handled:
    """The same words for what is somebody else's and for what there is not."""
    return await no_order(chat, chat.t("You have no order with that number here."))


async def _guessed(chat: Chat) -> None:
    if await tries.too_many(chat, "track", GUESSES):
        text = chat.t("Those were many numbers that are not yours. Please try again in an hour.")
        await no_order(chat, text)
        return
    await tries.wrong(chat, "track")
    await not_found(chat)
