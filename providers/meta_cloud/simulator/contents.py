"""What a contact sends besides text, with usual content, so that a test names only what it cares for."""

from __future__ import annotations

import base64
import secrets
from typing import Any

#: kind -> mime type; the kinds of media that a contact can send.
MIME = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "voice": "audio/ogg; codecs=opus",
    "document": "application/pdf",
    "sticker": "image/webp",
}


def content_of(kind: str, fields: dict[str, Any]) -> tuple[str, Any]:
    """Meta's `type` and its object for a contact's message of *kind*.

    Kinds that are not known here are passed on with *fields* as their content, so that a test can send
    what Meta invents tomorrow.
    """
    if kind in MIME:
        media = {
            "id": str(900_000_000_000_000 + secrets.randbelow(10**14)),
            "mime_type": MIME[kind],
            "sha256": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        extra: dict[str, Any] = {"voice": kind == "voice"} if kind in ("voice", "audio") else {}
        if kind == "sticker":
            extra = {"animated": False}
        return ("audio" if kind == "voice" else kind), {**media, **extra, **fields}
    if kind == "location":
        return kind, {"latitude": -1.2921, "longitude": 36.8219, **fields}
    if kind == "contacts":
        return kind, fields["contacts"]
    return kind, fields
