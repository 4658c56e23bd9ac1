"""The shop's categories, and what lies in them."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import Button, Buttons, Chat, Handled, Row
from plugins.commerce.browse import natively
from plugins.commerce.browse.lists import (
    ALONE,
    PAGE,
    Window,
    in_full,
    item_row,
    paragraphs,
    row,
    send_list,
    showing,
    turning,
    window,
)
from plugins.commerce.catalogue import read
from plugins.commerce.catalogue.item import Category, Item
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, HEADER, clip
from plugins.commerce.owner.funnel import reached

#: Things that are looked at to know whether there is something to feature.
FEW = 3


async def show_shop(chat: Chat, page: int = 1, lead: str = "") -> Handled:
    """Send the categories at the top; a shop without any shows what it has."""
    await reached(chat, "browse")
    categories = await read.categories(chat.db, chat.language)
    if not categories:
        return await show_picks(chat, lead)
    picks = await read.featured(chat.db, chat.language, limit=FEW)
    first = [row(tap("picks"), chat.t("Our picks"), chat.t("What others like"))] if picks else []
    rows = [*first, *(_category_row(each) for each in categories)]
    shown = window(len(rows), page)
    text = paragraphs(
        lead,
        chat.t("What are you looking for? Choose, or write its name."),
        in_full([_titled(each) for each in categories[max(shown.offset - len(first), 0) :][: shown.count]]),
        showing(chat, shown),
    )
    part = rows[shown.offset :][: shown.count]
    return await send_list(chat, text, [*part, *turning(chat, shown, lambda n: tap("shop", n))])


async def show_category(chat: Chat, id: str, page: int = 1, lead: str = "") -> Handled:
    """Send a category: those below it first, then its products."""
    found = await read.category(chat.db, chat.language, id)
    if found is None:
        gone = chat.t("That category is not there any more. Here is what we have.")
        return await show_shop(chat, lead=paragraphs(lead, gone))
    await reached(chat, "browse")
    below = await read.categories(chat.db, chat.language, id)
    if chat.settings.catalog_id and (done := await natively.category(chat, found, below, page)):
        return done
    shown, items = await _page(chat, id, len(below), page)
    if not shown.total:
        nothing = chat.t("There is nothing in {category} at the moment.", category=clip(found.name, HEADER))
        return await show_shop(chat, lead=paragraphs(lead, nothing))
    part = below[shown.offset :][: shown.count]
    text = paragraphs(
        lead,
        clip(_titled(found), 120),
        in_full([*map(_titled, part), *(item.name for item in items)]),
        showing(chat, shown),
    )
    rows = [*map(_category_row, part), *(item_row(chat, item) for item in items)]
    return await send_list(chat, text, [*rows, *turning(chat, shown, lambda n: tap("cat", id, n))])


async def _page(chat: Chat, id: str, before: int, page: int) -> tuple[Window, Sequence[Item]]:
    """The window of a page with *before* categories in front of the products, and its products."""
    page = max(page, 1)
    for _ in range(2):
        skipped = max((page - 1) * PAGE - before, 0)
        items, count = await read.shelf(chat.db, chat.language, id, offset=skipped, limit=ALONE)
        shown = window(before + count, page)
        if shown.page == page:
            break
        page = shown.page  # there are not so many any more
    subs = min(max(before - shown.offset, 0), shown.count)
    return shown, items[: shown.count - subs]


async def show_items(chat: Chat, items: Sequence[Item], lead: str = "") -> Handled:
    """Send *items*, nine at most: as cards to leaf through where the channel has them, else as a list."""
    if not lead and await natively.carousel(chat, items):
        return Handled
    shown = items[:ALONE]
    text = paragraphs(lead, chat.t("Have a look at these:"), in_full([item.name for item in shown]))
    rows = [*(item_row(chat, item) for item in shown), row(tap("home"), chat.t("Menu"))]
    return await send_list(chat, text, rows)


async def show_picks(chat: Chat, lead: str = "") -> Handled:
    """Send what the owner features."""
    picks = await read.featured(chat.db, chat.language, limit=ALONE)
    return await show_items(chat, picks, lead) if picks else await _empty(chat, lead)


async def _empty(chat: Chat, lead: str) -> Handled:
    text = paragraphs(lead, chat.t("There is nothing for sale at the moment. Please look in again soon."))
    buttons = [
        Button(tap("home"), clip(chat.t("Menu"), BUTTON)),
        Button(tap("help"), clip(chat.t("Help"), BUTTON)),
    ]
    await chat.send(Buttons(text, buttons))
    return Handled


def _titled(category: Category) -> str:
    return f"{category.emoji} {category.name}".strip()


def _category_row(category: Category) -> Row:
    return row(tap("cat", category.id, 1), _titled(category))
