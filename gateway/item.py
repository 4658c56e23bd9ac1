"""A message as it is shown by the API and the log of events, with how it fares. A page is three
statements, however long it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from gateway.clock import rfc3339
from gateway.media.files import Files
from gateway.media.queries import MEDIA
from gateway.media.record import media_of
from gateway.media.shown import MediaItem
from gateway.media.shown import item_of as media_item
from gateway.model.status import Failure
from gateway.pipeline.queries import MESSAGES
from gateway.store.port import Row, Tx

#: Kinds of messages that may have come with a file.
_FILES = frozenset({"image", "video", "audio", "voice", "document", "sticker", "contacts"})

_failure = msgspec.json.Decoder(Failure).decode


class MessageItem(Struct, frozen=True):
    """A message. *content* is that of its type, *at* is RFC 3339 in UTC. *status* is received; scheduled,
    queued, sending, in_doubt; accepted, held, sent, delivered, read, played; failed, cancelled. *error* is
    why it failed. *media* is the file that came with it, absent when none did."""

    id: str
    channel: str
    direction: Literal["in", "out"]
    type: str
    content: Any
    contact: str
    conversation: str
    provider_message_id: str | None
    status: str
    error: Failure | None
    at: str
    media: MediaItem | UnsetType = UNSET


async def fates_of(tx: Tx, rows: Sequence[Row]) -> dict[str, list[Row]]:
    """How each of the outgoing messages in *rows* fares: the rows of its parts, known or still open.

    The open ones are read first: a part that becomes known meanwhile is seen twice, never not at all."""
    ids = [{"message": row["id"]} for row in rows if row["direction"] == "out"]
    waiting, known = await tx.each(MESSAGES["waiting"], ids), await tx.each(MESSAGES["parts"], ids)
    settled = {(row["message"], row["idx"]) for row in known}
    fates: dict[str, list[Row]] = defaultdict(list)
    for row in (*known, *(each for each in waiting if (each["message"], each["idx"]) not in settled)):
        fates[row["message"]].append(row)
    return fates


async def items_of(tx: Tx, files: Files, tenant: str, rows: Sequence[Row]) -> list[MessageItem]:
    """The items of a page of *tenant*, in the order of *rows*."""
    fates, media = await fates_of(tx, rows), await _media(tx, files, tenant, rows)
    return [item_of(row, fates.get(row["id"], []), media.get(row["id"], UNSET)) for row in rows]


async def _media(tx: Tx, files: Files, tenant: str, rows: Sequence[Row]) -> dict[str, MediaItem]:
    """The file that came with each of the messages, in whatever state it is: the oldest of several."""
    ids = [{"message": row["id"]} for row in rows if row["type"] in _FILES]
    found: dict[str, MediaItem] = {}
    for row in await tx.each(MEDIA["of_message"], ids):
        found.setdefault(row["message"], media_item(files, tenant, media_of(row)))
    return found


def item_of(row: Row, fate: Sequence[Row], media: MediaItem | UnsetType = UNSET) -> MessageItem:
    """One item."""
    status, error, provider_id = "received", None, row["provider_message_id"] or None
    if row["direction"] == "out":
        status, error, provider_id = _status(fate)
    return MessageItem(
        row["id"], row["channel"], row["direction"], row["type"], msgspec.Raw(row["content"].encode()),
        row["contact"], row["conversation"], provider_id, status, error, rfc3339(row["at"]), media,
    )  # fmt: skip


def failure_of(told: str) -> Failure | None:
    """An error as it is stored; None for ""."""
    if not told:
        return None
    try:
        return _failure(told)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return Failure(title=told)


def is_known(part: Row) -> bool:
    """Whether the row is of a part whose outcome is known, not of one that is still open."""
    return "rank" in part.keys()  # noqa: SIM118 - a database row


def open_status(state: str) -> str:
    """What the API calls the state of a part that is still open."""
    return "queued" if state == "ready" else state


def _status(fate: Sequence[Row]) -> tuple[str, Failure | None, str | None]:
    """A message is as far as its slowest part; a failed part fails it."""
    known = [row for row in fate if is_known(row)]
    waiting = [row for row in fate if not is_known(row)]
    first = next((row["provider_message_id"] for row in known if row["provider_message_id"]), None)
    failed = next((row for row in known if row["status"] == "failed"), None)
    if failed is not None:
        return "failed", failure_of(failed["error"]), first
    if waiting:
        return open_status(waiting[0]["state"]), None, first
    if not known:
        return "queued", None, None
    return min(known, key=lambda row: row["rank"])["status"], None, first
