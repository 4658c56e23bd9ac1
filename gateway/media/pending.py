"""T0b's part in files: a row for each file of the messages that come in, to be fetched later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.model import inbound
from gateway.model.event import ChannelEvent, MessageReceived
from gateway.model.ids import new_id
from gateway.model.notice import Echo, HistoryMessage

_encode = msgspec.json.Encoder().encode

Row = dict[str, object]


def file_of(content: object) -> inbound.Media | None:
    """The file in the *content* of a message; None when it has none, or one that nobody could fetch."""
    found = content.file if isinstance(content, inbound.Contacts) else content
    return found if isinstance(found, inbound.Media) and (found.media_id or found.url) else None


def pending(message: Mapping[str, Any], event: MessageReceived | ChannelEvent) -> list[Row]:
    """The rows of the files of *message*, a message's row that was made of *event*."""
    content: object = event.content
    if isinstance(content, Echo | HistoryMessage):
        content = content.content
    found = file_of(content)
    return [] if found is None else [_row(message, found)]


def _row(message: Mapping[str, Any], found: inbound.Media) -> Row:
    return {
        "tenant": message["tenant"], "id": new_id(), "message": message["id"], "channel": message["channel"],
        "kind": message["type"], "source": _encode(plain(found)).decode(), "state": "pending",
        "told": found.mime_type[:200], "mime_type": "", "size": 0, "sha256": "",
        "filename": found.filename[:1000],
        "visibility": "private", "next_at": message["now"], "now": message["now"], "stored_at": 0,
    }  # fmt: skip


def plain(found: inbound.Media) -> inbound.Media:
    """A provider's description without the message around it: no caption, no kind."""
    return inbound.Media(found.media_id, found.mime_type, found.sha256, found.url, filename=found.filename)
