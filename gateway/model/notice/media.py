"""What became of the file of a message, after the message itself came."""

from __future__ import annotations

from msgspec import Struct

from gateway.model.inbound import ContactCard


class MediaStored(Struct, frozen=True, tag="media_stored", omit_defaults=True):
    """The file of *message* (our id) is kept under *media*. *mime_type* is what its bytes are, *size* is
    bytes, *sha256* lower-case hex; *kind* is the message's type. *contacts* are the cards that were in it,
    where a provider sends contacts as a file: the message has them too from now on."""

    message: str
    media: str
    kind: str = ""
    mime_type: str = ""
    size: int = 0
    sha256: str = ""
    filename: str = ""
    contacts: tuple[ContactCard, ...] = ()


class MediaFailed(Struct, frozen=True, tag="media_failed", omit_defaults=True):
    """The file of *message* (our id) could not be had; *reason* is one word (see docs/media.md)."""

    message: str
    media: str
    kind: str = ""
    reason: str = ""
