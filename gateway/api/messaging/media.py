"""`/api/v1/media`: upload a file or have it fetched, look at it, list them, delete it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from msgspec import Meta, Struct

from gateway.api.body import BODY_TIMEOUT, LIMIT
from gateway.api.cursor import Cursors
from gateway.api.paging import Paging
from gateway.api.problems import Problem, missing
from gateway.api.route import Ask, Page, Route
from gateway.audit import note
from gateway.media.files import Files
from gateway.media.keep import KeepUnavailable
from gateway.media.linked import Linked
from gateway.media.queries import MEDIA
from gateway.media.record import MediaFile, State, Visibility, media_of
from gateway.media.shown import MediaItem, item_of
from gateway.media.spill import TooLarge, spilling
from gateway.net import visible_problem
from gateway.observe import get_logger
from gateway.store.port import Row, Tx

log = get_logger("gateway.api")

#: Later than any moment, in microseconds.
_NEVER = 2**62

#: What brought a file: an upload, a link, or a message of this type.
Kind = Literal["upload", "link", "image", "video", "audio", "voice", "document", "sticker", "contacts"]


class UploadQuery(Struct, frozen=True):
    """What the file is called, and who may see it."""

    filename: Annotated[str, Meta(max_length=1000)] = ""
    visibility: Visibility = "private"


class NewLink(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request to fetch a file from *url*."""

    url: Annotated[str, Meta(min_length=1, max_length=4096)]
    filename: Annotated[str, Meta(max_length=1000)] = ""
    visibility: Visibility = "private"


class MediaQuery(Paging, frozen=True):
    """Which files: of a kind, of a message (its id), in a state."""

    kind: Kind | Literal[""] = ""
    message: Annotated[str, Meta(max_length=128)] = ""
    state: State | Literal[""] = ""


class Deleted(Struct, frozen=True):
    """A file that is gone."""

    id: str
    state: Literal["deleted"] = "deleted"


class Media:
    """The routes. *linked* has files fetched from links."""

    def __init__(self, files: Files, linked: Linked, cursors: Cursors) -> None:
        self._files, self._linked, self._cursors = files, linked, cursors

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="POST", path="/media", handler=self.upload, scope="media:write", raw=True,
                summary="Upload a file", query=UploadQuery, answer=MediaItem, status=201,
            ),
            Route(
                method="POST", path="/media/fetch", handler=self.fetch, scope="media:write",
                summary="Have a file fetched from a link", body=NewLink, answer=MediaItem, status=202,
                problems=(422,),
            ),
            Route(
                method="GET", path="/media", handler=self.list, scope="media:read",
                summary="List files, newest first", query=MediaQuery, answer=Page[MediaItem],
            ),
            Route(
                method="GET", path="/media/{id}", handler=self.one, scope="media:read", noun="media",
                summary="Look at a file, with a fresh link", answer=MediaItem,
            ),
            Route(
                method="DELETE", path="/media/{id}", handler=self.delete, scope="media:write", noun="media",
                summary="Delete a file for good", answer=Deleted,
            ),
        ]  # fmt: skip

    async def upload(self, ask: Ask[None, UploadQuery]) -> MediaItem:
        """Keep the body, or the part "file" of a form: 201. The same bytes under one name are one file."""
        limit = self._files.settings.max_size
        if (ask.request.content_length or 0) > limit + LIMIT:  # a form has some bytes more than its file
            raise _too_large(limit)
        sent = await _sent(ask.request)
        if sent is None:
            raise Problem(400, "no_file", 'send the file as the body, or a form with a part "file"')
        told, filename, pieces = sent
        try:
            async with spilling(self._files.scratch, limit) as spill:
                async for piece in pieces:
                    await spill.write(piece)
                if not spill.size:
                    raise Problem(422, "empty", "the file has no bytes")
                name = ask.query.filename or filename
                kept = await self._files.take(
                    ask.tenant, await spill.done(), name, ask.query.visibility, told
                )
        except TooLarge as error:
            raise _too_large(error.limit) from error
        return await self._shown(ask, kept.id)

    async def fetch(self, ask: Ask[NewLink, None]) -> MediaItem:
        """Have a file fetched from a link: 202, and it is pending. A link that must not be is a 422."""
        settings, body = self._files.settings, ask.body
        wrong = visible_problem(body.url, insecure=settings.insecure_links, trusted=settings.internal)
        if wrong:
            raise Problem(422, "link_refused", f"the link {wrong}", pointer="/url")
        return await self._shown(
            ask, await self._linked.add(ask.tenant, body.url, body.filename, body.visibility)
        )

    async def list(self, ask: Ask[None, MediaQuery]) -> Page[MediaItem]:
        """The tenant's files, newest first: uploads, links, and those that came with messages. What the
        gateway made of them, such as smaller pictures, is left out."""
        query = ask.query
        last = self._cursors.open(query.cursor, ask.tenant, "media") or [_NEVER, ""]

        async def read(tx: Tx) -> list[Row]:
            return await tx.all(
                MEDIA["list_of_message" if query.message else "list"], kind=query.kind, state=query.state,
                message=query.message, created_at=last[0], before=last[1], limit=query.limit + 1,
            )  # fmt: skip

        files = [media_of(row) for row in await ask.scope.read(read)]
        page = files[: query.limit]
        items = [item_of(self._files, ask.tenant, file) for file in page]
        if len(files) == len(page):
            return Page(items, None)
        return Page(items, self._cursors.seal(ask.tenant, "media", page[-1].created_at, page[-1].id))

    async def one(self, ask: Ask[None, None]) -> MediaItem:
        """What is known of a file, with a fresh link."""
        return await self._shown(ask, ask.path["id"])

    async def delete(self, ask: Ask[None, None]) -> Deleted:
        """Delete a file for good, with what was made of it; its links say that it is gone. Again is the
        same."""
        file = await self._find(ask, ask.path["id"])

        async def noted(tx: Tx, now: int) -> None:
            about = {"kind": file.kind, "size": file.size}
            await note(tx, ask.actor, ask.tenant, "media.delete", f"media:{file.id}", now, **about)

        try:
            await self._files.delete(ask.tenant, file.id, beside=noted)
        except KeepUnavailable:
            log.error("media.not_dropped", media_id=file.id, tenant=ask.tenant)
            raise
        return Deleted(file.id)

    async def _find(self, ask: Ask[Any, Any], identifier: str) -> MediaFile:
        row = await ask.scope.read(lambda tx: tx.one(MEDIA["one"], id=identifier))
        if row is None:
            raise missing("media")
        return media_of(row)

    async def _shown(self, ask: Ask[Any, Any], identifier: str) -> MediaItem:
        return item_of(self._files, ask.tenant, await self._find(ask, identifier))


async def _sent(request: web.Request) -> tuple[str, str, AsyncIterator[bytes]] | None:
    """The type, the name and the bytes of what was sent; None when there is no file in it."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, "encoded_body", "send the file as it is, without a Content-Encoding")
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
    except (ValueError, AssertionError, HttpProcessingError):  # the last is for the headers of a part
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


def _too_large(limit: int) -> Problem:
    return Problem(413, "too_large", f"a file has at most {limit} bytes")
