"""How many: "2", "two", "x2", "2kg", "½ dozen", "dazeni mbili", before or behind what is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from gateway import Chat, Invalid, fields
from plugins.commerce.search.words import fold

#: Reads a number in words or digits; None for what is none.
Number = Callable[[str], int | None]

#: Words of a quantity at the front or the end, and characters that are looked at.
WORDS, LONGEST = 3, 200
_DOZEN = "dozen dozens doz docena docenas dazeni dazani darzeni dazen"
_UNIT = """
    kg kgs kilo kilos kilogram kilograms l lt ltr litre litres liter liters
    pc pcs piece pieces unit units bunch bunches pair pairs pack packs packet packets bag bags box boxes
    bottle bottles crate crates tin tins loaf loaves
    unidad unidades pieza piezas litro litros manojo manojos par pares paquete paquetes bolsa bolsas
    caja cajas botella botellas lata latas
    kipande vipande fungu mafungu jozi pakiti chupa sanduku masanduku mfuko mifuko lita
"""
#: Parts of what is sold whole.
_BIT = "g gr gram grams gramo gramos gramu ml"
_LINKS = "of de del la ya za cha vya wa"
_DOZENS, _UNITS, _BITS, _OF = (frozenset(each.split()) for each in (_DOZEN, _UNIT, _BIT, _LINKS))
_SIGN = re.compile(r"^[x×*]\s*(?=[\d½¼¾])|(?<=[\d½¼¾])\s*[x×*]$")
_GLUED = re.compile(r"(?<=[\d½¼¾])([^\W\d_]{2,}|[glx])$")
_DIGITS = re.compile(r"[-+−]?[\d.,]*\d[\d.,]*(e[-+]?\d+)?")
_HALF = frozenset(("half", "half a", "a half", "media", "medio", "nusu", "½", "1/2"))
_PART = re.compile(r"(\d*)\s*([½¼¾]|1/2|1/4|3/4)")
_QUARTERS = {"½": 2, "1/2": 2, "¼": 1, "1/4": 1, "¾": 3, "3/4": 3}


class Quantity(Struct, frozen=True):
    """What was written as a quantity: *qty* is 1 or more; 0 says that it is none that can be sold ("0",
    "2.5", "-1", "1e9")."""

    qty: int
    written: str


class Reading(Struct, frozen=True):
    """A way to read what follows ADD: *what*, and how many of it, None where nothing is said of it."""

    what: str
    quantity: Quantity | None = None


def readings(text: str, number: Number) -> Iterator[Reading]:
    """The ways to read *text*, the likeliest first: all of it is what is meant, a quantity stands before it,
    or behind it."""
    words = text[:LONGEST].split()
    yield Reading(" ".join(words))
    for count in range(min(WORDS, len(words) - 1), 0, -1):
        if quantity := read_quantity(" ".join(words[:count]), number):
            yield Reading(" ".join(_without_unit(words[count:])), quantity)
            break
    for count in range(min(WORDS, len(words) - 1), 0, -1):
        if quantity := read_quantity(" ".join(words[-count:]), number):
            yield Reading(" ".join(words[:-count]), quantity)
            break


def read_quantity(text: str, number: Number) -> Quantity | None:
    """The quantity that the whole of *text* is, None when it is none."""
    said = _SIGN.sub("", _parts(fold(text))).strip()
    words = _GLUED.sub(r" \1", said).split()
    if len(words) > 1 and words[-1] in _UNITS | _BITS:
        bits = words.pop() in _BITS
        if bits and number(" ".join(words)) is not None:
            return Quantity(0, text)
    quarters = _dozens(words, number) if any(word in _DOZENS for word in words) else _quarters(words, number)
    if quarters is None:
        plain = " ".join(words)
        return Quantity(0, text) if plain in _HALF or _DIGITS.fullmatch(plain) else None
    return Quantity(quarters // 4 if quarters > 0 and quarters % 4 == 0 else 0, text)


def number_of(chat: Chat) -> Number:
    """What reads numbers as this contact writes them."""

    def number(text: str) -> int | None:
        try:
            return chat.read(fields.integer, text)
        except Invalid:
            return None

    return number


def _parts(said: str) -> str:
    """`fold` writes "1½" as "11⁄2"."""
    for written, sign in (("1⁄2", " ½ "), ("1⁄4", " ¼ "), ("3⁄4", " ¾ ")):
        said = said.replace(written, sign)
    return said


def _dozens(words: Sequence[str], number: Number) -> int | None:
    """Quarters of one, of so many dozens; None when it is no number of dozens."""
    rest = [word for word in words if word not in _DOZENS]
    if len(rest) != len(words) - 1:
        return None
    if rest in ([], ["a"], ["una"], ["one"], ["moja"]):
        return 48
    found = _quarters(rest, number)
    return None if found is None else found * 12


def _quarters(words: Sequence[str], number: Number) -> int | None:
    """Quarters of one: "1½" are six."""
    plain = " ".join(words)
    if plain in _HALF:
        return 2
    part = _PART.fullmatch(plain)
    if part is not None:
        return int(part[1][:9] or "0") * 4 + _QUARTERS[part[2]]
    found = number(plain) if plain else None
    return None if found is None else found * 4


def _without_unit(words: Sequence[str]) -> Sequence[str]:
    """*words* without "kg of" before them, where more is left."""
    rest = list(words)
    for known in (_UNITS, _OF):
        if len(rest) > 1 and fold(rest[0]) in known:
            rest = rest[1:]
    return rest
