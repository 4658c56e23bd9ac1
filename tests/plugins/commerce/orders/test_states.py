"""The table of states, held to what is promised of it."""

from __future__ import annotations

from plugins.commerce.orders.states import MAY, TABLE

#: Every way from one state to another that there is (docs/commerce-orders.md).
WAYS = {
    ("placed", "accepted"), ("placed", "cancelled"), ("placed", "expired"), ("accepted", "completed"),
    ("accepted", "cancelled"), ("expired", "placed"),
}  # fmt: skip


def test_there_are_six_ways() -> None:
    """And no act leads another one."""
    found = {(state, to) for ways in TABLE.values() for state, to in ways.items() if state != to}
    assert found == WAYS


def test_customers_may_cancel_and_nothing_else() -> None:
    """Time and partners neither accept, nor pack, nor cancel."""
    assert {act for act, who in MAY.items() if "customer" in who} == {"cancel"}
    assert not {act for act, who in MAY.items() if "system" in who} & {"accept", "pack", "cancel", "reduce"}
    assert set(MAY) == set(TABLE)
