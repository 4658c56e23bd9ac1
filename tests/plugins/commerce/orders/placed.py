"""Orders as the checkout leaves them, written by statements of the test's own."""

from __future__ import annotations

from typing import Any

from gateway.testing import Contact, World
from plugins.commerce.common.ids import micros, new_id
from plugins.commerce.orders import timeline
from plugins.commerce.orders.number import new_number
from plugins.commerce.orders.order import Order, order_of
from plugins.commerce.stock import hold

DAY = 86_400_000_000


async def place(
    world: World, contact: Contact, wanted: dict[str, int], *, payment: str = "on_delivery", expires: int = 0,
    **columns: Any,
) -> Order:  # fmt: skip
    """An order of *contact* for *wanted* (SKU to quantity), with its goods reserved, until *expires*
    (microseconds from now; 0 for good). *columns* are other columns of the order."""
    db, now = world.db(), micros(world.now)
    if not contact.inbox:
        await contact.says("hello")
    conversation = await world.conversation(contact)
    row = await db.one("select * from conversation where tenant = :tenant and id = :id", id=conversation)
    assert row is not None
    id = new_id(world.now)
    lines = [await _line(db, id, place, sku, qty) for place, (sku, qty) in enumerate(wanted.items(), 1)]
    goods = sum(line["total"] for line in lines)
    values: dict[str, Any] = {
        "id": id, "number": new_number(), "cart": f"cart-{id}", "contact": row["contact"],
        "conversation": conversation, "channel": row["channel"], "state": "placed", "name": contact.name,
        "phone": contact.phone, "delivery": "zone.nairobi", "delivery_title": "Nairobi",
        "address": '{"text": "Kilimani, blue gate"}', "currency": "KES", "subtotal": goods,
        "delivery_fee": 25_000, "total": goods + 25_000, "payment": payment, "placed_at": now,
        "expires_at": now + expires if expires else 0,
    } | columns  # fmt: skip
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    await db.run(f"insert into commerce_order (tenant, {names}) values (:tenant, {marks})", **values)
    await timeline.note(db, id, now=now, actor="customer", kind="placed")
    wants = [hold.Want(line["line"], line["variant"], line["qty"]) for line in lines]
    assert not await hold.hold(db, id, wants, expires_at=values["expires_at"], now=now)
    return await found(world, id)


async def found(world: World, id: str) -> Order:
    """The order as it is kept."""
    order = await order_of(world.db(), id)
    assert order is not None
    return order


async def _line(db: Any, order: str, place: int, sku: str, qty: int) -> dict[str, Any]:
    row = await db.one(
        "select v.id, v.product, v.sku, v.title, v.price, p.name, p.unit from commerce_variant v"
        " join commerce_product p on p.tenant = v.tenant and p.id = v.product"
        " where v.tenant = :tenant and v.sku = :sku",
        sku=sku,
    )
    values = {
        "order_id": order, "line": place, "product": row["product"], "variant": row["id"], "sku": sku,
        "name": row["name"], "title": row["title"], "unit": row["unit"], "price": row["price"], "qty": qty,
        "total": row["price"] * qty,
    }  # fmt: skip
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    await db.run(f"insert into commerce_order_line (tenant, {names}) values (:tenant, {marks})", **values)
    return values
