"""Errors of the API: `application/problem+json` (RFC 9457), with a pointer to the field."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from aiohttp import web


def problem(
    status: int, code: str, detail: str, *, pointer: str = "", headers: Mapping[str, str] | None = None
) -> web.Response:
    """An answer that says what is wrong, stable in *code*, and where, in *pointer* ("/message/text")."""
    body: dict[str, object] = {"type": "about:blank", "title": _TITLES.get(status, "Error"), "status": status}
    body |= {"code": code, "detail": detail}
    if pointer:
        body["errors"] = [{"pointer": pointer, "detail": detail}]
    return web.Response(
        status=status,
        body=msgspec.json.encode(body),
        content_type="application/problem+json",
        headers=headers,
    )


_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    408: "Request Timeout",
    409: "Conflict",
    413: "Content Too Large",
    422: "Unprocessable Content",
    503: "Service Unavailable",
}
