"""The body of a POST to `/api/v1/messages`: read within limits, decoded strictly."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from gateway.api.problems import problem
from gateway.message import instant
from gateway.model.outbound import Outbound
from gateway.pipeline.policy import AHEAD

LIMIT = 256 * 1024
#: Seconds for a body to arrive.
BODY_TIMEOUT = 10.0

#: A phone, a provider's user id, or a group's id: never a group whose id would be read as one of the others.
_ADDRESS = (
    r"^(\+[1-9][0-9]{6,14}|[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}"
    r"|group:(?!\+?[0-9]{1,15}\Z|[A-Z]{2}\.)[A-Za-z0-9+/=_.@-]{1,200})\Z"
)


class NewMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a POST. *to* is "+" and digits, a provider's user id, or "group:" and a group's id.
    *send_at* is RFC 3339 with an offset; what is past means now. With *dry_run* nothing is stored and
    nothing is sent."""

    channel: Annotated[str, Meta(min_length=1, max_length=64)]
    to: Annotated[str, Meta(pattern=_ADDRESS)]
    message: Outbound
    send_at: Annotated[datetime, Meta(tz=True)] | None = None
    dry_run: bool = False


_new = msgspec.json.Decoder(NewMessage)


def decode(body: bytes) -> NewMessage | web.Response:
    """The message that *body* asks for, or the problem with it."""
    try:
        return _new.decode(body)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return _undecodable(error)


def due(asked: NewMessage, now: int) -> int | web.Response:
    """When it is to be sent, microseconds UTC; 0 for now, or the problem with the time."""
    if asked.send_at is None:
        return 0
    at = instant(asked.send_at)
    if at > now + AHEAD:
        return problem(422, "invalid", "send_at lies more than a year ahead", pointer="/send_at")
    return at if at > now else 0


async def read(request: web.Request) -> bytes | None:
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
        words = "write '+' and a phone's digits, the user id that the provider gave, or 'group:' and an id"
    if path == ".send_at`":
        words = 'write a time with its offset, such as "2026-12-24T09:00:00+03:00"'
    # "[...]" stands for some member of an object: the object is as far as can be pointed.
    pointer = path.rstrip("`").partition("[...]")[0].replace("[", "/").replace("]", "").replace(".", "/")
    return problem(422, "invalid", words[:300], pointer=pointer or "/")
