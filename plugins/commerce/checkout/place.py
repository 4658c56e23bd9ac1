"""A cart becomes an order: in one transaction, once, at the price that the customer has agreed to.

The cart's row is taken first, so that of two confirmations one waits for the other and finds the order
placed. What the customer saw is known by its mark; where anything of it is different now, no order is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway import Chat
from plugins.commerce.cart.cart import Cart, open_cart
from plugins.commerce.cart.quote import Quote
from plugins.commerce.checkout import look
from plugins.commerce.checkout.draft import Draft, Pay, Placed, Way, Where
from plugins.commerce.checkout.events import OrderPlaced
from plugins.commerce.checkout.look import SQL
from plugins.commerce.checkout.payment import fitting, held_for, pays_of
from plugins.commerce.codes import redeem
from plugins.commerce.common.ids import micros, new_id
from plugins.commerce.orders.counters import payment_state
from plugins.commerce.orders.jobs import give_up_at
from plugins.commerce.orders.number import new_number
from plugins.commerce.orders.timeline import note
from plugins.commerce.owner import funnel
from plugins.commerce.owner.alerts import watch
from plugins.commerce.stock import hold

#: Numbers that are tried; one is taken already once in a billion.
TRIES = 8


class _Deal(Struct, frozen=True):
    """What is agreed on."""

    id: str
    cart: Cart
    draft: Draft
    way: Way
    pay: Pay
    quote: Quote
    now: int
    expires_at: int


async def place(chat: Chat, draft: Draft, mark: str) -> Placed:
    """Order the cart of *draft*, whose quote had *mark* when it was confirmed. Also the second time it is the
    same order. In a flow it stands in a step.

    All is looked at before anything is written, so that who comes too late keeps nobody waiting, and again
    once the cart is taken."""
    now = micros(chat.now)
    cart = await open_cart(chat.db, chat.language, chat.contact.id)
    if cart is None or cart.id != draft.cart:
        return await _before(chat, draft.cart)
    deal = await _deal(chat, cart, draft, mark, now)
    if isinstance(deal, Placed):
        return deal
    if not await chat.db.run(SQL["lock"], cart=draft.cart, contact=chat.contact.id, now=now):
        return await _before(chat, draft.cart)
    there = await open_cart(chat.db, chat.language, chat.contact.id)
    if there is None:
        return Placed("empty")
    if uncounted(there) != uncounted(cart):
        deal = await _deal(chat, there, draft, mark, now)
    return deal if isinstance(deal, Placed) else await _taken(chat, deal)


async def _before(chat: Chat, cart: str) -> Placed:
    """What was placed from *cart* before, if anything was."""
    return await look.placed_from(chat.db, cart, chat.contact.id) or Placed("empty")


def uncounted(cart: Cart) -> Cart:
    """*cart* as it is whatever is left of its goods: that is decided when they are held."""
    return replace(cart, lines=[replace(line, item=replace(line.item, left=None)) for line in cart.lines])


async def _taken(chat: Chat, deal: _Deal) -> Placed:
    """Hold the goods, use the code up, and write the order; nothing of it where one of them is not to be
    had any more."""
    cart, now = deal.cart, deal.now
    wants = [hold.Want(n, line.item.variant, line.qty) for n, line in enumerate(cart.lines, 1)]
    if await hold.hold(chat.db, deal.id, wants, expires_at=deal.expires_at, now=now):
        return Placed("problems")
    await watch(chat.db, chat.settings, [want.variant for want in wants], now)
    if deal.quote.code and not await redeem.redeem(
        chat.db, deal.quote.code, deal.id, cart.contact, deal.draft.phone, deal.quote.bill.discount, now
    ):
        await hold.undo(chat.db, deal.id, now)
        return Placed("changed")
    return await _written(chat, deal)


async def _deal(chat: Chat, cart: Cart, draft: Draft, mark: str, now: int) -> _Deal | Placed:
    """What would be agreed on now, or why it cannot be."""
    way = look.chosen(chat, draft)
    if way is None or (not way.pickup and draft.how == "delivery" and draft.where is None):
        return Placed("way")
    quote = await look.bill(chat, cart, draft, way)
    if quote.problems:
        return Placed("problems")
    if quote.mark != mark:
        return Placed("changed", total=quote.bill.total)
    said = look.collected(chat, quote.bill.total)
    pays = pays_of(chat.settings, chat.words, chat.tenant.language, said)
    pay = look.pay_of(fitting(pays, way, chat.words), draft.payment)
    if pay is None:
        return Placed("payment")
    stands = pay.at_once or not quote.bill.total
    expires_at = 0 if stands else now + held_for(chat.settings)
    return _Deal(new_id(chat.now), cart, draft, way, pay, quote, now, expires_at)


async def _written(chat: Chat, deal: _Deal) -> Placed:
    """All rows of the order, and everybody told."""
    db, bill = chat.db, deal.quote.bill
    number = await _order(chat, deal)
    await db.many(SQL["line"], _lines(deal))
    await db.run(SQL["ordered"], cart=deal.cart.id)
    await db.run(
        SQL["keep_customer"], contact=deal.cart.contact, name=deal.draft.name, email=deal.draft.email or "",
        phone=deal.draft.phone, delivery=deal.draft.how, now=deal.now,
    )  # fmt: skip
    if deal.draft.where is not None and not deal.way.pickup:
        await _keep_address(chat, deal, deal.draft.where)
    data = {"total": bill.total, "currency": bill.currency, "payment": deal.pay.id}
    await note(db, deal.id, now=deal.now, actor="customer", kind="placed", data=data)
    await funnel.reached(chat, "order")
    told = OrderPlaced(
        deal.id, number, deal.cart.contact, chat.conversation.id, bill.currency, bill.total, deal.pay.id,
        deal.expires_at,
    )  # fmt: skip
    chat.emit(told, key=deal.id)
    if deal.expires_at:
        give_up_at(chat, deal.expires_at)
    return Placed("", deal.id, number, bill.total, bill.currency, deal.pay.id)


async def _order(chat: Chat, deal: _Deal) -> str:
    """Write the order's row; its number."""
    draft, bill = deal.draft, deal.quote.bill
    values = {
        "id": deal.id, "cart": deal.cart.id, "contact": deal.cart.contact,
        "conversation": chat.conversation.id, "channel": chat.conversation.channel,
        "language": chat.language, "name": draft.name, "email": draft.email or "", "phone": draft.phone,
        "delivery": deal.way.id, "delivery_title": deal.way.title, "pickup": int(deal.way.pickup),
        "address": snapshot(deal.way, draft.where), "currency": bill.currency, "subtotal": bill.subtotal,
        "discount": bill.discount, "delivery_fee": bill.delivery, "tax": bill.tax,
        "tax_included": int(bill.tax_included), "rounding": bill.rounding, "total": bill.total,
        "code": deal.quote.code, "payment": deal.pay.id, "payment_title": deal.pay.title,
        "payment_state": payment_state(bill.total, 0, 0), "note": deal.cart.note, "now": deal.now,
        "expires_at": deal.expires_at,
    }  # fmt: skip
    for _ in range(TRIES):
        number = new_number()
        if await chat.db.run(SQL["order"], number=number, **values):
            return number
    raise RuntimeError("no number for an order is free")


