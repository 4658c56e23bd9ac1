"""The card of a product, its variants, and more about it."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import Button, Buttons, Chat, Handled
from plugins.commerce.browse import said
from plugins.commerce.browse.lists import in_full, paragraphs, row, send_list, showing, turning, window
from plugins.commerce.browse.pictures import send_pictured
from plugins.commerce.browse.shop import show_items, show_picks
from plugins.commerce.browse.sight import look
from plugins.commerce.catalogue import read
from plugins.commerce.catalogue.item import Item
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, clip
from plugins.commerce.owner.funnel import reached

#: Characters of a description on a card; and of one that is shown whole.
TWO_LINES, WHOLE = 160, 3000


async def show_card(chat: Chat, product: str, lead: str = "") -> Handled:
    """Send the card of a product (its id), or say that it is not there any more and show what is."""
    kinds = await read.variants(chat.db, chat.language, product)
    if not kinds:
        return await gone(chat, lead)
    await reached(chat, "browse")
    if len(kinds) == 1:
        return await _card(chat, kinds[0], lead, said.name(kinds[0]))
    first = next((item for item in kinds if said.can_be_had(item)), kinds[0])
    lowest = min(kinds, key=lambda item: item.price)
    price = said.price_and_old(chat, lowest)
    if any(item.price != lowest.price for item in kinds):
        price = chat.t("From {price}", price=price)
    there = sum(said.can_be_had(item) for item in kinds)
    state = (
        chat.n("{n} kind to choose from", "{n} kinds to choose from", there) if there else chat.t("Sold out")
    )
    text = paragraphs(lead, f"{said.bold(clip(first.name, said.NAME))}\n{price}\n{state}", _short(first))
    buttons = [
        _button(tap("pick", product, 1), chat.t("Choose")),
        _button(tap("cart"), chat.t("View cart")),
        _button(tap("more", product), chat.t("More")),
    ]
    await send_pictured(chat, first, Buttons(text, buttons))
    return Handled


async def show_kind(chat: Chat, variant: str, lead: str = "") -> Handled:
    """Send the card of one variant."""
    item = (await read.items(chat.db, chat.language, [variant])).get(variant)
    if item is None or not item.active:
        return await gone(chat, lead)
    await reached(chat, "browse")
    return await _card(chat, item, lead, said.name(item))


async def _card(chat: Chat, item: Item, lead: str, name: str) -> Handled:
    await look(chat, item.variant)
    facts = f"{said.bold(name)}\n{said.price_and_old(chat, item)}\n{said.state(chat, item)}"
    buttons = _to_buy(chat, item) if said.can_be_had(item) else _sold_out(chat, item)
    await send_pictured(chat, item, Buttons(paragraphs(lead, facts, _short(item)), buttons))
    return Handled


def _to_buy(chat: Chat, item: Item) -> list[Button]:
    return [
        _button(tap("add", item.variant, item.least), chat.t("Add to cart")),
        _button(tap("cart"), chat.t("View cart")),
        _button(tap("more", item.product, item.variant), chat.t("More")),
    ]


def _sold_out(chat: Chat, item: Item) -> list[Button]:
    return [
        _button(tap("wait", item.variant), chat.t("Tell me when back")),
        _button(tap("like", item.product), chat.t("Similar")),
        _button(tap("home"), chat.t("Menu")),
    ]


def _button(id: str, title: str) -> Button:
    return Button(id, clip(title, BUTTON))


def _short(item: Item) -> str:
    return clip(item.description, TWO_LINES)


async def show_kinds(chat: Chat, product: str, page: int = 1) -> Handled:
    """Send the variants of a product to choose from."""
    kinds = await read.variants(chat.db, chat.language, product)
    if not kinds:
        return await gone(chat)
    shown = window(len(kinds), page)
    part = kinds[shown.offset :][: shown.count]
    called = [item.title or item.sku for item in part]
    text = paragraphs(
        chat.t("Which {name}?", name=clip(kinds[0].name, said.NAME)), in_full(called), showing(chat, shown)
    )
    rows = [
        row(tap("kind", item.variant), name, f"{said.price(chat, item)} · {said.state(chat, item)}")
        for item, name in zip(part, called, strict=True)
    ]
    return await send_list(chat, text, [*rows, *turning(chat, shown, lambda n: tap("pick", product, n))])


async def show_more(chat: Chat, product: str, variant: str) -> Handled:
    """Send all that is known of a product, and what else can be done with it."""
    kinds = await read.variants(chat.db, chat.language, product)
    if not kinds:
        return await gone(chat)
    item = next((each for each in kinds if each.variant == variant), kinds[0])
    several = len(kinds) > 1 and item.variant != variant
    if not several:
        await look(chat, item.variant)
    name = clip(item.name, said.NAME) if several else said.name(item)
    facts = "\n".join(_facts(chat, item, several))
    text = paragraphs(said.bold(name), item.description.strip()[:WHOLE], facts)
    first = (
        _button(tap("pick", product, 1), chat.t("Choose"))
        if several
        else _button(tap("qty", item.variant), chat.t("Add several"))
        if said.can_be_had(item)
        else _button(tap("wait", item.variant), chat.t("Tell me when back"))
    )
    buttons = [first, _button(tap("like", product), chat.t("Similar")), _button(tap("home"), chat.t("Menu"))]
    await chat.send(Buttons(text, buttons))
    return Handled


def _facts(chat: Chat, item: Item, several: bool) -> list[str]:
    if several:
        return []
    facts = [
        said.price_and_old(chat, item),
        said.state(chat, item),
        chat.t("Number: {sku}", sku=clip(item.sku, 80)),
    ]
    if item.least > 1:
        number = chat.words.number
        facts.append(
            chat.t(
                "Sold from {least} on, in steps of {step}.",
                least=number(item.least),
                step=number(max(item.step, 1)),
            )
        )
    return facts


async def show_similar(chat: Chat, product: str) -> Handled:
    """Send what else lies on the shelf of a product, of which there is something."""
    kinds = await read.variants(chat.db, chat.language, product)
    items: Sequence[Item] = ()
    if kinds and kinds[0].category:
        items, _ = await read.shelf(chat.db, chat.language, kinds[0].category, limit=10)
    near = [item for item in items if item.product != product and said.can_be_had(item)]
    return await show_items(chat, near) if near else await show_picks(chat)


async def gone(chat: Chat, lead: str = "") -> Handled:
    """Say that something is not for sale any more, and show what is."""
    return await show_picks(chat, paragraphs(lead, chat.t("That is not for sale any more.")))
