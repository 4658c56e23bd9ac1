"""Errors of the API: `application/problem+json` (RFC 9457), with a pointer to the field."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from aiohttp import web


class Problem(Exception):
    """Raised by a handler: ends the request with an answer that says what is wrong, stable in *code*, and
    where, in *pointer* ("/message/text"). *more* are further members of the answer."""

    def __init__(
        self, status: int, code: str, detail: str, *, pointer: str = "",
        headers: Mapping[str, str] | None = None, more: Mapping[str, object] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(detail)
        self.status, self.code, self.detail, self.pointer = status, code, detail, pointer
        self.headers, self.more = dict(headers or {}), dict(more or {})

    def answer(self) -> web.Response:
        """The response."""
        return problem(
            self.status, self.code, self.detail, pointer=self.pointer, headers=self.headers, more=self.more
        )


def missing(noun: str) -> Problem:
    """404: the tenant has no *noun* ("contact", "dead letter") of this id, whoever else may have."""
    return Problem(404, f"no_such_{noun.replace(' ', '_')}", f"no {noun} of yours has this id")


def problem(
    status: int, code: str, detail: str, *, pointer: str = "", headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> web.Response:  # fmt: skip
    """An answer that says what is wrong, stable in *code*, and where, in *pointer* ("/message/text")."""
    body: dict[str, object] = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status}
    body |= {"code": code, "detail": detail}
    if pointer:
        body["errors"] = [{"pointer": pointer, "detail": detail}]
    body |= more or {}
    return web.Response(
        status=status,
        body=msgspec.json.encode(body),
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def add_fallback(app: web.Application) -> None:
    """Whatever else is asked of the API is a problem too. Call it after its routes."""
    app.router.add_route("*", "/api/{rest:.*}", _nothing_here)


async def _nothing_here(request: web.Request) -> web.Response:
    """404, or 405 with what the address does take."""
    routes = request.app.router.routes()
    here = [route for route in routes if route.resource and _leads(route.resource, request.path)]
    # Where "/media/fetch" is an address of its own, it is no file of that name.
    own = [route for route in here if route.resource and route.resource.canonical == request.path]
    known = {route.method for route in own or here}
    if known:
        allowed = ", ".join(sorted(known))
        detail = f"{request.path} takes {allowed}"
        return problem(405, "method_not_allowed", detail, headers={"Allow": allowed})
    return problem(404, "no_such_address", "there is nothing at this address; see /api/v1/openapi.json")


def _leads(resource: web.AbstractResource, path: str) -> bool:
    """Whether *resource*, which is not ours here, answers at *path*."""
    pattern = resource.get_info().get("pattern")
    return resource.canonical == path or (
        not resource.canonical.startswith("/api/{") and pattern is not None and bool(pattern.fullmatch(path))
    )


#: What each status is called.
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    428: "Precondition Required",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}
