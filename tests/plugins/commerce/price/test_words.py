"""A bill in words."""

from __future__ import annotations

from gateway import Words
from plugins.commerce.price.bill import Good, Off, Terms, price
from plugins.commerce.price.words import lines, rows

WORDS = Words("en")


def test_what_is_nothing_is_left_out() -> None:
    """Of a plain cart there is the total only."""
    assert rows(WORDS, price([Good("v", 2, 5000)], Terms("KES"))) == [("Total", "KES 100.00")]


def test_everything_that_a_bill_can_have() -> None:
    """In the order in which it is reckoned, so that a customer can add it up."""
    terms = Terms("KES", tax_included=False, rounding=100, delivery=25000)
    bill = price([Good("v", 3, 33333, 1600)], terms, Off("percentage", 1000))
    assert lines(WORDS, bill, code="KARIBU10", delivery="Delivery to Nairobi") == (
        "Subtotal: KES 999.99\n"
        "Discount KARIBU10: -KES 100.00\n"
        "Delivery to Nairobi: KES 250.00\n"
        "Tax: KES 144.00\n"
        "Rounding: -KES 0.99\n"
        "Total: KES 1,293.00"
    )
    assert bill.total == 99999 - 10000 + 25000 + 14400 - 99


def test_delivery_that_costs_nothing_says_so() -> None:
    """And the subtotal is told when it is not the total."""
    bill = price([Good("v", 1, 5000)], Terms("KES"))
    assert rows(WORDS, bill, delivery="Pickup") == [("Pickup", "free"), ("Total", "KES 50.00")]
