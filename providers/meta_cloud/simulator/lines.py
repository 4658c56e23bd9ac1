"""The business numbers of a simulator: several tenants may share one app (wire.md 1.2)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct


class Line(Struct, frozen=True):
    """The business number that webhooks are about. *display* is its digits."""

    phone_number_id: str
    display: str
    waba_id: str


class Lines:
    """All business numbers; the first is the one that is meant when nobody names another."""

    def __init__(self, first: Line) -> None:
        self.first = first
        self._lines = {first.phone_number_id: first}

    def add(self, line: Line) -> None:
        """Take one more number; an id that is already there is replaced."""
        self._lines[line.phone_number_id] = line

    def get(self, phone_number_id: str) -> Line | None:
        """The number with this id, if it is ours."""
        return self._lines.get(phone_number_id)

    def named(self, phone_number_id: str) -> Line:
        """The number with this id, the first one for ""; `LookupError` says which there are."""
        line = self.get(phone_number_id) if phone_number_id else self.first
        if line is None:
            raise LookupError(f"no number {phone_number_id}; there are {', '.join(self._lines)}")
        return line

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines.values())
