"""Numbers as people write them: "1,200.50", "1.200,50", "1 200", "2k", "mil", "elfu mbili", "٣", "twelve"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from gateway.flows.fields.plain import SHORT, same

#: What fits a bigint of a database.
MOST_DIGITS = 18
MOST_DECIMALS = 9

_NUMBER = re.compile(r"([+-]?) ?([0-9.,' ]+)")

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "sifuri moja mbili tatu nne tano sita saba nane tisa kumi",
)
_TENS = {
    "un": 1, "una": 1, "a dozen": 12, "una docena": 12, "dazeni": 12, "kumi na moja": 11, "kumi na mbili": 12,
    "fifteen": 15, "quince": 15, "kumi na tano": 15, "twenty": 20, "veinte": 20, "ishirini": 20,
    "thirty": 30, "treinta": 30, "thelathini": 30, "forty": 40, "cuarenta": 40, "arobaini": 40,
    "fifty": 50, "cincuenta": 50, "hamsini": 50, "hundred": 100, "one hundred": 100, "cien": 100, "mia": 100,
    "mia moja": 100, "thousand": 1000, "mil": 1000, "elfu": 1000, "laki": 100_000, "million": 1_000_000,
}  # fmt: skip
_WORDS = {word: number for line in _ONES for number, word in enumerate(line.split())} | _TENS
_TIMES_AFTER = {
    "k": 1000, "thousand": 1000, "mil": 1000, "million": 1_000_000, "millon": 1_000_000,
    "millones": 1_000_000, "hundred": 100,
}  # fmt: skip
_TIMES_BEFORE = {"elfu": 1000, "mia": 100, "laki": 100_000, "milioni": 1_000_000}


def number(text: str, mark: str = ".", places: int | None = None) -> Decimal | None:
    """The number that the whole of *text* is, None when it is none. *mark* is what stands before the decimals
    in the reader's country, *places* how many decimals there can be: "1.200" is 1200 where there are two."""
    if len(text) > SHORT:
        return None
    words = same(text).strip("#!?").rstrip(".,").strip()
    found = _digits(words, mark, places)
    if found is None and words in _WORDS:
        found = Decimal(_WORDS[words])
    if found is None:
        found = _times(words, mark, places)
    return found if found is None or abs(found) < 10**MOST_DIGITS else None


def _times(words: str, mark: str, places: int | None) -> Decimal | None:
    for rest, factor in _factors(words):
        base = _digits(rest, mark, None if places is None else max(places, 3))
        if base is None and rest in _WORDS:
            base = Decimal(_WORDS[rest])
        if base is not None:
            return base * factor
    return None


def _factors(words: str) -> Iterator[tuple[str, int]]:
    for unit, factor in _TIMES_AFTER.items():
        if words.endswith(unit):
            yield words.removesuffix(unit).rstrip(), factor
    for unit, factor in _TIMES_BEFORE.items():
        if words.startswith(unit + " "):
            yield words.removeprefix(unit).lstrip(), factor


def _digits(text: str, mark: str, places: int | None) -> Decimal | None:
    match = _NUMBER.fullmatch(text)
    if match is None or not any(map(str.isdigit, match[2])):
        return None
    grouped, decimals = _split(match[2].strip(), mark, places)
    whole = _ungrouped(grouped)
    if whole is None or len(whole) > MOST_DIGITS or len(decimals) > MOST_DECIMALS:
        return None
    if decimals and not decimals.isdigit():
        return None
    return Decimal(f"{match[1]}{whole or '0'}.{decimals or '0'}")


def _split(body: str, mark: str, places: int | None) -> tuple[str, str]:
    """The part before the decimals and the decimals."""
    last = max(body.rfind("."), body.rfind(","))
    if last < 0:
        return body, ""
    separator, before, after = body[last], body[:last], body[last + 1 :]
    if body.count(separator) > 1:
        return body, ""
    if ("," in before or "." in before) or len(after) != 3 or len(before) > 3 or before in ("", "0"):
        return before, after
    groups = separator != mark or (places is not None and places < 3)
    return (body, "") if groups else (before, after)


def _ungrouped(whole: str) -> str | None:
    """*whole* without what groups its digits; None when they are grouped as no number is."""
    marks = {char for char in whole if not char.isdigit()}
    if not marks:
        return whole
    if len(marks) > 1:
        return None
    first, *groups = whole.split(marks.pop())
    if not 1 <= len(first) <= 3 or len(groups[-1]) != 3 or any(len(each) not in (2, 3) for each in groups):
        return None
    return first + "".join(groups)
