"""`/api/v1/audit` and `/api/v1/operator/audit`: who changed what."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from gateway.api.cursor import Cursors
from gateway.api.paging import Paging
from gateway.api.route import Ask, Page, Route
from gateway.api.strict import Moment
from gateway.audit import AuditLog, Entry, Wanted
from gateway.audit.log import END
from gateway.clock import rfc3339
from gateway.message import instant
from gateway.store.port import Store, Tx

Filter = Annotated[str, Meta(max_length=256)]


class AuditQuery(Paging, frozen=True):
    """Which rows: *action* is one ("key.revoke") or all of a kind ("key"); *object* and *actor* as they are
    shown; behind *after* and ahead of *before*, RFC 3339 with an offset."""

    action: Annotated[str, Meta(max_length=128)] = ""
    object: Filter = ""
    actor: Filter = ""
    after: Moment | None = None
    before: Moment | None = None


class AuditEntry(Struct, frozen=True):
    """One change. *seq* counts a tenant's rows. *actor* is key:ID, operator:ID, cli:USER, file or gateway;
    *address* and *request* (its Request-Id) are "" for what was no request. *detail* never holds a secret."""

    seq: int
    at: str
    actor: str
    action: str
    object: str
    detail: dict[str, Any]
    address: str
    request: str


class TenantAuditEntry(AuditEntry, frozen=True):
    """One change, and whose it was: *tenant* is "" for what concerns none."""

    tenant: str


class Audit:
    """The routes."""

    def __init__(self, store: Store, cursors: Cursors) -> None:
        self._store, self._cursors = store, cursors
        self._log = AuditLog(store.dialect)

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="GET", path="/audit", handler=self.list, scope="audit:read",
                summary="List changes, newest first", query=AuditQuery, answer=Page[AuditEntry],
            ),
            Route(
                method="GET", path="/operator/audit", handler=self.everywhere, scope="tenants:read",
                summary="List all tenants' changes, newest first", query=AuditQuery,
                answer=Page[TenantAuditEntry], whose="operator",
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, AuditQuery]) -> Page[AuditEntry]:
        """Who changed what of this tenant: by API, by command, by file, and what operators asked."""
        query, wanted = ask.query, _wanted(ask.query)
        seq = int((self._cursors.open(query.cursor, ask.tenant, "audit") or [END])[0])

        async def work(tx: Tx) -> tuple[Entry, ...]:
            return tuple(await self._log.of(tx, ask.tenant, wanted, query.limit + 1, seq=seq))

        found = await ask.scope.read(work)
        page, cursor = found[: query.limit], None
        if len(found) > len(page):
            cursor = self._cursors.seal(ask.tenant, "audit", page[-1].seq)
        return Page([AuditEntry(**_fields(entry)) for entry in page], cursor)

    async def everywhere(self, ask: Ask[None, AuditQuery]) -> Page[TenantAuditEntry]:
        """Who changed what, of any tenant and of the gateway itself."""
        query, wanted = ask.query, _wanted(ask.query)
        at, last, seq = self._cursors.open(query.cursor, "", "operator.audit") or [END, "", 0]
        behind = (int(at), str(last), int(seq))

        async def work(tx: Tx) -> tuple[Entry, ...]:
            return tuple(await self._log.everywhere(tx, wanted, query.limit + 1, behind=behind))

        found = await self._store.read(work)
        page, cursor = found[: query.limit], None
        if len(found) > len(page):
            end = page[-1]
            cursor = self._cursors.seal("", "operator.audit", end.at, end.tenant, end.seq)
        return Page([TenantAuditEntry(**_fields(entry), tenant=entry.tenant) for entry in page], cursor)


def _wanted(query: AuditQuery) -> Wanted:
    return Wanted(
        query.action, query.object, query.actor,
        instant(query.after) if query.after is not None else 0,
        instant(query.before) if query.before is not None else END,
    )  # fmt: skip


def _fields(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": rfc3339(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "object": entry.object,
        "detail": entry.detail,
        "address": entry.address,
        "request": entry.request,
    }
