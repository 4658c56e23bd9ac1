"""The bytes behind pictures, sounds and documents: what is here on this machine, and nothing else.

A message may name a file anywhere. The phone works without the internet and asks nobody for it: only what the
simulator keeps, what the gateway itself serves, and what the contact attached is shown.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from aiohttp import web

from gateway.demo.phone.guard import HEADERS
from gateway.simulator import Simulator
from gateway.simulator.view import File, FileKind, viewing

#: Types that a browser may show. SVG is a program, and is not among them.
SHOWN = frozenset(
    {
        *("image/jpeg", "image/png", "image/webp", "image/gif"),
        *("video/mp4", "video/3gpp", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr"),
    }
)
#: Bytes of a file that is fetched from the gateway.
LARGEST = 20 * 1024 * 1024


class Files:
    """Numbers for files, and their bytes. *gateway_url* is the one host that is asked."""

    def __init__(self, gateway_url: str, simulators: dict[str, Simulator]) -> None:
        self._gateway = gateway_url
        self._simulators = simulators
        self._known: dict[tuple[str, str], int] = {}
        self._sources: list[tuple[str, str, str]] = []
        self._own: dict[int, File] = {}

    def attached(self, file: File, name: str, kind: FileKind) -> dict[str, Any]:
        """Keep what a contact attaches; how the page is told of it."""
        number = self._number("", f"own-{len(self._sources)}", name)
        self._own[number] = file
        return {"kind": kind, "name": name, "url": f"files/{number}", "size": len(file.content)}

    def received(self, provider: str, media: str, name: str, kind: FileKind) -> dict[str, Any]:
        """How the page is told of a file that a message names by its URL or id. Without a *kind* the page
        tries whether it is a picture."""
        kept = self._kept(provider, media)
        told: dict[str, Any] = {"kind": kind, "name": name}
        if kept is not None or self._is_gateways(media):
            told["url"] = f"files/{self._number(provider, media, name)}"
        else:
            told["host"] = urlsplit(media).netloc
        return told | ({"size": len(kept.content)} if kept is not None else {})

    def _number(self, provider: str, media: str, name: str) -> int:
        key = (provider, media)
        if key not in self._known:
            self._known[key] = len(self._sources)
            self._sources.append((provider, media, name))
        return self._known[key]

    def _kept(self, provider: str, media: str) -> File | None:
        keeper = viewing(self._simulators.get(provider))
        return keeper.file(media) if keeper is not None else None

    def _is_gateways(self, media: str) -> bool:
        url, ours = urlsplit(media), urlsplit(self._gateway)
        return (url.scheme, url.netloc) == (ours.scheme, ours.netloc)

    async def serve(self, request: web.Request) -> web.Response:
        """`GET files/{number}`: shown if it is a picture, sound or film, otherwise to be saved."""
        number = int(request.match_info["number"])
        if number >= len(self._sources):
            raise web.HTTPNotFound
        provider, media, name = self._sources[number]
        file = self._own.get(number) or self._kept(provider, media) or await self._fetch(media)
        if file is None:
            raise web.HTTPNotFound
        kind = file.mime_type.partition(";")[0].strip().lower()
        headers = {"Content-Type": kind if kind in SHOWN else "application/octet-stream"}
        headers["Content-Security-Policy"] = f"sandbox; {HEADERS['Content-Security-Policy']}"
        if kind not in SHOWN:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name or 'file', safe='')}"
        return _part(request, file.content, headers)

    async def _fetch(self, media: str) -> File | None:
        """What the gateway serves at *media*, a link that it made for the provider."""
        if not self._is_gateways(media):
            return None
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
                session.get(media, allow_redirects=False) as answer,
            ):
                if answer.status != 200 or (answer.content_length or 0) > LARGEST:
                    return None
                content = bytearray()
                async for piece in answer.content.iter_any():
                    content += piece
                    if len(content) > LARGEST:
                        return None
                return File(answer.content_type, bytes(content))
        except (aiohttp.ClientError, TimeoutError):
            return None


def _part(request: web.Request, content: bytes, headers: dict[str, str]) -> web.Response:
    """All of *content*, or the range that was asked for: a browser needs it to know how long a sound is."""
    headers["Accept-Ranges"] = "bytes"
    try:
        wanted = request.http_range
    except ValueError:
        wanted = slice(None)
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=content, headers=headers)
    first, end, _ = wanted.indices(len(content))
    if first >= end:
        headers["Content-Range"] = f"bytes */{len(content)}"
        return web.Response(status=416, headers=headers)
    headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(content)}"
    return web.Response(status=206, body=content[first:end], headers=headers)
