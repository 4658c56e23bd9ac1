"""What memory holds of the open events, and what it leaves in the database."""

from __future__ import annotations

from msgspec import Struct

LaneKey = tuple[str, str]
#: Instead of a conversation: all of the tenant's.
WHOLE = ""


class Bounds(Struct, frozen=True):
    """The most events in memory: of one tenant, of one conversation, and of all. Beyond *total* a tenant that
    has more than *floor* takes no more, so that nobody is kept out by the others."""

    tenant: int = 1000
    lane: int = 100
    total: int = 20_000
    floor: int = 64


class Gap(Struct):
    """Open events of a tenant, or of one of its conversations, that are not in memory: those behind the id
    *after*. *missed* is set when another was left there: the last reading may not have found it. *shard* is
    the conversation's, -1 for a tenant's gap. *reading* while somebody reads it back."""

    after: str = ""
    shard: int = -1
    missed: bool = True
    reading: bool = False

    def miss(self, identifier: str) -> None:
        """An event with this id is left in the database too."""
        self.missed = True
        self.after = min(self.after, identifier[:-1])
