"""Write one row of the audit log, chained to the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.audit.actor import Actor
from gateway.errors import SerializationFailure
from gateway.store.port import Tx

_LAST = "select seq, hash from audit where tenant = :tenant order by seq desc limit 1"
_ADD = """
insert into audit (tenant, seq, at, actor, action, object, detail, address, request, hash)
values (:tenant, :seq, :at, :actor, :action, :object, :detail, :address, :request, :hash)
on conflict (tenant, seq) do nothing
"""
#: How often a place in the chain may be taken by somebody else before the unit is given up.
TRIES = 100
_encode = msgspec.json.Encoder(order="sorted").encode


async def note(tx: Tx, actor: Actor, tenant: str, action: str, object: str, now: int, **detail: Any) -> None:
    """Record in *tx* that *actor* did *action* ("channel.create") to *object* ("channel:duka-main").

    *tenant* is "" for what concerns no tenant. *detail* is what changed, as JSON: never a secret's value.
    Changes of one tenant at once wait for each other here, on PostgreSQL until the first has committed: make
    it the last step of the unit. Raises `SerializationFailure` when the unit is to be run again.
    """
    row: dict[str, Any] = {
        "tenant": tenant,
        "at": now,
        "actor": actor.name,
        "action": action,
        "object": object,
        "detail": _encode(detail).decode(),
        "address": actor.address,
        "request": actor.request,
    }
    for _ in range(TRIES):
        last = await tx.one(_LAST, tenant=tenant)
        row["seq"] = last["seq"] + 1 if last else 1
        if await tx.run(_ADD, **row, hash=link(last["hash"] if last else "", row)):
            return
        # Another unit took this place. PostgreSQL waited for its end, and the next look sees its row.
    raise SerializationFailure(f"the audit log of {tenant!r} is written by too many at once")


def link(before: str, row: Mapping[str, Any]) -> str:
    """The hash that row *row* must have behind one with the hash *before*."""
    columns = ("tenant", "seq", "at", "actor", "action", "object", "detail", "address", "request")
    return hashlib.sha256(_encode([before, *(row[name] for name in columns)])).hexdigest()
