"""`/api/v1/messages`: send, plan, schedule, take back, look."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from gateway.api.body import WORDS, NewMessage, due
from gateway.api.cursor import Cursors
from gateway.api.item import MessageItem, fate_of, file_of, item_of
from gateway.api.paging import Paging
from gateway.api.problems import Problem, missing
from gateway.api.route import Answer, Ask, Page, Route
from gateway.channels import Channels
from gateway.clock import Clock
from gateway.errors import SendRefused
from gateway.media.files import Files
from gateway.media.record import MediaFile
from gateway.media.shown import item_of as media_item
from gateway.model.capability import Loss
from gateway.model.event import identity_kind
from gateway.pipeline.cancel import Canceller
from gateway.pipeline.enqueue import Conflict, Enqueue, Order, written
from gateway.pipeline.queries import MESSAGES
from gateway.store.port import Row, Tx

LAST = "~"  # sorts behind every id

#: Why a message cannot be taken back.
_TOO_LATE = {
    "being_sent": "it is being sent right now; see its status in a moment",
    "already_sent": "the provider has it, or a part of it",
    "already_failed": "it has failed, so there is nothing to cancel",
}


class MessageQuery(Paging, frozen=True):
    """Which messages: of a channel, of a contact (its id, phone or user id), of a direction."""

    channel: Annotated[str, Meta(max_length=64)] = ""
    contact: Annotated[str, Meta(max_length=256)] = ""
    direction: Literal["", "in", "out"] = ""


class Taken(Struct, frozen=True, omit_defaults=True):
    """A message that will be sent. *send_at* and *reason* are there when it waits."""

    id: str
    status: Literal["queued", "scheduled"]
    parts: int
    losses: tuple[Loss, ...]
    send_at: str = ""
    reason: str = ""


class Cancelled(Struct, frozen=True):
    """A message that was taken back."""

    id: str
    status: Literal["cancelled"] = "cancelled"


class Messages:
    """The routes."""

    def __init__(
        self, channels: Channels, enqueue: Enqueue, canceller: Canceller, clock: Clock, cursors: Cursors,
        files: Files,
    ) -> None:  # fmt: skip
        self._channels, self._files, self._cursors = channels, files, cursors
        self._enqueue, self._canceller, self._clock = enqueue, canceller, clock

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="POST", path="/messages", handler=self.send, scope="messages:write",
                summary="Send a message", body=NewMessage, answer=Taken, status=202, problems=(404, 422),
                idempotent=True, words=WORDS,
            ),
            Route(
                method="GET", path="/messages", handler=self.list, scope="messages:read",
                summary="List messages, newest first", query=MessageQuery, answer=Page[MessageItem],
            ),
            Route(
                method="GET", path="/messages/{id}", handler=self.one, scope="messages:read", noun="message",
                summary="Look at a message", answer=MessageItem,
            ),
            Route(
                method="DELETE", path="/messages/{id}", handler=self.cancel, scope="messages:write",
                noun="message", summary="Take a message back", answer=Cancelled, problems=(409,),
            ),
        ]  # fmt: skip

    async def send(self, ask: Ask[NewMessage, None]) -> Answer:
        """Enqueue one message: 202 with its id. With an Idempotency-Key, once per key. A dry run: 200."""
        key = ask.request.headers.get("Idempotency-Key", "")
        if len(key) > 255 or not key.isprintable():
            raise Problem(400, "bad_idempotency_key", "an Idempotency-Key has 1 to 255 printable characters")
        at = due(ask.body, self._clock.now())
        channel = self._channels.get(ask.tenant, ask.body.channel)
        if channel is None:
            raise Problem(
                404, "no_such_channel", f"there is no channel {ask.body.channel!r}", pointer="/channel"
            )
        digest = hashlib.sha256(ask.raw).digest()
        order = Order(channel, ask.body.to, ask.body.message, key, digest, at)
        try:
            if ask.body.dry_run:
                return Answer(await self._enqueue.plan(order))
            return Answer(await self._enqueue.send(order), 202)
        except SendRefused as error:
            raise Problem(422, error.code, str(error), pointer="/message") from error
        except Conflict as error:
            raise Problem(422, "idempotency_key_reused", str(error)) from error

    async def one(self, ask: Ask[None, None]) -> dict[str, object]:
        """One message, as in the list, and when it is due."""
        identifier = ask.path["id"]

        async def read_one(tx: Tx) -> tuple[Row, list[Row], MediaFile | None] | None:
            row = await tx.one(MESSAGES["one"], id=identifier)
            if row is None:
                return None
            fate = await fate_of(tx, ask.tenant, row) if row["direction"] == "out" else []
            return row, fate, await file_of(tx, ask.tenant, row)

        found = await ask.scope.read(read_one)
        if found is None:
            raise missing("message")
        row, fate, file = found
        return {**self._item(ask.tenant, row, fate, file), "send_at": written(row["due_at"] or 0)}

    def _item(self, tenant: str, row: Row, fate: list[Row], file: MediaFile | None) -> dict[str, object]:
        item: dict[str, Any] = msgspec.structs.asdict(item_of(row, fate))
        return item if file is None else {**item, "media": media_item(self._files, tenant, file)}

    async def cancel(self, ask: Ask[None, None]) -> Cancelled:
        """Take a message back of which nothing was handed to the provider; again is the same."""
        verdict = await self._canceller.cancel(ask.tenant, ask.path["id"])
        if verdict == "unknown":
            raise missing("message")
        if verdict != "cancelled":
            raise Problem(409, verdict, _TOO_LATE[verdict])
        return Cancelled(ask.path["id"])

    async def list(self, ask: Ask[None, MessageQuery]) -> dict[str, object]:
        """The tenant's messages, newest first."""
        query = ask.query
        before = (self._cursors.open(query.cursor, ask.tenant, "messages") or [LAST])[0]

        async def read(tx: Tx) -> tuple[list[Row], dict[str, list[Row]], dict[str, MediaFile | None]]:
            contact = await self._contact(tx, query.contact)
            rows = await tx.all(
                MESSAGES["list"], channel=query.channel, contact=contact,
                direction=query.direction, before=before, limit=query.limit + 1,
            )  # fmt: skip
            fates = {
                row["id"]: await fate_of(tx, ask.tenant, row) for row in rows if row["direction"] == "out"
            }
            return rows, fates, {row["id"]: await file_of(tx, ask.tenant, row) for row in rows}

        rows, fates, files = await ask.scope.read(read)
        page = rows[: query.limit]
        more = len(rows) > len(page)
        cursor = self._cursors.seal(ask.tenant, "messages", page[-1]["id"]) if more else None
        items = [self._item(ask.tenant, row, fates.get(row["id"], []), files[row["id"]]) for row in page]
        return {"items": items, "cursor": cursor}

    async def _contact(self, tx: Tx, asked: str) -> str:
        """A contact by id, phone or user id; one that nobody has finds nothing."""
        if not asked:
            return ""
        value = "+" + asked[1:] if asked[0] == " " else asked  # a "+" that was not escaped arrives as a space
        found = await tx.value(MESSAGES["contact_of"], kind=identity_kind(value), value=value)
        return str(found or asked)
