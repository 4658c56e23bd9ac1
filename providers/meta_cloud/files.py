"""Which files go as what, and how large they may be (wire.md §2.3)."""

from __future__ import annotations

from gateway.model.capability import MediaLimit

_MB = 1024 * 1024
_IMAGES = ("image/jpeg", "image/png")
_SOUNDS = ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg")
_VIDEOS = ("video/mp4", "video/3gpp")

#: For each kind of message. A sticker that does not move has 100 KB at most, which Meta looks at itself.
MEDIA: dict[str, MediaLimit] = {
    "image": MediaLimit(_IMAGES, 5 * _MB),
    "audio": MediaLimit(_SOUNDS, 16 * _MB),
    "voice": MediaLimit(("audio/ogg",), 16 * _MB),
    "video": MediaLimit(_VIDEOS, 16 * _MB),
    # Some types are listed, others are generally taken; what the upload refuses goes another way.
    "document": MediaLimit(("application/*", "text/*", *_IMAGES, *_SOUNDS, *_VIDEOS), 100 * _MB),
    "sticker": MediaLimit(("image/webp",), 500 * 1024),
}
