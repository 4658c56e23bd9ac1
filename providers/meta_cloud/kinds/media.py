"""Messages that are a file: pictures, videos, sounds, documents, stickers (wire.md §1.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import Struct

from gateway.model import inbound
from providers.meta_cloud.clean import decode

F = TypeVar("F", bound=inbound.Media)


class MediaObject(Struct):
    """`{"id": "9001", "mime_type": "image/jpeg", "sha256": "kYTr…", "caption": "Front door"}`."""

    id: str = ""
    mime_type: str | None = None
    sha256: str | None = None
    url: str | None = None
    caption: str | None = None
    filename: str | None = None
    voice: bool | None = None
    animated: bool | None = None


class MediaMessage(Struct):
    """The media objects by the message's type; one of them is there."""

    image: MediaObject | None = None
    video: MediaObject | None = None
    audio: MediaObject | None = None
    document: MediaObject | None = None
    sticker: MediaObject | None = None


_MEDIA = msgspec.json.Decoder(MediaMessage)


def _object(raw: bytes, name: str) -> MediaObject | None:
    """The object *name* in *raw*. One that names no file is as good as none: an error tells why."""
    found: MediaObject | None = getattr(decode(_MEDIA, raw), name)
    return found if found is not None and (found.id or found.url) else None


def _fields(found: MediaObject) -> dict[str, str]:
    return {
        "media_id": found.id,
        "mime_type": found.mime_type or "",
        "sha256": found.sha256 or "",
        "url": found.url or "",
        "caption": found.caption or "",
        "filename": found.filename or "",
    }


def media(name: str, kind: type[F]) -> Callable[[bytes], F | None]:
    """A reader of the media objects *name* into *kind*."""

    def read(raw: bytes) -> F | None:
        found = _object(raw, name)
        return None if found is None else kind(**_fields(found))

    return read


def read_audio(raw: bytes) -> inbound.Audio | inbound.Voice | None:
    """A sound file, or a voice note when it was recorded in the app."""
    found = _object(raw, "audio")
    if found is None:
        return None
    return inbound.Voice(**_fields(found)) if found.voice else inbound.Audio(**_fields(found))


def read_sticker(raw: bytes) -> inbound.Sticker | None:
    """A sticker, still or animated."""
    found = _object(raw, "sticker")
    return None if found is None else inbound.Sticker(**_fields(found), animated=bool(found.animated))
