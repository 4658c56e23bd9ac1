"""What the API tells of products and categories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from plugins.commerce.catalogue.category import Stored
from plugins.commerce.catalogue.counts import Counted
from plugins.commerce.catalogue.row import Done
from plugins.commerce.common.money import major


class Stock(Struct, frozen=True):
    """What is there of a variant, at all places: *left* can be sold. Nobody counts what is not *tracked*."""

    tracked: bool
    backorder: bool
    on_hand: int
    reserved: int
    left: int
    low_at: int


class VariantShown(Struct, frozen=True):
    """A variant. Prices are decimal text."""

    id: str
    sku: str
    retailer_id: str
    title: str
    titles: dict[str, str]
    options: dict[str, str]
    barcode: str
    price: str
    compare_at: str
    currency: str
    weight: int
    min_qty: int
    max_qty: int
    step: int
    status: str
    sort: int
    stock: Stock


class ImageShown(Struct, frozen=True):
    """A picture: *id* of the stored file, its public *link*; *url* is where it is fetched from; *state* is
    wanted, kept, failed (*error* says why) or ""."""

    id: str
    link: str
    url: str
    state: str
    error: str


class ProductShown(Struct, frozen=True):
    """A product with all its variants."""

    id: str
    code: str
    category: str
    name: str
    names: dict[str, str]
    description: str
    descriptions: dict[str, str]
    status: str
    featured: bool
    unit: str
    tags: str
    tax_class: str
    needs_delivery: bool
    sort: int
    sold: int
    version: int
    created_at: datetime
    updated_at: datetime
    image: ImageShown
    variants: list[VariantShown]


class Products(Struct, frozen=True):
    """A page of products; *cursor* is null on the last."""

    items: list[ProductShown]
    cursor: str | None


class Categories(Struct, frozen=True):
    """A page of categories."""

    items: list[Stored]
    cursor: str | None


class Results(Struct, frozen=True):
    """What became of each row, in their order, and how many of each."""

    items: Sequence[Done]
    created: int
    updated: int
    unchanged: int
    refused: int


def product(row: Any, variants: list[VariantShown]) -> ProductShown:
    """A row of `commerce_product`, with its *variants*."""
    decode = msgspec.json.decode
    return ProductShown(
        id=row["id"], code=row["code"], category=row["category"], name=row["name"],
        names=decode(row["names"]), description=row["description"],
        descriptions=decode(row["descriptions"]), status=row["status"],
        featured=row["featured"] == 1, unit=row["unit"], tags=row["tags"], tax_class=row["tax_class"],
        needs_delivery=row["needs_delivery"] == 1, sort=row["sort"], sold=row["sold"], version=row["version"],
        created_at=moment(row["created_at"]), updated_at=moment(row["updated_at"]),
        image=ImageShown(
            row["image"], row["image_link"], row["image_source"], row["image_state"], row["image_error"]
        ),
        variants=variants,
    )  # fmt: skip


def results(done: Sequence[Done]) -> Results:
    """*done*, counted."""
    counts = dict.fromkeys(("created", "updated", "unchanged", "refused"), 0)
    for each in done:
        counts[each.result] += 1
    return Results(done, **counts)


def moment(micros: int) -> datetime:
    """A time as the API tells it."""
    return datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)


def variant(row: Any, count: Counted) -> VariantShown:
    """A row of `commerce_variant`, with what there is of it."""
    decode, currency = msgspec.json.decode, row["currency"]
    return VariantShown(
        id=row["id"], sku=row["sku"], retailer_id=row["retailer_id"], title=row["title"],
        titles=decode(row["titles"]), options=decode(row["options"]), barcode=row["barcode"],
        price=major(row["price"], currency),
        compare_at=major(row["compare_at"], currency) if row["compare_at"] else "", currency=currency,
        weight=row["weight"], min_qty=row["min_qty"], max_qty=row["max_qty"], step=row["step"],
        status=row["status"], sort=row["sort"],
        stock=Stock(
            tracked=count.tracked, backorder=count.backorder, on_hand=count.on_hand, reserved=count.reserved,
            left=count.left, low_at=count.low_at,
        ),
    )  # fmt: skip
