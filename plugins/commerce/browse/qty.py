"""How many of a thing: asked with rows to tap, and understood when a number is written behind its card."""

from __future__ import annotations

from gateway import Button, Buttons, Chat, Handled
from plugins.commerce.browse import said
from plugins.commerce.browse.card import gone, show_kind
from plugins.commerce.browse.lists import paragraphs, row, send_list
from plugins.commerce.browse.sight import ALL, MORE, Sight, look
from plugins.commerce.cart.added import put_in
from plugins.commerce.cart.edit import have
from plugins.commerce.catalogue import read
from plugins.commerce.catalogue.item import Item
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, clip

#: What is offered, in steps above the least that is sold.
OFFERED = (0, 1, 2, 4, 9)


async def ask(chat: Chat, variant: str, *, other: bool = False) -> Handled:
    """Ask how many; a number that is written next is the answer."""
    item = (await read.items(chat.db, chat.language, [variant])).get(variant)
    if item is None or not item.active:
        return await gone(chat)
    if not said.can_be_had(item):
        return await show_kind(chat, variant)
    await look(chat, variant, asked=MORE)
    if other:
        return await _write(chat, item)
    numbers = _offered(item, chat.settings.max_quantity)
    rows = [
        row(
            tap("add", variant, qty),
            chat.words.number(qty),
            chat.words.money(qty * item.price, item.currency),
        )
        for qty in numbers
    ]
    question = chat.t("How many of {name}? Choose, or write a number.", name=said.name(item))
    other_row = row(tap("qty", variant, "other"), chat.t("Another number"))
    return await send_list(chat, question, [*rows, other_row, row(tap("home"), chat.t("Menu"))])


def _offered(item: Item, most: int) -> list[int]:
    least, step = item.least, max(item.step, 1)
    most = min(most, item.max_qty or most)
    if item.left is not None and not item.backorder:
        most = min(most, item.left)
    return [qty for times in OFFERED if (qty := least + step * times) <= most] or [least]


async def _write(chat: Chat, item: Item, lead: str = "") -> Handled:
    most = item.max_qty or chat.settings.max_quantity
    example = chat.words.number(item.least + 3 * max(item.step, 1))
    text = paragraphs(
        lead,
        chat.t(
            "Write how many of {name} you would like, as a whole number such as {example}.",
            name=said.name(item),
            example=example,
        ),
        chat.t("One order may have {most} at most.", most=chat.words.number(most)),
    )
    await chat.send(
        Buttons(
            text,
            [
                _button(tap("kind", item.variant), chat.t("Go back")),
                _button(tap("home"), chat.t("Menu")),
            ],
        )
    )
    return Handled


async def answered(chat: Chat, sight: Sight, number: int) -> Handled | None:
    """Somebody who was asked how many wrote *number*, which is less than 0 for what nobody can have, such as
    "2.5"; None when it is not for sale any more."""
    item = (await read.items(chat.db, chat.language, [sight.variant])).get(sight.variant)
    if item is None or not item.active:
        return None
    await look(chat, item.variant, asked=sight.asked if number < 1 else 0)
    if sight.asked == ALL and number >= 0:
        return await have(chat, item.variant, number)
    if number < 1:
        return await _write(chat, item, chat.t("We sell whole ones only, from one on."))
    return await put_in(chat, item.variant, number)


async def meant(chat: Chat, sight: Sight, number: int) -> Handled | None:
    """Somebody wrote *number* with a thing before their eyes, and was asked nothing: it may mean something
    else. None when the thing is not for sale any more."""
    item = (await read.items(chat.db, chat.language, [sight.variant])).get(sight.variant)
    if item is None or not item.active or number < 1:
        return None
    qty = chat.words.number(number)
    question = chat.t("Shall we put {qty} × {name} into your cart?", qty=qty, name=said.name(item))
    buttons = [
        _button(tap("add", item.variant, number), chat.t("Yes, add {qty}", qty=qty)),
        _button(tap("kind", item.variant), chat.t("No")),
    ]
    await chat.send(Buttons(question, buttons))
    return Handled


def _button(id: str, title: str) -> Button:
    return Button(id, clip(title, BUTTON))
