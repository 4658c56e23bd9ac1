"""A customer writes a code. Who guesses is slowed down."""

from __future__ import annotations

from gateway import Chat
from plugins.commerce.cart import acts
from plugins.commerce.cart.cart import Cart, open_cart
from plugins.commerce.cart.quote import quote
from plugins.commerce.codes.code import code_named, fold_code
from plugins.commerce.codes.words import said
from plugins.commerce.common import tries
from plugins.commerce.common.ids import micros
from plugins.commerce.common.texts import clip

#: So many codes that were none may be tried in an hour.
TRIES = 10
#: Codes that count for nothing yet, and stay in the cart: the customer can do something about it.
KEPT = ("minimum", "other_items")


async def use(chat: Chat, written: str) -> str:
    """Have the code that was *written* in the contact's cart, whatever stands in it; "" takes the one there
    out. Returns "" when it counts, else the sentence to say: why it does not, or not yet. In a flow it stands
    in a step."""
    if not written.strip():
        await acts.use_code(chat, "")
        return ""
    async with chat.db.begin():
        if await tries.too_many(chat, "code", TRIES):
            return chat.t("These were many codes that we do not have. Please try again in an hour.")
        folded = fold_code(written)
        found = await code_named(chat.db, folded)
        why = await _why(chat, folded) if found is not None else "unknown"
        if why in ("unknown", "another"):
            await tries.wrong(chat, "code")
        if found is not None and (not why or why in KEPT):
            await acts.use_code(chat, found.code)
        return said(chat, found, clip(folded or written, 30), why)


async def _why(chat: Chat, code: str) -> str:
    """Why *code* does not count for what is in the cart now, "" when it does."""
    contact = chat.contact.id
    cart = await open_cart(chat.db, chat.language, contact)
    lines = cart.lines if cart is not None else []
    there = Cart("", contact, 0, chat.settings.currency, "", code, lines)
    return (await quote(chat.db, chat.settings, there, now=micros(chat.now))).code_why
