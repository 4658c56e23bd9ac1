"""What is done with an order as a whole: accepted, packed, cancelled, expired. What leaves the house is in
`parcels`, money in `money`.

Each act is one transaction: state and counters, stock, timeline, and what the customer is told. With a *key*
an act that is asked for twice is done once. What cannot be done raises `Impossible`, before anything is
written.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from msgspec.structs import replace

from plugins.commerce.codes import redeem
from plugins.commerce.orders import change, timeline
from plugins.commerce.orders.counters import live, owed
from plugins.commerce.orders.hand import Hand
from plugins.commerce.orders.notify import notice
from plugins.commerce.orders.order import Order
from plugins.commerce.orders.states import Act, Impossible, led
from plugins.commerce.orders.work import begin, save
from plugins.commerce.settings import Settings
from plugins.commerce.stock import hold

#: The longest reason, note or name of a carrier that is kept.
LONGEST = 500


async def accept(hand: Hand, order: str, *, key: str = "") -> Order:
    """The shop takes the order on: from now on it is not given up by itself, paid or not."""
    now, fresh = await begin(hand, order, "accept", key)
    if not fresh:
        return now
    after = await taken_on(hand, now, "accept")
    await happened(hand, after, "accepted")
    after = await save(hand, now, after)
    await notice(hand, after, "accepted")
    return after


async def pack(hand: Hand, order: str, lines: change.Wanted = None, *, key: str = "") -> Order:
    """Goods are put together: those of *lines*, or all. The customer is told once all is packed."""
    now, fresh = await begin(hand, order, "pack", key)
    if not fresh:
        return now
    packed = change.pack(now, lines)
    after = await taken_on(hand, now, "pack")
    await happened(hand, after, "packed", lines=change.grown(now.lines, packed, "packed"))
    after = await save(hand, now, replace(after, lines=packed))
    if after.fulfilment == "packed":
        await notice(hand, after, "packed")
    return after


async def cancel(
    hand: Hand, order: str, *, reason: str = "", lines: change.Wanted = None, key: str = ""
) -> Order:
    """The order is not wanted, or cannot be had: all of it, or *lines* of it (for the shop only). Stock is
    free again; with the whole order the discount code is, too."""
    now, fresh = await begin(hand, order, "cancel", key)
    if not fresh:
        return now
    if hand.who == "customer" and not may_cancel(now, hand.settings):
        raise Impossible("Order {number} cannot be cancelled any more.", now)
    led("cancel", now, hand.who)
    if lines is None and any(line.shipped for line in now.lines):
        raise Impossible("Some of it has left the house: say which lines are to be cancelled.", now)
    left = change.cancel(now, lines)
    gone = change.grown(now.lines, left, "cancelled")
    await hold.release(hand.db, order, lines=gone, now=hand.now)
    await _there_again(hand, now, gone)
    if live(left):
        return await _reduced(hand, now, replace(now, lines=left), gone, reason)
    return await _cancelled(hand, now, replace(now, lines=left), reason)


def may_cancel(order: Order, settings: Settings) -> bool:
    """Whether the customer may still cancel *order* without asking anybody (`Settings.cancel_until`)."""
    match settings.cancel_until:
        case "accepted":
            return order.state == "placed"
        case "packed":
            return order.state in ("placed", "accepted") and order.fulfilment == "not_fulfilled"
        case "shipped":
            return order.state in ("placed", "accepted") and not any(line.shipped for line in order.lines)
    return False


async def expire(hand: Hand, order: str) -> Order | None:
    """Give the order up when its time is over and nothing was paid; None when it stays."""
    now, _ = await begin(hand, order, "expire")
    due = now.state == "placed" and 0 < now.expires_at <= hand.now and now.paid <= 0
    if not due:
        return None
    state = led("expire", now, hand.who)
    await hold.release(hand.db, order, now=hand.now)
    await _there_again(hand, now, [line.line for line in now.lines])
    await redeem.give_back(hand.db, order)
    await happened(hand, now, "expired")
    after = await save(hand, now, replace(now, state=state, expires_at=0))
    await notice(hand, after, "expired")
    return after


async def remark(hand: Hand, order: str, text: str, *, key: str = "") -> Order:
    """Write a note of the staff into the timeline."""
    now, fresh = await begin(hand, order, "note", key)
    if fresh:
        await happened(hand, now, "note", text=text[:LONGEST])
    return now


async def taken_on(hand: Hand, order: Order, act: Act) -> Order:
    """*order* in the state to which *act* leads; who packs or ships a new order accepts it by that."""
    state = led(act, order, hand.who)
    if order.state == "placed" != state:
        await hold.commit(hand.db, order.id)
        if act != "accept":
            await happened(hand, order, "accepted")
    return replace(order, state=state, expires_at=0)


async def happened(hand: Hand, order: Order, kind: str, **data: Any) -> None:
    """Write into the timeline that *hand* did it, or that time or a partner did."""
    kept = {name: value for name, value in data.items() if value not in ("", None)}
    await timeline.note(hand.db, order.id, now=hand.now, actor=hand.actor, kind=kind, data=kept)


async def _there_again(hand: Hand, order: Order, lines: Collection[int]) -> None:
    """Who waits for goods of *lines* hears soon that there are some."""
    if hand.back is not None:
        await hand.back([line.variant for line in order.lines if line.line in lines])


async def _reduced(hand: Hand, now: Order, after: Order, gone: dict[int, int], reason: str) -> Order:
    led("reduce", now, hand.who)
    await happened(hand, now, "reduced", lines=gone, reason=reason[:LONGEST])
    if (more := after.paid - owed(after.total, after.lines)) > 0:
        await happened(hand, now, "attention", why="paid_more", amount=more)
    after = await save(hand, now, after)
    await notice(hand, after, "cancelled", lines=gone)
    return after


async def _cancelled(hand: Hand, now: Order, after: Order, reason: str) -> Order:
    await redeem.give_back(hand.db, now.id)
    await happened(hand, now, "cancelled", reason=reason[:LONGEST])
    if now.paid > 0:
        await happened(hand, now, "attention", why="cancelled_but_paid", amount=now.paid)
    state = led("cancel", now, hand.who)
    after = replace(after, state=state, cancel_reason=reason[:LONGEST], expires_at=0)
    after = await save(hand, now, after)
    if hand.who != "customer":
        await notice(hand, after, "cancelled")
    return after
