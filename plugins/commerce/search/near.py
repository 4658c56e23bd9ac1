"""SKUs that were nearly written: for "did you mean"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rapidfuzz.distance import OSA

from gateway import Db, queries
from plugins.commerce.catalogue.item import Item
from plugins.commerce.catalogue.read import items
from plugins.commerce.catalogue.sku import harmless, sku_key
from plugins.commerce.common.spread import all_of

SQL = queries(Path(__file__).with_name("find.sql"))

#: Characters of a SKU that is looked for.
LONGEST = 40
#: Characters that a SKU has: what could be missing from one, or be another.
_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789"


async def near_skus(db: Db, language: str, written: str, limit: int = 3) -> Sequence[Item]:
    """Variants for sale whose SKU is nearly *written*, nearest first: for "did you mean"."""
    key = sku_key(harmless(written))[:LONGEST]
    if len(key) < 2 or limit < 1:
        return []
    keys = await _keys(db, key)
    most = max(1, min(3, len(key) // 3))
    near = sorted(
        (distance, other, id)
        for id, other in keys.items()
        if (distance := _distance(key, other)) <= most and other != key
    )
    ids = [id for _, _, id in near[: limit * 2]]
    found = await items(db, language, ids) if ids else {}
    return [item for id in ids if (item := found.get(id)) and item.active][:limit]


def _distance(written: str, key: str) -> int:
    """How many slips lie between the two; what was only begun is one slip away."""
    return 1 if len(written) > 2 and key.startswith(written) else OSA.distance(written, key)


async def _keys(db: Db, key: str) -> dict[str, str]:
    """Keys that may be near, by variant: each that is one slip away, however many SKUs there are, and some
    hundreds of those that begin as *key* does."""
    rows = await all_of(db, SQL["keys"], "keys", sorted(_one_away(key)))
    for length in sorted({len(key), len(key) - 2, (len(key) + 1) // 2}, reverse=True):
        if length >= 2:
            rows += await db.all(SQL["keys_between"], low=key[:length], high=f"{key[:length]}\uffff")
    return {row["id"]: row["sku_key"] for row in rows}


def _one_away(key: str) -> set[str]:
    """Every key that differs by one slip: a character too many, too few or another, or two that changed
    places."""
    cuts = [(key[:at], key[at:]) for at in range(len(key) + 1)]
    signs = set(_SIGNS) | set(key)
    gone = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    others = {left + sign + right[1:] for left, right in cuts if right for sign in signs}
    more = {left + sign + right for left, right in cuts for sign in signs}
    return (gone | swapped | others | more) - {key, ""}
