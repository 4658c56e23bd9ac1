"""OWNER and a code: this number is told how the shop does."""

from __future__ import annotations

import hmac

from gateway import Chat, Command, Handled, Message
from plugins.commerce.common.days import day_of
from plugins.commerce.common.ids import micros
from plugins.commerce.common.tries import too_many, wrong
from plugins.commerce.owner.figures import figures
from plugins.commerce.owner.statements import SQL
from plugins.commerce.owner.summary import in_words

#: Wrong codes within an hour.
_MOST = 5


async def owner(message: Message, chat: Chat, rest: str) -> Handled | None:
    """OWNER CODE begins it, OWNER shows the day so far, OWNER OFF ends it. To anybody else it is no
    command: that there is one is nobody's business."""
    if await chat.db.value(SQL["is_owner"], contact=chat.contact.id):
        return await _known(chat, rest.strip().casefold())
    code = chat.settings.owner_code
    if not code or not rest.strip() or await too_many(chat, "owner", _MOST):
        return None
    if not hmac.compare_digest(rest.strip().encode(), code.encode()):
        await wrong(chat, "owner")
        return None
    await chat.db.run(
        SQL["welcome"], contact=chat.contact.id, conversation=chat.conversation.id, now=micros(chat.now)
    )
    await chat.say(
        chat.t("From now on this number gets the summary of the day and a word when something runs low.")
        + "\n"
        + chat.t("Write OWNER to see the day so far, and OWNER OFF to end it.")
    )
    return Handled


async def _known(chat: Chat, wish: str) -> Handled:
    if wish in ("off", "stop", "no"):
        await chat.db.run(SQL["leave"], contact=chat.contact.id)
        await chat.say(chat.t("This number gets no more news of the shop."))
        return Handled
    zone = chat.tenant.time_zone
    day = await figures(chat.db, day_of(chat.now, zone), zone, chat.settings.currency)
    await chat.say(in_words(chat, day))
    return Handled


#: It has no help: HELP is for customers.
OWNER = Command(
    "owner", {"en": ["owner"], "es": ["dueño", "dueña"], "sw": ["mmiliki"]}, "", owner, takes="[CODE]"
)
