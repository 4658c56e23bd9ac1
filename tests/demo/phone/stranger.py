"""A stranger's simulator that offers what the port asks for, and nothing that draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.simulator import Traffic
from tests.demo.doubles import Puppet, Seen


class Stranger(Puppet):
    """A provider that nobody here knows; it answers everything with *seen*."""

    kinds = frozenset({"text", "image"})

    def __init__(self, settings: Mapping[str, Any], *seen: Seen) -> None:
        super().__init__(lambda act, what: list(seen))
        self._settings = settings
        self.traffic = Traffic()

    def channel_settings(self, number: str = "") -> dict[str, Any]:
        """The settings as given."""
        return dict(self._settings)

    def contact(self, phone: str, hidden: bool = False) -> None:
        """A contact without a name."""

    def store_inbound(self, content: bytes, mime_type: str, filename: str = "") -> str:
        """Kept nowhere."""
        return "file"

    def inbox(self, contact: str) -> list[Seen]:
        """Only one phone is written to."""
        return list(self.seen) if contact.endswith("1") else []

    def ticks(self, message_id: str) -> str:
        """All is read."""
        return "read"
