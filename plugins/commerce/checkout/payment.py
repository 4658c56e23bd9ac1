"""How an order can be paid: the ways that the shop has itself, and those of payment plugins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from gateway import Words
from plugins.commerce.checkout.draft import Pay, Way
from plugins.commerce.checkout.ways import NONE
from plugins.commerce.common.texts import own
from plugins.commerce.settings import Settings

#: Microseconds of a minute, an hour, a day.
_UNITS = {"m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
_SPAN = re.compile(r"\s*([0-9]{1,4})\s*(m|h|d)[a-z]*\s*")
_DAY = _UNITS["d"]
ON_DELIVERY, AT_PICKUP, INSTRUCTIONS, LATER = "on_delivery", "at_pickup", "instructions", "later"


class Offered(Struct, frozen=True):
    """What a payment plugin answers to `payment_methods`."""

    id: str
    title: str
    description: str = ""


def pays_of(settings: Settings, words: Words, fallback: str, answers: Iterable[Any]) -> Sequence[Pay]:
    """The ways to pay, the shop's own last: *answers* are what plugins said. What is no list of methods is
    left out. There is always one."""
    found = [Pay(each.id, each.title, each.description) for each in _offered(answers)]
    if settings.pay_on_delivery:
        found.append(Pay(ON_DELIVERY, words.t("Pay on delivery"), only="delivery", at_once=True))
    if settings.pay_at_pickup:
        found.append(Pay(AT_PICKUP, words.t("Pay when you collect"), only="pickup", at_once=True))
    if own(settings.payment_instructions, words.language, fallback):
        found.append(Pay(INSTRUCTIONS, words.t("Pay now"), words.t("We tell you how.")))
    return found


def fitting(pays: Sequence[Pay], way: Way | None, words: Words) -> Sequence[Pay]:
    """Those of *pays* that go with *way*; "as agreed" when none does, for there has to be one."""
    kind = "" if way is None or way.id == NONE else "pickup" if way.pickup else "delivery"
    found = [pay for pay in pays if pay.only in ("", kind)]
    return found or [Pay(LATER, words.t("As agreed with us"), at_once=True)]


def held_for(settings: Settings) -> int:
    """Microseconds for which goods are held for an order that is to be paid first: a day when the setting
    cannot be read."""
    read = _SPAN.fullmatch(settings.hold.lower())
    return (int(read[1]) * _UNITS[read[2]] or _DAY) if read else _DAY


def how_to_pay(
    words: Words, settings: Settings, payment: str, *, number: str, total: int, currency: str, fallback: str
) -> str:
    """What the customer of an unpaid order is told; *payment* is the order's method, *fallback* the tenant's
    language."""
    amount = words.money(total, currency)
    match payment:
        case "on_delivery":
            return words.t("You pay {amount} when we bring it.", amount=amount)
        case "at_pickup":
            return words.t("You pay {amount} when you collect it.", amount=amount)
        case "instructions":
            text = own(settings.payment_instructions, words.language, fallback)
            return text.replace("{number}", number).replace("{total}", amount)
        case "later":
            return words.t("We tell you how to pay {amount}.", amount=amount)
    return words.t("You get the request to pay {amount} in a moment.", amount=amount)


def _offered(answers: Iterable[Any]) -> Sequence[Offered]:
    found: dict[str, Offered] = {}
    for answer in answers:
        try:
            methods = msgspec.convert(answer, list[Offered])
        except msgspec.ValidationError:
            continue
        for each in methods:
            if each.id and each.title and each.id not in (ON_DELIVERY, AT_PICKUP, INSTRUCTIONS, LATER):
                found.setdefault(each.id, each)
    return list(found.values())
