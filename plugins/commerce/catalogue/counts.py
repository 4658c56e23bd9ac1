"""How much there is of variants, over all the places where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.common.spread import all_of

SQL = queries(Path(__file__).with_name("stock.sql"))


class Counted(Struct, frozen=True):
    """The sums of a variant; nothing is there where there is no row. *tracked* is False where one of the
    places is not counted."""

    tracked: bool = True
    backorder: bool = False
    on_hand: int = 0
    reserved: int = 0
    low_at: int = 0

    @property
    def left(self) -> int:
        """What can still be sold."""
        return max(self.on_hand - self.reserved, 0)


NONE = Counted()


async def counts(db: Db, variants: Sequence[str]) -> dict[str, Counted]:
    """The counts of *variants* that have any."""
    found: dict[str, Counted] = {}
    for row in await all_of(db, SQL["counts"], "ids", variants):
        old = found.get(row["variant"], NONE)
        found[row["variant"]] = Counted(
            tracked=old.tracked and row["tracked"] == 1, backorder=old.backorder or row["backorder"] == 1,
            on_hand=old.on_hand + row["on_hand"], reserved=old.reserved + row["reserved"],
            low_at=max(old.low_at, row["low_at"]),
        )  # fmt: skip
    return found
