"""CART, CLEAR, NOTE and CODE, and their taps."""

from __future__ import annotations

from gateway import Chat, FlowCancelled, FlowEnded, Handled, Message, flow
from plugins.commerce.cart import acts
from plugins.commerce.cart.cart import SQL
from plugins.commerce.cart.edit import ask_clear, stale
from plugins.commerce.cart.show import button, send_with, show_cart
from plugins.commerce.catalogue.sku import harmless
from plugins.commerce.codes.enter import use
from plugins.commerce.common.taps import Tap, tap


async def cart(message: Message, chat: Chat, rest: str) -> Handled:
    """CART."""
    return await show_cart(chat)


async def on_cart(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """[View cart]."""
    return await show_cart(chat)


async def clear(message: Message, chat: Chat, rest: str) -> Handled:
    """CLEAR."""
    return await ask_clear(chat)


async def note(message: Message, chat: Chat, rest: str) -> Handled:
    """NOTE text."""
    text = harmless(rest).strip()
    if not text:
        return await _show_note(chat)
    if len(text) > acts.LONGEST_NOTE:
        return await _too_long(chat, len(text))
    await acts.note(chat, text)
    return await show_cart(chat, chat.t("Your note goes with the order."))


async def on_unnote(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """[Remove the note]."""
    async with chat.db.begin():
        if not await acts.is_still(chat, tapped.word(0), tapped.number(1)):
            return await stale(chat)
        await acts.note(chat, "")
        return await show_cart(chat, chat.t("Your note is gone."))


async def _too_long(chat: Chat, length: int) -> Handled:
    text = chat.t(
        "Your note has {length} characters; {most} fit. Please write NOTE and a shorter one.",
        length=chat.words.number(length),
        most=chat.words.number(acts.LONGEST_NOTE),
    )
    await send_with(chat, text, [button(tap("cart"), chat.t("View cart"))])
    return Handled


async def _show_note(chat: Chat) -> Handled:
    row = await chat.db.one(SQL["open"], contact=chat.contact.id)
    text = chat.t("Write NOTE and what we should know, for example: NOTE please ring twice")
    buttons = [button(tap("cart"), chat.t("View cart"))]
    if row is not None and row["note"]:
        text = chat.t("Your note: {note}", note=row["note"]) + "\n\n" + text
        buttons.append(button(tap("unnote", row["id"], row["version"]), chat.t("Remove the note")))
    await send_with(chat, text, buttons)
    return Handled


async def code(message: Message, chat: Chat, rest: str) -> Handled:
    """CODE word; CODE alone asks which."""
    return await enter(chat, rest) if rest.strip() else await chat.start(ask_code)


async def on_code(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """[Discount code]."""
    return await chat.start(ask_code)


async def on_uncode(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """[Remove the code]."""
    async with chat.db.begin():
        if not await acts.is_still(chat, tapped.word(0), tapped.number(1)):
            return await stale(chat)
        await use(chat, "")
        return await show_cart(chat, chat.t("The code is out of your cart."))


async def enter(chat: Chat, written: str) -> Handled:
    """Have the code *written* in the cart, and show it."""
    wrong = await use(chat, written)
    return await show_cart(chat, wrong or chat.t("Your code counts."))


@flow(timeout="30m", single=True, title="Your discount code")
async def ask_code(chat: Chat) -> None:
    """Which code? One answer; who wants to try again taps again."""
    try:
        which = chat.t("Which code do you have? CANCEL takes you back to your cart.")
        written = await chat.ask("code", which)
    except FlowCancelled:
        await chat.step("back", _back, chat)
        return
    except FlowEnded:
        return
    await chat.step("enter", _enter, chat, written)


async def _back(chat: Chat) -> None:
    await show_cart(chat)


async def _enter(chat: Chat, written: str) -> None:
    await enter(chat, written)
