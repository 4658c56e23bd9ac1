"""What the provider sent of a message, in its own bytes: the message's piece of its webhook, and those of its
statuses. Headers, and with them whatever a provider proves itself with, are not among it."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from gateway.api.encoding import text_or_base64
from gateway.clock import rfc3339
from gateway.pipeline.queries import MESSAGES
from gateway.store.port import Row, Tx

#: So many at most.
MOST = 1000


class RawItem(Struct, frozen=True):
    """One piece. It is in *text* when it is UTF-8, else in *base64*; the other is null. *content_type* is
    what it looks like. *status* says which status it told of, null for the message itself."""

    kind: Literal["message", "status"]
    status: str | None
    received_at: str
    content_type: str
    text: str | None
    base64: str | None


class RawPieces(Struct, frozen=True):
    """All pieces, oldest first. Of a message that went out there are only those of its statuses."""

    items: list[RawItem]


async def raw_of(tx: Tx, identifier: str) -> RawPieces | None:
    """The pieces of a message, None when there is no such message."""
    rows = await tx.all(MESSAGES["raw"], id=identifier, limit=MOST)
    if not rows:
        return None
    return RawPieces([_item(row) for row in rows if row["raw"]])


def _item(row: Row) -> RawItem:
    written, encoding = text_or_base64(bytes(row["raw"]))
    text = written if encoding == "text" else None
    return RawItem(
        row["kind"], row["status"] or None, rfc3339(row["received_at"]), _looks_like(text), text,
        None if encoding == "text" else written,
    )  # fmt: skip


def _looks_like(text: str | None) -> str:
    """What a piece seems to be."""
    if text is None:
        return "application/octet-stream"
    try:
        msgspec.json.decode(text)
        return "application/json"
    except (msgspec.DecodeError, RecursionError):
        form = "=" in text and not any(each.isspace() for each in text)
        return "application/x-www-form-urlencoded" if form else "text/plain"