def _lines(deal: _Deal) -> Sequence[dict[str, object]]:
    priced = {line.variant: line for line in deal.quote.bill.lines}
    return [
        {
            "order": deal.id, "line": n, "product": line.item.product, "variant": line.item.variant,
            "sku": line.item.sku, "name": line.item.name, "title": line.item.title, "unit": line.item.unit,
            "price": bill.price, "qty": bill.qty, "discount": bill.discount, "tax": bill.tax,
            "tax_bp": bill.tax_bp, "total": bill.total,
        }
        for n, line in enumerate(deal.cart.lines, 1)
        for bill in (priced[line.item.variant],)
    ]  # fmt: skip


def snapshot(way: Way, where: Where | None) -> str:
    """The address as the order keeps it, as JSON: what is known of it, and nothing for what is collected."""
    if where is None or way.pickup:
        return "{}"
    kept = {name: getattr(where, name) for name in Where.__struct_fields__ if name != "id"}
    kept["area"] = where.area or way.title
    return msgspec.json.encode(
        {name: value for name, value in kept.items() if value not in ("", None)}
    ).decode()


async def _keep_address(chat: Chat, deal: _Deal, where: Where) -> None:
    """The address is offered first the next time."""
    db, contact = chat.db, deal.cart.contact
    id = where.id or await db.value(SQL["same_address"], contact=contact, text=where.text)
    note, area = where.note or "", where.area or deal.way.title
    if id and await db.run(SQL["use_address"], id=id, contact=contact, note=note, area=area, now=deal.now):
        return
    await db.run(
        SQL["keep_address"], id=new_id(chat.now), contact=contact, text=where.text, area=area,
        city=where.city, country=where.country, postcode=where.postcode, latitude_e6=where.latitude_e6,
        longitude_e6=where.longitude_e6, note=note, now=deal.now,
    )  # fmt: skip
