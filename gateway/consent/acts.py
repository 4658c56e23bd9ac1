"""What `gateway consent` asks of a gateway, or does itself when none runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from gateway.audit import command, note
from gateway.clock import SystemClock
from gateway.consent.change import Change, Purpose, State
from gateway.consent.record import record
from gateway.consent.shown import exists, shown
from gateway.errors import GatewayError
from gateway.store.port import Tx
from gateway.tenants.named import tenant_named

if TYPE_CHECKING:
    from gateway.operate import Context


async def _show(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """What a *contact* agreed to."""
    tenant, contact = _tenant(context, args), str(args["contact"])
    found, _ = await context.store.scope(tenant).read(lambda tx: shown(tx, tenant, contact))
    if found is None:
        raise _nobody(tenant, contact)
    return dict(msgspec.to_builtins(found))


async def _change(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Record that *contact* said *state* about *purpose*."""
    tenant, contact = _tenant(context, args), str(args["contact"])
    purpose: Purpose = "marketing" if args["purpose"] == "marketing" else "service"
    state: State = "in" if args["state"] == "in" else "out"
    actor, now = command(str(args.get("by", ""))), SystemClock().now()
    change = Change(tenant, contact, purpose, state, "cli", str(args["proof"]))

    async def work(tx: Tx) -> None:
        if not await exists(tx, tenant, contact):
            raise _nobody(tenant, contact)
        await record(tx, [change], now)
        about = {"purpose": purpose, "state": state}
        await note(tx, actor, tenant, "contact.consent", f"contact:{contact}", now, **about)

    await context.store.scope(tenant).write(work)
    return await _show(context, args)


def _nobody(tenant: str, contact: str) -> GatewayError:
    return GatewayError(f"tenant {tenant!r} has no contact {contact!r}: GET /api/v1/contacts lists them")


def _tenant(context: Context, args: Mapping[str, Any]) -> str:
    return tenant_named(str(args.get("tenant", "")), context.directory)


CONSENT_ACTS: Mapping[str, Callable[[Any, dict[str, Any]], Awaitable[dict[str, Any]]]] = {
    "consent.show": _show,
    "consent.change": _change,
}
