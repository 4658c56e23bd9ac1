"""WhatsApp's own carts and questions about a product of the linked catalogue.

A cart that was put together on the phone knows what the catalogue said when it was opened. What counts is
what the shop has now: prices, stock, and what is for sale; the customer is told what is different.
"""

from __future__ import annotations

import msgspec

from gateway import Buttons, Chat, Handled, Message
from plugins.commerce.browse.card import gone, show_card, show_kind
from plugins.commerce.browse.lists import paragraphs
from plugins.commerce.browse.sent import Line, lines_of, put_in
from plugins.commerce.browse.sight import SQL
from plugins.commerce.cart import acts
from plugins.commerce.cart.cart import open_cart
from plugins.commerce.cart.show import button, show_cart
from plugins.commerce.catalogue import read
from plugins.commerce.common.ids import micros, new_id
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import clip

#: Characters of a question that is quoted.
QUOTED = 300
_lines = msgspec.json.Decoder(list[Line]).decode


async def take_order(message: Message, chat: Chat) -> Handled | None:
    """A cart that was put together in WhatsApp's catalogue: priced from our own data, into the contact's
    cart. None for a message without one."""
    sent = message.order
    if sent is None:
        return None
    lines = lines_of(sent, chat.settings.currency)
    note = " ".join(sent.text.split())
    if not lines:
        return await show_cart(chat, chat.t("There was nothing in the cart that you sent."))
    if await open_cart(chat.db, chat.language, chat.contact.id) is None:
        return await fill(chat, lines, note)
    return await _ask(chat, lines, note)


async def _ask(chat: Chat, lines: list[Line], note: str) -> Handled:
    now, who = chat.now, chat.contact.id
    id = new_id(now)
    items = msgspec.json.encode(lines).decode()
    await chat.db.run(SQL["keep_sent"], id=id, contact=who, items=items, note=note, now=micros(now))
    pieces = chat.n("one thing", "{n} things", len(lines))
    text = chat.t(
        "Thank you for your cart with {things}. There is something in your cart here already. "
        "Shall we add to it, or put yours in its place?",
        things=pieces,
    )
    buttons = [
        button(tap("sent", id, "add"), chat.t("Add to it")),
        button(tap("sent", id, "replace"), chat.t("Replace it")),
        button(tap("sent", id, "leave"), chat.t("Leave it")),
    ]
    await chat.send(Buttons(text, buttons))
    return Handled


async def decide(chat: Chat, id: str, how: str) -> Handled:
    """The answer to that, which counts once."""
    who = chat.contact.id
    row = await chat.db.one(SQL["sent"], id=id, contact=who)
    if row is None or not await chat.db.run(SQL["drop_sent"], id=id, contact=who):
        return await show_cart(chat, chat.t("That was decided already. This is your cart now."))
    if how not in ("add", "replace"):
        return await show_cart(chat, chat.t("We left your cart as it was."))
    if how == "replace":
        await acts.clear(chat)
    return await fill(chat, _lines(row["items"]), row["note"])


async def fill(chat: Chat, lines: list[Line], note: str) -> Handled:
    """Put *lines* into the cart, say what is not as it was sent, and show it."""
    news = await put_in(chat, lines)
    if note:
        await acts.note(chat, note)
    if news:
        await chat.say("\n".join([chat.t("Some of it is not as you sent it:"), *news]))
    return await show_cart(chat, "" if news else chat.t("Thank you, we have your cart."))


def asked_for(message: Message) -> str | None:
    """The id in Meta's catalogue of the product that *message* asks about; None when it asks about none."""
    return message.context.sku or None


async def show_product(message: Message, chat: Chat, product: str) -> Handled | None:
    """The card of the product that was asked about, below the question: nobody searches for its words."""
    words = clip(message.text, QUOTED)
    lead = chat.t("You ask: “{question}”", question=words) if words else ""
    item = (await read.by_retailer(chat.db, chat.language, [product])).get(product)
    if item is None or not item.active:
        return await gone(chat, lead)
    if item.siblings > 1:
        return await show_kind(chat, item.variant, lead)
    return await show_card(chat, item.product, paragraphs(lead))
