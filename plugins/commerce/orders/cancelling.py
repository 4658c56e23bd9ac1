"""CANCEL: a customer takes an order back, while that is allowed."""

from __future__ import annotations

from gateway import (
    Button,
    Buttons,
    Chat,
    FlowCancelled,
    FlowEnded,
    Handled,
    List,
    Message,
    Row,
    Section,
    flow,
)
from plugins.commerce.common.taps import Tap, tap
from plugins.commerce.common.texts import BUTTON, clip
from plugins.commerce.orders import act
from plugins.commerce.orders.find import by_number, not_found, own
from plugins.commerce.orders.hand import of_chat
from plugins.commerce.orders.order import Order, of_contact
from plugins.commerce.orders.show import no_order, show_order
from plugins.commerce.orders.states import Impossible


async def cancel(message: Message, chat: Chat, rest: str) -> Handled:
    """CANCEL [NUMBER]; inside a conversation that waits, CANCEL ends that instead."""
    if rest.strip():
        found = await by_number(chat, rest)
        return Handled if found is None else await _offer(chat, found)
    recent, _ = await of_contact(chat.db, chat.contact.id)
    able = [each for each in recent if act.may_cancel(each, chat.settings)]
    if not able:
        text = chat.t("There is no order that can be cancelled. What was packed is on its way to you.")
        return await no_order(chat, text if recent else "")
    if len(able) == 1:
        return await chat.start(cancel_order, able[0].id, able[0].number)
    rows = [Row(tap("cancel", each.id), each.number, _about(chat, each)) for each in able]
    text = chat.t("Which order would you like to cancel?")
    await chat.send(List(text, clip(chat.t("Show orders"), BUTTON), [Section("", rows)]))
    return Handled


async def cancel_tap(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """[Cancel order]."""
    found = await own(chat, tapped.word(0))
    return await not_found(chat) if found is None else await _offer(chat, found)


@flow(timeout="2h", title="Cancel an order")
async def cancel_order(chat: Chat, order: str, number: str) -> None:
    """Ask why, ask whether, and do it."""
    reasons = {
        "mind": chat.t("I changed my mind"), "late": chat.t("It takes too long"),
        "wrong": chat.t("I ordered wrongly"), "price": chat.t("Found it cheaper"),
        "other": chat.t("Something else"),
    }  # fmt: skip
    try:
        why = await chat.choose(
            "why", chat.t("Why do you want to cancel order {number}?", number=number), reasons
        )
        sure = await chat.confirm(
            "sure", chat.t("Shall we cancel order {number}?", number=number),
            yes=clip(chat.t("Yes, cancel it"), BUTTON), no=clip(chat.t("No, keep it"), BUTTON),
        )  # fmt: skip
    except FlowCancelled:
        sure = False  # CANCEL ends the question, not the order: say so
    except FlowEnded:
        return
    if not sure:
        await chat.say(chat.t("Order {number} stays as it is.", number=number))
        return
    await chat.step("cancel", _cancel, chat, order, why)


async def _cancel(chat: Chat, order: str, why: str) -> bool:
    found = await own(chat, order)
    if found is None:
        await not_found(chat)
        return False
    try:
        done = await act.cancel(of_chat(chat), order, reason=_REASONS.get(why, why))
    except Impossible as cannot:
        await _too_late(chat, cannot.order)
        return False
    text = chat.t("Order {number} is cancelled.", number=done.number)
    if done.paid > 0:
        amount = chat.words.money(done.paid, done.currency)
        text += "\n" + chat.t("You get {amount} back.", amount=amount)
    again = Button(tap("again", done.id), clip(chat.t("Order again"), BUTTON))
    await chat.send(Buttons(text, [again, Button(tap("home"), clip(chat.t("Menu"), BUTTON))]))
    return True


async def _offer(chat: Chat, order: Order) -> Handled:
    if act.may_cancel(order, chat.settings):
        return await chat.start(cancel_order, order.id, order.number)
    return await _too_late(chat, order)


async def _too_late(chat: Chat, order: Order) -> Handled:
    text = chat.t("Order {number} cannot be cancelled any more.", number=order.number)
    return await show_order(chat, order, text)


def _about(chat: Chat, order: Order) -> str:
    return chat.words.money(order.total, order.currency)


#: As the staff reads them, in English.
_REASONS = {
    "mind": "changed their mind", "late": "takes too long", "wrong": "ordered wrongly",
    "price": "found it cheaper", "other": "something else",
}  # fmt: skip
