"""A plugin's words in one language: texts, plurals, numbers, money and dates."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal


class Words:
    """The words of one plugin for one contact. *language* is the code that is spoken."""

    def __init__(self, language: str = "en", time_zone: str = "UTC") -> None:
        self.language, self.time_zone = language, time_zone

    def t(self, text: str, /, **values: object) -> str:
        """*text* in this language, its ``{names}`` filled in."""
        return text.format(**values) if values else text

    def core(self, text: str, /, **values: object) -> str:
        """A text of the gateway's own ("Yes", "Cancelled.") in this language."""
        return text.format(**values) if values else text

    def n(self, one: str, many: str, number: int, /, **values: object) -> str:
        """*one* or *many*, as this language counts; ``{n}`` is the number."""
        return (one if number == 1 else many).format(n=number, **values)

    def money(self, minor: int, currency: str) -> str:
        """*minor* units (cents) as this language writes them."""
        return f"{currency} {minor / 100:.2f}"

    def number(self, value: int | float | Decimal) -> str:
        """A number as this language writes it."""
        return f"{value}"

    def date(self, value: date | datetime, form: str = "medium") -> str:
        """A day; *form* is short, medium, long or full."""
        return value.isoformat()

    def time(self, value: time | datetime, form: str = "short") -> str:
        """A time of day, in the tenant's zone."""
        return value.isoformat()
