"""Messages that change one that came before: edits and revocations (wire.md §1.5)."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from gateway.model import inbound
from providers.meta_cloud import wire
from providers.meta_cloud.clean import decode
from providers.meta_cloud.kinds.media import MediaObject


class InnerMessage(Struct):
    """The new content within an edit; only text and captions can be edited."""

    type: str | None = None
    text: wire.TextBody | None = None
    image: MediaObject | None = None
    video: MediaObject | None = None
    document: MediaObject | None = None


class ChangeObject(Struct):
    """`{"original_message_id": "wamid.U0FN", "message": {"type": "text", "text": {"body": "…"}}}`."""

    original_message_id: str
    message: InnerMessage | None = None


class ChangeMessage(Struct):
    """One of the two is there."""

    edit: ChangeObject | None = None
    revoke: ChangeObject | None = None


_DECODER = msgspec.json.Decoder(ChangeMessage)


def read_edit(raw: bytes) -> inbound.Edit | None:
    """The new words of an earlier message."""
    found = decode(_DECODER, raw).edit
    if found is None:
        return None
    new = found.message or InnerMessage()
    media = new.image or new.video or new.document
    text = (new.text.body if new.text else media.caption if media else "") or ""
    return inbound.Edit(found.original_message_id, new.type or "", text)


def read_revoke(raw: bytes) -> inbound.Revoke | None:
    """An earlier message was taken back."""
    found = decode(_DECODER, raw).revoke
    return None if found is None else inbound.Revoke(found.original_message_id)
