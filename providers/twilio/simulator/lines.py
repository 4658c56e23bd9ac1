"""The WhatsApp senders of the simulated account (wire.md §4.6)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from providers.twilio.simulator import ids


class Line(Struct):
    """A sender: *number* is "+15550104477". *webhook* is what the Senders API has set of
    callback_url, callback_method, fallback_url, fallback_method, status_callback_url, …."""

    number: str
    sid: str = field(default_factory=lambda: ids.sid("XE"))
    name: str = "Simulated business"
    status: str = "ONLINE"
    webhook: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """As webhooks and sends name it: "whatsapp:+15550104477"."""
        return f"whatsapp:{self.number}"


class Lines:
    """All senders; the first is the one that is meant when nobody names another."""

    def __init__(self, first: Line) -> None:
        self.first = first
        self._lines = {first.number: first}

    def add(self, line: Line) -> None:
        """Take one more sender; a number that is already there is replaced."""
        self._lines[line.number] = line

    def get(self, number: str) -> Line | None:
        """The sender with this number or address, if it is ours."""
        return self._lines.get(number.removeprefix("whatsapp:"))

    def by_sid(self, sid: str) -> Line | None:
        """The sender with this XE… id."""
        return next((line for line in self if line.sid == sid), None)

    def named(self, number: str) -> Line:
        """The sender with this number, the first one for ""; `LookupError` says which there are."""
        line = self.get(number) if number else self.first
        if line is None:
            raise LookupError(f"no number {number}; there are {', '.join(self._lines)}")
        return line

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines.values())
