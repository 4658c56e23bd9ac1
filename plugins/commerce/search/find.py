"""The search: what somebody wrote, and what of the catalogue is meant."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway import Db
from plugins.commerce.catalogue.item import Item


class Found(Struct, frozen=True):
    """What a search found: *items*, each standing for a product, best first; *more* says that there are
    others behind them. *words* are those that were searched, *instead* the word that a mistyped one was
    taken for ({"mnago": "mango"}), *low* and *high* the price that was asked for, in minor units."""

    items: Sequence[Item]
    more: bool = False
    words: tuple[str, ...] = ()
    instead: dict[str, str] = {}
    low: int | None = None
    high: int | None = None


async def search(
    db: Db, language: str, text: str, *, currency: str, offset: int = 0, limit: int = 9
) -> Found:
    """What *text* means: an exact SKU or barcode first, then every word (all of them; where nothing has all,
    the most), in stock before what is not. "shoes under 2000", "mangos", "camisa roja", "sukuma". Never
    raises for what people write."""
    raise NotImplementedError


async def near_skus(db: Db, language: str, written: str, limit: int = 3) -> Sequence[Item]:
    """Variants for sale whose SKU is nearly *written*, nearest first: for "did you mean"."""
    raise NotImplementedError


async def note_missed(db: Db, text: str, day: str, now: int) -> None:
    """Write down that *text* (folded, at most 80 characters) found nothing on *day*."""
    raise NotImplementedError
