"""Reading a search: its words, and the price that it names."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from plugins.commerce.common.money import LARGEST, units
from plugins.commerce.search.words import asked_of, fold

#: Characters of a search that are read, and the words of it that are looked for.
LONGEST, MOST_WORDS = 200, 8

_MONEY = r"ksh?s?|kes|shs?|tsh|ush|usd|eur|us|rs|[$€£₦₹]"
_AFTER = r"bob|shillings?|shilingi|dollars?|dolares|euros?|pesos?|kes|ksh|tsh|ush|usd|eur|/=|/-|[$€£]"
_UNITS = (
    r"kgs?|gr?|mg|mls?|cl|l|lt|lit(?:re|er|ro)s?|cm|mm|m|inch(?:es)?|pulgadas?|gb|tb|w|v|pcs|years?|anos?"
)
_NUMBER = (
    rf"(?:(?:{_MONEY})\.?\s?)?([0-9](?:[0-9.,']*[0-9])?)(\s?k|\s?mil|\s?thousand)?"
    rf"(?:\s?(?:{_AFTER})(?![a-z]))?(?![a-z0-9]|\s?(?:{_UNITS})\b)"
)
_UP_TO = (
    r"(?:not?|no) more than|no mas de|at most|up ?to|under|below|(?:less|cheaper|lower) than|within"
    r"|max(?:imum|imo)?|(?:por )?menos de|(?:por )?debajo de|bajo|hasta|chini ya|pungufu ya|[iz]i?si[yz]ozidi"
    r"|hadi|mpaka|<=?"
)
_FROM = (
    r"at least|over|above|more than|starting (?:at|from)|min(?:imum|imo)?|(?:por )?encima de|mas de|al menos"
    r"|a partir de|zaidi ya|juu ya|angalau|>=?"
)
_START = r"from|desde|kuanzia"
_BETWEEN = re.compile(
    rf"(?:(?<!\w)(?:between|entre|kati ya|baina ya|de|{_START}))\s?{_NUMBER}"
    rf"\s?(?:and|to|y|a|hasta|na|hadi|mpaka|&|-|–)\s?{_NUMBER}"
)
_AT_MOST = re.compile(rf"(?<!\w)(?:{_UP_TO})\s?{_NUMBER}")
_AT_LEAST = re.compile(rf"(?<!\w)(?:{_FROM}|{_START})\s?{_NUMBER}")


class Ask(Struct, frozen=True):
    """What somebody looks for: *words*, folded; a price from *low* to *high*, both included, in minor
    units, None where nothing was said."""

    words: tuple[str, ...]
    low: int | None = None
    high: int | None = None

    @property
    def priced(self) -> bool:
        """Whether a price was named."""
        return self.low is not None or self.high is not None


def read_ask(text: str, currency: str) -> Ask:
    """What *text* asks for: "shoes under 2,000", "entre 500 y 900", "viatu chini ya 2k". "Under 2000" takes
    what costs 2000."""
    plain = fold(text[:LONGEST])
    low: int | None = None
    high: int | None = None
    if found := _BETWEEN.search(plain):
        ends = (_minor(found[1], found[2], currency), _minor(found[3], found[4], currency))
        low, high = min(ends), max(ends)
        plain = _without(plain, found)
    if found := _AT_MOST.search(plain):
        high = _minor(found[1], found[2], currency)
        plain = _without(plain, found)
    if found := _AT_LEAST.search(plain):
        low = _minor(found[1], found[2], currency)
        plain = _without(plain, found)
    return Ask(tuple(asked_of(plain)[:MOST_WORDS]), low, high)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _minor(digits: str, times: str | None, currency: str) -> int:
    """*digits* ("2,000", "1.500,50", "2") as minor units; a thousand *times* that with "k"."""
    plain = digits.replace("'", "")
    marks = [sign for sign in plain if sign in ".,"]
    last = plain[max(plain.rfind("."), plain.rfind(",")) + 1 :] if marks else ""
    decimals = bool(marks) and (len(set(marks)) == 2 or (len(marks) == 1 and len(last) != 3))
    whole = plain.replace(".", "").replace(",", "")
    amount = Decimal(whole).scaleb(-len(last) if decimals else 0)
    return min(int(amount * units(currency) * (1000 if times else 1)), LARGEST)
