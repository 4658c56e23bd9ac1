"""What is back is told to those who wait for it: a job looks, and each is told in a turn of their own."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway import (
    ApiRequest,
    Button,
    Buttons,
    Chat,
    EventSeen,
    JobContext,
    SendRefused,
    Template,
    WindowClosed,
    hook,
    job,
)
from plugins.commerce.browse import said
from plugins.commerce.browse.back import SQL
from plugins.commerce.catalogue import read
from plugins.commerce.catalogue.item import Item
from plugins.commerce.common.ids import micros
from plugins.commerce.common.spread import all_of
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, clip
from plugins.commerce.common.wanted import wants_news

_HOUR = 3600 * 1_000_000
#: How long who was told has, before others hear of the same pieces; how long that is remembered; and after
#: which time nobody waits any more.
AHEAD, REMEMBERED, FORGOTTEN = _HOUR, 24 * _HOUR, 180 * 24 * _HOUR
#: Things that are looked at together, and people who are told of one.
THINGS, PEOPLE = 100, 100
#: Things that somebody who writes is told of at once.
AT_ONCE = 2


class BackInStock(Struct, frozen=True, tag="back_in_stock"):
    """Something that *contact* waits for is there again."""

    variant: str
    contact: str


async def look_soon(here: Chat | JobContext | ApiRequest, variants: Sequence[str]) -> None:
    """To be called where there is more of *variants* than there was, in the transaction that wrote it: if
    somebody waits for one of them, they are told soon. A sweep every quarter of an hour is the net below."""
    if variants and await all_of(here.db, SQL["wanted_of"], "ids", list(dict.fromkeys(variants))):
        here.enqueue(tell_who_waits.keyed("back_in_stock"))


@job
async def tell_who_waits(job: JobContext) -> None:
    """Look for what is there again, and have as many told as there are pieces."""
    after = ""
    # All of it: what is hidden, or there and told, would stand before what comes behind it for ever.
    while wanted := await job.db.all(SQL["wanted"], after=after, most=THINGS):
        after = wanted[-1]["variant"]
        known = await read.items(job.db, job.tenant.language, [row["variant"] for row in wanted])
        for item in known.values():
            if said.can_be_had(item):
                await _tell(job, item)
    now = micros(job.now)
    await job.db.run(SQL["tidy"], told=now - REMEMBERED, forgotten=now - FORGOTTEN)


async def _tell(job: JobContext, item: Item) -> None:
    people = PEOPLE
    if item.left is not None and not item.backorder:
        ahead = await job.db.value(SQL["told"], variant=item.variant, after=micros(job.now) - AHEAD)
        people = min(people, item.left // item.least - (ahead or 0))
    if people < 1:
        return
    for row in await job.db.all(SQL["next"], variant=item.variant, most=people):
        job.emit(BackInStock(item.variant, row["contact"]), conversation=row["conversation"])


@hook.on("back_in_stock")
async def tell(event: EventSeen, chat: Chat) -> None:
    """Tell one of them, once: the row that says so and the message are one commit."""
    if event.plugin != "commerce":
        return
    found = event.read(BackInStock)
    item = (await read.items(chat.db, chat.language, [found.variant])).get(found.variant)
    if item is None or not said.can_be_had(item):
        return
    row = {"variant": found.variant, "contact": found.contact, "now": micros(chat.now)}
    if await chat.db.run(SQL["moved"], was="waiting", state="told", **row) and not await _said(chat, item):
        await chat.db.run(SQL["moved"], was="told", state="held", **row)


async def tell_held(chat: Chat) -> None:
    """Tell somebody who writes what could not be told before: two things at most, the rest next time."""
    rows = await chat.db.all(SQL["held"], contact=chat.contact.id)
    if not rows or not await wants_news(chat):
        return
    known = await read.items(chat.db, chat.language, [row["variant"] for row in rows])
    there = [item for row in rows if (item := known.get(row["variant"])) and said.can_be_had(item)]
    now, who = micros(chat.now), chat.contact.id
    for item in there[:AT_ONCE]:
        row = {"variant": item.variant, "contact": who, "now": now}
        if await chat.db.run(SQL["moved"], was="held", state="told", **row):
            await _said(chat, item)


async def _said(chat: Chat, item: Item) -> bool:
    """Whether it could be said: freely while the window is open, else by the shop's template; to who wrote
    STOP not at all."""
    if not await wants_news(chat):
        return False
    name = said.name(item)
    text = "\n".join(
        [
            chat.t("Good news: we have {name} again.", name=said.bold(name)),
            f"{said.price_and_old(chat, item)} · {said.state(chat, item)}",
        ]
    )
    buttons = [
        Button(tap("add", item.variant, item.least), clip(chat.t("Add to cart"), BUTTON)),
        Button(tap("kind", item.variant), clip(chat.t("View"), BUTTON)),
        Button(tap("home"), clip(chat.t("Menu"), BUTTON)),
    ]
    try:
        await chat.send(Buttons(text, buttons))
    except WindowClosed:
        return await _by_template(chat, item)
    return True


async def _by_template(chat: Chat, item: Item) -> bool:
    name = chat.settings.templates.get("back_in_stock", "")
    if not name:
        return False
    try:
        await chat.send(Template(name, chat.language, [said.name(item)]), purpose="service")
    except SendRefused:
        return False
    return True
