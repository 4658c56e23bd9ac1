"""What leaves the house: shipped, on its way, delivered, or back. As `act`: one transaction each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from plugins.commerce.orders import change
from plugins.commerce.orders.act import happened, taken_on
from plugins.commerce.orders.hand import Hand
from plugins.commerce.orders.notify import notice
from plugins.commerce.orders.order import Order, OrderLine, next_id
from plugins.commerce.orders.parcel import SQL, Parcel, parcels_of
from plugins.commerce.orders.states import Impossible, led
from plugins.commerce.orders.work import begin, save
from plugins.commerce.stock import hold

#: What the customer is told when a parcel comes to a state; of the others nothing.
_TOLD = {"out_for_delivery": "out_for_delivery", "delivered": "delivered", "failed": "failed_delivery"}


class Carrier(Struct, frozen=True):
    """Who brings a parcel, and how it is followed; *url* was checked by `parcel.tracking_url`."""

    carrier: str = ""
    tracking: str = ""
    url: str = ""


class Report(Struct, frozen=True):
    """Where a parcel was at *at* (microseconds UTC): a state of `parcel.RANK`."""

    state: str
    at: int
    reason: str = ""
    by: Carrier = Carrier()


async def ship(
    hand: Hand, order: str, lines: change.Wanted = None, by: Carrier | None = None, *, key: str = "",
    at: int = 0,
) -> Order:  # fmt: skip
    """Goods leave the house as one parcel: those of *lines*, or all that is left."""
    by = by or Carrier()
    now, fresh = await begin(hand, order, "ship", key)
    if not fresh:
        return now
    shipped = change.ship(now, lines)
    items = change.grown(now.lines, shipped, "shipped")
    after = await taken_on(hand, now, "ship")
    await hold.take(hand.db, order, items, now=hand.now, actor=hand.actor)
    parcel = next_id(now)
    await hand.db.run(
        SQL["add"], id=parcel, order=order, carrier=by.carrier, tracking=by.tracking, url=by.url,
        items=msgspec.json.encode(items).decode(), now=hand.now, at=at or hand.now,
    )  # fmt: skip
    told = {"carrier": by.carrier, "tracking": by.tracking, "url": by.url}
    await happened(hand, after, "shipped", lines=items, **told)
    after = await save(hand, now, replace(after, lines=shipped))
    await notice(hand, after, "shipped", shipment=parcel)
    return after


async def deliver(hand: Hand, order: str, lines: change.Wanted = None, *, key: str = "") -> Order:
    """The customer has it: *lines*, or all that is not back. What had not left the house has been handed over
    by it."""
    now, fresh = await begin(hand, order, "deliver", key)
    if not fresh:
        return now
    parcels = await parcels_of(hand.db, order)
    wanted = lines if lines is not None else _not_back(now, parcels)
    after = await _handed_over(hand, now, change.deliver(now, wanted))
    if lines is None or after.fulfilment == "delivered":
        for each in parcels:
            if not each.over:
                await _moved(hand, each, Report("delivered", hand.now))
    await notice(hand, after, "delivered")
    return after


async def track(hand: Hand, order: str, parcel: str, report: Report, *, key: str = "") -> Order:
    """A parcel was reported somewhere. What says nothing new changes nothing; a parcel that is over is not
    touched, but the staff is told when the report contradicts it."""
    now, fresh = await begin(hand, order, "track", key)
    if not fresh:
        return now
    found = next((each for each in await parcels_of(hand.db, order) if each.id == parcel), None)
    if found is None:
        raise Impossible("It has no parcel {parcel}.", now, parcel=parcel)
    if not found.moves(report.state, report.at):
        if found.over and report.state != found.state and report.at > found.updated_at:
            await happened(
                hand, now, "attention", why="parcel_is_over", status=report.state, parcel=found.tracking
            )
        return now
    led("track", now, hand.who)
    await _moved(hand, found, report)
    items = _undelivered(now, found.items)
    if report.state == "delivered" and any(items.values()):
        after = await _handed_over(hand, now, change.deliver(now, items))
    else:
        after = await _reported(hand, now, found, report)
    if report.state in _TOLD:
        await notice(hand, after, _TOLD[report.state], shipment=found.id, reason=report.reason)
    return after


async def _handed_over(hand: Hand, now: Order, delivered: Sequence[OrderLine]) -> Order:
    after = await taken_on(hand, now, "deliver")
    if left := change.grown(now.lines, delivered, "shipped"):
        await hold.take(hand.db, now.id, left, now=hand.now, actor=hand.actor)
    await happened(hand, now, "delivered", lines=change.grown(now.lines, delivered, "delivered"))
    return await save(hand, now, replace(after, lines=delivered))


async def _reported(hand: Hand, now: Order, parcel: Parcel, report: Report) -> Order:
    kind = "failed_delivery" if report.state == "failed" else report.state
    tracking = report.by.tracking or parcel.tracking
    await happened(hand, now, kind, reason=report.reason, tracking=tracking)
    if report.state == "returned":
        await happened(hand, now, "attention", why="parcel_came_back", tracking=tracking)
    return await save(hand, now, now)


async def _moved(hand: Hand, parcel: Parcel, report: Report) -> None:
    at = report.at if report.state == "delivered" else 0
    await hand.db.run(
        SQL["move"], id=parcel.id, before=parcel.state, state=report.state, at=report.at, delivered_at=at,
        carrier=report.by.carrier, tracking=report.by.tracking, url=report.by.url,
    )  # fmt: skip


def _not_back(order: Order, parcels: Sequence[Parcel]) -> Mapping[int, int]:
    """All that is not delivered yet, without what came back."""
    back = [each.items for each in parcels if each.state == "returned"]
    left = {line.line: line.qty - line.cancelled - line.delivered for line in order.lines}
    return {line: max(0, qty - sum(items.get(line, 0) for items in back)) for line, qty in left.items()}


def _undelivered(order: Order, items: Mapping[int, int]) -> Mapping[int, int]:
    """*items*, without what was said to be delivered before, line by line."""
    left = {line.line: line.qty - line.cancelled - line.delivered for line in order.lines}
    return {line: min(qty, left.get(line, 0)) for line, qty in items.items()}
