"""A file's row, and what may be seen of it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from gateway.provider import StoredFile
from gateway.store.port import Row

#: pending: to be fetched. stored: kept. failed: could not be fetched, *reason* says why. deleted: gone.
State = Literal["pending", "stored", "failed", "deleted"]
Visibility = Literal["private", "public"]


class MediaFile(Struct, frozen=True):
    """One row of `media`. *mime_type* is what the bytes are, *told* what was said of them; *source* is the
    provider's description of a file that came in. Times are microseconds UTC."""

    id: str
    message: str
    channel: str
    kind: str
    source: str
    state: State
    reason: str
    told: str
    mime_type: str
    size: int
    sha256: str
    filename: str
    visibility: Visibility
    tries: int
    next_at: int
    created_at: int
    stored_at: int

    def file(self) -> StoredFile:
        """What work at a provider, and a plugin, sees of it."""
        return StoredFile(self.id, self.mime_type, self.size, self.sha256, self.filename)


def media_of(row: Row) -> MediaFile:
    """The file of a row that has all columns."""
    return MediaFile(*(row[name] for name in MediaFile.__struct_fields__))
