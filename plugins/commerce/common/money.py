"""Money of files, settings and the API: decimal text in major units ("1500.00") on the outside, integers
of minor units inside. Never a float."""

from __future__ import annotations

import re
from decimal import Decimal

from gateway import fields

_PLAIN = re.compile(r"\d{1,15}(?:\.\d{1,6})?", re.ASCII)
#: The largest amount that is taken: what a sum of many lines still fits under, in a 64-bit integer.
LARGEST = 10**14


def units(currency: str) -> int:
    """Minor units of one of *currency*: 100 of "KES", 1 of "JPY"."""
    return fields.Amount.of(1, currency).minor


def minor(text: str, currency: str) -> int:
    """The minor units of *text*, such as "1500.00" or "1500". Raises `ValueError` with a sentence for
    anything else: signs, exponents, commas, more decimals than *currency* has."""
    plain = text.strip()
    if not _PLAIN.fullmatch(plain):
        raise ValueError(f'"{text[:40]}" is no amount: write it as 1500.00, without signs, spaces or letters')
    try:
        found = fields.Amount.of(Decimal(plain), currency).minor
    except ValueError:
        most = len(str(units(currency))) - 1
        raise ValueError(f'"{plain}" has more decimals than {currency}, which has {most}') from None
    if found > LARGEST:
        raise ValueError(f'"{plain}" is more than this shop can count')
    return found


def major(amount: int, currency: str) -> str:
    """*amount* of minor units as decimal text: 150000 of "KES" is "1500.00"."""
    one = units(currency)
    if one == 1:
        return str(amount)
    whole, rest = divmod(abs(amount), one)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:0{len(str(one)) - 1}d}"
