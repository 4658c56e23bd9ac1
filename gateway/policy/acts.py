"""What a command asks of the gate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from gateway.policy.why import why

if TYPE_CHECKING:
    from gateway.operate import Context


async def explain(context: Context, args: Mapping[str, Any]) -> dict[str, Any]:
    """Why a message is as it is, with its tenant; {} when nobody has it."""
    for tenant in [args["tenant"]] if args["tenant"] else list(context.directory):
        scope = context.store.scope(tenant)
        found = await scope.read(lambda tx, tenant=tenant: why(tx, tenant, args["message"]))  # type: ignore[misc]
        if found is not None:
            told: dict[str, Any] = to_builtins(found)
            return {"tenant": tenant, **told}
    return {}


#: By the names of `gateway.operate`.
POLICY_ACTS = {"why": explain}
