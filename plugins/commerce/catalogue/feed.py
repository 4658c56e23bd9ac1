"""The catalogue as Meta reads it: a CSV behind a link that only who was given it knows."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from gateway import ApiRequest, Page, PageRequest, PluginRoute, api, public_page, queries
from plugins.commerce.catalogue.spoken import spoken
from plugins.commerce.common.money import major
from plugins.commerce.common.texts import own

SQL = queries(Path(__file__).with_name("feed.sql"))
COLUMNS = (
    "id", "title", "description", "availability", "condition", "price", "sale_price", "link", "image_link",
    "brand",
)  # fmt: skip
#: Rows that are read at once.
PORTION = 1_000
#: Characters of a title and of a description; Meta takes 200 and 9,999, a feed has 64 MiB.
TITLE, DESCRIPTION = 200, 400
#: What a spreadsheet would take for a formula, at the beginning of a cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class FeedLink(Struct, frozen=True):
    """*link* is what Meta's Commerce Manager is given as a scheduled feed. It lasts a year; whoever has it
    reads the names and prices of what is sold."""

    link: str


async def feed_link(request: ApiRequest) -> FeedLink:
    """The address of the catalogue's feed for Meta."""
    return FeedLink(request.link("/feed", expires="365d"))


async def feed(request: PageRequest) -> Page:
    """The feed."""
    return request.file(_lines(request), "text/csv", "catalogue.csv")


async def _lines(request: PageRequest) -> AsyncIterator[str]:
    shop = own(request.settings.name, request.tenant.language) or request.tenant.id
    phone = "".join(sign for sign in str(await request.db.value(SQL["number"]) or "") if sign.isdigit())
    where = request.settings.product_link or f"https://wa.me/{phone}?text={{sku}}"
    after = ""
    yield _written([COLUMNS])
    while rows := await request.db.all(SQL["rows"], after=after, most=PORTION):
        yield _written([_cells(row, request.tenant.language, where, shop) for row in rows])
        after = rows[-1]["id"]


def _cells(row: Any, language: str, where: str, shop: str) -> list[str]:
    name, title = (spoken(row[f"{each}s"], language, row[each]) for each in ("name", "title"))
    whole = f"{name} ({title})" if title else name
    said = spoken(row["descriptions"], language, row["description"]) or whole
    price, before = f"{major(row['price'], row['currency'])} {row['currency']}", ""
    if row["compare_at"] > row["price"]:
        before = f"{major(row['compare_at'], row['currency'])} {row['currency']}"
    cells = [
        row["retailer_id"], whole[:TITLE], " ".join(said.split())[:DESCRIPTION],
        "in stock" if row["there"] else "out of stock", "new", before or price, price if before else "",
        where.replace("{sku}", quote(row["sku"], safe="")), row["image_link"] or row["image_source"], shop,
    ]  # fmt: skip
    return [cells[0], *(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells[1:])]


def _written(rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


ROUTES: tuple[PluginRoute, ...] = (
    public_page("GET", "/feed/{token}", feed),
    api("GET", "/feed-link", feed_link, answer=FeedLink),
)
