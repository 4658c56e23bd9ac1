"""Changing a cart, line by line."""

from __future__ import annotations

from gateway import Button, Chat, Handled, Message, Row
from plugins.commerce.browse.lists import paragraphs, row, send_list, showing, turning, window
from plugins.commerce.browse.sight import ALL, look
from plugins.commerce.cart import acts
from plugins.commerce.cart.cart import Cart, CartLine, open_cart
from plugins.commerce.cart.quote import problem_of
from plugins.commerce.cart.show import button, send_with, show_cart, show_empty
from plugins.commerce.cart.words import name_of, problem_said, told
from plugins.commerce.common.taps import Tap, tap

#: Lines on a page, and on one that is the only one: of ten rows two are for the code and for emptying.
PAGE, ALONE = 6, 8


async def on_edit(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """[Edit]."""
    return await show_lines(chat, tapped.number(0, 1))


async def show_lines(chat: Chat, page: int = 1, lead: str = "") -> Handled:
    """Which line is to be changed?"""
    cart = await _cart(chat)
    if cart is None:
        return await show_empty(chat, lead)
    shown = window(len(cart.lines), page, PAGE, ALONE)
    rows = [_line_row(chat, cart, line) for line in cart.lines[shown.offset :][: shown.count]]
    if shown.pages > 1:
        rows += [each for each in turning(chat, shown, lambda to: tap("edit", to)) if each.id != tap("home")]
    rows += [_code_row(chat, cart), row(tap("clear", cart.id, cart.version), chat.t("Empty the cart"))]
    text = paragraphs(lead, chat.t("What would you like to change?"), showing(chat, shown))
    return await send_list(chat, text, rows)


async def on_line(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """A line was chosen. Looking changes nothing, so the version does not matter."""
    return await show_line(chat, tapped.word(2))


async def show_line(chat: Chat, variant: str, lead: str = "") -> Handled:
    """One line: more, less, another quantity, out."""
    cart = await _cart(chat)
    line = cart.line(variant) if cart is not None else None
    if cart is None or line is None:
        return await show_cart(chat, lead or chat.t("That is not in your cart any more."))
    money, item = chat.words.money, line.item
    facts = chat.t(
        "{name}: you have {qty}, for {price} each, {total} in all.",
        name=name_of(item),
        qty=chat.words.number(line.qty),
        price=money(item.price, item.currency),
        total=money(item.price * line.qty, item.currency),
    )
    problem = problem_of(line, chat.settings)
    text = paragraphs(lead, facts, problem_said(chat, problem) if problem else "")
    return await send_list(chat, text, _ways(chat, cart, line))


async def on_set(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """A quantity was chosen: a cart, its version, a variant, how many of it."""
    async with chat.db.begin():
        if not await acts.is_still(chat, tapped.word(0), tapped.number(1)):
            return await stale(chat)
        return await have(chat, tapped.word(2), max(0, tapped.number(3)))


async def have(chat: Chat, variant: str, qty: int) -> Handled:
    """Have *qty* of *variant* in the cart, 0 for none, and show what became of it."""
    cart = await _cart(chat)
    line = cart.line(variant) if cart is not None else None
    changed = await acts.put(chat, variant, qty)
    if line is None and not changed.qty:
        return await show_cart(chat, chat.t("That is not in your cart any more."))
    after = await _cart(chat)
    line = (after.line(variant) if after is not None else None) or line
    if line is None:
        return await show_cart(chat)
    if not changed.qty and not changed.why:
        return await show_cart(chat, chat.t("Taken out: {name}.", name=name_of(line.item)))
    now = chat.t("{name}: {qty} now.", name=name_of(line.item), qty=chat.words.number(changed.qty))
    return await show_cart(chat, told(chat, line.item, changed) or now)


async def on_many(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """[Another quantity]: the number that is written next is how many there are to be."""
    cart = await _cart(chat)
    line = cart.line(tapped.word(0)) if cart is not None else None
    if line is None:
        return await show_cart(chat, chat.t("That is not in your cart any more."))
    await look(chat, line.item.variant, asked=ALL)
    text = chat.t(
        "How many of {name} would you like in all? Write a number, such as {example}; 0 takes it out.",
        name=name_of(line.item),
        example=chat.words.number(line.qty + 3 * max(1, line.item.step)),
    )
    await send_with(chat, text, [button(tap("cart"), chat.t("Back to the cart"))])
    return Handled


async def on_fix(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """[Adjust my cart]: what is gone goes out, of what is short what is left stays in."""
    async with chat.db.begin():
        if not await acts.is_still(chat, tapped.word(0), tapped.number(1)):
            return await stale(chat)
        cart = await _cart(chat)
        for line in cart.lines if cart is not None else ():
            if problem := problem_of(line, chat.settings):
                await acts.put(chat, problem.variant, problem.left)
        return await show_cart(chat, chat.t("Your cart has what we can sell you now."))


async def on_clear(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """[Empty the cart] asks once more; [Yes, empty it] does it."""
    if tapped.word(2) != "yes":
        return await ask_clear(chat)
    async with chat.db.begin():
        if not await acts.is_still(chat, tapped.word(0), tapped.number(1)):
            return await stale(chat)
        await acts.clear(chat)
        return await show_cart(chat)


async def ask_clear(chat: Chat) -> Handled:
    """Shall everything go?"""
    cart = await _cart(chat)
    if cart is None:
        return await show_empty(chat)
    text = chat.n(
        "Shall we take the {n} thing out of your cart?",
        "Shall we take all {n} things out of your cart?",
        cart.count,
    )
    yes: list[Button] = [
        button(tap("clear", cart.id, cart.version, "yes"), chat.t("Yes, empty it")),
        button(tap("cart"), chat.t("No, keep it")),
    ]
    await send_with(chat, text, yes)
    return Handled


async def stale(chat: Chat) -> Handled:
    """The tap belongs to a cart that is another one now."""
    return await show_cart(
        chat, chat.t("Your cart has changed since you saw that. Nothing was done; this is how it is now.")
    )


async def _cart(chat: Chat) -> Cart | None:
    return await open_cart(chat.db, chat.language, chat.contact.id)


def _line_row(chat: Chat, cart: Cart, line: CartLine) -> Row:
    item = line.item
    said = chat.t(
        "{qty} × {price} = {total}",
        qty=chat.words.number(line.qty),
        price=chat.words.money(item.price, item.currency),
        total=chat.words.money(item.price * line.qty, item.currency),
    )
    return row(tap("line", cart.id, cart.version, item.variant), item.full_name, said)


def _code_row(chat: Chat, cart: Cart) -> Row:
    if cart.code:
        return row(tap("uncode", cart.id, cart.version), chat.t("Remove the code"), cart.code)
    return row(tap("code"), chat.t("Discount code"), chat.t("If you have one"))


def _ways(chat: Chat, cart: Cart, line: CartLine) -> list[Row]:
    item, step = line.item, max(1, line.item.step)

    def to(qty: int, title: str) -> Row:
        price = chat.words.money(qty * item.price, item.currency) if qty else ""
        return row(tap("set", cart.id, cart.version, item.variant, qty), title, price)

    rows = []
    if item.can_sell(line.qty + step):
        rows.append(to(line.qty + step, chat.n("{n} more", "{n} more", step)))
    if line.qty - step >= item.least:
        rows.append(to(line.qty - step, chat.n("{n} less", "{n} less", step)))
    return [
        *rows,
        row(tap("many", item.variant), chat.t("Another quantity"), chat.t("Write how many you would like")),
        to(0, chat.t("Take it out")),
        row(tap("card", item.product), chat.t("See it")),
        row(tap("cart"), chat.t("Back to the cart")),
    ]
