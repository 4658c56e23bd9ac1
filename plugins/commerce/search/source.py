"""What the words of a product are, and how much each of them says about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gateway import Db, queries
from plugins.commerce.common.spread import all_of
from plugins.commerce.search.words import words_of

SQL = queries(Path(__file__).with_name("index.sql"))

#: How well a word fits that stands in the name, in tags, titles and SKU, in the category, in the description.
NAME, TAGS, CATEGORY, DESCRIPTION = 1, 2, 3, 4
#: Steps between what sells best and what never did, within a weight.
STEPS = 16
#: The most words that a product is found by.
WORDS = 400
#: How deep categories lie in each other at most.
DEPTH = 8

Texts = list[tuple[int, str]]


async def words_by_product(db: Db, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """For each of the products *ids* that are for sale, its words with their rank: the weight (`NAME` is
    best), then how well it sells. Small is better."""
    products = await all_of(db, SQL["products"], "ids", ids)
    above = await _categories(db, {row["category"] for row in products})
    texts: dict[str, Texts] = {}
    for row in products:
        shelf = above.get(row["category"])
        if row["category"] and shelf is None:
            continue  # in a category that is hidden
        texts[row["id"]] = [*_of_product(row), *(shelf or ())]
    await _add_variants(db, ids, texts)
    sold = {row["id"]: _popular(row["sold"]) for row in products}
    return {id: _ranked(each, sold[id]) for id, each in texts.items()}


def weight_of(rank: int) -> int:
    """`NAME`, `TAGS`, `CATEGORY` or `DESCRIPTION`."""
    return rank // STEPS


def _popular(sold: int) -> int:
    """0 for what sells best, `STEPS` - 1 for what never did: rough, that few sales move it."""
    return STEPS - 1 - min(max(sold, 0).bit_length(), STEPS - 1)


def _ranked(texts: Texts, popular: int) -> dict[str, int]:
    """The words of *texts*, each with its best rank."""
    found: dict[str, int] = {}
    for weight, text in sorted(texts, key=lambda each: each[0]):
        for word in words_of(text) if text else ():
            if len(found) >= WORDS:
                return found
            found.setdefault(word, weight * STEPS + popular)
    return found


def _of_product(row: Mapping[str, Any] | Any) -> Iterator[tuple[int, str]]:
    yield NAME, row["name"]
    yield TAGS, row["tags"]
    yield DESCRIPTION, row["description"]
    for weight, column in ((NAME, "names"), (DESCRIPTION, "descriptions")):
        for text in texts_of(row[column]):
            yield weight, text


async def _add_variants(db: Db, ids: Sequence[str], texts: dict[str, Texts]) -> None:
    for row in await all_of(db, SQL["variants"], "ids", ids):
        if (mine := texts.get(row["product"])) is None:
            continue
        mine.append((TAGS, row["title"]))
        mine.append((TAGS, _letters(row["sku"])))
        mine += [(TAGS, text) for column in ("titles", "options") for text in texts_of(row[column])]


def _letters(sku: str) -> str:
    """The words of a SKU: MNG and RED of "MNG-RED-0017". Numbers would be a word for each product, and the
    search looks for SKUs first anyway."""
    return " ".join(part for part in words_of(sku) if part.isalpha() and len(part) > 1)


def texts_of(packed: str) -> list[str]:
    """The texts of a column such as ``names``."""
    if packed in ("", "{}"):
        return []
    found = msgspec.json.decode(packed)
    return [text for text in found.values() if isinstance(text, str)]


async def _categories(db: Db, wanted: set[str]) -> dict[str, Texts]:
    """For each category, the texts of it and of those above it. Those that are hidden, or below a hidden
    one, are left out."""
    known: dict[str, Any] = {}
    missing = wanted - {""}
    for _ in range(DEPTH):
        if not missing:
            break
        rows = await all_of(db, SQL["categories"], "ids", sorted(missing))
        known |= {row["id"]: row for row in rows}
        missing = {row["parent"] for row in rows} - {""} - set(known)
    chains = {id: list(_chain(known, id)) for id in wanted if id in known}
    return {
        id: [(CATEGORY, text) for row in rows for text in (row["name"], *texts_of(row["names"]))]
        for id, rows in chains.items()
        if not any(row["hidden"] for row in rows)
    }


def _chain(known: Mapping[str, Any], id: str) -> Iterator[Any]:
    for _ in range(DEPTH):
        if (row := known.get(id)) is None:
            return
        yield row
        id = row["parent"]
