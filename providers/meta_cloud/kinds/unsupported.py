"""Messages that the platform does not pass on, and why (wire.md §1.5)."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from gateway.model import inbound
from providers.meta_cloud import wire
from providers.meta_cloud.clean import decode, integer


class KindObject(Struct):
    """`{"type": "poll_creation"}`."""

    type: str | None = None


class UnsupportedMessage(Struct):
    """The kind of what is missing, and the error in its place."""

    unsupported: KindObject | None = None
    errors: list[wire.Error] | None = None


_DECODER = msgspec.json.Decoder(UnsupportedMessage)


def read_unsupported(raw: bytes, kind: str = "") -> inbound.Unsupported:
    """What *raw* says of the thing that is not there; *kind* when the message itself tells it."""
    message = decode(_DECODER, raw)
    kind = kind or (message.unsupported.type if message.unsupported else "") or ""
    error = message.errors[0] if message.errors else wire.Error()
    return inbound.Unsupported(kind, integer(error.code), error.details or error.title or error.message or "")


def read_placeholder(raw: bytes) -> inbound.Unsupported:
    """A file of the phone's history: it may follow with the same id, in a webhook of its own."""
    return read_unsupported(raw, "media_placeholder")
