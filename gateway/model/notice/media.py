"""What became of the file of a message, after the message itself came."""

from __future__ import annotations

from msgspec import Struct


class MediaStored(Struct, frozen=True, tag="media_stored", omit_defaults=True):
    """The file of *message* (our id) is kept under *media*. *mime_type* is what its bytes are, *size* is
    bytes, *sha256* lower-case hex; *kind* is the message's type."""

    message: str
    media: str
    kind: str = ""
    mime_type: str = ""
    size: int = 0
    sha256: str = ""
    filename: str = ""


class MediaFailed(Struct, frozen=True, tag="media_failed", omit_defaults=True):
    """The file of *message* (our id) could not be had; *reason* is one word (see docs/media.md)."""

    message: str
    media: str
    kind: str = ""
    reason: str = ""
