"""`/api/v1/messages`: send one, list them. The tenant comes from the key and from nothing else."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from gateway.api.keys import Keys
from gateway.api.problems import problem
from gateway.channels import Channels
from gateway.clock import Clock
from gateway.errors import SendRefused, StoreUnavailable
from gateway.message import moment
from gateway.model.outbound import Outbound
from gateway.pipeline.enqueue import Conflict, Enqueue, Order
from gateway.pipeline.queries import MESSAGES
from gateway.store.port import Row, Store, Tx

LIMIT = 256 * 1024
#: Seconds for a body to arrive.
BODY_TIMEOUT = 10.0
LAST = "~"  # sorts behind every id

Handler = Callable[[web.Request, str], Awaitable[web.Response]]


class NewMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a POST. *to* is "+" and digits, or a provider's user id."""

    channel: Annotated[str, Meta(min_length=1, max_length=64)]
    to: Annotated[str, Meta(pattern=r"^(\+[1-9][0-9]{6,14}|[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128})$")]
    message: Outbound


_new = msgspec.json.Decoder(NewMessage)
_raw: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


class MessagesApi:
    """The two routes. *secret* signs cursors."""

    def __init__(
        self, store: Store, keys: Keys, channels: Channels, enqueue: Enqueue, clock: Clock, secret: str,
        on_refused: Callable[[], None],
    ) -> None:  # fmt: skip
        self._store, self._keys, self._channels = store, keys, channels
        self._enqueue, self._clock = enqueue, clock
        self._sign = hmac.new(secret.encode(), b"cursor", hashlib.sha256).digest()
        self._on_refused = on_refused

    def add_routes(self, app: web.Application) -> None:
        """Add what this class answers."""
        app.router.add_post("/api/v1/messages", self._authenticated(self.send))
        app.router.add_get("/api/v1/messages", self._authenticated(self.list))

    def _authenticated(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            scheme, _, key = request.headers.get("Authorization", "").partition(" ")
            try:
                tenant = await self._keys.tenant_of(key.strip()) if scheme.lower() == "bearer" else None
                if tenant is None:
                    self._on_refused()
                    return problem(
                        401, "unauthorized",
                        "send 'Authorization: Bearer gw_…' with a key from gateway key create",
                        headers={"WWW-Authenticate": "Bearer"},
                    )  # fmt: skip
                return await handler(request, tenant)
            except TimeoutError:
                return problem(408, "timeout", f"the body did not arrive within {BODY_TIMEOUT:g} s")
            except StoreUnavailable:
                return problem(
                    503, "unavailable", "the database is away; try again", headers={"Retry-After": "5"}
                )

        return handle

    async def send(self, request: web.Request, tenant: str) -> web.Response:
        """Enqueue one message: 202 with its id. With an Idempotency-Key, once per key."""
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > 255 or not key.isprintable():
            return problem(400, "bad_idempotency_key", "an Idempotency-Key has 1 to 255 printable characters")
        body = await _body(request)
        if body is None:
            return problem(413, "too_large", f"a body has at most {LIMIT} bytes")
        try:
            asked = _new.decode(body)
        except (msgspec.ValidationError, msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            return _undecodable(error)
        channel = self._channels.get(tenant, asked.channel)
        if channel is None:
            return problem(
                404, "no_such_channel", f"there is no channel {asked.channel!r}", pointer="/channel"
            )
        order = Order(channel, asked.to, asked.message, key, hashlib.sha256(body).digest())
        try:
            answer = await self._enqueue.send(order)
        except SendRefused as error:
            return problem(422, error.code, str(error), pointer="/message")
        except Conflict as error:
            return problem(422, "idempotency_key_reused", str(error))
        return web.Response(status=202, body=answer, content_type="application/json")

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

        async def read(tx: Tx) -> tuple[list[Row], dict[str, list[Row]]]:
            contact = await self._contact(tx, tenant, query.get("contact", ""))
            rows = await tx.all(
                MESSAGES["list"], tenant=tenant, channel=query.get("channel", ""), contact=contact,
                direction=query.get("direction", ""), before=before, limit=int(limit) + 1,
            )  # fmt: skip
            fates = {row["id"]: await _fate(tx, tenant, row) for row in rows if row["direction"] == "out"}
            return rows, fates

        rows, fates = await self._store.read(read)
        page = rows[: int(limit)]
        cursor = self._sealed(page[-1]["id"], tenant) if len(rows) > len(page) else None
        items = [_item(row, fates.get(row["id"], [])) for row in page]
        return web.Response(
            body=msgspec.json.encode({"items": items, "cursor": cursor}), content_type="application/json"
        )

    async def _contact(self, tx: Tx, tenant: str, asked: str) -> str:
        """A contact by id, phone or user id; one that nobody has finds nothing."""
        if not asked:
            return ""
        kind = "phone" if asked.startswith(("+", " ")) else "bsuid"
        value = "+" + asked[1:] if kind == "phone" else asked  # a "+" that was not escaped arrives as a space
        found = await tx.value(MESSAGES["contact_of"], tenant=tenant, kind=kind, value=value)
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


async def _body(request: web.Request) -> bytes | None:
    """The body, or None as soon as it is too long. One that takes too long ends the request."""
    if (request.content_length or 0) > LIMIT:
        return None
    body = bytearray()
    async with asyncio.timeout(BODY_TIMEOUT):
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > LIMIT:
                return None
    return bytes(body)


def _undecodable(error: Exception) -> web.Response:
    """400 for what is no JSON, 422 for JSON of the wrong shape, with a pointer to the place."""
    text = str(error)
    if not isinstance(error, msgspec.ValidationError):
        return problem(400, "bad_json", f"the body is not JSON that can be read: {text[:200]}")
    words, _, path = text.partition(" - at `$")
    if "matching regex" in words and path == ".to`":
        words = "write '+' and the digits of a phone number, or the user id that the provider gave"
    pointer = path.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/").replace("...", "")
    return problem(422, "invalid", words[:300], pointer=pointer or "/")


async def _fate(tx: Tx, tenant: str, row: Row) -> list[Row]:
    """How an outgoing message fares: the rows of its parts, known or still open."""
    parts = await tx.all(MESSAGES["parts"], tenant=tenant, message=row["id"])
    if len(parts) < row["parts"]:
        parts = [*parts, *await tx.all(MESSAGES["waiting"], tenant=tenant, message=row["id"])]
    return parts


def _item(row: Row, fate: list[Row]) -> dict[str, object]:
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
        names = {"ready": "queued", "sending": "sending", "in_doubt": "in_doubt"}
        return names[waiting[0]["state"]], None, first
    if not known:
        return "queued", None, None
    return min(known, key=lambda row: row["rank"])["status"], None, first
