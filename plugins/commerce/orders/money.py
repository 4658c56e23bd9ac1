"""Facts about money: what was paid and what was given back, each told once. Nothing that was paid is lost:
what does not fit (a late payment, another currency) is written down for the staff."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gateway import Db, queries
from plugins.commerce.codes import redeem
from plugins.commerce.orders.act import happened
from plugins.commerce.orders.hand import Hand
from plugins.commerce.orders.notify import notice
from plugins.commerce.orders.order import Order, next_id
from plugins.commerce.orders.states import Impossible, led
from plugins.commerce.orders.work import begin, save
from plugins.commerce.stock import hold

SQL = queries(Path(__file__).with_name("money.sql"))


class Fact(Struct, frozen=True):
    """*amount* minor units of *currency* came by *method*; *reference* is whoever's id of it: one fact for
    each (order, kind, method, reference)."""

    amount: int
    currency: str
    method: str
    reference: str


class Told(Struct, frozen=True):
    """A fact as it is kept."""

    id: str
    kind: str
    amount: int
    currency: str
    method: str
    reference: str
    actor: str
    at: int


async def pay(hand: Hand, order: str, fact: Fact) -> Order:
    """The order was paid, or a part of it. It is not given up any more; one that was is taken up again when
    its goods are still there, else the staff is told."""
    now, fresh = await _new(hand, order, "paid", fact)
    if not fresh:
        return now
    led("pay", now, hand.who)
    await happened(hand, now, "paid", amount=fact.amount, method=fact.method, reference=fact.reference)
    after = replace(now, paid=now.paid + fact.amount)
    if now.state == "expired":
        after = await _revived(hand, after)
    elif now.state == "cancelled":
        await happened(hand, now, "attention", why="paid_but_cancelled", amount=fact.amount)
    elif now.state == "placed":
        await hold.commit(hand.db, order)
    after = await save(hand, now, replace(after, expires_at=0))
    await notice(hand, after, "payment_received", amount=fact.amount)
    return after


async def refund(hand: Hand, order: str, fact: Fact) -> Order:
    """Money was given back. The staff cannot give back more than was paid; what a payment plugin tells has
    happened, and is written down."""
    now, fresh = await _new(hand, order, "refunded", fact)
    if not fresh:
        return now
    led("refund", now, hand.who)
    if hand.who == "shop" and fact.amount > now.paid:
        raise Impossible("More is given back than was paid.", now)
    await happened(hand, now, "refunded", amount=fact.amount, method=fact.method, reference=fact.reference)
    after = replace(now, paid=now.paid - fact.amount, refunded=now.refunded + fact.amount)
    after = await save(hand, now, after)
    await notice(hand, after, "refunded", amount=fact.amount)
    return after


async def facts_of(db: Db, order: str) -> Sequence[Told]:
    """What was paid for an order (its id) and given back, oldest first."""
    names = Told.__struct_fields__
    return [Told(*(row[name] for name in names)) for row in await db.all(SQL["facts"], order=order)]


async def _new(hand: Hand, order: str, kind: Literal["paid", "refunded"], fact: Fact) -> tuple[Order, bool]:
    """The order, locked, and whether *fact* is to be counted. One in another currency is not: the shop is
    told so; from others it is left to the staff."""
    now, _ = await begin(hand, order, kind)
    if fact.currency != now.currency:
        if hand.who == "shop":
            raise Impossible("It is in {currency}.", now, currency=now.currency)
        data = {"amount": fact.amount, "currency": fact.currency, "reference": fact.reference}
        await happened(hand, now, "attention", why="other_currency", **data)
        return now, False
    same = {"order": order, "kind": kind, "method": fact.method, "reference": fact.reference}
    fresh = await hand.db.run(
        SQL["fact"], id=next_id(now), amount=fact.amount,
        currency=fact.currency, actor=hand.actor, at=hand.now, **same,
    )  # fmt: skip
    if not fresh and (known := await hand.db.value(SQL["known"], **same)) != fact.amount:
        if hand.who == "shop":
            text = "This reference was told before, with another amount."
            raise Impossible(text, now)
        await happened(hand, now, "attention", why="other_amount", known=known, amount=fact.amount)
    return now, bool(fresh)


async def _revived(hand: Hand, order: Order) -> Order:
    wants = [
        hold.Want(line.line, line.variant, line.qty - line.cancelled)
        for line in order.lines
        if line.qty > line.cancelled
    ]
    if await hold.hold(hand.db, order.id, wants, expires_at=0, now=hand.now):
        await happened(hand, order, "attention", why="paid_too_late", amount=order.paid)
        return order
    if order.code:  # its time or its uses may be over: what was agreed on is kept all the same
        await redeem.redeem(
            hand.db, order.code, order.id, order.contact, order.phone, order.discount, hand.now
        )
    await happened(hand, order, "revived")
    return replace(order, state=led("revive", order, hand.who))
