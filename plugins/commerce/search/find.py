"""The search: what somebody wrote, and what of the catalogue is meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.catalogue.item import Item
from plugins.commerce.catalogue.read import items, standing_for
from plugins.commerce.catalogue.sku import harmless, sku_key
from plugins.commerce.search.ask import LONGEST, Ask, read_ask
from plugins.commerce.search.near import near_skus
from plugins.commerce.search.plan import Group, having_all, having_most
from plugins.commerce.search.vocabulary import understand
from plugins.commerce.search.words import fold

__all__ = ["Found", "Hits", "find", "near_skus", "note_missed", "search"]

SQL = queries(Path(__file__).with_name("find.sql"))
#: Characters of a search that are noted when it found nothing, such searches of a day, those of one contact,
#: and days.
NOTED, A_DAY, ONES_DAY, DAYS = 80, 1_000, 50, 92


class Found(Struct, frozen=True):
    """What a search found: *items*, each standing for a product, best first; *more* says that there are
    others behind them. *words* are those that were searched, *instead* the word that a mistyped one was
    taken for ({"mnago": "mango"}), *low* and *high* the price that was asked for, in minor units. *partly*
    says that nothing has all of the words: these have the most of them."""

    items: Sequence[Item]
    more: bool = False
    words: tuple[str, ...] = ()
    instead: dict[str, str] = {}
    low: int | None = None
    high: int | None = None
    partly: bool = False


class Hits(Struct, frozen=True):
    """The products that words found, by id, best first."""

    products: Sequence[str]
    more: bool = False
    instead: dict[str, str] = {}
    partly: bool = False


async def search(
    db: Db, language: str, text: str, *, currency: str, offset: int = 0, limit: int = 9
) -> Found:
    """What *text* means: an exact SKU or barcode first, then every word (all of them; where nothing has all,
    the most), in stock before what is not. "shoes under 2000", "mangos", "camisa roja", "sukuma". Never
    raises for what people write."""
    ask = read_ask(text, currency)
    exact = await _exactly(db, text)
    offset, limit = max(offset, 0), max(limit, 1)
    # What is named by its SKU goes before the rest and moves it on by its place.
    before = 1 if exact is not None else 0
    skip = exact["product"] if exact is not None else ""
    room = limit - before if offset == 0 else limit
    hits = await find(db, ask, skip=skip, offset=max(offset - before, 0), limit=room)
    shown = list(await standing_for(db, language, hits.products))
    if exact is not None and offset == 0:
        shown = [*(await items(db, language, [exact["id"]])).values(), *shown]
    return Found(
        [item for item in shown if item.active], hits.more, ask.words, hits.instead, ask.low, ask.high,
        hits.partly,
    )  # fmt: skip


async def find(db: Db, ask: Ask, *, skip: str = "", offset: int = 0, limit: int = 9) -> Hits:
    """The products that *ask* looks for, without *skip*."""
    meaning = await understand(db, ask.words)
    if not meaning.groups and (ask.words or not ask.priced):
        return Hits([])
    found = await having_all(db, meaning.groups, ask, skip, offset, limit + 1)
    partly = bool(meaning.unknown)
    if not found and len(meaning.groups) > 1 and not (offset and await _any(db, meaning.groups, ask, skip)):
        partly = True
        found = (await having_most(db, meaning.groups, ask, skip))[offset : offset + limit + 1]
    return Hits(found[:limit], len(found) > limit, meaning.instead, partly and bool(found))


async def _any(db: Db, groups: Sequence[Group], ask: Ask, skip: str) -> bool:
    """Whether something has all words: a page behind the last one is empty, and not of something else."""
    return bool(await having_all(db, groups, ask, skip, 0, 1))


async def _exactly(db: Db, text: str) -> Any:
    """The variant whose SKU or barcode is the whole of *text*, where only one is meant."""
    written = harmless(text[:LONGEST]).strip()
    key = sku_key(written)
    if not key:
        return None
    rows = await db.all(SQL["exact"], key=key, barcode="".join(written.split()))
    return rows[0] if len(rows) == 1 else None


async def note_missed(db: Db, contact: str, text: str, day: str, now: int) -> None:
    """Write down that *text* of *contact* (folded, at most 80 characters) found nothing on *day*. A day has a
    thousand such texts at most, fifty of one contact, and is forgotten after three months. Whose it was is
    kept because people write anything: it goes when they are erased."""
    words = fold(harmless(text))[:NOTED].rstrip()
    if words:
        await db.run(SQL["missed"], contact=contact, words=words, day=day, now=now, most=A_DAY, each=ONES_DAY)
        before = date.fromisoformat(day) - timedelta(days=DAYS)
        await db.run(SQL["forget_missed"], before=before.isoformat())
