"""`/api/v1/media`: upload a file or have it fetched, look at it, delete it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Literal

import msgspec
from aiohttp import BodyPartReader, web
from msgspec import Struct

from gateway.api.body import BODY_TIMEOUT, LIMIT, read
from gateway.api.door import Door
from gateway.api.problems import problem
from gateway.media.files import Files
from gateway.media.keep import KeepUnavailable
from gateway.media.linked import Linked
from gateway.media.record import MediaFile, Visibility
from gateway.media.shown import item_of
from gateway.media.spill import TooLarge, spilling
from gateway.net import visible_problem
from gateway.observe import get_logger

log = get_logger("gateway.api")


class NewLink(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request to fetch a file from *url*."""

    url: str
    filename: str = ""
    visibility: Literal["private", "public"] = "private"


_link = msgspec.json.Decoder(NewLink)


class MediaApi:
    """The routes. *linked* has files fetched from links."""

    def __init__(self, files: Files, linked: Linked, door: Door) -> None:
        self._files, self._linked, self._door = files, linked, door

    def add_routes(self, app: web.Application) -> None:
        """Add what this class answers."""
        app.router.add_post("/api/v1/media", self._door(self.upload))
        app.router.add_post("/api/v1/media/fetch", self._door(self.fetch))
        app.router.add_get("/api/v1/media/{id}", self._door(self.one))
        app.router.add_delete("/api/v1/media/{id}", self._door(self.delete))

    async def upload(self, request: web.Request, tenant: str) -> web.Response:
        """Keep the body, or the part "file" of a form: 201. The same bytes under one name are one file."""
        if unknown := set(request.query) - {"filename", "visibility"}:
            return problem(400, "unknown_parameter", f"there is no parameter {min(unknown)!r}")
        visibility = _visibility(request.query.get("visibility", "private"))
        if visibility is None:
            return problem(400, "bad_visibility", "visibility is private or public", pointer="/visibility")
        limit = self._files.settings.max_size
        if (request.content_length or 0) > limit + LIMIT:  # a form has some bytes more than its file
            return _too_large(limit)
        sent = await _sent(request)
        if sent is None:
            return problem(400, "no_file", 'send the file as the body, or a form with a part "file"')
        told, filename, pieces = sent
        try:
            async with spilling(self._files.scratch, limit) as spill:
                async for piece in pieces:
                    await spill.write(piece)
                if not spill.size:
                    return problem(422, "empty", "the file has no bytes")
                name = request.query.get("filename", filename)
                kept = await self._files.take(tenant, await spill.done(), name, visibility, told)
        except TooLarge as error:
            return _too_large(error.limit)
        return await self._shown(tenant, kept.id, 201)

    async def fetch(self, request: web.Request, tenant: str) -> web.Response:
        """Have a file fetched from a link: 202, and it is pending. A link that must not be is a 422."""
        body = await read(request)
        if body is None:
            return problem(413, "too_large", f"a body has at most {LIMIT} bytes")
        try:
            asked = _link.decode(body)
        except msgspec.ValidationError as error:
            return problem(422, "invalid", str(error)[:300])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return problem(400, "bad_json", f"the body is not JSON that can be read: {str(error)[:200]}")
        settings = self._files.settings
        wrong = visible_problem(asked.url, insecure=settings.insecure_links, trusted=settings.internal)
        if wrong:
            return problem(422, "link_refused", f"the link {wrong}", pointer="/url")
        identifier = await self._linked.add(tenant, asked.url, asked.filename, asked.visibility)
        return await self._shown(tenant, identifier, 202)

    async def one(self, request: web.Request, tenant: str) -> web.Response:
        """What is known of a file, with a fresh link."""
        return await self._shown(tenant, request.match_info["id"], 200)

    async def delete(self, request: web.Request, tenant: str) -> web.Response:
        """Delete a file for good; its links say that it is gone. Again is the same."""
        identifier = request.match_info["id"]
        found = await self._find(tenant, identifier)
        if found is None:
            return _unknown()
        try:
            await self._files.delete(tenant, identifier)
        except KeepUnavailable:
            log.error("media.not_dropped", media_id=identifier, tenant=tenant)
            raise
        return _json(200, {"id": identifier, "state": "deleted"})

    async def _find(self, tenant: str, identifier: str) -> MediaFile | None:
        possible = len(identifier) <= 64 and identifier.isascii() and identifier.isprintable()
        return await self._files.find(tenant, identifier) if possible else None

    async def _shown(self, tenant: str, identifier: str, status: int) -> web.Response:
        found = await self._find(tenant, identifier)
        return _unknown() if found is None else _json(status, item_of(self._files, tenant, found))


async def _sent(request: web.Request) -> tuple[str, str, AsyncIterator[bytes]] | None:
    """The type, the name and the bytes of what was sent; None when there is no file in it."""
    if request.content_type != "multipart/form-data":
        return request.content_type, "", _patiently(request.content.iter_chunked(65_536))
    try:
        form = await request.multipart()
        async with asyncio.timeout(BODY_TIMEOUT):
            while (part := await form.next()) is not None:
                if isinstance(part, BodyPartReader) and part.name == "file":
                    return (
                        part.headers.get("Content-Type", ""),
                        part.filename or "",
                        _patiently(_pieces(part)),
                    )
    except (ValueError, AssertionError):
        return None
    return None


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(65_536):
        yield piece


async def _patiently(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """*pieces*, none of which may take too long to come."""
    while True:
        async with asyncio.timeout(BODY_TIMEOUT):
            piece = await anext(pieces, b"")
        if not piece:
            return
        yield piece


def _visibility(written: str) -> Visibility | None:
    return "private" if written == "private" else "public" if written == "public" else None


def _too_large(limit: int) -> web.Response:
    return problem(413, "too_large", f"a file has at most {limit} bytes")


def _unknown() -> web.Response:
    return problem(404, "no_such_media", "no file of yours has this id")


def _json(status: int, answer: object) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(answer), content_type="application/json")
