"""Lists on the phone: ten rows in all, so eight things and a way back and forth."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from gateway import Chat, Handled, List, Row, Section
from plugins.commerce.browse import said
from plugins.commerce.catalogue.item import Item
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, DESCRIPTION, HEADER, ROW, clip

#: Things on a page; as many as go on one that is the only one.
PAGE, ALONE = 8, 9
#: The longest name that is written out above a list.
WRITTEN = 90


class Window(Struct, frozen=True):
    """Which of *total* things are shown: *count* from *offset* on, on page *page* of *pages*."""

    total: int
    page: int
    pages: int
    offset: int
    count: int


def window(total: int, page: int, size: int = PAGE, alone: int = ALONE) -> Window:
    """The part of *total* things that page *page* shows; a page that there is not is the nearest one."""
    if total <= alone:
        return Window(total, 1, 1, 0, total)
    pages = -(-total // size)
    page = min(max(page, 1), pages)
    offset = (page - 1) * size
    return Window(total, page, pages, offset, min(size, total - offset))


def showing(chat: Chat, shown: Window) -> str:
    """ "Showing 9 to 16 of 42.", where there are several pages."""
    if shown.pages == 1:
        return ""
    number = chat.words.number
    return chat.t(
        "Showing {first} to {last} of {total}.",
        first=number(shown.offset + 1),
        last=number(shown.offset + shown.count),
        total=number(shown.total),
    )


def row(id: str, title: str, description: str = "") -> Row:
    """A row that fits."""
    return Row(id, clip(title, ROW) or "…", clip(description, DESCRIPTION))


def item_row(chat: Chat, item: Item) -> Row:
    """The row of a product."""
    return row(tap("card", item.product), item.name, said.row_line(chat, item))


def turning(chat: Chat, shown: Window, id_of: Callable[[int], str]) -> list[Row]:
    """The rows that lead to the pages around, and home where there is room."""
    rows = []
    if shown.page > 1:
        rows.append(row(id_of(shown.page - 1), chat.t("Previous page")))
    if shown.page < shown.pages:
        rows.append(row(id_of(shown.page + 1), chat.t("Next page")))
    return rows if len(rows) == 2 else [*rows, row(tap("home"), chat.t("Menu"))]


def in_full(names: Sequence[str]) -> str:
    """Those of *names* that a row cuts, a line for each."""
    long = [" ".join(each.split()) for each in names]
    return "\n".join(f"• {clip(each, WRITTEN)}" for each in long if clip(each, ROW) != each)


def paragraphs(*parts: str) -> str:
    """What there is of *parts*, with an empty line between."""
    return "\n\n".join(part for part in parts if part)


async def send_list(chat: Chat, text: str, rows: Sequence[Row], *, header: str = "") -> Handled:
    """Send *rows* below *text*."""
    button = clip(chat.t("Choose"), BUTTON)
    await chat.send(List(text, button, [Section("", list(rows))], header=clip(header, HEADER)))
    return Handled
