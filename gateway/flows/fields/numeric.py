"""`fields.integer` and `fields.decimal`."""

from __future__ import annotations

from decimal import Decimal

from gateway.flows.fields.field import Answer, Field, Unread, core
from gateway.flows.fields.locales import decimal_mark
from gateway.flows.fields.numbers import MOST_DECIMALS, number


class Integer(Field[int]):
    """A whole number: "3", "1,200", "1.200", "٣", "2k", "twelve", "doce", "kumi". *low* and *high* count."""

    def __init__(self, *, low: int | None = None, high: int | None = None) -> None:
        self.low, self.high = low, high

    def __call__(self, *, low: int | None = None, high: int | None = None) -> Integer:
        """The same with limits."""
        return Integer(low=low, high=high)

    def read(self, answer: Answer) -> int:
        """The number. Raises `Invalid`."""
        found = number(answer.text, decimal_mark(answer), places=0)
        if found is None or found != found.to_integral_value():
            raise bounds(self.low, self.high) or core("Please write a whole number, such as {n}.", n=3)
        value = int(found)
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise bounds(self.low, self.high) or core("Please write a number.")
        return value


class Decimals(Field[Decimal]):
    """A number with decimals, exactly: "1,200.50", "1.200,50", "0,5", "3". "1.200" is read as the contact's
    language and country write it. *low* and *high* count; *places* is how many decimals it may have."""

    def __init__(
        self,
        *,
        low: Decimal | int | str | None = None,
        high: Decimal | int | str | None = None,
        places: int | None = None,
    ) -> None:
        self.low = None if low is None else Decimal(low)
        self.high = None if high is None else Decimal(high)
        self.places = places

    def __call__(
        self,
        *,
        low: Decimal | int | str | None = None,
        high: Decimal | int | str | None = None,
        places: int | None = None,
    ) -> Decimals:
        """The same with limits."""
        return Decimals(low=low, high=high, places=places)

    def read(self, answer: Answer) -> Decimal:
        """The number, without zeros that say nothing. Raises `Invalid`."""
        found = number(answer.text, decimal_mark(answer), places=self.places)
        if found is None:
            raise bounds(self.low, self.high) or core("Please write a number, such as {n}.", n=Decimal("2.5"))
        value = _tidy(found)
        if self.places is not None and value != round(value, min(self.places, MOST_DECIMALS)):
            if self.places == 0:
                raise core("Please write a whole number, such as {n}.", n=3)
            if self.places == 1:
                raise core("Please write a number with at most one decimal.")
            raise core("Please write a number with at most {places} decimals.", places=self.places)
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise bounds(self.low, self.high) or core("Please write a number.")
        return value


def _tidy(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def bounds(low: Decimal | int | None, high: Decimal | int | None) -> Unread | None:
    """What is said of a number that is to be from *low* to *high*; None when there are no limits."""
    if low is not None and high is not None:
        return core("Please write a number from {low} to {high}.", low=low, high=high)
    if low is not None:
        return core("Please write a number that is {low} or more.", low=low)
    if high is not None:
        return core("Please write a number that is {high} or less.", high=high)
    return None
