"""The staff's API: `/p/commerce/orders`, scope plugin.commerce. What cannot be done is a 409 that says where
the order stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from gateway import ApiRequest, Problem, api
from plugins.commerce.common.ids import micros
from plugins.commerce.common.money import minor
from plugins.commerce.orders import act, listing, money, notify, parcels, shapes
from plugins.commerce.orders.hand import Hand, of_request
from plugins.commerce.orders.notice import KINDS, About, notice_of
from plugins.commerce.orders.order import Order, numbered, order_of
from plugins.commerce.orders.parcel import tracking_url
from plugins.commerce.orders.states import Impossible
from plugins.commerce.orders.tell import notified, short, whole

Telling = Callable[[Hand, str, money.Fact], Awaitable[Order]]
Doing = Callable[[Hand, str, Any], Awaitable[Order]]


async def orders(request: ApiRequest) -> shapes.Orders:
    """Orders, newest first."""
    asked: shapes.Filter = request.query
    wanted = listing.Wanted(
        asked.state, asked.payment, asked.fulfilment, asked.contact, _at(asked.since), _at(asked.until),
        asked.q, asked.cursor, asked.limit,
    )  # fmt: skip
    try:
        found, cursor = await listing.orders(request.db, wanted)
    except ValueError as wrong:
        raise Problem(400, "invalid_cursor", str(wrong)) from None
    return shapes.Orders([short(each) for each in found], cursor)


async def order(request: ApiRequest) -> shapes.Whole:
    """One order, by its id or its number."""
    return await whole(request.db, await _found(request))


async def notices(request: ApiRequest) -> shapes.Notices:
    """Notices, such as those that are held."""
    asked: shapes.Held = request.query
    try:
        found, cursor = await listing.notices(request.db, asked.state, asked.cursor, asked.limit)
    except ValueError as wrong:
        raise Problem(400, "invalid_cursor", str(wrong)) from None
    return shapes.Notices([notified(each, number) for number, each in found], cursor)


async def accept(request: ApiRequest) -> shapes.Whole:
    """Take an order on."""
    return await _done(request, lambda hand, id, body: act.accept(hand, id, key=body.key))


async def pack(request: ApiRequest) -> shapes.Whole:
    """Goods are put together."""
    return await _done(request, lambda hand, id, body: act.pack(hand, id, body.lines, key=body.key))


async def ship(request: ApiRequest) -> shapes.Whole:
    """Goods leave the house as a parcel."""
    body: shapes.Ship = request.body
    try:
        by = parcels.Carrier(body.carrier.strip(), body.tracking.strip(), tracking_url(body.url))
    except ValueError as wrong:
        raise Problem(422, "invalid_url", str(wrong)) from None
    return await _done(request, lambda hand, id, body: parcels.ship(hand, id, body.lines, by, key=body.key))


async def deliver(request: ApiRequest) -> shapes.Whole:
    """The customer has it, or could not be found."""
    body: shapes.Deliver = request.body
    if body.shipment and body.lines is not None:
        raise Problem(422, "ambiguous", "name a shipment or lines, not both")
    if body.failed and not body.shipment:
        raise Problem(422, "shipment_missing", "say which shipment could not be delivered")
    return await _done(request, _deliver)


async def cancel(request: ApiRequest) -> shapes.Whole:
    """An order, or lines of it, will not be delivered."""

    async def do(hand: Hand, id: str, body: shapes.Cancel) -> Order:
        return await act.cancel(hand, id, reason=body.reason, lines=body.lines, key=body.key)

    return await _done(request, do)


async def payments(request: ApiRequest) -> shapes.Whole:
    """An order was paid, or a part of it."""
    return await _money(request, money.pay)


async def refunds(request: ApiRequest) -> shapes.Whole:
    """Money was given back."""
    return await _money(request, money.refund)


async def note(request: ApiRequest) -> shapes.Whole:
    """A remark for the timeline."""
    return await _done(request, lambda hand, id, body: act.remark(hand, id, body.text, key=body.key))


async def tell_again(request: ApiRequest) -> shapes.Whole:
    """Send a notice of this kind, whether it was sent before or not."""
    kind = request.path["kind"]
    if kind not in KINDS:
        raise Problem(404, "no_such_notice", f"notices are {', '.join(KINDS)}")
    found, hand = await _found(request), of_request(request)
    row = await request.db.one(notify.SQL["last"], order=found.id, kind=kind)
    if row is not None:
        each = notice_of(row)
    else:
        facts = [one for one in await money.facts_of(request.db, found.id) if one.kind == _FACTS.get(kind)]
        about = About(amount=facts[-1].amount if facts else 0)
        added = await notify.add(hand, found, kind, kind, about)
        if added is None:
            raise Problem(409, "in_progress", "this notice is just being sent")
        each = added
    await notify.tell_by(hand, found, [each], asked=True)
    return await whole(request.db, found)


_FACTS = {"payment_received": "paid", "refunded": "refunded"}


async def _deliver(hand: Hand, id: str, body: shapes.Deliver) -> Order:
    if not body.shipment:
        return await parcels.deliver(hand, id, body.lines, key=body.key)
    report = parcels.Report("failed" if body.failed else "delivered", hand.now, body.reason)
    return await parcels.track(hand, id, body.shipment, report, key=body.key)


async def _money(request: ApiRequest, do: Telling) -> shapes.Whole:
    found, body = await _found(request), request.body
    currency = body.currency or found.currency
    try:
        amount = minor(body.amount, currency)
    except ValueError as wrong:
        raise Problem(422, "invalid_amount", str(wrong)) from None
    if amount <= 0:
        raise Problem(422, "invalid_amount", "an amount is more than nothing")
    fact = money.Fact(amount, currency, body.method, body.reference)
    return await _done(request, lambda hand, id, body: do(hand, id, fact))


async def _done(request: ApiRequest, do: Doing) -> shapes.Whole:
    found = await _found(request)
    try:
        after = await do(of_request(request, request.body.by.strip()), found.id, request.body)
    except Impossible as cannot:
        raise Problem(409, "order_conflict", cannot.whole) from None
    return await whole(request.db, after)


async def _found(request: ApiRequest) -> Order:
    id = request.path["id"]
    found = await order_of(request.db, id) or await numbered(request.db, id)
    if found is None:
        raise Problem(404, "no_such_order", "no order of yours has this id or number")
    return found


def _at(when: datetime | None) -> int:
    if when is None:
        return 0
    if when.tzinfo is None:
        raise Problem(400, "invalid_time", "times have a zone: 2026-03-02T09:00:00Z")
    return micros(when)


ROUTES = (
    api("GET", "/orders", orders, query=shapes.Filter, answer=shapes.Orders),
    api("GET", "/orders/{id}", order, answer=shapes.Whole),
    api("POST", "/orders/{id}/accept", accept, body=shapes.Act, answer=shapes.Whole),
    api("POST", "/orders/{id}/pack", pack, body=shapes.Some, answer=shapes.Whole),
    api("POST", "/orders/{id}/ship", ship, body=shapes.Ship, answer=shapes.Whole),
    api("POST", "/orders/{id}/deliver", deliver, body=shapes.Deliver, answer=shapes.Whole),
    api("POST", "/orders/{id}/cancel", cancel, body=shapes.Cancel, answer=shapes.Whole),
    api("POST", "/orders/{id}/payments", payments, body=shapes.Paid, answer=shapes.Whole),
    api("POST", "/orders/{id}/refunds", refunds, body=shapes.Paid, answer=shapes.Whole),
    api("POST", "/orders/{id}/note", note, body=shapes.Note, answer=shapes.Whole),
    api("POST", "/orders/{id}/notices/{kind}", tell_again, body=shapes.Act, answer=shapes.Whole),
    api("GET", "/notices", notices, query=shapes.Held, answer=shapes.Notices),
)
