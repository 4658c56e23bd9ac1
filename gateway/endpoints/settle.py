"""The outcome of an attempt, in one transaction: the delivery, its record, and how the endpoint fares."""

from __future__ import annotations

from msgspec import Struct

from gateway.audit import GATEWAY, Actor, note
from gateway.clock import MINUTE, SECOND
from gateway.endpoints.queries import ENDPOINTS
from gateway.endpoints.record import Attempt, Endpoint
from gateway.endpoints.schedule import GIVE_UP, Verdict
from gateway.store.port import Tx

#: Why an endpoint was disabled: it said 410, or failed for five days. By a person: "asked".
GONE, FAILING, ASKED = "gone", "failing", "asked"
#: Microseconds between two notes of a success.
_NOTED = MINUTE


class Settled(Struct, frozen=True):
    """*next_at* is when the delivery is tried again, 0 when it is not. *disabled* is why the endpoint was
    disabled just now, "" when it was not."""

    next_at: int = 0
    disabled: str = ""


async def settle(
    tx: Tx, endpoint: Endpoint, seq: int, attempt: Attempt, verdict: Verdict, now: int
) -> Settled:
    """Write what became of *attempt* to deliver event *seq*."""
    next_at = now + int(verdict.delay * SECOND) if verdict.fate == "waiting" else 0
    state = "failed" if verdict.fate == "gone" else verdict.fate
    key = {"tenant": endpoint.tenant, "endpoint": endpoint.id, "seq": seq}
    rows = await tx.each(ENDPOINTS["settle"], [{
        **key, "state": state, "next_at": next_at, "status": attempt.status, "error": attempt.error,
        "now": now, "delivered": int(verdict.fate == "done"),
    }])  # fmt: skip
    if rows:  # or the endpoint is gone, or was disabled meanwhile
        await tx.run(
            ENDPOINTS["add_attempt"], **key, n=rows[0]["attempts"], at=attempt.at, status=attempt.status,
            duration=attempt.duration, error=attempt.error, response=attempt.response,
        )  # fmt: skip
    if verdict.fate == "done":
        await tx.run(
            ENDPOINTS["succeeded"], tenant=endpoint.tenant, id=endpoint.id, now=now, before=now - _NOTED
        )
        return Settled()
    await tx.run(ENDPOINTS["failed"], tenant=endpoint.tenant, id=endpoint.id, now=now)
    why = GONE if verdict.fate == "gone" else await _worn_out(tx, endpoint, now)
    if why and await disable(tx, GATEWAY, endpoint.tenant, endpoint.id, why, now):
        return Settled(disabled=why)
    return Settled(next_at if rows else 0)


async def _worn_out(tx: Tx, endpoint: Endpoint, now: int) -> str:
    """Why to disable an endpoint that failed once more."""
    row = await tx.one(ENDPOINTS["one"], tenant=endpoint.tenant, id=endpoint.id)
    return FAILING if row is not None and 0 < row["failing_since"] <= now - GIVE_UP else ""


async def disable(tx: Tx, actor: Actor, tenant: str, endpoint: str, reason: str, now: int) -> bool:
    """Send nothing more to *endpoint*; what waited can be recovered. False when it was disabled already."""
    if not await tx.each(
        ENDPOINTS["disable"], [{"tenant": tenant, "id": endpoint, "reason": reason, "now": now}]
    ):
        return False
    await tx.run(ENDPOINTS["drop_waiting"], tenant=tenant, id=endpoint, now=now)
    await note(tx, actor, tenant, "webhook.disable", f"webhook:{endpoint}", now, reason=reason)
    return True
