"""`/api/v1/tenant` and `/api/v1/tenants`: the business of a key, and, for operators, all of them."""

from __future__ import annotations

from gateway.api.configure.configuring import Removed, refusals, seen, tagged
from gateway.api.cursor import Cursors
from gateway.api.paging import Paging
from gateway.api.route import Answer, Ask, Page, Route
from gateway.tenants.forms import NewTenant, TenantChange
from gateway.tenants.service import Service
from gateway.tenants.shown import TenantShown

WORDS = {
    "/id": "write 1 to 64 of a-z, 0-9, _ and -, starting with a letter or digit",
    "/language": 'write a language code such as "en" or "pt_BR"',
    "/country": 'write two capitals such as "KE", or "" for none',
}


class Tenants:
    """The routes."""

    def __init__(self, service: Service, cursors: Cursors) -> None:
        self._tenants, self._cursors = service.tenants, cursors

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="GET", path="/tenant", handler=self.own, scope="tenant:read",
                summary="Look at your own tenant", answer=TenantShown, etag=True,
            ),
            Route(
                method="PATCH", path="/tenant", handler=self.change_own, scope="tenant:write",
                summary="Change your own tenant", body=TenantChange, answer=TenantShown, etag=True,
                problems=(409, 412, 422), words=WORDS,
            ),
            Route(
                method="GET", path="/tenants", handler=self.list, scope="tenants:read", whose="operator",
                summary="List tenants", query=Paging, answer=Page[TenantShown],
            ),
            Route(
                method="POST", path="/tenants", handler=self.create, scope="tenants:write", whose="operator",
                summary="Make a tenant", body=NewTenant, answer=TenantShown, status=201, etag=True,
                problems=(409, 422), words=WORDS,
            ),
            Route(
                method="GET", path="/tenants/{id}", handler=self.one, scope="tenants:read", whose="operator",
                noun="tenant", summary="Look at a tenant", answer=TenantShown, etag=True,
            ),
            Route(
                method="PATCH", path="/tenants/{id}", handler=self.change, scope="tenants:write",
                whose="operator", noun="tenant", summary="Change a tenant", body=TenantChange,
                answer=TenantShown, etag=True, problems=(409, 412, 422), words=WORDS,
            ),
            Route(
                method="DELETE", path="/tenants/{id}", handler=self.remove, scope="tenants:write",
                whose="operator", noun="tenant", summary="Remove a tenant", answer=Removed,
                problems=(409, 412),
            ),
        ]  # fmt: skip

    async def own(self, ask: Ask[None, None]) -> Answer:
        """The tenant that the key belongs to."""
        with refusals():
            return tagged(await self._tenants.get(ask.tenant))

    async def change_own(self, ask: Ask[TenantChange, None]) -> Answer:
        """Change what is given. 409 `managed_by_file` for a tenant that gateway.toml names."""
        with refusals():
            known = await self._tenants.change(
                ask.actor, ask.tenant, ask.body, seen(ask.if_match, ask.tenant)
            )
            return tagged(known)

    async def list(self, ask: Ask[None, Paging]) -> Page[TenantShown]:
        """Every tenant, by id."""
        limit = ask.query.limit
        after = str((self._cursors.open(ask.query.cursor, "", "tenants") or [""])[0])
        found = await self._tenants.list(after, limit + 1)
        more = len(found) > limit
        cursor = self._cursors.seal("", "tenants", found[limit - 1].id) if more else None
        return Page(found[:limit], cursor)

    async def create(self, ask: Ask[NewTenant, None]) -> Answer:
        """Serve one business more, at once. 409 `taken` for an id that is in use or was once."""
        with refusals():
            return tagged(await self._tenants.create(ask.actor, ask.body), 201)

    async def one(self, ask: Ask[None, None]) -> Answer:
        """One tenant."""
        with refusals():
            return tagged(await self._tenants.get(ask.path["id"]))

    async def change(self, ask: Ask[TenantChange, None]) -> Answer:
        """Change what is given. 409 `managed_by_file` for a tenant that gateway.toml names."""
        id = ask.path["id"]
        with refusals():
            return tagged(await self._tenants.change(ask.actor, id, ask.body, seen(ask.if_match, id)))

    async def remove(self, ask: Ask[None, None]) -> Removed:
        """End a tenant: its secrets are destroyed and its keys revoked, then what waits to be sent is
        cancelled."""
        id = ask.path["id"]
        with refusals():
            return Removed(id, await self._tenants.remove(ask.actor, id, seen(ask.if_match, id)))
