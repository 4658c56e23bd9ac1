"""What is no command and no tap: words are searched for, anything else is answered politely."""

from __future__ import annotations

import re

from gateway import Button, Buttons, Chat, Handled, Message
from plugins.commerce.browse import qty
from plugins.commerce.browse.card import show_card
from plugins.commerce.browse.found import show_found
from plugins.commerce.browse.home import show_home
from plugins.commerce.browse.sight import missed, seen
from plugins.commerce.cart.quantity import number_of, read_quantity
from plugins.commerce.catalogue import read
from plugins.commerce.common import taps
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, clip

#: What is not answered: it asks for nothing.
QUIET = frozenset(
    {"reaction", "edit", "revoke", "system", "call_permission_reply", "flow_reply", "address_reply"}
)
_DIGITS = re.compile(r"[0-9]{1,9}")
#: The longest text that may be a quantity.
LONGEST = 40
#: From here on a number is no quantity that anybody means: it may be a barcode.
LARGEST = 99_999
#: At the front of ids of the options of a flow.
FLOW = "f."


async def answer(message: Message, chat: Chat) -> Handled | None:
    """Search for the words of *message*; None for what another plugin may know better
    (`Settings.answer_all`)."""
    if message.type in QUIET:
        return None
    if message.type == "request_welcome":
        return await show_home(chat)
    if not chat.settings.answer_all:
        return None
    if message.reply_id:
        return await lost(message, chat) if message.reply_id.startswith(FLOW) else None
    if message.type != "text":
        return await _no_words(message, chat)
    if not any(sign.isalnum() for sign in message.text):
        return await welcome(chat)
    return await _number(message.text, chat) or await show_found(chat, message.text)


async def _number(text: str, chat: Chat) -> Handled | None:
    """A number behind a card is how many of it; who was asked may write "two" or "a dozen" as well."""
    line = text.strip()
    if len(line) > LONGEST:
        return None
    sight = await seen(chat)
    if not sight.variant:
        return None
    digits = int(line) if _DIGITS.fullmatch(line) else -1
    if not sight.asked:
        return await qty.meant(chat, sight, digits) if digits <= LARGEST else None
    quantity = read_quantity(line, number_of(chat))
    return await qty.answered(chat, sight, quantity.qty or min(digits, 0)) if quantity else None


async def welcome(chat: Chat) -> Handled:
    """Somebody says thank you, or sends a smile."""
    text = chat.t("You are welcome! Write the name of what you need, or MENU.")
    await chat.send(Buttons(text, _ways(chat)))
    return Handled


async def _no_words(message: Message, chat: Chat) -> Handled:
    """A picture, a voice note, a place: nothing that could be searched for."""
    await missed(chat)
    match message.type:
        case "voice" | "audio":
            text = chat.t("I cannot listen to voice notes. Please write what you are looking for.")
        case "image" | "video" | "sticker" | "document":
            text = chat.t("I cannot see pictures and files. Please write what you are looking for.")
        case "location":
            text = chat.t("Thank you. We ask where to deliver when you order. What are you looking for?")
        case "contacts":
            text = chat.t("Thank you. I cannot do anything with a contact here. What are you looking for?")
        case _:
            text = chat.t("I cannot read this kind of message. Please write what you are looking for.")
    await chat.send(Buttons(text, _ways(chat)))
    return Handled


async def lost(message: Message, chat: Chat) -> Handled | None:
    """A tap that the shop does not know any more: say so, and show where to go on."""
    tapped = taps.read(message.reply_id)
    # A carousel's buttons have room for a product and nothing else: see `natively`.
    if tapped and not tapped.words and await read.variants(chat.db, chat.language, tapped.verb):
        return await show_card(chat, tapped.verb)
    return await show_home(chat, chat.t("That is from an old menu. Here is the one of today."))


def _ways(chat: Chat) -> list[Button]:
    return [
        Button(tap("shop", 1), clip(chat.t("Shop"), BUTTON)),
        Button(tap("home"), clip(chat.t("Menu"), BUTTON)),
        Button(tap("help"), clip(chat.t("Help"), BUTTON)),
    ]
