"""One message as a whole: its parts, what the provider told of each, and what was tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from gateway.clock import rfc3339, stamp
from gateway.item import (
    MessageItem,
    failure_of,
    fates_of,
    is_known,
    items_of,
    open_status,
)
from gateway.media.files import Files
from gateway.model.status import Failure, Pricing
from gateway.pipeline.queries import MESSAGES
from gateway.store.port import Row, Tx

#: So many statuses and attempts of one message at most: a group may have a thousand members.
MOST = 5000

_pricing = msgspec.json.Decoder(Pricing).decode


class StatusItem(Struct, frozen=True):
    """One thing that the provider told of a part. *at* is its own time, null when it gave none.
    *participant* is the member of a group whom it is about."""

    status: str
    at: str | None
    participant: str | None
    error: Failure | None
    pricing: Pricing | None
    received_at: str


class AttemptItem(Struct, frozen=True):
    """One attempt that was not simply accepted. *outcome* is retry, later, doubt, dead or gave_up; *http* is
    the status of the provider's answer, null when there was none."""

    n: int
    outcome: str
    http: int | None
    error: Failure | None
    started_at: str | None
    ended_at: str


class PartItem(Struct, frozen=True):
    """One request to the provider. *id* is null while the message waits for its time. *attempt* counts the
    attempts so far, *resent* those that were made although the one before may have arrived. *not_before* is
    when it is tried next, null when it is not or at once."""

    id: str | None
    index: int
    status: str
    provider_message_id: str | None
    attempt: int
    resent: int
    not_before: str | None
    accepted_at: str | None
    updated_at: str | None
    error: Failure | None
    statuses: list[StatusItem]
    attempts: list[AttemptItem]


class MessageWhole(MessageItem, frozen=True, kw_only=True):
    """A message and all that is known of it. *origin* is who made it: api, a plugin's name, echo or history
    for one that was written in the business's own app, null for a contact's. *send_at* is when it is due,
    null when it does not wait; *reason* is why it waits, "" when somebody asked for that. *created_at* is
    when the gateway stored it."""

    origin: str | None
    send_at: str | None
    reason: str
    created_at: str
    parts: list[PartItem]


async def whole_of(tx: Tx, files: Files, tenant: str, identifier: str) -> MessageWhole | None:
    """The message of this id, None when *tenant* has none."""
    row = await tx.one(MESSAGES["one"], id=identifier)
    if row is None:
        return None
    [item] = await items_of(tx, files, tenant, [row])
    return MessageWhole(
        **asdict(item), origin=row["origin"] or None, send_at=stamp(row["due_at"]),
        reason=row["reason"] or "", created_at=rfc3339(row["created_at"]), parts=await _parts(tx, row),
    )  # fmt: skip


async def _parts(tx: Tx, message: Row) -> list[PartItem]:
    """The message's parts in their order."""
    if message["direction"] != "out":
        return []
    fate = (await fates_of(tx, [message])).get(message["id"], [])
    statuses: dict[str, list[StatusItem]] = defaultdict(list)
    attempts: dict[str, list[AttemptItem]] = defaultdict(list)
    for row in await tx.all(MESSAGES["statuses"], message=message["id"], limit=MOST):
        statuses[row["part"]].append(_told(row))
    for row in await tx.all(MESSAGES["attempts"], message=message["id"], limit=MOST):
        attempts[row["part"]].append(_tried(row))
    made = [
        _known(row, statuses[row["id"]], attempts[row["id"]])
        if is_known(row)
        else _open(row, row["idx"], attempts[row["id"]])
        for row in fate
    ]
    return sorted([*made, *_behind(message, fate)], key=lambda part: part.index)


def _behind(message: Row, fate: Sequence[Row]) -> list[PartItem]:
    """A message that waits is one row, for all its parts from the first that was not sent."""
    waits = next((row for row in fate if not is_known(row) and row["state"] == "scheduled"), None)
    return [_open(waits, index, []) for index in range(waits["idx"] + 1, message["parts"])] if waits else []


def _known(row: Row, statuses: list[StatusItem], attempts: list[AttemptItem]) -> PartItem:
    """A part of which the outcome is known. One that the provider never took was never accepted."""
    accepted = rfc3339(row["accepted_at"]) if row["provider_message_id"] else None
    return PartItem(
        row["id"], row["idx"], row["status"], row["provider_message_id"] or None, row["attempt"],
        row["resent"], None, accepted, rfc3339(row["updated_at"]), failure_of(row["error"]), statuses,
        attempts,
    )  # fmt: skip


def _open(row: Row, index: int, attempts: list[AttemptItem]) -> PartItem:
    return PartItem(
        row["id"] or None, index, open_status(row["state"]), None, row["attempt"], row["resent"],
        stamp(row["not_before"]), None, None, failure_of(row["error"]), [], attempts,
    )  # fmt: skip


def _told(row: Row) -> StatusItem:
    pricing = _pricing(row["pricing"]) if row["pricing"] else None
    return StatusItem(
        row["status"], stamp(row["at"]), row["participant"] or None, failure_of(row["error"]), pricing,
        rfc3339(row["received_at"]),
    )  # fmt: skip


def _tried(row: Row) -> AttemptItem:
    return AttemptItem(
        row["n"], row["outcome"], row["http"] or None, failure_of(row["error"]), stamp(row["started_at"]),
        rfc3339(row["ended_at"]),
    )  # fmt: skip
