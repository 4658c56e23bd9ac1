"""The statements that look words up together: a part for each word, begun with the rarest.

A word that many products have is never read whole: the first `SCAN` products that have the rarest word are
asked for the others, in the order of how well they fit and sell, and where that yields too little, the first
`DEEP`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from gateway import Db
from plugins.commerce.common.money import LARGEST
from plugins.commerce.search.ask import Ask
from plugins.commerce.search.source import CATEGORY, STEPS

#: Products that have the rarest word and are asked for the others: at first, and when these are too few.
SCAN, DEEP = 2_000, 10_000
#: How many of those that fit are put in order by stock and sales.
ORDERED = 250
#: Products with one of the words, where none has all.
PART = 300


class Group(Struct, frozen=True):
    """The words of the vocabulary that one word of a search stands for; *products* that have one of them."""

    words: tuple[str, ...]
    products: int


async def having_all(
    db: Db, groups: Sequence[Group], ask: Ask, skip: str, offset: int, limit: int
) -> list[str]:
    """The products that have a word of each of *groups* and the price of *ask*, best first; *skip* is left
    out."""
    rarest_first = sorted(groups, key=lambda group: group.products)
    sql, values = _all(rarest_first, ask)
    most = rarest_first[0].products if rarest_first else DEEP
    for scan in (SCAN, DEEP):
        rows = await db.all(
            sql, **values, scan=scan, skip=skip, most=ORDERED, limit=limit, offset=offset,
            named=CATEGORY * STEPS,
        )  # fmt: skip
        if len(rows) == limit or most <= scan:
            break
    return [row["product"] for row in rows]


async def having_most(db: Db, groups: Sequence[Group], ask: Ask, skip: str) -> list[str]:
    """Of the products that have a word of some of *groups* those that have most, best first."""
    sql, values = _some(groups, ask)
    rows = await db.all(sql, **values, scan=PART, skip=skip, most=ORDERED, named=0)
    return [row["product"] for row in rows if row["parts"] == rows[0]["parts"]]


# Each look into another table is a value of its own, and not a join: so both databases look where the index
# leads, for the few hundred products that are in question, whatever they believe of the tables' sizes.
_IN_ORDER = """
select product, parts from (
    select c.product, c.parts, c.weight, case when c.worst < :named then 0 else 1 end as far,
        (select max((
            select max(case when s.tracked = 0 or s.backorder = 1 or s.on_hand > s.reserved then 1 else 0 end)
            from commerce_stock s where s.tenant = :tenant and s.variant = v.id
        )) from commerce_variant v
        where v.tenant = :tenant and v.product = c.product and v.status = 'active') as there,
        (select p.sold from commerce_product p where p.tenant = :tenant and p.id = c.product) as sold
    from ({candidates}) c
) f
order by parts desc, far, coalesce(there, 0) desc, weight, coalesce(sold, 0) desc, product"""


def _all(groups: Sequence[Group], ask: Ask) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {}
    others = range(1, len(groups))
    # `rank + 0`, and `price + 0` below: without it SQLite walks along the index of ranks, or of prices.
    ranks = "".join(
        ", (select min(q.rank + 0) from commerce_posting q"
        " where q.tenant = :tenant and q.product = d.product"
        f" and q.word in ({_slots(values, f'g{at}', groups[at].words)})) as r{at}"
        for at in others
    )
    names = ["r0", *(f"r{at}" for at in others)]
    weight = " + ".join(f"{name} / {STEPS}" for name in names)
    worst = f"case {' '.join(f'when {name} >= :named then {name}' for name in names)} else 0 end"
    price = _price(ask, values)
    fits = "".join(f" and r{at} is not null" for at in others) + (price if groups else "")
    candidates = (
        f"select product, 1 as parts, {weight} as weight, {worst} as worst"
        f" from (select d.product, d.rank as r0{ranks} from ({_having(groups[:1], ask, values)}) d) e"
        f" where product <> :skip{fits} order by weight, r0, product limit :most"
    )
    text = _IN_ORDER.format(candidates=candidates)
    return f"{text}\nlimit :limit offset :offset", values


def _some(groups: Sequence[Group], ask: Ask) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {}
    each = " union all ".join(
        f"select product, rank from ({_having([group], ask, values, str(at))}) w{at}"
        for at, group in enumerate(groups)
    )
    candidates = (
        f"select product, count(*) as parts, sum(rank / {STEPS}) as weight, 0 as worst from ({each}) e"
        f" where product <> :skip{_price(ask, values)} group by product order by 2 desc, 3, 1 limit :most"
    )
    return _IN_ORDER.format(candidates=candidates), values


def _having(groups: Sequence[Group], ask: Ask, values: dict[str, Any], mark: str = "") -> str:
    """The products that have a word of the only one of *groups*, with the best of its ranks; without a
    group, those that have the price."""
    if not groups:
        return (
            "select product, 0 as rank from (select product from commerce_variant where tenant = :tenant"
            " and status = 'active' and price between :low and :high order by price limit :scan) x"
            " group by product"
        )
    slots = _slots(values, f"d{mark}_", groups[0].words).split(", ")
    parts = " union all ".join(
        f"select product, rank from (select product, rank from commerce_posting where tenant = :tenant"
        f" and word = {slot} order by rank, product limit :scan) x{at}"
        for at, slot in enumerate(slots)
    )
    return (
        parts if len(slots) == 1 else f"select product, min(rank) as rank from ({parts}) y group by product"
    )


def _price(ask: Ask, values: dict[str, Any]) -> str:
    if not ask.priced:
        return ""
    values["low"] = ask.low or 0
    values["high"] = LARGEST if ask.high is None else ask.high
    return (
        " and (select count(*) from commerce_variant v where v.tenant = :tenant and v.product = e.product"
        " and v.status = 'active' and v.price + 0 between :low and :high) > 0"
    )


def _slots(values: dict[str, Any], name: str, words: Sequence[str]) -> str:
    """Places for *words* in a statement: 1, 2, 4 or 8 of them, so that there are few different texts."""
    size = 1 << (len(words) - 1).bit_length()
    padded: Mapping[str, str] = {
        f"{name}{at}": word for at, word in enumerate([*words, *[words[-1]] * (size - len(words))])
    }
    values |= padded
    return ", ".join(f":{slot}" for slot in padded)
