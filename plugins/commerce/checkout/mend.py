"""What cannot be ordered as it is in the cart is mended before anything else: said line by line, with a
button for each way out."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway import Buttons, Chat
from plugins.commerce.cart import acts
from plugins.commerce.cart.cart import open_cart
from plugins.commerce.cart.quote import quote
from plugins.commerce.cart.words import problem_said
from plugins.commerce.checkout.ask import button
from plugins.commerce.checkout.bring import Stopped
from plugins.commerce.common.ids import micros


class Trouble(Struct, frozen=True):
    """A line that cannot be ordered, in words, and how many of it could be."""

    variant: str
    said: str
    left: int


class Troubles(Struct, frozen=True):
    """Those of the cart; *empty* when there is nothing in it at all."""

    lines: Sequence[Trouble] = ()
    empty: bool = False


async def mended(chat: Chat, *, back: bool = True) -> bool:
    """Have the contact decide on every line that cannot be ordered; False when nothing is left to order.
    Raises `Stopped`."""
    while True:
        found = await chat.step("troubles", troubles, chat)
        if found.empty:
            return False
        if not found.lines:
            return True
        one = found.lines[0]
        buttons = [button("drop", chat.t("Remove it")), button("later", chat.t("Not now"))]
        if one.left:
            buttons.insert(0, button("keep", chat.t("Take {n}", n=chat.words.number(one.left))))
        chosen = await chat.choose("mend", Buttons(one.said, buttons), buttons, back=back)
        if chosen == "later":
            raise Stopped
        await chat.step("mended", put, chat, one.variant, one.left if chosen == "keep" else 0)


async def troubles(chat: Chat) -> Troubles:
    """What of the contact's cart cannot be ordered now."""
    cart = await open_cart(chat.db, chat.language, chat.contact.id)
    if cart is None:
        return Troubles(empty=True)
    found = await quote(chat.db, chat.settings, cart, now=micros(chat.now))
    lines = [Trouble(one.variant, problem_said(chat, one), one.left) for one in found.problems]
    return Troubles(lines)


async def put(chat: Chat, variant: str, qty: int) -> None:
    """Have *qty* of *variant* in the cart."""
    await acts.put(chat, variant, qty)
