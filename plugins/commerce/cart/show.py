"""The cart on the phone."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import Button, Buttons, Chat, Handled
from plugins.commerce.browse.said import bold
from plugins.commerce.cart.cart import SQL, Cart, open_cart
from plugins.commerce.cart.quote import Quote, quote
from plugins.commerce.cart.words import line_said, price_news, problem_said
from plugins.commerce.codes.words import why_not
from plugins.commerce.common.ids import micros
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, clip, length
from plugins.commerce.price import words as price_words

#: Characters that stand above buttons, and lines that are told before the list of all has to be opened.
BODY, LINES = 1000, 25


async def show_cart(chat: Chat, lead: str = "") -> Handled:
    """Send the cart: *lead* (what just happened) above lines, totals and what can be done. Says so kindly
    when it is empty, with a way to the shop."""
    cart = await open_cart(chat.db, chat.language, chat.contact.id)
    if cart is None:
        return await show_empty(chat, lead)
    found = await quote(chat.db, chat.settings, cart, now=micros(chat.now))
    parts = [
        lead,
        _lines(chat, cart),
        "\n".join(await _news(chat, cart)),
        _problems(chat, found),
        await _sums(chat, cart, found),
    ]
    await send_with(chat, "\n\n".join(part for part in parts if part), _buttons(chat, cart, found))
    return Handled


async def show_empty(chat: Chat, lead: str = "") -> Handled:
    """Say that nothing is in the cart."""
    empty = chat.t("Your cart is empty. Write what you are looking for, or have a look at the shop.")
    way = [button(tap("home"), chat.t("To the shop")), button(tap("orders", 1), chat.t("My orders"))]
    await send_with(chat, f"{lead}\n\n{empty}".strip(), way)
    return Handled


async def send_with(chat: Chat, text: str, buttons: Sequence[Button]) -> None:
    """*text* above *buttons*, or as a message before them when it is too long for that."""
    if length(text) > BODY:
        await chat.say(text)
        text = chat.t("What would you like to do?")
    await chat.send(Buttons(text, buttons))


def button(id: str, title: str) -> Button:
    """A button whose title fits."""
    return Button(id, clip(title, BUTTON))


def _buttons(chat: Chat, cart: Cart, found: Quote) -> list[Button]:
    first = button(tap("checkout"), chat.t("Checkout"))
    if found.problems:
        first = button(tap("fix", cart.id, cart.version), chat.t("Adjust my cart"))
    return [
        first,
        button(tap("edit", 1), chat.t("Edit")),
        button(tap("shop", 1), chat.t("Keep shopping")),
    ]


def _lines(chat: Chat, cart: Cart) -> str:
    shown = [line_said(chat, line) for line in cart.lines[:LINES]]
    rest = len(cart.lines) - LINES
    if rest > 0:
        shown.append(chat.n("… and {n} more: Edit shows it.", "… and {n} more: Edit shows them.", rest))
    return "\n".join([bold(chat.t("Your cart:")), *shown])


async def _news(chat: Chat, cart: Cart) -> list[str]:
    """What costs something else than when it was seen last; from now on it is seen."""
    moved = [line for line in cart.lines if line.price_seen != line.item.price and line.item.active]
    seen = [
        {
            "cart": cart.id,
            "variant": line.item.variant,
            "price": line.item.price,
            "was": line.price_seen,
        }
        for line in moved
    ]
    if seen:
        await chat.db.many(SQL["seen"], seen)
    return [price_news(chat, line) for line in moved[:LINES]]


def _problems(chat: Chat, found: Quote) -> str:
    said = [problem_said(chat, problem) for problem in found.problems[:LINES]]
    return "\n".join(f"⚠️ {each}" for each in said)


async def _sums(chat: Chat, cart: Cart, found: Quote) -> str:
    *lines, total = price_words.lines(chat.words, found.bill, code=found.code).split("\n")
    if found.free_delivery:
        lines.append(chat.t("Delivery: free with {code}", code=found.code))
    elif any(line.item.needs_delivery for line in cart.lines):
        lines.append(chat.t("Delivery: at checkout"))
    lines.append(bold(total))
    if found.code_why:
        lines += ["", await why_not(chat, cart.code, found.code_why)]
    if cart.note:
        lines += ["", chat.t("Your note: {note}", note=cart.note)]
    return "\n".join(lines)
