"""Which products lie on a shelf, in which order: ids only, so that a page is read for what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway import Db, queries
from plugins.commerce.common.spread import all_of

CATEGORIES = queries(Path(__file__).with_name("categories.sql"))
SHELF = queries(Path(__file__).with_name("shelf.sql"))
#: Products of a category that anybody walks through; the search finds the others.
MOST = 500
#: Products that are looked at for what is shown first.
FEW = 100


async def products(db: Db, category: str) -> Sequence[str]:
    """The products of *category*, then of those below it, as the owner ordered them; what can be sold comes
    first. Of a large category only the first 500 are looked at."""
    found: list[Any] = []
    for ids, most in _portions(await db.all(CATEGORIES["tree"], id=category, most=MOST)):
        rows = await all_of(db, SHELF["in_categories"], "ids", ids, most=most)
        place = {id: n for n, id in enumerate(ids)}
        found += sorted(rows, key=lambda row: place[row["category"]])
    there = [row for row in found if row["there"] is not None]
    return [row["id"] for row in sorted(there, key=lambda row: -row["there"])][:MOST]


async def best(db: Db, name: str) -> Sequence[str]:
    """What is shown first, of which there is something: "featured", "sold" or "newest"."""
    return [row["id"] for row in await db.all(SHELF[name], most=FEW) if row["there"]]


def _portions(tree: Sequence[Any]) -> list[tuple[list[str], int]]:
    """The categories to read, and how many products at most: those that fit whole are read together."""
    whole: list[str] = []
    left = MOST
    for row in _in_order(tree):
        if row["products"] > left:
            return [(whole, MOST), ([row["id"]], left)]
        if row["products"]:
            whole.append(row["id"])
            left -= row["products"]
        if not left:
            break
    return [(whole, MOST)]


def _in_order(tree: Sequence[Any]) -> list[Any]:
    """A category before those below it, and these before its next sister."""
    below: dict[str, list[Any]] = {}
    for row in tree[1:]:
        below.setdefault(row["parent"], []).append(row)
    ordered: list[Any] = []
    waiting = list(tree[:1])
    while waiting:
        row = waiting.pop()
        ordered.append(row)
        waiting += reversed(below.get(row["id"], []))
    return ordered
