"""What a cart costs now, and whether it could be ordered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from gateway import Db
from plugins.commerce.cart.cart import Cart, CartLine
from plugins.commerce.cart.fit import fit
from plugins.commerce.codes.check import Customer, categories_of, check, facts_of
from plugins.commerce.codes.code import Code, code_named
from plugins.commerce.price.bill import Good, price
from plugins.commerce.price.breakdown import Breakdown
from plugins.commerce.price.rules import tax_bp, terms
from plugins.commerce.settings import Settings


class Problem(Struct, frozen=True):
    """Why a line cannot be ordered as it is: `gone`; `short` with what is *left* (0 when it is sold out);
    `most` or `least` when the shop's rules of quantities changed meanwhile, with the quantity that could be
    ordered instead as *left*."""

    variant: str
    name: str
    why: Literal["gone", "short", "most", "least"]
    left: int = 0


class Quote(Struct, frozen=True):
    """A bill for a cart, without what is gone or sold out. *code* is the discount code that counts,
    *code_why* why the cart's code does not (`commerce.codes.words.why_not` says it), *free_delivery* that it
    pays the delivery. *mark* is a short hash of all that the customer agrees to: lines, prices, code,
    delivery, total. Another total has another mark."""

    bill: Breakdown
    problems: Sequence[Problem]
    code: str
    code_why: str
    mark: str
    free_delivery: bool = False


async def quote(
    db: Db, settings: Settings, cart: Cart, *, now: int, delivery: str = "", fee: int = 0, free_over: int = 0,
    phone: str = "",
) -> Quote:  # fmt: skip
    """The bill for *cart* with a delivery method (its id, its *fee*, free from a discounted subtotal of
    *free_over*; 0 for never). Without one nothing is counted for delivery. *phone* is the order's, once it
    is known: a code that was used with it counts as used."""
    problems = [found for line in cart.lines if (found := problem_of(line, settings))]
    gone = {problem.variant for problem in problems if not problem.left}
    lines = [line for line in cart.lines if line.item.variant not in gone]
    code = await code_named(db, cart.code)
    below = await categories_of(db, code)
    counts = [below is None or line.item.category in below for line in lines]
    goods = [_good(line, settings, counted) for line, counted in zip(lines, counts, strict=True)]
    why = ""
    if cart.code:
        who = Customer(cart.contact, phone)
        facts = await facts_of(db, code, who, goods, currency=settings.currency, now=now)
        why = check(code, facts)
    used = code if code is not None and not why else None
    bill = price(goods, terms(settings, fee, free_over), used.off if used else None)
    return Quote(
        bill=bill,
        problems=problems,
        code=used.code if used else "",
        code_why=why,
        mark=_mark(bill, used, delivery),
        free_delivery=used is not None and used.kind == "free_delivery",
    )


def problem_of(line: CartLine, settings: Settings) -> Problem | None:
    """Why *line* cannot be ordered as it is; None when it can."""
    found = fit(line.item, line.qty, settings)
    match found.why:
        case "":
            return None
        case "gone" | "most" | "least" as why:
            return Problem(line.item.variant, line.item.full_name, why, found.qty)
        case _:
            return Problem(line.item.variant, line.item.full_name, "short", found.qty)


def _good(line: CartLine, settings: Settings, counts: bool) -> Good:
    return Good(line.item.variant, line.qty, line.item.price, tax_bp(settings, line.item.tax_class), counts)


def _mark(bill: Breakdown, code: Code | None, delivery: str) -> str:
    agreed = msgspec.json.encode([bill, code.code if code else "", delivery])
    return hashlib.sha256(agreed).hexdigest()[:12]
