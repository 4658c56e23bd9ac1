"""Tenants: list, make, change, remove."""

from __future__ import annotations

import heapq
from typing import Any

from msgspec import UNSET
from msgspec.structs import asdict

from gateway.audit import Actor, note
from gateway.clock import rfc3339
from gateway.settings import TenantSettings
from gateway.store.port import Row, Tx
from gateway.tenants.errors import ManagedByFile, NotFound, Taken
from gateway.tenants.forms import NewTenant, TenantChange
from gateway.tenants.ground import Ground, Seen, whatever
from gateway.tenants.judging import judge_tenant
from gateway.tenants.records import SQL, Known
from gateway.tenants.removal import cancel_waiting
from gateway.tenants.shown import TenantShown


class Businesses:
    """The service behind `gateway tenant` and /api/v1/tenants."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._directory = ground, ground.directory

    async def list(self, after: str = "", limit: int = 1000) -> list[TenantShown]:
        """The tenants behind *after*, by id."""
        ids = heapq.nsmallest(limit, (id for id in self._directory if id > after))

        async def read(tx: Tx) -> list[Row]:
            return await tx.each(SQL["tenant"], [{"tenant": id} for id in ids])

        rows = {row["tenant"]: row for row in await self._ground.store.read(read)} if ids else {}
        return [self._known(id, rows.get(id)).shown for id in ids if id in self._directory]

    async def get(self, tenant: str) -> Known[TenantShown]:
        """One tenant. Raises `NotFound`."""
        self._ground.need(tenant)

        async def read(tx: Tx) -> Row | None:
            return await tx.one(SQL["tenant"], tenant=tenant)

        row = await self._ground.store.scope(tenant).read(read)
        self._ground.need(tenant)  # or it was removed meanwhile
        return self._known(tenant, row)

    async def create(self, actor: Actor, form: NewTenant) -> Known[TenantShown]:
        """Serve one tenant more. Raises `Taken` and `Invalid`."""
        _judge(form)

        async def work(tx: Tx, revision: int) -> None:
            row = await tx.one(SQL["tenant"], tenant=form.id)
            if form.id in self._directory or (row is not None and row["origin"] == "database"):
                raise _taken(form.id, row)
            now = self._ground.clock.now()
            values = {"tenant": form.id, "revision": revision, "now": now, **_fields(form)}
            await tx.run(SQL["add_tenant"], **values)
            await note(tx, actor, form.id, "tenant.create", f"tenant:{form.id}", now, **_fields(form))

        await self._ground.change(work)
        return await self.get(form.id)

    async def change(
        self, actor: Actor, tenant: str, form: TenantChange, seen: Seen = whatever
    ) -> Known[TenantShown]:
        """Change what *form* says. Raises `NotFound`, `ManagedByFile` and `Invalid`."""
        self._ours(tenant)
        given = {name: value for name, value in asdict(form).items() if value is not UNSET}

        async def work(tx: Tx, revision: int) -> None:
            row = await self._row(tx, tenant)
            seen(row["revision"])
            now, old = self._ground.clock.now(), _fields_of(row)
            _judge(NewTenant(tenant, **{**old, **given}))
            changed = {name: value for name, value in given.items() if value != old[name]}
            values = {"tenant": tenant, "revision": revision, "now": now, **old, **given}
            await tx.run(SQL["change_tenant"], **values)
            await note(tx, actor, tenant, "tenant.change", f"tenant:{tenant}", now, **changed)

        await self._ground.change(work)
        return await self.get(tenant)

    async def remove(self, actor: Actor, tenant: str, seen: Seen = whatever) -> int:
        """End a tenant: its secrets are destroyed and its keys revoked at once, then what waits to be sent is
        cancelled; how much that was. Its record is kept, and its id with it."""
        self._ours(tenant)

        async def work(tx: Tx, revision: int) -> None:
            row = await self._row(tx, tenant)
            seen(row["revision"])
            now = self._ground.clock.now()
            values: dict[str, Any] = {"tenant": tenant, "now": now, "revision": revision}
            for each in ("remove_channels", "remove_plugins"):
                await tx.run(SQL[each], nothing=b"", **values)
            await tx.run(SQL["disable_endpoints"], tenant=tenant, now=now, nothing=b"")
            await tx.run(SQL["revoke_keys"], tenant=tenant, now=now)
            await tx.run(SQL["remove_tenant"], **values)
            await note(tx, actor, tenant, "tenant.remove", f"tenant:{tenant}", now)

        await self._ground.change(work)
        return await cancel_waiting(self._ground.store, self._ground.clock, tenant)

    def _ours(self, tenant: str) -> None:
        self._ground.need(tenant)
        if self._directory.origin(tenant) == "file":
            raise ManagedByFile(f"tenant {tenant!r}", self._directory.place(tenant))

    async def _row(self, tx: Tx, tenant: str) -> Row:
        row = await tx.one(SQL["tenant"], tenant=tenant)
        if row is None or row["removed_at"]:  # removed since the directory last looked
            raise NotFound("tenant", tenant)
        return row

    def _known(self, tenant: str, row: Row | None) -> Known[TenantShown]:
        known, origin = self._directory[tenant], self._directory.origin(tenant)
        if row is not None and origin == "database":
            own = _fields_of(row)
        else:
            own = {
                "name": "",
                "time_zone": known.time_zone,
                "language": known.language,
                "country": known.country,
            }
        shown = TenantShown(
            tenant, **own, plugins=known.plugins, channels=tuple(each.id for each in known.channels),
            origin=origin, created_at=rfc3339(row["created_at"]) if row and row["created_at"] else None,
        )  # fmt: skip
        return Known(shown, row["revision"] if row is not None and origin == "database" else 0)


_NAMES = ("name", "time_zone", "language", "country")


def _fields(form: NewTenant) -> dict[str, str]:
    return {name: getattr(form, name) for name in _NAMES}


def _fields_of(row: Row) -> dict[str, str]:
    return {name: row[name] for name in _NAMES}


def _judge(form: NewTenant) -> None:
    judge_tenant(TenantSettings(form.id, form.time_zone, form.language, form.country), form.name)


def _taken(tenant: str, row: Row | None) -> Taken:
    if row is not None and row["removed_at"]:
        return Taken("/id", f"tenant {tenant!r} was removed; its record has this id", "choose another id")
    return Taken("/id", f"there is a tenant {tenant!r} already", "choose another id")
