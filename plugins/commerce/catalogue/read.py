"""Reading the catalogue, in a language."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import Db
from plugins.commerce.catalogue.item import Category, Item


async def categories(db: Db, language: str, parent: str = "") -> Sequence[Category]:
    """The categories below *parent* ("" for the top) that customers see: not hidden, with something in
    them or below them; in the owner's order. At most 200."""
    raise NotImplementedError


async def category(db: Db, language: str, id: str) -> Category | None:
    """One category, also one that is empty; None when there is none, or it is hidden."""
    raise NotImplementedError


async def shelf(
    db: Db, language: str, category: str, *, offset: int = 0, limit: int = 9
) -> tuple[Sequence[Item], int]:
    """The products of a category (and of the categories below it), each by the variant that stands for it
    (the first that can be sold), in stock first, from *offset* on; and how many there are in all, at most
    500."""
    raise NotImplementedError


async def featured(db: Db, language: str, limit: int = 9) -> Sequence[Item]:
    """What the owner features, else what sells best, else what is new; only what can be sold."""
    raise NotImplementedError


async def variants(db: Db, language: str, product: str) -> Sequence[Item]:
    """Every variant of a product that is for sale, in order; none for one that is hidden or gone."""
    raise NotImplementedError


async def items(db: Db, language: str, ids: Sequence[str]) -> dict[str, Item]:
    """Variants by id, also those that are not for sale any more (`Item.active` says so)."""
    raise NotImplementedError


async def by_sku(db: Db, language: str, written: str) -> Item | None:
    """The variant for sale whose SKU *written* is: exactly, or as people write it ("mango big",
    "MANGO-BIG") where only one is meant."""
    raise NotImplementedError


async def by_retailer(db: Db, language: str, ids: Sequence[str]) -> dict[str, Item]:
    """Variants by their ids in Meta's catalogue (case counts), also those that are not for sale any more."""
    raise NotImplementedError


async def standing_for(db: Db, language: str, products: Sequence[str]) -> Sequence[Item]:
    """For each product (in this order) the variant that stands for it; what is not for sale is left out."""
    raise NotImplementedError
