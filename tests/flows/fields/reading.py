"""How the tests of fields read an answer."""

from __future__ import annotations

from typing import TypeVar

from gateway.flows.fields import Answer, Field, Invalid
from gateway.model.inbound import Text

T = TypeVar("T")

#: Wednesday, 18 November 2026, 23:30 in Nairobi.
NOW = 1_795_033_800_000_000


def read(
    field: Field[T],
    text: str,
    language: str = "en",
    country: str = "KE",
    time_zone: str = "Africa/Nairobi",
    at: int = NOW,
) -> T:
    """What *field* reads in a text."""
    return field.read(Answer(Text(text), text, "", at, language, country, time_zone, "m1"))


def refusal(field: Field[T], text: str, **where: str) -> str:
    """What *field* says of a text that it cannot read."""
    try:
        value = read(field, text, **where)  # type: ignore[arg-type]
    except Invalid as invalid:
        return invalid.words
    raise AssertionError(f"{text!r} was read as {value!r}")
