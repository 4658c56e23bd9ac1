"""A bill in words: the same in the cart, at the checkout, with an order, and on a page."""

from __future__ import annotations

from gateway import Words
from plugins.commerce.price.breakdown import Breakdown


def rows(words: Words, bill: Breakdown, *, code: str = "", delivery: str = "") -> list[tuple[str, str]]:
    """The sums of *bill*, each with its name: ("Subtotal", "KES 2,199.00"), …, the total last. What is
    nothing is left out, and so is the subtotal when it is the total. *code* is the discount code; *delivery*
    how the goods come, such as "Delivery to Nairobi", "" when that is not chosen yet."""
    found: list[tuple[str, str]] = []
    if bill.discount:
        found.append((_discount(words, code), words.money(-bill.discount, bill.currency)))
    if delivery:
        free = not bill.delivery
        found.append((delivery, words.t("free") if free else words.money(bill.delivery, bill.currency)))
    if bill.tax and not bill.tax_included:
        found.append((words.t("Tax"), words.money(bill.tax, bill.currency)))
    if bill.rounding:
        found.append((words.t("Rounding"), words.money(bill.rounding, bill.currency)))
    if bill.subtotal != bill.total:
        found.insert(0, (words.t("Subtotal"), words.money(bill.subtotal, bill.currency)))
    found.append((words.t("Total"), words.money(bill.total, bill.currency)))
    return found


def _discount(words: Words, code: str) -> str:
    return words.t("Discount {code}", code=code) if code else words.t("Discount")


def lines(words: Words, bill: Breakdown, *, code: str = "", delivery: str = "") -> str:
    """As `rows`, a line for each: "Total: KES 2,229.00"."""
    return "\n".join(
        words.t("{what}: {price}", what=what, price=price)
        for what, price in rows(words, bill, code=code, delivery=delivery)
    )
