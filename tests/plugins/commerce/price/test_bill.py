"""What a cart costs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.commerce.price.bill import Good, Off, Terms, price
from plugins.commerce.price.share import half_up, share

WEIGHTS = st.lists(st.integers(0, 10**10), min_size=1, max_size=60)
GOODS = st.lists(
    st.builds(
        Good,
        variant=st.uuids().map(str),
        qty=st.integers(1, 10**6),
        price=st.integers(0, 10**8),
        tax_bp=st.sampled_from([0, 1, 500, 800, 1600, 2100, 9999]),
        counts=st.booleans(),
    ),
    max_size=12,
)
TERMS = st.builds(
    Terms,
    currency=st.just("KES"),
    tax_included=st.booleans(),
    rounding=st.sampled_from([1, 5, 100, 500, 10_000]),
    delivery=st.integers(0, 100_000),
    free_over=st.sampled_from([0, 1, 500_000]),
)
OFFS = st.none() | st.builds(
    Off,
    kind=st.sampled_from(["percentage", "fixed", "free_delivery"]),
    value=st.integers(0, 10_000) | st.integers(0, 10**9),
    most=st.sampled_from([0, 1, 100_000]),
)


def test_two_things_with_ten_percent_off_delivered() -> None:
    """1 × 1,299.00 and 2 × 450.00 with 16 % inside, less 10 %, plus 250.00, in whole shillings."""
    goods = [Good("v1", 1, 129900, 1600), Good("v2", 2, 45000, 1600)]

    bill = price(goods, Terms("KES", rounding=100, delivery=25000), Off("percentage", 1000))

    assert (bill.subtotal, bill.discount, bill.delivery) == (219900, 21990, 25000)
    assert [line.discount for line in bill.lines] == [12990, 9000]
    assert [line.tax for line in bill.lines] == [16126, 11172]
    assert [line.total for line in bill.lines] == [116910, 81000]
    assert (bill.tax, bill.rounding, bill.total) == (27298, -10, 222900)


def test_without_rounding_nothing_is_lost() -> None:
    """The same to the cent."""
    goods = [Good("v1", 1, 129900, 1600), Good("v2", 2, 45000, 1600)]
    bill = price(goods, Terms("KES", delivery=25000), Off("percentage", 1000))
    assert (bill.rounding, bill.total) == (0, 222910)


@pytest.mark.parametrize(
    ("whole", "weights", "parts"),
    [
        (1000, [3333, 3333, 3334], [333, 333, 334]),
        (10001, [129900, 45000, 33300], [6240, 2162, 1599]),
        (500, [1, 1, 1], [167, 167, 166]),
        (0, [], []),
        (0, [0, 0], [0, 0]),
        (7, [0, 5], [0, 7]),
    ],
)
def test_a_whole_is_shared_by_largest_remainder(whole: int, weights: list[int], parts: list[int]) -> None:
    """Of equal remainders the first gets more."""
    assert share(whole, weights) == parts


def test_nothing_cannot_have_a_share() -> None:
    """A discount without anything to take it off is a mistake of the caller."""
    with pytest.raises(ValueError, match="among nothing"):
        share(1, [0, 0])


@given(st.integers(0, 10**12), WEIGHTS)
def test_parts_are_the_whole(whole: int, weights: list[int]) -> None:
    """None is negative, none lies a unit or more from its right, and who has no weight gets nothing."""
    total = sum(weights)
    if total == 0:
        whole = 0
    parts = share(whole, weights)
    assert sum(parts) == whole
    for part, weight in zip(parts, weights, strict=True):
        assert part >= 0
        assert weight or not part
        assert abs(part * total - whole * weight) < max(total, 1)


@given(st.integers(0, 10**10), st.lists(st.integers(1, 10**9), unique=True, min_size=2, max_size=20))
def test_the_order_of_lines_does_not_matter(whole: int, weights: list[int]) -> None:
    """Beyond equal remainders: those are told apart by their place."""
    there = dict(zip(weights, share(whole, weights), strict=True))
    back = dict(zip(weights[::-1], share(whole, weights[::-1]), strict=True))
    remainders = [whole * weight % sum(weights) for weight in weights]
    if len(set(remainders)) == len(remainders):
        assert there == back
    assert all(abs(there[weight] - back[weight]) <= 1 for weight in weights)


@given(GOODS, TERMS, OFFS)
def test_a_bill_adds_up(goods: list[Good], terms: Terms, off: Off | None) -> None:
    """Whatever is bought: parts are the whole, nothing is negative, rounding is down and less than a step."""
    bill = price(goods, terms, off)
    counted = sum(good.gross for good in goods if good.counts)
    assert bill.subtotal == sum(good.gross for good in goods)
    assert sum(line.discount for line in bill.lines) == bill.discount <= counted
    assert all(line.discount == 0 for line, good in zip(bill.lines, goods, strict=True) if not good.counts)
    assert all(0 <= line.discount <= line.gross and line.total >= 0 for line in bill.lines)
    assert -terms.rounding < bill.rounding <= 0
    assert bill.total >= 0
    assert bill.total % terms.rounding == 0 or bill.total < terms.rounding
    assert bool(bill.total) == bool(bill.total - bill.rounding)
    on_top = 0 if bill.tax_included else bill.tax
    assert bill.total == bill.subtotal - bill.discount + bill.delivery + on_top + bill.rounding


@given(st.integers(0, 10**10), st.integers(1, 9999))
def test_tax_on_top_is_the_tax_that_is_then_inside(net: int, rate: int) -> None:
    """A price without tax, and the same with it, are taxed alike."""
    on_top = price([Good("v", 1, net, rate)], Terms("KES", tax_included=False))
    inside = price([Good("v", 1, on_top.total, rate)], Terms("KES", tax_included=True))
    assert inside.tax == on_top.tax
    assert inside.total == on_top.total == net + on_top.tax


@pytest.mark.parametrize(
    ("off", "discount"),
    [
        (Off("percentage", 1000), 10000),
        (Off("percentage", 1000, most=2500), 2500),
        (Off("percentage", 10_000), 100000),
        (Off("fixed", 30000), 30000),
        (Off("fixed", 999999), 100000),
        (Off("free_delivery"), 0),
        (None, 0),
    ],
)
def test_what_a_code_takes_off(off: Off | None, discount: int) -> None:
    """Never more than there is, and never more than its limit."""
    assert price([Good("v", 2, 50000)], Terms("KES"), off).discount == discount


def test_a_code_for_some_things_takes_off_those_only() -> None:
    """A fixed amount is not more than what they cost."""
    goods = [Good("fruit", 1, 5000), Good("shirt", 1, 129900, counts=False)]
    bill = price(goods, Terms("KES"), Off("fixed", 20000))
    assert [line.discount for line in bill.lines] == [5000, 0]


@pytest.mark.parametrize(
    ("off", "delivery"),
    [(None, 0), (Off("fixed", 1), 25000), (Off("free_delivery"), 0)],
)
def test_delivery_is_free_over_a_discounted_subtotal(off: Off | None, delivery: int) -> None:
    """5,000.00 is enough; less a cent of discount it is not."""
    bill = price([Good("v", 1, 500_000)], Terms("KES", delivery=25000, free_over=500_000), off)
    assert bill.delivery == delivery


def test_an_order_may_come_to_nothing() -> None:
    """All of it is taken off."""
    bill = price([Good("v", 3, 999, 1600)], Terms("KES", rounding=100), Off("percentage", 10_000))
    assert (bill.total, bill.tax, bill.rounding) == (0, 0, 0)


def test_halves_are_rounded_up() -> None:
    """5 % of 0.10 is half a cent."""
    assert [half_up(amount, 500, 10_000) for amount in (9, 10, 29, 30)] == [0, 1, 1, 2]


def test_what_costs_less_than_a_step_is_not_given_away() -> None:
    """A sweet of 50 cents where totals are whole shillings."""
    bill = price([Good("v", 1, 50)], Terms("KES", rounding=100))
    assert (bill.rounding, bill.total) == (0, 50)
    assert price([Good("v", 3, 50)], Terms("KES", rounding=100)).total == 100
