"""Deliveries: looked at, made again, and recovered. Each function works in the transaction it is given."""

from __future__ import annotations

from gateway.audit import Actor, note
from gateway.clock import MINUTE, SECOND, rfc3339, stamp
from gateway.endpoints.desk import EndpointRefused
from gateway.endpoints.forms import AttemptShown, DeliveryDetail, DeliveryShown, Recovered
from gateway.endpoints.queries import ENDPOINTS
from gateway.endpoints.record import Endpoint, wants
from gateway.feed.read import event_of, head_of, oldest_of, read_after
from gateway.store.port import Row, Tx

#: Events that one call of `recover` looks at.
MOST = 10_000


async def page(tx: Tx, endpoint: Endpoint, state: str, before: int, limit: int) -> list[DeliveryShown]:
    """Deliveries with a number below *before*, newest first, of *state* ("" for any)."""
    rows = await tx.all(
        ENDPOINTS["deliveries"], tenant=endpoint.tenant, endpoint=endpoint.id, state=state, before=before,
        limit=limit,
    )  # fmt: skip
    return [_shown(row) for row in rows]


async def detail(tx: Tx, endpoint: Endpoint, seq: int) -> DeliveryDetail | None:
    """One delivery with its attempts."""
    key = {"tenant": endpoint.tenant, "endpoint": endpoint.id, "seq": seq}
    row = await tx.one(ENDPOINTS["delivery"], **key)
    if row is None:
        return None
    log = [_attempt(each) for each in await tx.all(ENDPOINTS["attempts"], **key)]
    one = _shown(row)
    return DeliveryDetail(
        one.seq, one.event, one.type, one.state, one.attempts, one.next_at, one.last_status, one.last_error,
        one.updated_at, log=log,
    )  # fmt: skip


async def redeliver(tx: Tx, actor: Actor, endpoint: Endpoint, seq: int, now: int) -> bool:
    """Deliver event *seq* once more, whatever became of it, with the whole schedule; False when it was never
    queued. Raises `EndpointRefused`."""
    _must_be_on(endpoint)
    key = {"tenant": endpoint.tenant, "endpoint": endpoint.id, "seq": seq}
    if not await tx.each(ENDPOINTS["again"], [{**key, "now": now}]):
        return False
    await note(tx, actor, endpoint.tenant, "webhook.redeliver", f"webhook:{endpoint.id}", now, seq=seq)
    return True


async def recover(tx: Tx, actor: Actor, endpoint: Endpoint, after: int, now: int) -> Recovered:
    """Queue what failed and what was missed of the log behind *after*. Raises `EndpointRefused`."""
    _must_be_on(endpoint)
    oldest = await oldest_of(tx, endpoint.tenant)
    found = await read_after(tx, endpoint.tenant, max(after, oldest - 1), MOST)
    wanted = [
        {"tenant": endpoint.tenant, "endpoint": endpoint.id, "seq": event.seq, "event": event.id,
         "type": event.kind, "now": now}
        for event in found.events
        if wants(endpoint.types, event.kind)
    ]  # fmt: skip
    queued = len(await tx.each(ENDPOINTS["recover"], wanted)) if wanted else 0
    last = found.last
    await note(
        tx, actor, endpoint.tenant, "webhook.recover", f"webhook:{endpoint.id}", now,
        after=after, until=last, queued=queued,
    )  # fmt: skip
    return Recovered(queued, last, last < found.head)


async def behind(tx: Tx, tenant: str, since: int) -> int:
    """The number behind which everything is that was noted at *since* (microseconds UTC) or later. Times in
    the log may be out of order by a little, so it is a minute earlier."""
    low, high, since = await oldest_of(tx, tenant), await head_of(tx, tenant) + 1, since - MINUTE
    while low < high:  # the first that is not before *since* is in [low, high]
        middle = (low + high) // 2
        event = await event_of(tx, tenant, middle)
        if event is None or event.at >= since:
            high = middle
        else:
            low = middle + 1
    return low - 1


def _must_be_on(endpoint: Endpoint) -> None:
    if endpoint.state != "enabled":
        raise EndpointRefused("webhook_disabled", "nothing is sent there: enable it first")


def _shown(row: Row) -> DeliveryShown:
    next_at = (row["next_at"] or row["updated_at"]) if row["state"] == "waiting" else 0
    return DeliveryShown(
        row["seq"], row["event"], row["type"], row["state"], row["attempts"], stamp(next_at),
        row["last_status"], row["last_error"], rfc3339(row["updated_at"]),
    )  # fmt: skip


def _attempt(row: Row) -> AttemptShown:
    return AttemptShown(
        row["n"], rfc3339(row["at"]), row["status"], row["duration"] / SECOND, row["error"], row["response"]
    )
