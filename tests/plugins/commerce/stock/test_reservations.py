"""Goods are promised to an order once: whatever is held, given back, taken and counted, in any order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from plugins.commerce.stock import hold as stock
from plugins.commerce.stock.hold import Want
from tests.plugins.commerce.memory import MemoryDb, now

NOW = 1_772_442_000_000_000
VARIANTS = ("a", "b", "c")
ORDERS = st.sampled_from(["O1", "O2", "O3"])
LINES = st.dictionaries(st.integers(1, 3), st.integers(0, 4), max_size=3)


def shelf(db: MemoryDb, variant: str, on_hand: int, tracked: int = 1, backorder: int = 0) -> None:
    """Put *on_hand* of *variant* there."""
    db.plain.execute(
        "insert into commerce_stock (tenant, variant, on_hand, tracked, backorder, updated_at)"
        " values ('duka', ?, ?, ?, ?, 0)",
        (variant, on_hand, tracked, backorder),
    )


def levels(db: MemoryDb) -> dict[str, tuple[int, int]]:
    """What is on hand and what is reserved of each variant."""
    rows = db.plain.execute("select variant, on_hand, reserved from commerce_stock")
    return {row["variant"]: (row["on_hand"], row["reserved"]) for row in rows}


class Warehouse(RuleBasedStateMachine):
    """Orders come and go over three variants: one is counted, one may be sold before it is there, one is
    not counted."""

    def __init__(self) -> None:
        super().__init__()
        self.db: Any = MemoryDb()
        shelf(self.db, "a", 6)
        shelf(self.db, "b", 1, backorder=1)
        shelf(self.db, "c", 0, tracked=0)

    @rule(order=ORDERS, wants=st.lists(st.tuples(st.sampled_from(VARIANTS), st.integers(1, 4)), max_size=4),
          until=st.sampled_from([0, NOW + 5]))  # fmt: skip
    def hold(self, order: str, wants: list[tuple[str, int]], until: int) -> None:
        """All or none."""
        before, held = levels(self.db), len(now(stock.live(self.db, order)))
        asked = [Want(n, variant, qty) for n, (variant, qty) in enumerate(wants, 1)]
        short = now(stock.hold(self.db, order, asked, expires_at=until, now=NOW))
        if short:
            assert set(short) == {"a"}
            assert levels(self.db) == before
            assert len(now(stock.live(self.db, order))) == held

    @rule(order=ORDERS, lines=st.none() | LINES)
    def release(self, order: str, lines: dict[int, int] | None) -> None:
        """Of all: twice is once."""
        now(stock.release(self.db, order, lines=lines, now=NOW))
        if lines is None:
            assert not now(stock.live(self.db, order))
            before = levels(self.db)
            now(stock.release(self.db, order, now=NOW))
            assert levels(self.db) == before

    @rule(order=ORDERS, lines=LINES)
    def take(self, order: str, lines: dict[int, int]) -> None:
        """As much as is held leaves, with a move of it."""
        held = sum(one.qty for one in now(stock.live(self.db, order)))
        now(stock.take(self.db, order, lines, now=NOW, actor="shop"))
        left = sum(one.qty for one in now(stock.live(self.db, order)))
        assert held - left <= sum(lines.values())

    @rule(order=ORDERS)
    def commit(self, order: str) -> None:
        """Twice is once."""
        now(stock.commit(self.db, order))
        now(stock.commit(self.db, order))

    @rule(order=ORDERS)
    def undo(self, order: str) -> None:
        """Nothing of it is left."""
        now(stock.undo(self.db, order, NOW))
        assert not now(stock.live(self.db, order))

    @invariant()
    def reserved_is_what_is_held(self) -> None:
        """The sum of the live reservations, and never more than is on hand where that counts."""
        rows = self.db.plain.execute(
            "select variant, sum(qty) from commerce_reservation where state in ('held', 'committed')"
            " group by variant"
        )
        held = dict(rows.fetchall())
        found = levels(self.db)
        assert {variant: reserved for variant, (_, reserved) in found.items() if reserved} == held
        assert found["a"][1] <= found["a"][0]

    @invariant()
    def what_left_is_written_down(self) -> None:
        """Moves are what is missing on the shelf."""
        gone = dict(
            self.db.plain.execute(
                "select variant, sum(delta) from commerce_stock_move group by variant"
            ).fetchall()
        )
        found = levels(self.db)
        assert found["a"][0] == 6 + gone.get("a", 0)
        assert found["b"][0] == 1 + gone.get("b", 0)


Warehouse.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestWarehouse = Warehouse.TestCase


@pytest.fixture
def db() -> Any:
    """Three of a, and one of b."""
    made = MemoryDb()
    shelf(made, "a", 3)
    shelf(made, "b", 1)
    return made


def test_what_is_short_is_named_and_nothing_is_held(db: Any) -> None:
    """Every line that is short, not only the first."""
    wants = [Want(1, "b", 2), Want(2, "a", 1), Want(3, "gone", 1)]
    assert now(stock.hold(db, "O1", wants, expires_at=0, now=NOW)) == ["b", "gone"]
    assert levels(db) == {"a": (3, 0), "b": (1, 0)}


def test_two_lines_of_one_variant_are_counted_together(db: Any) -> None:
    """Two and two of three."""
    wants = [Want(1, "a", 2), Want(2, "a", 2)]
    assert now(stock.hold(db, "O1", wants, expires_at=0, now=NOW)) == ["a"]
    assert levels(db)["a"] == (3, 0)


def test_what_has_a_time_is_held_until_it_is_committed(db: Any) -> None:
    """What has none is committed at once."""
    now(stock.hold(db, "O1", [Want(1, "a", 1)], expires_at=NOW + 5, now=NOW))
    now(stock.hold(db, "O2", [Want(1, "a", 1)], expires_at=0, now=NOW))
    states = "select order_id, state, expires_at from commerce_reservation order by order_id"
    assert [tuple(row) for row in db.plain.execute(states)] == [
        ("O1", "held", NOW + 5),
        ("O2", "committed", 0),
    ]
    now(stock.commit(db, "O1"))
    assert {tuple(row)[1:] for row in db.plain.execute(states)} == {("committed", 0)}


def test_a_part_of_a_line_leaves_and_the_rest_is_given_back(db: Any) -> None:
    """Two of three are shipped, the third is cancelled."""
    now(stock.hold(db, "O1", [Want(1, "a", 3)], expires_at=0, now=NOW))
    now(stock.take(db, "O1", {1: 2}, now=NOW, actor="Amina"))
    assert levels(db)["a"] == (1, 1)
    now(stock.release(db, "O1", lines={1: 1}, now=NOW))
    assert levels(db)["a"] == (1, 0)
    move = db.plain.execute("select delta, reason, reference, actor from commerce_stock_move").fetchall()
    assert [tuple(row) for row in move] == [(-2, "sale", "O1", "Amina")]
