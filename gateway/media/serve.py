"""`GET /media/{token}`: files for whoever holds a signed link, shown to nobody as a page. A name may follow.

A link says who may try. Whether the file is still there, and still for everybody, is asked each time, so
that deleting it ends every link. Each look at a private file is written down before its first byte goes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping

from aiohttp import web

from gateway.clock import SECOND, Clock
from gateway.errors import StoreError
from gateway.media import names
from gateway.media.files import Files
from gateway.media.keep import FileMissing, KeepUnavailable
from gateway.media.queries import MEDIA
from gateway.media.record import MediaFile
from gateway.media.tokens import Opened
from gateway.model.ids import new_id
from gateway.observe import get_logger
from gateway.pipeline.source import source
from gateway.settings.networks import Networks
from gateway.store.port import Store, Tx

log = get_logger("gateway.media")

#: Nothing of a file runs, in our name or anybody's, and nobody in between keeps what is private.
_SAFE: Mapping[str, str] = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
_PRIVATE = {"Cache-Control": "private, no-store", "Vary": "*", "Cross-Origin-Resource-Policy": "same-origin"}
_PUBLIC = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.ASCII)
#: Seconds that a reader may stand still.
PATIENCE = 60.0


class MediaServer:
    """The route. *proxies* are those whose word about an address counts."""

    def __init__(self, files: Files, store: Store, clock: Clock, proxies: Networks) -> None:
        self._files, self._store, self._clock, self._proxies = files, store, clock, proxies

    def add_routes(self, app: web.Application) -> None:
        """Add what this class answers; HEAD too."""
        app.router.add_get("/media/{token}", self.serve)
        app.router.add_get("/media/{token}/{name}", self.serve)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The file of a link, or why not."""
        assert self._files.tokens is not None
        opened = self._files.tokens.open(request.match_info["token"])
        if opened is None:
            return _no(403, "this link was not made here")
        if opened.until and opened.until * SECOND <= self._clock.now():
            return _no(403, "this link has expired")
        try:
            file = await self._files.find(opened.tenant, opened.media)
            refusal = _refusal(file, opened)
            if refusal is not None or file is None:
                return refusal or _no(404, "there is no such file")
            if file.visibility == "private":
                await self._note(request, opened)
        except StoreError:
            return _no(503, "the database is away; try again", {"Retry-After": "5"})
        return await self._send(request, opened.tenant, file)

    async def _note(self, request: web.Request, opened: Opened) -> None:
        forwarded = request.headers.getall("X-Forwarded-For", [])
        row = {
            "tenant": opened.tenant, "id": new_id(), "media": opened.media, "now": self._clock.now(),
            "address": source(request.remote, forwarded, self._proxies),
            "agent": _agent(request),
        }  # fmt: skip

        async def work(tx: Tx) -> None:
            await tx.run(MEDIA["add_access"], **row)

        await self._store.scope(opened.tenant).write(work)

    async def _send(self, request: web.Request, tenant: str, file: MediaFile) -> web.StreamResponse:
        part = _part(request.headers.get("Range", ""), file.size)
        if part is None:
            return _no(416, "there is no such part", {"Content-Range": f"bytes */{file.size}"})
        start, end = part
        status, headers = 200 if end - start == file.size else 206, _headers(file, request)
        response = web.StreamResponse(status=status, headers=headers)
        response.content_length = end - start
        if response.status == 206:
            response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
        pieces = self._files.keeper.content(tenant, file.sha256, start, end)
        try:
            first = await anext(pieces, b"") if request.method == "GET" and end > start else b""
        except FileMissing:
            log.error("media.missing", media_id=file.id, tenant=tenant)
            return _no(404, "there is no such file")
        except KeepUnavailable:
            log.error("media.store_away", media_id=file.id, tenant=tenant)
            return _no(503, "the file cannot be read now; try again", {"Retry-After": "5"})
        await response.prepare(request)
        if request.method == "GET":
            await write(response, first, pieces)
        await response.write_eof()
        return response


def _agent(request: web.Request) -> str:
    """What the reader calls itself, in characters that any database takes."""
    told = request.headers.get("User-Agent", "").encode("utf-8", "replace").decode()
    return told.replace("\0", "")[:200]


async def write(response: web.StreamResponse, first: bytes, rest: AsyncIterator[bytes]) -> None:
    """Send all pieces; who does not read them is hung up on."""
    async with asyncio.timeout(PATIENCE) as patience:
        await response.write(first)
        async for piece in rest:
            patience.reschedule(asyncio.get_running_loop().time() + PATIENCE)
            await response.write(piece)


def _refusal(file: MediaFile | None, opened: Opened) -> web.Response | None:
    """Why a link that we made does not lead to *file* now."""
    if file is None or file.state in ("pending", "failed"):
        return _no(404, "there is no such file")
    if file.state == "deleted":
        return _no(410, "the file was deleted")
    if not opened.until and file.visibility != "public":
        return _no(403, "the file is not public any more")
    return None


def _headers(file: MediaFile, request: web.Request) -> dict[str, str]:
    asked = names.fitting(request.match_info.get("name", ""), file.mime_type)
    name = asked or names.shown(file.filename, file.mime_type, file.id)
    return {
        **_SAFE,
        **(_PRIVATE if file.visibility == "private" else _PUBLIC),
        "Content-Type": file.mime_type,
        "Content-Disposition": names.attachment(name),
        "Accept-Ranges": "bytes",
    }


def _part(written: str, size: int) -> tuple[int, int] | None:
    """The bytes that a Range asks for, from and to before; all of them for a header that is none of ours to
    understand (RFC 9110 lets it be ignored), None when there are no such bytes."""
    found = _RANGE.fullmatch(written.strip())
    if found is None or not any(found.groups()):
        return 0, size
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return 0, size
    return (start, end) if start < end else None


def _no(status: int, why: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """A refusal, as plain words."""
    return web.Response(
        status=status, text=why + "\n", headers={**_SAFE, "Cache-Control": "no-store", **(headers or {})}
    )
