"""What `gateway contact` asks of a gateway, or does itself when none runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from gateway.audit import command
from gateway.clock import SystemClock
from gateway.erasure import request
from gateway.erasure.queries import ERASURE
from gateway.erasure.record import erasure_item, export_item
from gateway.errors import GatewayError
from gateway.media.files import Files
from gateway.store.port import Row
from gateway.tenants.named import tenant_named

if TYPE_CHECKING:
    from gateway.operate import Context


async def _begin(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Begin *what* ("erase", "export") of a *contact*."""
    tenant, contact = known(context, args), str(args["contact"])
    ask = {"erase": request.erase, "export": request.export}[str(args["what"])]
    actor, now = command(str(args.get("by", ""))), SystemClock().now()
    begun = await context.store.scope(tenant).write(lambda tx: ask(tx, tenant, contact, actor, now))
    if begun is None:
        raise GatewayError(f"tenant {tenant!r} has no contact {contact!r}: GET /api/v1/contacts lists them")
    return {"id": begun}


async def _look(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """How far it is."""
    tenant, what, identifier = known(context, args), str(args["what"]), str(args["id"])
    query = ERASURE["export_one" if what == "export" else "one"]
    row: Row | None = await context.store.scope(tenant).read(
        lambda tx: tx.one(query, tenant=tenant, id=identifier)
    )
    if row is None:
        raise GatewayError(f"tenant {tenant!r} has no {what} {identifier!r}")
    if what != "export":
        return dict(msgspec.to_builtins(erasure_item(row)))
    clock = SystemClock()
    link = None
    if row["state"] == "done" and row["expires_at"] > clock.now():
        files = Files(context.settings, context.store, clock)
        link = files.lasting(tenant, row["media"], row["expires_at"])
    return dict(msgspec.to_builtins(export_item(row, link)))


def known(context: Context, args: Mapping[str, Any]) -> str:
    """The tenant that is meant."""
    return tenant_named(str(args.get("tenant", "")), context.directory)


CONTACT_ACTS: Mapping[str, Callable[[Any, dict[str, Any]], Awaitable[dict[str, Any]]]] = {
    "contact.begin": _begin,
    "contact.look": _look,
}
