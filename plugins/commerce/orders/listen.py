"""What orders hear: money that payment plugins tell of, notices that are due, customers who write again, and
messages that were not let out."""

from __future__ import annotations

import re

from msgspec import Struct

from gateway import Chat, EventSeen, StatusUpdate, hook
from plugins.commerce.orders import notify
from plugins.commerce.orders.hand import Hand, of_chat
from plugins.commerce.orders.money import Fact, pay, refund
from plugins.commerce.orders.order import order_of

_CURRENCY = re.compile("[A-Z]{3}")


class MoneyMoved(Struct, frozen=True):
    """What a payment plugin's `payment_received` and `payment_refunded` carry: the *order*'s id, *amount* in
    minor units of *currency*, by which *method*, and the provider's *reference*, which makes it one fact."""

    order: str
    amount: int
    currency: str
    method: str
    reference: str


@hook.on("payment_received", optional=True)
async def money_received(event: EventSeen, chat: Chat) -> None:
    """Somebody paid."""
    if (found := await _fact(event, chat)) is not None:
        await pay(*found)


@hook.on("payment_refunded", optional=True)
async def money_given_back(event: EventSeen, chat: Chat) -> None:
    """Somebody got money back."""
    if (found := await _fact(event, chat)) is not None:
        await refund(*found)


@hook.on("order_notices_due")
async def notices_due(event: EventSeen, chat: Chat) -> None:
    """What a job or a command could not tell is told."""
    await notify.due(of_chat(chat, "system", "system"), event.key)


async def customer_wrote(chat: Chat) -> None:
    """The window is open again: what was held goes out."""
    await notify.tell_held(chat)


@hook.on_status
async def notice_failed(status: StatusUpdate, chat: Chat) -> None:
    """A notice that did not come through says so: the contact opted out, or the number is gone."""
    if status.status == "failed":
        why = status.failure.kind if status.failure else "failed"
        await chat.db.run(notify.SQL["failed"], message=status.message_id, reason=why)


async def _fact(event: EventSeen, chat: Chat) -> tuple[Hand, str, Fact] | None:
    """What *event* tells, as a fact; None for an order that there is not."""
    moved = event.read(MoneyMoved)
    if moved.amount <= 0 or not _CURRENCY.fullmatch(moved.currency):
        amount = f"{moved.amount} {moved.currency}"
        raise ValueError(f"{event.name} of {event.plugin}: {amount} is no amount of money")
    if await order_of(chat.db, moved.order) is None:
        return None
    fact = Fact(moved.amount, moved.currency, moved.method[:60], moved.reference[:200])
    return of_chat(chat, "system", event.plugin), moved.order, fact
