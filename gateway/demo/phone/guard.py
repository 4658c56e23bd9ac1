"""Who may drive the phone: a browser on this machine that was given the printed address.

Another site that is open in the same browser can send requests to 127.0.0.1. It knows neither the token in
the path nor gets past the checks of Host and Origin, and it may not frame or read anything.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Lets through what bears *token* as the first part of its path, and comes from this machine's page."""

    def __init__(self, token: str) -> None:
        self._token = token
        #: Known once the server listens.
        self.port = 0

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """403 for a foreign Host or Origin, 404 for a wrong token."""
        why = self._foreign(request)
        if why:
            return web.Response(status=403, text=why, headers=HEADERS)
        given = request.path.split("/", 2)[1]
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._token.encode()):
            return web.Response(status=404, text="use the address that gateway demo printed", headers=HEADERS)
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = web.Response(status=error.status, text=error.reason)
        if not response.prepared:
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    def _foreign(self, request: web.Request) -> str:
        hosts = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}
        if request.headers.get("Host", "") not in hosts:
            return "the Host header names another host than this machine"
        origin = request.headers.get("Origin")
        if origin is not None and origin not in {f"http://{host}" for host in hosts}:
            return "another site may not use this"
        if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            return "another site may not use this"
        if request.method == "POST" and request.content_type != "application/json":
            return "send application/json"
        return ""
