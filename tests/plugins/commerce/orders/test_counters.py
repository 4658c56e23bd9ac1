"""Where an order stands is read from its facts and counters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from plugins.commerce.orders.counters import fulfilment, live, owed, payment_state


class Line(Struct, frozen=True):
    """What the counters are read of."""

    qty: int
    total: int
    cancelled: int = 0
    packed: int = 0
    shipped: int = 0
    delivered: int = 0


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A line as the table's check allows it."""
    qty = draw(st.integers(1, 9))
    cancelled = draw(st.integers(0, qty))
    packed = draw(st.integers(0, qty - cancelled))
    shipped = draw(st.integers(0, packed))
    return Line(qty, draw(st.integers(0, 10_000)), cancelled, packed, shipped, draw(st.integers(0, shipped)))


@pytest.mark.parametrize(
    ("owing", "paid", "refunded", "state"),
    [
        (1000, 0, 0, "unpaid"), (1000, 400, 0, "partially_paid"), (1000, 1000, 0, "paid"),
        (1000, 1200, 0, "paid"), (1000, 600, 400, "partially_refunded"), (1000, 0, 1000, "refunded"),
        (1000, 1000, 200, "paid"), (1000, -300, 300, "refunded"), (0, 0, 0, "paid"),
    ],
)  # fmt: skip
def test_what_was_paid(owing: int, paid: int, refunded: int, state: str) -> None:
    """*paid* is less what was given back; too much is paid, and so is nothing for nothing."""
    assert payment_state(owing, paid, refunded) == state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        (Line(3, 0), "not_fulfilled"), (Line(3, 0, 3), "cancelled"), (Line(3, 0, 1), "not_fulfilled"),
        (Line(3, 0, 1, 2), "packed"), (Line(3, 0, 1, 1), "partially_packed"),
        (Line(3, 0, 1, 2, 1), "partially_shipped"), (Line(3, 0, 1, 2, 2), "shipped"),
        (Line(3, 0, 1, 2, 2, 1), "partially_delivered"), (Line(3, 0, 1, 2, 2, 2), "delivered"),
    ],
)  # fmt: skip
def test_how_far_the_goods_are(line: Line, state: str) -> None:
    """What was cancelled does not count."""
    assert fulfilment([line]) == state


@given(st.lists(lines(), min_size=1, max_size=5))
def test_the_whole_is_said_only_of_the_whole(some: list[Line]) -> None:
    """ "shipped" means all that was not cancelled; the furthest piece decides which word it is."""
    state = fulfilment(some)
    if not live(some):
        assert state == "cancelled"
        return
    stage = next(
        (name for name in ("delivered", "shipped", "packed") if sum(getattr(x, name) for x in some)), ""
    )
    if not stage:
        assert state == "not_fulfilled"
        return
    whole = all(getattr(line, stage) == line.qty - line.cancelled for line in some)
    assert state == (stage if whole else f"partially_{stage}")


@given(st.lists(lines(), min_size=1, max_size=5), st.integers(0, 1_000))
def test_what_is_owed_is_never_more_than_the_total(some: list[Line], extra: int) -> None:
    """Nor below nothing; without anything cancelled it is the total, and so it is when all is."""
    total = sum(line.total for line in some) + extra
    assert 0 <= owed(total, some) <= total
    if not any(line.cancelled for line in some) or not live(some):
        assert owed(total, some) == total
