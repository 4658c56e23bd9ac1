"""Order numbers: short, not to be guessed, with a last character by which a slip is noticed.

The check is a sum over the field of 32 elements, in which each place weighs twice as much as the one behind
it: one wrong character changes it, and so does any swap of two (neighbours or not), for no two places weigh
the same.
"""

from __future__ import annotations

import secrets
import unicodedata

from plugins.commerce.common.ids import DIGITS

#: Characters of a number without its check: 2^30 numbers.
RANDOM = 6
LENGTH = RANDOM + 1
_ALIKE = str.maketrans("OIL", "011")
_VALUES = {sign: value for value, sign in enumerate(DIGITS)}
#: The field is made by x^5 + x^2 + 1, of which x (2) makes every element but 0.
_MADE_BY = 0b100101


def new_number() -> str:
    """Six random characters and a check, such as "K7Q3M9T". Never in a flow outside of a step."""
    drawn = "".join(secrets.choice(DIGITS) for _ in range(RANDOM))
    return drawn + check_of(drawn)


def read_number(written: str) -> str:
    """The number that *written* is: capitals, no spaces, dashes or "#", O as 0, I and L as 1; "" when its
    check does not fit. (*DIGITS* are the characters.)"""
    found = plain(written)
    fits = len(found) == LENGTH and all(sign in _VALUES for sign in found)
    return found if fits and check_of(found[:-1]) == found[-1] else ""


def plain(written: str) -> str:
    """*written* without what people put around and between characters, in capitals."""
    wide = unicodedata.normalize("NFKC", written[:100]).upper()
    return "".join(sign for sign in wide if sign.isalnum()).translate(_ALIKE)


def check_of(signs: str) -> str:
    """The character that belongs behind *signs*."""
    total = 0
    for sign in signs:
        total = _twice(total ^ _VALUES[sign])
    return DIGITS[total]


def _twice(value: int) -> int:
    value <<= 1
    return value ^ _MADE_BY if value & 32 else value


__all__ = ["DIGITS", "LENGTH", "check_of", "new_number", "plain", "read_number"]
