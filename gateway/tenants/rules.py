"""The policy and retention of a tenant: what counts, who says so, and how it is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from gateway.audit import Actor, note
from gateway.clock import stamp
from gateway.errors import SettingsError
from gateway.retention.outlook import ASKED, outlook
from gateway.settings import durations
from gateway.settings.decode import decode
from gateway.settings.kept import KINDS, Source, kept
from gateway.settings.policy import Policy, Retention
from gateway.settings.ruling import check_policy, check_retention
from gateway.store.port import Row, Tx
from gateway.tenants.errors import Invalid, ManagedByFile, NotFound
from gateway.tenants.ground import Ground, Seen, whatever
from gateway.tenants.judging import pointer
from gateway.tenants.records import SQL, Known
from gateway.tenants.ruled import KindShown, PolicyChange, PolicyShown, RetentionChange, RetentionShown
from gateway.tenants.said import given, leaves, merged, said, shown

Column = Literal["policy", "retention"]
#: What a tenant may not allow itself: how much it may send in all, and how soon what it did is forgotten.
OPERATORS: Mapping[Column, tuple[str, ...]] = {
    "policy": ("messages_per_minute", "messages_per_day"),
    "retention": ("audit",),
}
_encode = msgspec.json.Encoder(order="sorted").encode


class Rules:
    """The service behind `gateway tenant policy`, `gateway retention` and /api/v1/tenant/policy|retention."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._directory = ground, ground.directory

    async def policy(self, tenant: str) -> Known[PolicyShown]:
        """What tenant *tenant* lets out, to whom and when. Raises `NotFound`."""
        row = await self._read(tenant)
        values = shown(self._directory[tenant].policy)
        usual = leaves(shown(Policy()))
        own = leaves(said(row, "policy")) if row is not None else {}

        def source(name: str, value: Any) -> Source:
            if row is None:  # gateway.toml's: what it says is known by being another
                return "default" if value == usual[name] else "file"
            return "tenant" if name in own else "default"

        sources = {name: source(name, value) for name, value in leaves(values).items()}
        made = {"id": tenant, "origin": self._directory.origin(tenant), **values, "sources": sources}
        return Known(msgspec.convert(made, PolicyShown), row["revision"] if row is not None else 0)

    async def retention(self, tenant: str) -> Known[RetentionShown]:
        """For how long tenant *tenant* keeps what. Raises `NotFound`."""
        row = await self._read(tenant)
        origin, own = self._directory.origin(tenant), self._directory[tenant].retention
        outlooks, round = await outlook(self._ground.store, tenant)

        def one(name: str) -> KindShown:
            seconds, its, everybodys = kept(name, self._directory.settings, own)
            source: Source = "installation" if everybodys else "default"
            if its:
                source = "file" if origin == "file" else "tenant"
            seen = outlooks[name]
            return KindShown(
                durations.text(seconds), source, stamp(seen.oldest_at), seen.removed, stamp(seen.removed_at)
            )

        next_at = None if round.began_at or round.next_at == ASKED else stamp(round.next_at)
        made = RetentionShown(tenant, origin, next_at, {name: one(name) for name in KINDS})
        return Known(made, row["revision"] if row is not None else 0)

    async def change_policy(
        self, actor: Actor, tenant: str, form: PolicyChange, seen: Seen = whatever
    ) -> Known[PolicyShown]:
        """Change what *form* says. Raises `NotFound`, `ManagedByFile` and `Invalid`."""
        await self._change(actor, tenant, "policy", form, seen, _policy)
        return await self.policy(tenant)

    async def change_retention(
        self, actor: Actor, tenant: str, form: RetentionChange, seen: Seen = whatever
    ) -> Known[RetentionShown]:
        """Change what *form* says; what is older than it is to be goes in time. Raises the same."""
        await self._change(actor, tenant, "retention", form, seen, _retention)
        return await self.retention(tenant)

    async def _change(
        self, actor: Actor, tenant: str, column: Column, form: Struct, seen: Seen,
        judge: Callable[[Mapping[str, Any]], None],
    ) -> None:  # fmt: skip
        self._ground.need(tenant)
        if self._directory.origin(tenant) == "file":
            place = f"{self._directory.place(tenant)}.{column}"
            raise ManagedByFile(f"the {column} of tenant {tenant!r}", place)
        change = given(form)
        for name in OPERATORS[column]:
            if name in change and not actor.trusted:
                raise Invalid(f"/{name}", "is for operators to set", "leave it out")

        async def work(tx: Tx, revision: int) -> None:
            row = await tx.one(SQL["tenant"], tenant=tenant)
            if row is None or row["removed_at"]:  # removed since the directory last looked
                raise NotFound("tenant", tenant)
            seen(row["revision"])
            made = merged(said(row, column), change)
            judge(made)
            now, columns = self._ground.clock.now(), {each: row[each] for each in OPERATORS}
            columns[column] = _encode(made).decode()
            await tx.run(SQL["rule_tenant"], tenant=tenant, now=now, revision=revision, **columns)
            await note(tx, actor, tenant, f"tenant.{column}", f"tenant:{tenant}", now, **change)

        await self._ground.change(work)

    async def _read(self, tenant: str) -> Row | None:
        """The row of a tenant of the database; None for one of the file."""
        self._ground.need(tenant)

        async def read(tx: Tx) -> Row | None:
            return await tx.one(SQL["tenant"], tenant=tenant)

        row = await self._ground.store.scope(tenant).read(read)
        self._ground.need(tenant)  # or it was removed meanwhile
        return row if self._directory.origin(tenant) == "database" else None


def _policy(written: Mapping[str, Any]) -> None:
    try:
        check_policy(decode(written, Policy, ""), "")
    except SettingsError as error:
        raise Invalid(pointer(error.where), error.problem, error.remedy) from None


def _retention(written: Mapping[str, Any]) -> None:
    try:
        check_retention(decode(written, Retention, ""), "", tenant=True)
    except SettingsError as error:
        raise Invalid(pointer(error.where), error.problem, error.remedy) from None
