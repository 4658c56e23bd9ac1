"""Who asks: the tenant comes from the key alone. An operator's key names the tenant that it works for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from aiohttp import web

from gateway.api.body import BODY_TIMEOUT
from gateway.api.keys import Keys
from gateway.api.problems import Problem, problem
from gateway.api.route import Caller, Route
from gateway.audit import Actor
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.media.keep import KeepUnavailable
from gateway.model.ids import new_id
from gateway.store.port import Scope, Store, Tx

T = TypeVar("T")
Handler = Callable[[web.Request, str], Awaitable[web.StreamResponse]]

#: The header in which an operator names a tenant. No other key may send it.
TENANT = "Gateway-Tenant"
#: Under this name a request holds its own id.
REQUEST: web.RequestKey[str] = web.RequestKey("gateway.request", str)


class Known(Protocol):
    """Which tenants there are."""

    def __contains__(self, tenant: object, /) -> bool: ...


class Door:
    """Lets those in who have a key for what they ask. *tenants* are those that are served."""

    def __init__(self, keys: Keys, store: Store, tenants: Known, on_refused: Callable[[], None]) -> None:
        self._keys, self._store, self._tenants, self._on_refused = keys, store, tenants, on_refused

    async def enter(self, request: web.Request, route: Route) -> tuple[Caller, Actor, Scope]:
        """The caller of *request*, who acts, and the repository of the tenant meant. Raises `Problem`.

        A route of operators has no tenant: its scope is not to be used.
        """
        caller = await self._caller(request)
        if not caller.may(route.scope):
            self._on_refused()
            raise Problem(403, "not_allowed", f"this key has not the scope {route.scope!r}")
        if route.whose == "operator" and not caller.operator:
            self._on_refused()
            raise Problem(403, "not_allowed", "this is for keys of operators")
        tenant = self._tenant(request, caller, route)
        kind = "operator" if caller.operator else "key"
        actor = Actor(f"{kind}:{caller.key}", request.remote or "", request.get(REQUEST) or new_id())
        return caller, actor, self._store.scope(tenant) if tenant else _Nowhere()

    async def left(
        self, caller: Caller, actor: Actor, scope: Scope, route: Route, request: web.Request
    ) -> None:
        """The request was carried out: what an operator did in a tenant's name is noted."""

    async def _caller(self, request: web.Request) -> Caller:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        caller = await self._keys.caller(key.strip()) if scheme.lower() == "bearer" else None
        if caller is None:
            self._on_refused()
            raise Problem(
                401, "unauthorized",
                "send 'Authorization: Bearer gw_…' with a key from gateway key create",
                headers={"WWW-Authenticate": "Bearer"},
            )  # fmt: skip
        return caller

    def _tenant(self, request: web.Request, caller: Caller, route: Route) -> str:
        named = request.headers.get(TENANT)
        if not caller.operator:
            if named is not None:
                raise Problem(400, "tenant_from_key", f"the tenant is the key's own: leave out {TENANT}")
            if caller.tenant not in self._tenants:
                self._on_refused()
                raise Problem(403, "tenant_gone", "the key's tenant is not served here any more")
            return caller.tenant
        if route.whose == "operator":
            return ""
        if not named:
            raise Problem(400, "tenant_needed", f"an operator's key names the tenant: {TENANT}: ID")
        if named not in self._tenants:
            raise Problem(404, "no_such_tenant", "there is no tenant of this id")
        return named

    def __call__(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """*handler*, which gets the request and the tenant."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                caller = await self._caller(request)
                return await handler(request, caller.tenant)
            except Problem as told:
                return told.answer()
            except TimeoutError:
                return problem(408, "timeout", f"the body did not arrive within {BODY_TIMEOUT:g} s")
            except (StoreUnavailable, SerializationFailure):
                return problem(
                    503, "unavailable", "the database is away; try again", headers={"Retry-After": "5"}
                )
            except KeepUnavailable as error:
                return problem(503, "unavailable", f"{error}; try again", headers={"Retry-After": "5"})

        return handle


class _Nowhere:
    """The scope of a request that means no tenant."""

    tenant = ""

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        raise AssertionError("a route across tenants has no scope")

    write = read
