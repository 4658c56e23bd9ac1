"""From a message's own object to our kind: one small reader each, chosen by `type` (wire.md §1.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from gateway.model import inbound
from providers.meta_cloud.clean import decode, plain
from providers.meta_cloud.kinds.change import read_edit, read_revoke
from providers.meta_cloud.kinds.contacts import read_contacts
from providers.meta_cloud.kinds.interactive import read_interactive
from providers.meta_cloud.kinds.media import media, read_audio, read_sticker
from providers.meta_cloud.kinds.order import read_order
from providers.meta_cloud.kinds.simple import (
    read_button,
    read_location,
    read_reaction,
    read_request_welcome,
    read_text,
)
from providers.meta_cloud.kinds.system import read_system
from providers.meta_cloud.kinds.unsupported import read_placeholder, read_unsupported

#: Each is given the whole message; None when its object is not there.
READERS: dict[str, Callable[[bytes], inbound.Inbound | None]] = {
    "text": read_text,
    "image": media("image", inbound.Image),
    "video": media("video", inbound.Video),
    "audio": read_audio,
    "document": media("document", inbound.Document),
    "sticker": read_sticker,
    "location": read_location,
    "contacts": read_contacts,
    "reaction": read_reaction,
    "button": read_button,
    "interactive": read_interactive,
    "order": read_order,
    "system": read_system,
    "edit": read_edit,
    "revoke": read_revoke,
    "request_welcome": read_request_welcome,
    "unsupported": read_unsupported,
    "media_placeholder": read_placeholder,
}

_ANY = msgspec.json.Decoder(dict[str, Any])


def read_content(kind: str, raw: bytes) -> inbound.Inbound:
    """What the message *raw* of type *kind* holds. One that lacks its object, or whose type we do
    not know, is `Unknown`, or `Unsupported` when it carries an error in its place."""
    reader = READERS.get(kind)
    content = reader(raw) if reader else None
    if content is not None:
        return content
    payload = plain(decode(_ANY, raw))
    if reader and payload.get("errors"):
        return read_unsupported(raw, kind)
    return inbound.Unknown(kind, payload)
