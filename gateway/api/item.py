"""A message as the API shows it, with how it fares."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from gateway.media.queries import MEDIA
from gateway.media.record import MediaFile, media_of
from gateway.message import moment
from gateway.pipeline.queries import MESSAGES
from gateway.store.port import Row, Tx


async def fate_of(tx: Tx, tenant: str, row: Row) -> list[Row]:
    """How an outgoing message fares: the rows of its parts, known or still open."""
    parts = await tx.all(MESSAGES["parts"], tenant=tenant, message=row["id"])
    if len(parts) < row["parts"]:
        parts = [*parts, *await tx.all(MESSAGES["waiting"], tenant=tenant, message=row["id"])]
    return parts


#: Kinds of messages that may have come with a file.
_FILES = frozenset({"image", "video", "audio", "voice", "document", "sticker", "contacts"})


async def file_of(tx: Tx, tenant: str, row: Row) -> MediaFile | None:
    """The file that came with a message, in whatever state it is."""
    if row["type"] not in _FILES:
        return None
    found = await tx.one(MEDIA["of_message"], tenant=tenant, message=row["id"])
    return None if found is None else media_of(found)


class MessageItem(Struct, frozen=True):
    """A message. *content* is that of its type, *at* is RFC 3339 in UTC. *error* is why it failed."""

    id: str
    direction: Literal["in", "out"]
    type: str
    content: Any
    contact: str
    conversation: str
    provider_message_id: str | None
    status: str
    error: Any
    at: str


def item_of(row: Row, fate: list[Row]) -> MessageItem:
    """One item of the list."""
    status, error, provider_id = ("received", None, row["provider_message_id"] or None)
    if row["direction"] == "out":
        status, error, provider_id = _status(fate)
    return MessageItem(
        row["id"], row["direction"], row["type"], msgspec.Raw(row["content"].encode()), row["contact"],
        row["conversation"], provider_id, status, error, rfc3339(row["at"]),
    )  # fmt: skip


def rfc3339(at: int) -> str:
    """Microseconds UTC as "2026-12-24T06:00:00Z"."""
    return moment(at).isoformat().replace("+00:00", "Z")


def _status(fate: list[Row]) -> tuple[str, Any, str | None]:
    """A message is as far as its slowest part; a failed part fails it."""
    known = [row for row in fate if "rank" in row.keys()]  # noqa: SIM118 - a database row
    waiting = [row for row in fate if "rank" not in row.keys()]  # noqa: SIM118
    first = next((row["provider_message_id"] for row in known if row["provider_message_id"]), None)
    failed = next((row for row in known if row["status"] == "failed"), None)
    if failed is not None:
        return "failed", msgspec.Raw(failed["error"].encode()) if failed["error"] else None, first
    if waiting:
        names = {"ready": "queued"}
        return names.get(waiting[0]["state"], waiting[0]["state"]), None, first
    if not known:
        return "queued", None, None
    return min(known, key=lambda row: row["rank"])["status"], None, first
