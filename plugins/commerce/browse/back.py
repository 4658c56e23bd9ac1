"""Told when it is back: who waits for what is sold out, and who is told first.

Those who waited longest are told first, and not more of them than there are pieces: who was told has an hour
to buy before the next ones hear of what is left. A row is `waiting`, then `told` (kept for a day, so that
pieces are counted), or `held` for somebody whose window is closed and for whom there is no template: they
are told when they write.
"""

from __future__ import annotations

from pathlib import Path

from gateway import Button, Buttons, Chat, Handled, queries
from plugins.commerce.browse import said
from plugins.commerce.browse.card import gone, show_kind
from plugins.commerce.catalogue import read
from plugins.commerce.common.ids import micros
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, clip

SQL = queries(Path(__file__).with_name("back.sql"))
#: The most things that one contact waits for.
MOST = 50


async def wait(chat: Chat, variant: str) -> Handled:
    """[Tell me when back]."""
    item = (await read.items(chat.db, chat.language, [variant])).get(variant)
    if item is None or not item.active:
        return await gone(chat)
    name = said.name(item)
    if said.can_be_had(item):
        return await show_kind(chat, variant, chat.t("We have {name} right now.", name=name))
    who = chat.contact.id
    if (await chat.db.value(SQL["count"], contact=who) or 0) >= MOST:
        text = chat.t(
            "You are waiting for {most} things already, and that is as many as we can keep.", most=MOST
        )
        await chat.send(Buttons(text, [_menu(chat)]))
        return Handled
    now, where = micros(chat.now), chat.conversation.id
    if await chat.db.run(SQL["wait"], variant=variant, contact=who, conversation=where, now=now):
        text = chat.t("We will tell you when we have {name} again.", name=name)
    else:
        text = chat.t("You are on the list already: we will tell you when we have {name} again.", name=name)
    buttons = [
        Button(tap("unwait", variant), clip(chat.t("Do not tell me"), BUTTON)),
        Button(tap("like", item.product), clip(chat.t("Similar"), BUTTON)),
        _menu(chat),
    ]
    await chat.send(Buttons(text, buttons))
    return Handled


async def unwait(chat: Chat, variant: str) -> Handled:
    """[Do not tell me]."""
    known = (await read.items(chat.db, chat.language, [variant])).get(variant)
    name = said.name(known) if known else ""
    if await chat.db.run(SQL["unwait"], variant=variant, contact=chat.contact.id):
        text = chat.t("We will not tell you about {name}.", name=name) if name else chat.t("As you like.")
    else:
        text = chat.t("You were not waiting for that.")
    buttons = [Button(tap("shop", 1), clip(chat.t("Shop"), BUTTON)), _menu(chat)]
    await chat.send(Buttons(text, buttons))
    return Handled


def _menu(chat: Chat) -> Button:
    return Button(tap("home"), clip(chat.t("Menu"), BUTTON))
