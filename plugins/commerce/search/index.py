"""Keeping the words of products where the search finds them.

`commerce_posting` has a row for each word of each product; `commerce_term` the vocabulary, with how many
products have each word; `commerce_gram` the pieces by which mistyped words are found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway import Db, queries
from plugins.commerce.common.spread import all_of
from plugins.commerce.search.slips import pieces
from plugins.commerce.search.source import words_by_product
from plugins.commerce.search.words import stem

SQL = queries(Path(__file__).with_name("index.sql"))


async def index(db: Db, products: Sequence[str]) -> None:
    """Make the words of these products (ids) those that they have now: names in all languages, variant
    titles, SKUs, tags, category, description. To be called in the transaction that changed them, a
    thousand at most. Products that are hidden, archived or gone lose their words."""
    ids = list(dict.fromkeys(products))
    if not ids:
        return
    words = await words_by_product(db, ids)
    new = {(id, word): rank for id, ranks in words.items() for word, rank in ranks.items()}
    rows = await all_of(db, SQL["postings"], "ids", ids)
    await _write(db, {(row["product"], row["word"]): row["rank"] for row in rows}, new)


Postings = Mapping[tuple[str, str], int]


async def _write(db: Db, old: Postings, new: Postings) -> None:
    """Turn *old* postings into *new* ones, in the order of words: who else writes waits, and is not
    waited for."""
    added, gone = new.keys() - old.keys(), old.keys() - new.keys()
    moved = [pair for pair in new.keys() & old.keys() if new[pair] != old[pair]]
    change = Counter(word for _, word in added)
    change.subtract(word for _, word in gone)
    await _count(db, {word: more for word, more in change.items() if more})
    for name, pairs in (("drop_posting", gone), ("add_posting", added), ("move_posting", moved)):
        if pairs:
            await db.many(SQL[name], _rows(pairs, {} if name == "drop_posting" else new))


def _rows(pairs: Iterable[tuple[str, str]], ranks: Postings) -> list[dict[str, Any]]:
    """*pairs* as values of a statement, by word: neighbours in the index."""
    ordered = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    if not ranks:
        return [{"product": product, "word": word} for product, word in ordered]
    return [{"product": id, "word": word, "rank": ranks[id, word]} for id, word in ordered]


async def _count(db: Db, change: Mapping[str, int]) -> None:
    """Keep the vocabulary: what is new in it gets its pieces, what no product has any more goes.

    The counts are written before they are read: from then on the words are ours until the end of the
    transaction, and whether a word is new is no guess."""
    words = sorted(change)
    if not words:
        return
    await db.many(
        SQL["count_term"], [{"word": word, "stem": stem(word), "more": change[word]} for word in words]
    )
    rows = await all_of(db, SQL["terms"], "words", words)
    counts = {row["word"]: row["products"] for row in rows}
    fresh = [word for word in words if 0 < change[word] == counts[word]]
    if fresh:
        await db.many(SQL["add_gram"], _grams(fresh))
    over = [word for word in words if counts[word] <= 0]
    if over:
        await db.many(SQL["drop_term"], [{"word": word} for word in over])
        await db.many(SQL["drop_gram"], _grams(over))


def _grams(words: Iterable[str]) -> list[dict[str, str]]:
    rows = sorted((piece, word) for word in words for piece in pieces(word))
    return [{"gram": piece, "word": word} for piece, word in rows]
