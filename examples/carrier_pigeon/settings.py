"""What stands in [tenants.channels.settings]."""

from __future__ import annotations

from msgspec import Struct


class PigeonSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """*key* opens the API, *ring* (the new one first, then old ones) is what webhooks are signed with."""

    loft: str
    key: str
    ring: tuple[str, ...]
    api_base: str = "https://pigeons.example"

    def __post_init__(self) -> None:
        if not self.ring or not all(self.ring):
            raise ValueError("ring is empty; without it webhooks cannot be told from forgeries")

    def __repr__(self) -> str:
        return f"PigeonSettings(loft={self.loft!r}, key=***, ring=***)"
