"""A file as the API shows it."""

from __future__ import annotations

from msgspec import Struct

from gateway.clock import rfc3339
from gateway.media.files import Files
from gateway.media.record import MediaFile, State, Visibility


class MediaItem(Struct, frozen=True):
    """One file. *kind* is upload, link, or the type of the message that it came with. *size*, *sha256* and
    *link* are null while nothing is kept; the link is good for ten minutes, or for ever when the file is
    public. *reason* is why it could not be fetched. *at* is RFC 3339 in UTC."""

    id: str
    state: State
    reason: str | None
    kind: str
    message: str | None
    mime_type: str | None
    size: int | None
    filename: str | None
    sha256: str | None
    visibility: Visibility
    link: str | None
    at: str


def item_of(files: Files, tenant: str, file: MediaFile) -> MediaItem:
    """One file, with a fresh link."""
    stored = file.state == "stored"
    return MediaItem(
        file.id, file.state, file.reason or None, file.kind, file.message or None, file.mime_type or None,
        file.size if stored else None, file.filename or None, file.sha256 if stored else None,
        file.visibility, files.address(tenant, file) if stored else None,
        rfc3339(file.created_at),
    )  # fmt: skip
