"""Order numbers: short, not to be guessed, with a last character by which a slip is noticed."""

from __future__ import annotations

from plugins.commerce.common.ids import DIGITS


def new_number() -> str:
    """Six random characters and a check, such as "K7Q3M9T". Never in a flow outside of a step."""
    raise NotImplementedError


def read_number(written: str) -> str:
    """The number that *written* is: capitals, no spaces, dashes or "#", O as 0, I and L as 1; "" when its
    check does not fit. (*DIGITS* are the characters.)"""
    raise NotImplementedError


__all__ = ["DIGITS", "new_number", "read_number"]
