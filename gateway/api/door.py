"""Who asks: the tenant comes from the key alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from gateway.api.body import BODY_TIMEOUT
from gateway.api.keys import Keys
from gateway.api.problems import problem
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.media.keep import KeepUnavailable

Handler = Callable[[web.Request, str], Awaitable[web.StreamResponse]]


class Door:
    """Lets those in who have a key, and answers what any handler may run into."""

    def __init__(self, keys: Keys, on_refused: Callable[[], None]) -> None:
        self._keys, self._on_refused = keys, on_refused

    def __call__(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """*handler*, which gets the request and the tenant."""

        async def handle(request: web.Request) -> web.StreamResponse:
            scheme, _, key = request.headers.get("Authorization", "").partition(" ")
            try:
                tenant = await self._keys.tenant_of(key.strip()) if scheme.lower() == "bearer" else None
                if tenant is None:
                    self._on_refused()
                    return problem(
                        401, "unauthorized",
                        "send 'Authorization: Bearer gw_…' with a key from gateway key create",
                        headers={"WWW-Authenticate": "Bearer"},
                    )  # fmt: skip
                return await handler(request, tenant)
            except TimeoutError:
                return problem(408, "timeout", f"the body did not arrive within {BODY_TIMEOUT:g} s")
            except (StoreUnavailable, SerializationFailure):
                return problem(
                    503, "unavailable", "the database is away; try again", headers={"Retry-After": "5"}
                )
            except KeepUnavailable as error:
                return problem(503, "unavailable", f"{error}; try again", headers={"Retry-After": "5"})

        return handle
