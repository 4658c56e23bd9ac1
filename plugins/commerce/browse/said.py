"""What is said of a thing for sale: its price, whether it is there, and what became of an act with it."""

from __future__ import annotations

from gateway import Chat
from plugins.commerce.catalogue.item import Item
from plugins.commerce.common.texts import DESCRIPTION, clip

#: The longest name that stands in a text.
NAME = 200


def name(item: Item) -> str:
    """Its name on one line, with what tells it from its siblings."""
    return clip(item.full_name, NAME)


def bold(text: str) -> str:
    """*text* in bold, where its own signs leave room for that."""
    return text if "*" in text or not text else f"*{text}*"


def price(chat: Chat, item: Item) -> str:
    """ "KES 95.00 / kg"."""
    one = chat.words.money(item.price, item.currency)
    return f"{one} / {clip(item.unit, 20)}" if item.unit else one


def price_and_old(chat: Chat, item: Item) -> str:
    """The price, and what it used to cost."""
    if item.compare_at <= item.price:
        return price(chat, item)
    old = chat.words.money(item.compare_at, item.currency)
    return chat.t("{price} (was {old})", price=price(chat, item), old=old)


def can_be_had(item: Item) -> bool:
    """Whether the least that is sold of it is there."""
    return item.can_sell(item.least)


def state(chat: Chat, item: Item) -> str:
    """Whether it is there."""
    if not item.active:
        return chat.t("Not for sale any more")
    if not can_be_had(item):
        return chat.t("Sold out")
    if item.left is None:
        return chat.t("In stock")
    if item.left < item.least:
        return chat.t("On order")
    if item.left <= chat.settings.low_stock:
        return chat.n("Only {n} left", "Only {n} left", item.left)
    return chat.t("In stock")


def row_line(chat: Chat, item: Item) -> str:
    """The second line of a row: price, kinds, state."""
    parts = [price(chat, item), state(chat, item)]
    if item.siblings > 1:
        parts.insert(1, chat.n("{n} kind", "{n} kinds", item.siblings))
    return clip(" · ".join(parts), DESCRIPTION)
