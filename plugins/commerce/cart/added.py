"""What a tap or a word puts into the cart, and what is said of it."""

from __future__ import annotations

from gateway import Chat, Handled, Message
from plugins.commerce.cart import acts
from plugins.commerce.cart.acts import Changed
from plugins.commerce.cart.show import button, send_with
from plugins.commerce.cart.words import name_of, summary, told
from plugins.commerce.catalogue.item import Item
from plugins.commerce.catalogue.read import items
from plugins.commerce.common.taps import Tap, tap


async def on_add(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """[Add to cart]: a variant and how many of it."""
    return await put_in(chat, tapped.word(0), max(1, tapped.number(1, 1)))


async def put_in(chat: Chat, variant: str, qty: int) -> Handled:
    """Put *qty* more of *variant* into the cart, and say what became of it."""
    changed = await acts.add(chat, variant, qty)
    item = (await items(chat.db, chat.language, [variant])).get(variant)
    if item is None:
        gone = chat.t("We do not have that any more.")
        await send_with(chat, gone, [button(tap("shop", 1), chat.t("To the shop"))])
    elif changed.why in ("gone", "sold_out", "full"):
        await _refuse(chat, item, changed)
    else:
        await _confirm(chat, item, changed, qty)
    return Handled


async def _confirm(chat: Chat, item: Item, changed: Changed, qty: int) -> None:
    said = told(chat, item, changed)
    if not said:
        said = chat.t("Added: {qty} × {name}.", qty=chat.words.number(qty), name=name_of(item))
        if changed.qty != qty:
            said += " " + chat.t("You have {total} of it now.", total=chat.words.number(changed.qty))
    if there := await summary(chat):
        said += "\n\n" + there
    on = tap("cat", item.category, 1) if item.category else tap("shop", 1)
    buttons = [
        button(tap("checkout"), chat.t("Checkout")),
        button(tap("cart"), chat.t("View cart")),
        button(on, chat.t("Keep shopping")),
    ]
    await send_with(chat, said, buttons)


async def _refuse(chat: Chat, item: Item, changed: Changed) -> None:
    said = told(chat, item, changed)
    if changed.qty:
        said += " " + chat.n(
            "Your cart has {n} of it all the same.", "Your cart has {n} of it all the same.", changed.qty
        )
    buttons = [
        button(tap("cart"), chat.t("View cart")),
        button(tap("shop", 1), chat.t("Keep shopping")),
    ]
    if changed.why == "sold_out":
        buttons.insert(0, button(tap("wait", item.variant), chat.t("Tell me when back")))
    await send_with(chat, said, buttons)
