"""The catalogue as Meta reads it: a CSV behind a link that only who was given it knows."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from gateway import ApiRequest, Page, PageRequest, PluginRoute, api, public_page, queries
from plugins.commerce.catalogue.counts import NONE, Counted, counts
from plugins.commerce.catalogue.spoken import spoken
from plugins.commerce.common.money import major
from plugins.commerce.common.spread import all_of
from plugins.commerce.common.texts import own

SQL = queries(Path(__file__).with_name("feed.sql"))
COLUMNS = (
    "id", "title", "description", "availability", "condition", "price", "sale_price", "link", "image_link",
    "brand",
)  # fmt: skip
#: Rows that are read at once, and those of a feed, which is made while somebody waits.
PORTION, LONGEST = 1_000, 50_000
#: Characters of a title and of a description; Meta takes 200 and 9,999, a feed has 64 MiB.
TITLE, DESCRIPTION = 200, 400
#: What a spreadsheet would take for a formula, at the beginning of a cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class FeedLinks(Struct, frozen=True):
    """What Meta's Commerce Manager is given as scheduled feeds: one, or one for each 50,000 variants. They
    last a year; whoever has them reads the names and prices of what is sold."""

    links: list[str]


async def feed_links(request: ApiRequest) -> FeedLinks:
    """The addresses of the catalogue's feeds for Meta."""
    count = await request.db.value(SQL["count"])
    parts = range(max(-(-count // LONGEST), 1))
    return FeedLinks([request.link("/feed", part, expires="365d") for part in parts])


async def feed(request: PageRequest) -> Page:
    """The feed."""
    return request.file(_lines(request), "text/csv", "catalogue.csv")


async def _lines(request: PageRequest) -> AsyncIterator[str]:
    shop = own(request.settings.name, request.tenant.language) or request.tenant.id
    phone = "".join(sign for sign in str(await request.db.value(SQL["number"]) or "") if sign.isdigit())
    told = _Told(
        request.tenant.language, request.settings.product_link or f"https://wa.me/{phone}?text={{sku}}", shop
    )
    hidden = {row["id"] for row in await request.db.all(SQL["gone"])}
    after = (
        await request.db.value(SQL["end_of"], skipped=request.value * LONGEST - 1) if request.value else ""
    )
    yield _written([COLUMNS])
    for _ in range(LONGEST // PORTION):
        variants = (
            await request.db.all(SQL["variants"], after=after, most=PORTION) if after is not None else []
        )
        if not variants:
            return
        after = variants[-1]["id"]
        rows = await all_of(request.db, SQL["products"], "ids", [each["product"] for each in variants])
        products = {row["id"]: row for row in rows if row["category"] not in hidden}
        counted = await counts(request.db, [each["id"] for each in variants])
        yield _written(
            told.cells(each, products[each["product"]], counted.get(each["id"], NONE))
            for each in variants
            if each["product"] in products
        )


class _Told(Struct, frozen=True):
    """How a shop tells of what it sells: in its *language*, *where* with {sku} for a SKU, under its name."""

    language: str
    where: str
    shop: str

    def cells(self, variant: Any, product: Any, count: Counted) -> list[str]:
        """A line of the feed."""
        name = spoken(product["names"], self.language, product["name"])
        title = spoken(variant["titles"], self.language, variant["title"])
        whole = f"{name} ({title})" if title else name
        said = spoken(product["descriptions"], self.language, product["description"]) or whole
        price, before = _amount(variant, "price"), ""
        if variant["compare_at"] > variant["price"]:
            before = _amount(variant, "compare_at")
        there = not count.tracked or count.backorder or count.left >= variant["min_qty"]
        cells = [
            whole[:TITLE], " ".join(said.split())[:DESCRIPTION],
            "in stock" if there else "out of stock", "new",
            before or price, price if before else "",
            self.where.replace("{sku}", quote(variant["sku"], safe="")),
            product["image_link"] or product["image_source"], self.shop,
        ]  # fmt: skip
        return [
            variant["retailer_id"],
            *(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells),
        ]


def _amount(variant: Any, which: str) -> str:
    return f"{major(variant[which], variant['currency'])} {variant['currency']}"


def _written(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


ROUTES: tuple[PluginRoute, ...] = (
    public_page("GET", "/feed/{token}", feed, value=int),
    api("GET", "/feed-link", feed_links, answer=FeedLinks),
)
