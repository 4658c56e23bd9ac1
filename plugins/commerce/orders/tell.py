"""Orders as the staff's API and commands show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway import Db
from plugins.commerce.common.money import major
from plugins.commerce.orders import shapes
from plugins.commerce.orders.counters import owed
from plugins.commerce.orders.money import facts_of
from plugins.commerce.orders.notice import Notice
from plugins.commerce.orders.notify import notices_of
from plugins.commerce.orders.order import Order, OrderLine
from plugins.commerce.orders.parcel import Parcel, parcels_of
from plugins.commerce.orders.stand import moment
from plugins.commerce.orders.timeline import events_of

_MONEY = ("subtotal", "discount", "delivery_fee", "tax", "rounding", "total", "paid", "refunded")


def short(order: Order) -> shapes.Short:
    """*order* in a list."""
    return shapes.Short(**_values(order, shapes.Short.__struct_fields__))


async def whole(db: Db, order: Order) -> shapes.Whole:
    """*order* with all that belongs to it."""
    own = [name for name in shapes.Whole.__struct_fields__ if name in Order.__struct_fields__]
    own.remove("lines")
    facts = await facts_of(db, order.id)
    return shapes.Whole(
        **_values(order, own),
        owed=major(owed(order.total, order.lines), order.currency),
        lines=[_line(each, order.currency) for each in order.lines],
        payments=[
            shapes.Payment(
                each.kind, major(each.amount, each.currency), each.method, each.reference, each.actor,
                moment(each.at),
            )
            for each in facts
        ],
        shipments=[_shipment(each) for each in await parcels_of(db, order.id)],
        timeline=[
            shapes.Happened(moment(each.at), each.actor, each.kind, each.data)
            for each in await events_of(db, order.id)
        ],
        notices=[notified(each, order.number) for each in await notices_of(db, order.id)],
    )  # fmt: skip


def notified(notice: Notice, number: str) -> shapes.Notified:
    """A notice of the order with this *number*."""
    return shapes.Notified(
        id=notice.id, order=notice.order_id, number=number, kind=notice.kind, state=notice.state,
        how=notice.how, message=notice.message, reason=notice.reason, at=moment(notice.at),
    )  # fmt: skip


def _values(order: Order, names: tuple[str, ...] | list[str]) -> dict[str, Any]:
    values = {name: getattr(order, name) for name in names}
    values |= {name: major(values[name], order.currency) for name in _MONEY if name in values}
    return values | {name: _when(values[name]) for name in values if name.endswith("_at")}


def _when(at: int) -> datetime | None:
    return moment(at) if at else None


def _line(line: OrderLine, currency: str) -> shapes.Line:
    values = {name: getattr(line, name) for name in shapes.Line.__struct_fields__}
    values |= {name: major(values[name], currency) for name in ("price", "discount", "tax", "total")}
    return shapes.Line(**values | {"name": line.full_name})


def _shipment(parcel: Parcel) -> shapes.Shipment:
    return shapes.Shipment(
        id=parcel.id, state=parcel.state, carrier=parcel.carrier, tracking=parcel.tracking,
        url=parcel.tracking_url, items={str(line): qty for line, qty in parcel.items.items()},
        shipped_at=moment(parcel.shipped_at), updated_at=moment(parcel.updated_at),
        delivered_at=_when(parcel.delivered_at),
    )  # fmt: skip
