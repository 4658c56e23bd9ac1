"""A page that is a file, such as a list of goods for somebody's machine: written to the disk piece by piece
while its handler has its time and its database, then sent at the reader's pace. Memory holds one piece."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from gateway.errors import PluginError
from gateway.media.names import attachment, harmless
from gateway.media.serve import write
from gateway.media.spill import Spilled, TooLarge, spilling
from gateway.pages.answer import KEPT_BY_NOBODY, Content, Page, PageFile

#: Bytes of a file.
LONGEST = 64 * 1024 * 1024
#: Bytes that are read and sent at once.
PIECE = 256 * 1024
#: What a browser would show as a page, or run.
_SHOWN = ("html", "xml", "svg", "script", "multipart", "message/")
_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")


def file_page(content: Content, media_type: str, filename: str) -> Page:
    """The `Page` that is a file. Raises `PluginError`."""
    kind = media_type.partition(";")[0].strip().lower()
    if not _TYPE.fullmatch(kind):
        raise PluginError(f"file(…, {media_type[:80]!r}) is of no type: write one such as 'text/csv'")
    if any(word in kind for word in _SHOWN):
        raise PluginError(
            f"file(…, {kind!r}): what a browser shows or runs is no file; use request.render(…)"
        )
    if not isinstance(content, bytes | str | AsyncIterable):
        raise PluginError(
            f"file() was given a {type(content).__name__}: pass bytes, a text, or an async generator of them"
        )
    name = harmless(filename)
    if not name:
        raise PluginError("file() needs a filename, such as 'products.csv'")
    return Page(file=PageFile(content, kind, name))


class Gathering:
    """Has the file of a page on the disk until it is sent: ``async with Gathering(folder) as gathering``."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, AsyncExitStack()
        self._spilled: Spilled | None = None

    async def __aenter__(self) -> Gathering:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def take(self, file: PageFile) -> None:
        """Write it down. What makes it runs here, so within the handler's time."""
        spill = await self._stack.enter_async_context(spilling(self._folder, LONGEST))
        try:
            async for piece in _pieces(file.content):
                await spill.write(piece.encode() if isinstance(piece, str) else piece)
        except TooLarge as error:
            raise PluginError(f"file(): {error}: write fewer rows, or keep several files in a job") from None
        self._spilled = await spill.done()

    async def send(self, request: web.Request, file: PageFile) -> web.StreamResponse:
        """Send what was written down, as a download that no browser shows or runs."""
        assert self._spilled is not None
        charset = "; charset=utf-8" if file.media_type.startswith("text/") else ""
        headers = {
            **KEPT_BY_NOBODY,
            "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            "Content-Type": file.media_type + charset,
            "Content-Disposition": attachment(file.filename),
        }
        response = web.StreamResponse(headers=headers)
        response.content_length = self._spilled.size
        await response.prepare(request)
        if request.method != "HEAD":
            await write(response, b"", _read(self._spilled.path))
        await response.write_eof()
        return response


async def _pieces(content: Content) -> AsyncIterator[bytes | str]:
    if isinstance(content, bytes | str):
        yield content
        return
    async for piece in content:
        if not isinstance(piece, bytes | str):
            raise PluginError(f"file() got a piece that is a {type(piece).__name__}: yield bytes or texts")
        yield piece


async def _read(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
