"""ADD: what is written into the cart."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import Button, Chat, Handled, Message, Row
from plugins.commerce.browse.lists import paragraphs, row, send_list, showing, turning, window
from plugins.commerce.cart.acts import LARGEST
from plugins.commerce.cart.added import put_in
from plugins.commerce.cart.meant import Meant, meant
from plugins.commerce.cart.quantity import LONGEST
from plugins.commerce.cart.show import button, send_with
from plugins.commerce.cart.words import name_of
from plugins.commerce.catalogue.item import Item
from plugins.commerce.catalogue.read import featured, variants
from plugins.commerce.common.taps import Tap, tap
from plugins.commerce.common.texts import clip


async def add(message: Message, chat: Chat, rest: str) -> Handled:
    """ADD SKU [QTY], in whichever order, with a name instead of the SKU."""
    written = " ".join(rest[: 2 * LONGEST].split())[:LONGEST]
    if not written:
        return await _explain(chat)
    found = await meant(chat, written)
    qty = 1 if found.quantity is None else min(found.quantity.qty, LARGEST)
    if found.item is not None:
        if qty < 1:
            return await _no_quantity(chat, found.item, found)
        return await put_in(chat, found.item.variant, qty)
    if found.kinds:
        return await _which(chat, found.kinds, max(qty, 1))
    if found.near:
        return await _did_you_mean(chat, found.near, max(qty, 1), clip(found.what, 40))
    return await _unknown(chat, clip(found.what, 40))


async def on_which(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """A product of which there are several kinds was meant: a product, how many of it, a page."""
    kinds = await variants(chat.db, chat.language, tapped.word(0))
    if not kinds:
        return await _unknown(chat, "")
    return await _which(chat, kinds, tapped.number(1, 1), tapped.number(2, 1))


async def _which(chat: Chat, kinds: Sequence[Item], qty: int, page: int = 1) -> Handled:
    shown = window(len(kinds), page)
    there = kinds[shown.offset :][: shown.count]
    rows = [_choice(chat, kind, qty, kind.title or kind.name) for kind in there]
    if shown.pages > 1:
        rows += turning(chat, shown, lambda to: tap("which", kinds[0].product, qty, to))
    text = chat.t("Which {name} would you like?", name=clip(kinds[0].name, 80))
    return await send_list(chat, paragraphs(text, showing(chat, shown)), rows)


async def _did_you_mean(chat: Chat, near: Sequence[Item], qty: int, what: str) -> Handled:
    lead = chat.t("I am not sure what “{what}” is. Did you mean one of these?", what=what)
    named = [
        chat.t(
            "{name}, {sku}: {price}",
            name=name_of(item),
            sku=clip(item.sku, 30),
            price=chat.words.money(item.price, item.currency),
        )
        for item in near
    ]
    text = "\n".join([lead, "", *(f"• {each}" for each in named)])
    buttons = [button(_id(item, qty), item.full_name) for item in near]
    if len({each.title for each in buttons}) < len(near) or len(near) > 3:
        # Of "Basmati rice from Mwea, 1 kg" and "…, 2 kg" buttons would say the same.
        return await send_list(chat, text, [_candidate(chat, item, qty) for item in near])
    await send_with(chat, text, [*buttons, *_ways(chat)][:3])
    return Handled


async def _no_quantity(chat: Chat, item: Item, found: Meant) -> Handled:
    """ "0", "2.5" or "lots"."""
    written = clip(found.quantity.written if found.quantity else "", 30)
    text = chat.t(
        "“{written}” is no quantity that we can sell: write a whole number, such as ADD {sku} 2. "
        "REMOVE {sku} takes it out of your cart.",
        written=written,
        sku=clip(item.sku, 40),
    )
    one = chat.t("Add {qty}", qty=chat.words.number(item.least))
    buttons = [
        button(tap("add", item.variant, item.least), one),
        button(tap("qty", item.variant), chat.t("Choose how many")),
        button(tap("cart"), chat.t("View cart")),
    ]
    await send_with(chat, text, buttons)
    return Handled


async def _explain(chat: Chat) -> Handled:
    best = await featured(chat.db, chat.language, 1)
    text = chat.t("Write ADD, what you would like, and how many of it. Its name will do, or its code.")
    if best:
        text += " " + chat.t("For example: ADD {sku} 2", sku=clip(best[0].sku, 40))
    await send_with(chat, text, _ways(chat))
    return Handled


async def _unknown(chat: Chat, what: str) -> Handled:
    text = (
        chat.t("We have nothing called “{what}”. Write SEARCH and a word, or look around.", what=what)
        if what
        else chat.t("We do not have that any more.")
    )
    await send_with(chat, text, _ways(chat))
    return Handled


def _ways(chat: Chat) -> list[Button]:
    return [button(tap("shop", 1), chat.t("To the shop")), button(tap("cart"), chat.t("View cart"))]


def _id(item: Item, qty: int) -> str:
    """What adds *item*, or asks which kind of it."""
    return tap("which", item.product, qty) if item.siblings > 1 else tap("add", item.variant, qty)


def _candidate(chat: Chat, item: Item, qty: int) -> Row:
    price = chat.words.money(item.price, item.currency)
    return row(_id(item, qty), item.full_name, f"{clip(item.sku, 30)} · {price}")


def _choice(chat: Chat, item: Item, qty: int, title: str) -> Row:
    price = chat.words.money(item.price, item.currency)
    state = price if item.can_sell(qty) else chat.t("{price}, not enough of it now", price=price)
    return row(tap("add", item.variant, qty), title, state)
