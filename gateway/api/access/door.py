"""Who asks: the tenant comes from the key alone. An operator's key names the tenant that it works for.

What an operator asks in a tenant's name is noted in the tenant's audit log once it was carried out, in a
transaction of its own: reading has no other. When that row cannot be written, what was read is not shown.
What was changed stays changed, and has its own row; the missing one is logged as `audit.lost`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from aiohttp import web

from gateway.api.access.keys import Keys
from gateway.api.access.limits import Limits
from gateway.api.problems import Problem
from gateway.api.route import Caller, Route
from gateway.audit import Actor, note
from gateway.clock import Clock, SystemClock
from gateway.errors import StoreError
from gateway.model.ids import new_id
from gateway.observe import get_logger
from gateway.pipeline.source import source
from gateway.settings.networks import Networks
from gateway.store.port import Scope, Store, Tx

log = get_logger("gateway.api")

T = TypeVar("T")

#: The header in which an operator names a tenant. No other key may send it.
TENANT = "Gateway-Tenant"
#: Under these names a request holds its own id, and the resource that it is about.
REQUEST: web.RequestKey[str] = web.RequestKey("gateway.request", str)
RESOURCE: web.RequestKey[str] = web.RequestKey("gateway.resource", str)

#: Parameters in which clients of other services send their keys, and what a key of ours looks like.
_KEY_PARAMETERS = frozenset({"api_key", "apikey", "api-key", "access_token"})
_KEY = re.compile(r"gw_[a-z2-7]{12}_")


class Known(Protocol):
    """Which tenants there are."""

    def __contains__(self, tenant: object, /) -> bool: ...


class Door:
    """Lets those in who have a key for what they ask, as often as *limits* allow. *tenants* are those that
    are served. *proxies* are ours: who stands behind them asks."""

    def __init__(
        self, keys: Keys, store: Store, tenants: Known, on_refused: Callable[[], None], limits: Limits,
        proxies: Networks, clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self._keys, self._store, self._tenants, self._on_refused = keys, store, tenants, on_refused
        self._limits, self._proxies, self._clock = limits, proxies, clock or SystemClock()

    async def enter(self, request: web.Request, route: Route) -> tuple[Caller, Actor, Scope]:
        """The caller of *request*, who acts, and the repository of the tenant meant. Raises `Problem`.

        A route of operators has no tenant: its scope is not to be used.
        """
        request[RESOURCE] = route.scope.partition(":")[0]
        address = source(request.remote, request.headers.getall("X-Forwarded-For", ()), self._proxies)
        caller = await self._caller(request, address)
        if not caller.may(route.scope):
            self._on_refused()
            raise Problem(403, "not_allowed", f"this key has not the scope {route.scope!r}")
        if route.whose == "operator" and not caller.operator:
            self._on_refused()
            raise Problem(403, "not_allowed", "this is for keys of operators")
        tenant = self._tenant(request, caller, route)
        kind = "operator" if caller.operator else "key"
        actor = Actor(f"{kind}:{caller.key}", address, request.get(REQUEST) or new_id())
        return caller, actor, self._store.scope(tenant) if tenant else _Nowhere()

    async def left(
        self, caller: Caller, actor: Actor, scope: Scope, route: Route, request: web.Request
    ) -> None:
        """The request was carried out: what an operator did in a tenant's name is noted. Raises `StoreError`
        when it cannot be and nothing was changed."""
        if not caller.operator or not scope.tenant:
            return

        async def work(tx: Tx) -> None:
            action = f"operator.{route.method} {route.path}"
            await note(tx, actor, scope.tenant, action, request.path, self._clock.now())

        try:
            await scope.write(work)
        except StoreError as error:
            log.error("audit.lost", actor=actor.name, tenant=scope.tenant, route=route.name, err=str(error))
            if route.method == "GET":
                raise

    async def _caller(self, request: web.Request, address: str) -> Caller:
        _refuse_key_in_query(request)
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        key = rest.strip() if scheme.lower() == "bearer" else ""
        if not self._keys.remembers(key):  # who is known goes on beside whoever guesses at the same address
            self._limits.check(address)
        caller = await self._keys.caller(key)
        if caller is None:
            self._on_refused()
            self._limits.wrong(address)
            raise Problem(
                401, "unauthorized",
                "send 'Authorization: Bearer gw_…' with a key from gateway key create",
                headers={"WWW-Authenticate": "Bearer"},
            )  # fmt: skip
        self._limits.admit(caller)
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


def _refuse_key_in_query(request: web.Request) -> None:
    """Raise `Problem` for a key in the address: it stays in the logs of whoever stands between."""
    if any(
        name.lower() in _KEY_PARAMETERS or _KEY.search(name) or _KEY.search(value)
        for name, value in request.query.items()
    ):
        raise Problem(
            400, "key_in_query",
            "send the key in the header Authorization; revoke one that was sent in an address, where others "
            "may log it",
        )  # fmt: skip


class _Nowhere:
    """The scope of a request that means no tenant."""

    tenant = ""

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        raise AssertionError("a route across tenants has no scope")

    write = read
