"""REMOVE: what is written out of the cart."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from gateway import Chat, Handled, Message
from plugins.commerce.browse.lists import row, send_list
from plugins.commerce.cart import acts
from plugins.commerce.cart.cart import Cart, CartLine, open_cart
from plugins.commerce.cart.edit import have, show_lines
from plugins.commerce.cart.quantity import LONGEST, Reading, number_of, readings
from plugins.commerce.cart.show import show_cart, show_empty
from plugins.commerce.catalogue.sku import sku_key
from plugins.commerce.codes.code import fold_code
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import clip
from plugins.commerce.search.words import fold, stem, words_of

#: Lines that are offered.
OFFERED = 9


async def remove(message: Message, chat: Chat, rest: str) -> Handled:
    """REMOVE SKU, or a name; REMOVE 2 SKU takes out two of it; REMOVE and the discount code takes that
    out."""
    cart = await open_cart(chat.db, chat.language, chat.contact.id)
    written = " ".join(rest[: 2 * LONGEST].split())[:LONGEST]
    if cart is None:
        return await show_empty(chat)
    if not written:
        return await show_lines(chat, 1)
    if cart.code and fold_code(written) == cart.code:
        await acts.use_code(chat, "")
        return await show_cart(chat, chat.t("The code {code} is out of your cart.", code=cart.code))
    for way in readings(written, number_of(chat)):
        lines = meant(cart.lines, way.what)
        if len(lines) == 1:
            return await have(chat, lines[0].item.variant, _left(lines[0], way))
        if lines:
            return await _which(chat, cart, lines)
    return await _not_there(chat, cart, written)


def meant(lines: Sequence[CartLine], what: str) -> Sequence[CartLine]:
    """The lines that *what* may be: the one whose SKU or name it is, else those whose name has its words."""
    key, name = sku_key(what), fold(what)
    exact = [line for line in lines if key and sku_key(line.item.sku) == key]
    exact = exact or [line for line in lines if name in (fold(line.item.name), fold(line.item.full_name))]
    if exact:
        return exact
    wanted = _stems(what)
    return [line for line in lines if wanted and wanted <= _stems(line.item.full_name)]


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words_of(text)}


def _left(line: CartLine, way: Reading) -> int:
    """How many stay. A quantity that is none ("all", 0, 2.5) takes everything out."""
    return max(0, line.qty - way.quantity.qty) if way.quantity and way.quantity.qty else 0


async def _which(chat: Chat, cart: Cart, lines: Sequence[CartLine]) -> Handled:
    rows = [
        row(
            tap("set", cart.id, cart.version, line.item.variant, 0),
            line.item.title or line.item.name,
            line.item.full_name,
        )
        for line in lines[:OFFERED]
    ]
    rows.append(row(tap("cart"), chat.t("None of them")))
    return await send_list(chat, chat.t("Which one shall we take out?"), rows)


async def _not_there(chat: Chat, cart: Cart, written: str) -> Handled:
    """What was mistyped, by one or two letters, is offered back."""
    keys = {sku_key(line.item.sku): line for line in cart.lines} | {
        fold(line.item.name): line for line in cart.lines
    }
    near = get_close_matches(sku_key(written), keys, 3) + get_close_matches(fold(written), keys, 3)
    lines = {keys[each].item.variant: keys[each] for each in near}
    if lines:
        return await _which(chat, cart, list(lines.values()))
    what = clip(written, 40)
    return await show_cart(chat, chat.t("“{what}” is not in your cart. Edit shows what is.", what=what))
