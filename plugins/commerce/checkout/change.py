"""Changing an answer from the last look: which one, then its question again; a note and a code too."""

from __future__ import annotations

from gateway import Buttons, Chat, List, Row, Section
from plugins.commerce.cart import acts
from plugins.commerce.cart.show import show_cart
from plugins.commerce.checkout import ask, bring
from plugins.commerce.checkout.answers import Note, Offered
from plugins.commerce.checkout.bring import Stopped
from plugins.commerce.checkout.draft import Draft, Known
from plugins.commerce.codes import enter
from plugins.commerce.common.texts import BUTTON, DESCRIPTION, ROW, clip

#: Characters of a note, and of a code.
NOTE, CODE = 500, 40
QUESTIONS = {
    "name": ask.name, "email": ask.email, "phone": ask.phone, "how": bring.how, "address": bring.address,
    "payment": ask.payment,
}  # fmt: skip


async def changed(chat: Chat, known: Known, draft: Draft) -> tuple[Draft, str]:
    """*draft* with another answer, and what is to be said of it. Raises `Stopped` when the customer goes
    back to the cart."""
    rows = _rows(chat, known, draft)
    question = List(chat.t("What shall we change?"), clip(chat.t("Choose"), BUTTON), [Section("", rows)])
    which = await chat.choose("change", question, rows)
    if which in QUESTIONS:
        return await QUESTIONS[which](chat, known, draft, ""), ""
    if which == "note":
        await _note(chat)
    elif which == "code":
        return draft, await _code(chat)
    elif which == "cart":
        await chat.step("cart", _cart, chat)
        raise Stopped("cart")
    return draft, ""


def _rows(chat: Chat, known: Known, draft: Draft) -> list[Row]:
    way = next((way for way in known.ways if way.id == draft.way), None)
    pays = ask.payments(chat, known, draft)
    pay = next((pay for pay in pays if pay.id == draft.payment), None)
    found = [
        ("name", chat.t("Name"), draft.name),
        ("phone", chat.t("Phone"), draft.phone),
        ("email", chat.t("E-mail"), draft.email or ""),
    ]
    if len(bring.hows(known)) > 1:
        found.append(("how", chat.t("Delivery or collection"), way.title if way else ""))
    if draft.how == "delivery":
        found.append(("address", chat.t("Address"), draft.where.text if draft.where else ""))
    if len(pays) > 1:
        found.append(("payment", chat.t("Payment"), pay.title if pay else ""))
    found += [
        ("note", chat.t("A note for us"), ""),
        ("code", chat.t("A discount code"), ""),
        ("cart", chat.t("What is in the cart"), ""),
        ("back", chat.t("Nothing"), chat.t("Back to your order")),
    ]
    return [Row(id, clip(title, ROW), clip(about, DESCRIPTION)) for id, title, about in found]


async def _note(chat: Chat) -> None:
    none = chat.t("No note")
    question = Buttons(chat.t("What shall we know about your order?"), [ask.button("none", none)])
    field = Offered({"none": (none, "")}, Note(NOTE), nothing="none")
    text = await chat.ask("note", question, parse=field)
    await chat.step("note", _put_note, chat, text)


async def _code(chat: Chat) -> str:
    none = chat.t("No code")
    question = Buttons(chat.t("What is the code?"), [ask.button("none", none)])
    field = Offered({"none": (none, "")}, Note(CODE), nothing="none")
    written = await chat.ask("code", question, parse=field)
    return await chat.step("code", _use_code, chat, written)


async def _put_note(chat: Chat, text: str) -> None:
    await acts.note(chat, text)


async def _use_code(chat: Chat, written: str) -> str:
    return await enter.use(chat, written)


async def _cart(chat: Chat) -> None:
    await show_cart(chat)
