"""What a customer could write here: examples from the shelf."""

from __future__ import annotations

from msgspec import Struct

from gateway import Chat
from plugins.commerce.catalogue import read
from plugins.commerce.common.money import units
from plugins.commerce.common.texts import clip

#: Things that are looked at to find one, and characters of its name.
FEW, NAME = 3, 30


class Example(Struct, frozen=True):
    """A thing that is there: its *name*, its number, and a round *price* that it costs at most."""

    name: str
    sku: str
    price: str


async def example(chat: Chat) -> Example | None:
    """One of what the owner features; None in an empty shop."""
    picks = await read.featured(chat.db, chat.language, limit=FEW)
    if not picks:
        return None
    item = min(picks, key=lambda each: len(each.name))
    return Example(clip(item.name, NAME), clip(item.sku, NAME), str(rounded(item.price, item.currency)))


def rounded(price: int, currency: str) -> int:
    """The first of 1, 2, 5, 10, 20, 50, … whole units that *price*, in minor ones, is no more than."""
    whole = -(-price // units(currency))
    ten: int = 10 ** max(len(str(whole)) - 1, 0)
    return next(each * ten for each in (1, 2, 5, 10) if each * ten >= whole)


async def how(chat: Chat) -> str:
    """What needs no command, a line each."""
    found = await example(chat)
    if found is None:
        return chat.t("• the name of a thing")
    return "\n".join(
        [
            chat.t("• the name of a thing, such as “{name}”", name=found.name),
            chat.t("• what it may cost, such as “{name} under {price}”", name=found.name, price=found.price),
            chat.t("• a product's number, such as “{sku}”", sku=found.sku),
        ]
    )
