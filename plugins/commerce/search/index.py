"""Keeping the words of products where the search finds them."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import Db


async def index(db: Db, products: Sequence[str]) -> None:
    """Make the words of these products (ids) those that they have now: names in all languages, variant
    titles, SKUs, tags, category, description. To be called in the transaction that changed them, a
    thousand at most. Products that are hidden, archived or gone lose their words."""
    return
