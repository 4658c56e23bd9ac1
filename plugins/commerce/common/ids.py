"""Ids of the shop's rows: short, in the order in which they were made, and not to be guessed."""

from __future__ import annotations

import secrets
from datetime import datetime

#: Crockford's digits: none of them looks like another.
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(now: datetime) -> str:
    """An id made at *now*: 18 characters, of which the first 10 are the time in milliseconds. Never in a flow
    outside of a step: it is another one each time."""
    milliseconds = int(now.timestamp() * 1000)
    number = (milliseconds & (1 << 50) - 1) << 40 | secrets.randbits(40)
    return "".join([DIGITS[number >> shift & 31] for shift in range(85, -1, -5)])


def micros(now: datetime) -> int:
    """*now* (aware) as tables keep it: microseconds UTC."""
    return int(now.timestamp()) * 1_000_000 + now.microsecond
