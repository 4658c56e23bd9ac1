"""The body of a request, read within limits, whatever it holds."""

from __future__ import annotations

import asyncio

from aiohttp import web


async def read_body(request: web.Request, limit: int, timeout: float) -> bytes | None:
    """The body, as it came; None as soon as it is longer than *limit*. Raises `TimeoutError` after *timeout*
    seconds."""
    if (request.content_length or 0) > limit:
        return None
    body = bytearray()
    async with asyncio.timeout(timeout):
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > limit:
                return None
    return bytes(body)
