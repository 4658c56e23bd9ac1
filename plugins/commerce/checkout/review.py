"""The last look: what is ordered, what it costs in full, and every answer that was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from gateway import Chat
from plugins.commerce.cart.cart import Cart, open_cart
from plugins.commerce.cart.quote import Quote
from plugins.commerce.cart.words import line_said, price_news
from plugins.commerce.checkout import look
from plugins.commerce.checkout.draft import Draft, Placed, Way
from plugins.commerce.checkout.payment import fitting, pays_of
from plugins.commerce.checkout.ways import NONE
from plugins.commerce.codes.words import why_not
from plugins.commerce.price import words


class Review(Struct, frozen=True):
    """What is shown, and the *mark* of what it is agreed to with [Confirm]. *why* is why there is nothing to
    confirm: as of `Placed`, or `placed` when the order is there already (as *placed*). *cart* is the one that
    is shown: the customer may have begun another."""

    why: Literal["", "empty", "problems", "way", "payment", "placed"] = ""
    text: str = ""
    cart: str = ""
    mark: str = ""
    total: int = 0
    currency: str = ""
    placed: Placed | None = None


async def reviewed(chat: Chat, draft: Draft) -> Review:
    """The order that *draft* would be, with what everything costs at this moment."""
    cart = await open_cart(chat.db, chat.language, chat.contact.id)
    if cart is None:
        before = await look.placed_from(chat.db, draft.cart, chat.contact.id)
        return Review("placed", placed=before) if before else Review("empty")
    way = look.chosen(chat, draft)
    if way is None or any(line.item.needs_delivery for line in cart.lines) == (way.id == NONE):
        return Review("way")
    quote = await look.bill(chat, cart, draft, way)
    if quote.problems:
        return Review("problems")
    pays = pays_of(chat.settings, chat.words, chat.tenant.language, look.collected(chat, quote.bill.total))
    pay = look.pay_of(fitting(pays, way, chat.words), draft.payment)
    if pay is None:
        return Review("payment")
    parts = [
        "\n".join(await goods(chat, cart, quote)),
        sums(chat, quote, way),
        "\n".join(answers(chat, draft, way, pay.title, cart.note)),
    ]
    return Review("", "\n\n".join(parts), cart.id, quote.mark, quote.bill.total, quote.bill.currency)


async def goods(chat: Chat, cart: Cart, quote: Quote) -> Sequence[str]:
    """The lines of the cart, what costs something else than before, and why a code does not count."""
    found = [line_said(chat, line) for line in cart.lines]
    found += [price_news(chat, line) for line in cart.lines if line.price_seen != line.item.price]
    if quote.code_why:
        found.append(await why_not(chat, cart.code, quote.code_why))
    return found


def sums(chat: Chat, quote: Quote, way: Way) -> str:
    """The bill."""
    brought = not way.pickup and way.id != NONE
    delivery = chat.t("Delivery ({way})", way=way.title) if brought else ""
    if brought and quote.free_delivery:
        delivery = chat.t("Delivery ({way}), with {code}", way=way.title, code=quote.code)
    return words.lines(chat.words, quote.bill, code=quote.code, delivery=delivery)


def answers(chat: Chat, draft: Draft, way: Way, pay: str, note: str) -> Sequence[str]:
    """Every answer, on a line each."""
    found = [
        chat.t("Name: {name}", name=draft.name),
        chat.t("Phone: {phone}", phone=draft.phone),
    ]
    if draft.email:
        found.append(chat.t("E-mail: {email}", email=draft.email))
    if way.pickup:
        place = chat.t("{what}: {about}", what=way.title, about=way.about) if way.about else way.title
        found.append(chat.t("You collect it: {place}", place=place))
    elif draft.where is not None:
        found.append(chat.t("We bring it to: {address}", address=draft.where.text))
        if draft.where.note:
            found.append(chat.t("How to find it: {note}", note=draft.where.note))
        if way.about:
            found.append(chat.t("It takes: {days}", days=way.about))
    found.append(chat.t("Payment: {method}", method=pay))
    if note:
        found.append(chat.t("Your note: {note}", note=note))
    return found
