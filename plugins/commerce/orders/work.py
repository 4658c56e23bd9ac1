"""How an act on an order is done: the order is locked and read, what follows is worked out, and all of it is
written in the same transaction. Two that act at once come one after the other, and the second sees what the
first has done."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from gateway import queries
from plugins.commerce.orders import timeline
from plugins.commerce.orders.counters import fulfilment, owed, payment_state
from plugins.commerce.orders.events import cancelled, changed
from plugins.commerce.orders.hand import Hand
from plugins.commerce.orders.order import Order, order_of
from plugins.commerce.orders.states import CLOSED, TABLE, Impossible

SQL = queries(Path(__file__).with_name("work.sql"))
#: What the customer has to have paid, for an order that was delivered to be done with.
_SETTLED = frozenset({"paid", "partially_refunded", "refunded"})


async def locked(hand: Hand, order: str) -> Order | None:
    """The order (its id) as it is now; nobody else changes it until this transaction ends. None when there
    is none."""
    if not await hand.db.run(SQL["lock"], id=order):
        return None
    return await order_of(hand.db, order)


async def begin(hand: Hand, order: str, act: str, key: str = "") -> tuple[Order, bool]:
    """Lock an order (its id) for *act*; the order, and whether this is the first time with this *key*. Raises
    `LookupError` when there is no such order."""
    found = await locked(hand, order)
    if found is None:
        raise LookupError(f"there is no order {order!r}")
    return found, await first_time(hand, found, act, key)


async def first_time(hand: Hand, order: Order, act: str, key: str) -> bool:
    """Whether *act* was not asked of *order* with this *key* before; "" is always the first time."""
    if not key:
        return True
    return bool(await hand.db.run(SQL["key"], order=order.id, key=f"{act}:{key}", act=act, at=hand.now))


async def save(hand: Hand, before: Order, after: Order) -> Order:
    """Write what became of an order: state, money and counters, and what is read from them. An accepted
    order of which all is delivered and settled is completed by it. Returns it as it is kept."""
    after = _read_again(hand, after)
    kept = await hand.db.run(
        SQL["save"], id=after.id, version=before.version, before=before.state, state=after.state,
        paid=after.paid, refunded=after.refunded, payment_state=after.payment_state,
        fulfilment=after.fulfilment, cancel_reason=after.cancel_reason, expires_at=after.expires_at,
        closed_at=after.closed_at,
    )  # fmt: skip
    if not kept:
        raise Impossible("Somebody else has just changed it.", before)
    for old, new in zip(before.lines, after.lines, strict=True):
        if old != new:
            await hand.db.run(
                SQL["line"], order=after.id, line=new.line, cancelled=new.cancelled, packed=new.packed,
                shipped=new.shipped, delivered=new.delivered, returned=new.returned,
            )  # fmt: skip
    return await _told(hand, before, replace(after, version=before.version + 1))


def _read_again(hand: Hand, order: Order) -> Order:
    paid = payment_state(owed(order.total, order.lines), order.paid, order.refunded)
    order = replace(order, payment_state=paid, fulfilment=fulfilment(order.lines))
    done = order.fulfilment == "delivered" and order.payment_state in _SETTLED
    if done and order.state in TABLE["complete"]:
        order = replace(order, state=TABLE["complete"][order.state])
    closed_at = (order.closed_at or hand.now) if order.state in CLOSED else 0
    return replace(order, closed_at=closed_at)


async def _told(hand: Hand, before: Order, after: Order) -> Order:
    if after.state == "completed" != before.state:
        await timeline.note(hand.db, after.id, now=hand.now, actor="system", kind="completed")
    if changed(before) != changed(after):
        hand.emit(changed(after), after.id)
    if after.state == "cancelled" != before.state:
        hand.emit(cancelled(after), after.id)
    return after
