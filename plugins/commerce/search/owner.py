"""What the owner does for the search: synonyms, and a look at what was searched in vain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.catalogue.sku import harmless
from plugins.commerce.search.words import LONGEST, asked_of

SQL = queries(Path(__file__).with_name("find.sql"))
#: Synonyms of a shop, searches in vain that are listed, and the days that they are kept.
MOST, LISTED, DAYS = 1_000, 200, 90


class Synonym(Struct, frozen=True, forbid_unknown_fields=True):
    """Who searches one of the two words finds the other as well."""

    word: str
    means: str


class Missed(Struct, frozen=True):
    """What was searched in vain, how often, and when last (microseconds UTC)."""

    words: str
    times: int
    last_at: int


class Wrong(ValueError):
    """A synonym that cannot be kept: the sentence says why."""


async def synonyms(db: Db) -> list[Synonym]:
    """All of them, by word."""
    return [Synonym(row["word"], row["means"]) for row in await db.all(SQL["synonym_list"])]


async def add(db: Db, word: str, means: str) -> Synonym:
    """Keep that *word* and *means* are the same. Raises `Wrong`."""
    pair = checked(Synonym(word, means))
    if len(await synonyms(db)) >= MOST:
        raise Wrong(f"there are {MOST:,} synonyms, which is the most: remove some")
    await db.run(SQL["add_synonym"], word=pair.word, means=pair.means)
    return pair


async def remove(db: Db, word: str, means: str = "") -> bool:
    """Forget a synonym, or all of *word*; False when there was none."""
    words = [" ".join(asked_of(harmless(each))) for each in (word, means)]
    return await db.run(SQL["remove_synonym"], word=words[0], means=words[1]) > 0


async def replace(db: Db, wanted: Sequence[Synonym]) -> list[Synonym]:
    """Have these synonyms and no others. Raises `Wrong`, and then nothing has changed."""
    if len(wanted) > MOST:
        raise Wrong(f"there are {len(wanted):,} synonyms, and {MOST:,} are the most")
    pairs = [checked(each) for each in wanted]
    await db.run(SQL["remove_synonyms"])
    if pairs:
        await db.many(SQL["add_synonym"], [{"word": each.word, "means": each.means} for each in pairs])
    return await synonyms(db)


def checked(given: Synonym) -> Synonym:
    """The two words as the search has them. Raises `Wrong`."""
    found: list[str] = []
    for said in (given.word, given.means):
        words = asked_of(harmless(said[: LONGEST * 2]))
        if len(words) != 1:
            raise Wrong(f'"{said[:40]}" is not one word that is searched: write one, such as sukuma')
        found.append(words[0])
    if found[0] == found[1]:
        raise Wrong(f'"{found[0]}" is found by itself: a synonym needs two different words')
    return Synonym(*found)


async def missed(db: Db, today: date, days: int) -> list[Missed]:
    """What was searched in vain within the last *days*, most often first."""
    since = today - timedelta(days=min(max(days, 1), DAYS) - 1)
    rows = await db.all(SQL["missed_since"], since=since.isoformat(), most=LISTED)
    return [Missed(row["words"], int(row["times"]), row["last_at"]) for row in rows]
