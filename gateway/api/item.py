"""A message as the API shows it, with how it fares."""

from __future__ import annotations

import msgspec

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


def item_of(row: Row, fate: list[Row]) -> dict[str, object]:
    """One item of the list."""
    status, error, provider_id = ("received", None, row["provider_message_id"] or None)
    if row["direction"] == "out":
        status, error, provider_id = _status(fate)
    return {
        "id": row["id"],
        "direction": row["direction"],
        "type": row["type"],
        "content": msgspec.Raw(row["content"].encode()),
        "contact": row["contact"],
        "conversation": row["conversation"],
        "provider_message_id": provider_id,
        "status": status,
        "error": error,
        "at": moment(row["at"]).isoformat().replace("+00:00", "Z"),
    }


def _status(fate: list[Row]) -> tuple[str, object, str | None]:
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
