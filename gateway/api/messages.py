"""`/api/v1/messages`: send, plan, schedule, take back, look. The tenant comes from the key alone."""

from __future__ import annotations

import base64
import hashlib
import hmac

import msgspec
from aiohttp import web

from gateway.api.body import LIMIT, decode, due, read
from gateway.api.door import Door
from gateway.api.item import fate_of, file_of, item_of
from gateway.api.problems import problem
from gateway.channels import Channels
from gateway.clock import Clock
from gateway.errors import SendRefused
from gateway.media.files import Files
from gateway.media.record import MediaFile
from gateway.media.shown import item_of as media_item
from gateway.model.event import identity_kind
from gateway.pipeline.cancel import Canceller
from gateway.pipeline.enqueue import Conflict, Enqueue, Order, written
from gateway.pipeline.queries import MESSAGES
from gateway.store.port import Row, Store, Tx

LAST = "~"  # sorts behind every id

#: Why a message cannot be taken back.
_TOO_LATE = {
    "being_sent": "it is being sent right now; see its status in a moment",
    "already_sent": "the provider has it, or a part of it",
    "already_failed": "it has failed, so there is nothing to cancel",
}


class MessagesApi:
    """The routes. *secret* signs cursors."""

    def __init__(
        self, store: Store, door: Door, channels: Channels, enqueue: Enqueue, canceller: Canceller,
        clock: Clock, secret: str, files: Files,
    ) -> None:  # fmt: skip
        self._store, self._door, self._channels, self._files = store, door, channels, files
        self._enqueue, self._canceller, self._clock = enqueue, canceller, clock
        self._sign = hmac.new(secret.encode(), b"cursor", hashlib.sha256).digest()

    def add_routes(self, app: web.Application) -> None:
        """Add what this class answers."""
        app.router.add_post("/api/v1/messages", self._door(self.send))
        app.router.add_get("/api/v1/messages", self._door(self.list))
        app.router.add_get("/api/v1/messages/{id}", self._door(self.one))
        app.router.add_delete("/api/v1/messages/{id}", self._door(self.cancel))

    async def send(self, request: web.Request, tenant: str) -> web.Response:
        """Enqueue one message: 202 with its id. With an Idempotency-Key, once per key. A dry run: 200."""
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > 255 or not key.isprintable():
            return problem(400, "bad_idempotency_key", "an Idempotency-Key has 1 to 255 printable characters")
        body = await read(request)
        if body is None:
            return problem(413, "too_large", f"a body has at most {LIMIT} bytes")
        asked = decode(body)
        if isinstance(asked, web.Response):
            return asked
        at = due(asked, self._clock.now())
        if isinstance(at, web.Response):
            return at
        channel = self._channels.get(tenant, asked.channel)
        if channel is None:
            return problem(
                404, "no_such_channel", f"there is no channel {asked.channel!r}", pointer="/channel"
            )
        order = Order(channel, asked.to, asked.message, key, hashlib.sha256(body).digest(), at)
        try:
            if asked.dry_run:
                return _json(await self._enqueue.plan(order))
            answer = await self._enqueue.send(order)
        except SendRefused as error:
            return problem(422, error.code, str(error), pointer="/message")
        except Conflict as error:
            return problem(422, "idempotency_key_reused", str(error))
        return web.Response(status=202, body=answer, content_type="application/json")

    async def one(self, request: web.Request, tenant: str) -> web.Response:
        """One message, as in the list, and when it is due."""
        identifier = request.match_info["id"]

        async def read_one(tx: Tx) -> tuple[Row, list[Row], MediaFile | None] | None:
            row = await tx.one(MESSAGES["one"], tenant=tenant, id=identifier)
            if row is None:
                return None
            fate = await fate_of(tx, tenant, row) if row["direction"] == "out" else []
            return row, fate, await file_of(tx, tenant, row)

        found = await self._store.read(read_one) if _possible(identifier) else None
        if found is None:
            return _unknown()
        row, fate, file = found
        return _json({**self._item(tenant, row, fate, file), "send_at": written(row["due_at"] or 0)})

    def _item(self, tenant: str, row: Row, fate: list[Row], file: MediaFile | None) -> dict[str, object]:
        item = item_of(row, fate)
        return item if file is None else {**item, "media": media_item(self._files, tenant, file)}

    async def cancel(self, request: web.Request, tenant: str) -> web.Response:
        """Take a message back of which nothing was handed to the provider; again is the same."""
        identifier = request.match_info["id"]
        verdict = await self._canceller.cancel(tenant, identifier) if _possible(identifier) else "unknown"
        if verdict == "unknown":
            return _unknown()
        if verdict != "cancelled":
            return problem(409, verdict, _TOO_LATE[verdict])
        return _json({"id": identifier, "status": verdict})

    async def list(self, request: web.Request, tenant: str) -> web.Response:
        """The tenant's messages, newest first."""
        query = request.query
        unknown = set(query) - {"channel", "contact", "direction", "cursor", "limit"}
        if unknown:
            return problem(400, "unknown_parameter", f"there is no parameter {min(unknown)!r}")
        if any("\0" in value for value in query.values()):
            return problem(400, "bad_parameter", "a parameter holds no NUL character")
        if query.get("direction", "") not in ("", "in", "out"):
            return problem(400, "bad_direction", "direction is in or out", pointer="/direction")
        limit = query.get("limit", "50")
        if not (limit.isascii() and limit.isdigit() and len(limit) <= 3 and 1 <= int(limit) <= 200):
            return problem(400, "bad_limit", "limit is 1 to 200", pointer="/limit")
        before = self._opened(query.get("cursor", ""), tenant)
        if before is None:
            return problem(400, "bad_cursor", "pass the cursor of the last answer, unchanged")

        async def read(tx: Tx) -> tuple[list[Row], dict[str, list[Row]], dict[str, MediaFile | None]]:
            contact = await self._contact(tx, tenant, query.get("contact", ""))
            rows = await tx.all(
                MESSAGES["list"], tenant=tenant, channel=query.get("channel", ""), contact=contact,
                direction=query.get("direction", ""), before=before, limit=int(limit) + 1,
            )  # fmt: skip
            fates = {row["id"]: await fate_of(tx, tenant, row) for row in rows if row["direction"] == "out"}
            return rows, fates, {row["id"]: await file_of(tx, tenant, row) for row in rows}

        rows, fates, files = await self._store.read(read)
        page = rows[: int(limit)]
        cursor = self._sealed(page[-1]["id"], tenant) if len(rows) > len(page) else None
        items = [self._item(tenant, row, fates.get(row["id"], []), files[row["id"]]) for row in page]
        return _json({"items": items, "cursor": cursor})

    async def _contact(self, tx: Tx, tenant: str, asked: str) -> str:
        """A contact by id, phone or user id; one that nobody has finds nothing."""
        if not asked:
            return ""
        value = "+" + asked[1:] if asked[0] == " " else asked  # a "+" that was not escaped arrives as a space
        found = await tx.value(MESSAGES["contact_of"], tenant=tenant, kind=identity_kind(value), value=value)
        return str(found or asked)

    def _sealed(self, last: str, tenant: str) -> str:
        return base64.urlsafe_b64encode(self._mac(last, tenant) + last.encode()).decode()

    def _opened(self, cursor: str, tenant: str) -> str | None:
        """The id that *cursor* stands for: `LAST` for none, None when it is not one that we gave."""
        if not cursor:
            return LAST
        try:
            blob = base64.urlsafe_b64decode(cursor.encode("ascii"))
            last = blob[16:].decode("ascii")
        except ValueError:
            return None
        return last if hmac.compare_digest(blob[:16], self._mac(last, tenant)) else None

    def _mac(self, last: str, tenant: str) -> bytes:
        return hmac.new(self._sign, f"{tenant}|{last}".encode(), hashlib.sha256).digest()[:16]


def _json(answer: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(answer), content_type="application/json")


def _unknown() -> web.Response:
    return problem(404, "no_such_message", "no message of yours has this id")


def _possible(identifier: str) -> bool:
    """Whether a message could have this id; no database is asked for others."""
    return len(identifier) <= 64 and identifier.isascii() and identifier.isprintable()
