"""What runs low: noted in the transaction in which it fell, told to the owners a little later, once."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway import Chat, Db, EventSeen, JobContext, SendRefused, Template, hook, job
from plugins.commerce.common.spread import all_of
from plugins.commerce.owner.figures import running_low
from plugins.commerce.owner.statements import SQL
from plugins.commerce.settings import Settings


class LowStock(Struct, frozen=True, tag="low_stock"):
    """*variants* have fallen below their lines; *lines* says so for people: "Mango: 2 left"."""

    variants: list[str]
    lines: list[str]


async def watch(db: Db, settings: Settings, variants: Sequence[str], now: int) -> None:
    """Note which of *variants* are below their line now; in the transaction that changed their stock."""
    if not variants:
        return
    rows = await all_of(db, SQL["below"], "variants", sorted(variants), usual=settings.low_stock)
    if rows:
        await db.many(SQL["fell"], [{"variant": row["variant"], "now": now} for row in rows])


@job
async def tell_of_low_stock(job: JobContext) -> None:
    """Tell the owners of what fell since the last time."""
    await job.db.run(SQL["refilled"], usual=job.settings.low_stock)
    low = await running_low(job.db, state="due", limit=20)
    if not low:
        return
    for owner in await job.db.all(SQL["owners"]):
        if owner["alerts"]:
            lines = [f"{each.name}: {each.left}" for each in low]
            job.emit(LowStock([each.variant for each in low], lines), conversation=owner["conversation"])


@hook.on("low_stock")
async def told(event: EventSeen, chat: Chat) -> None:
    """Say it in the owner's chat, and remember that it was said. What nobody could be told stays due: they
    hear of it when they may be written to again."""
    if event.plugin != "commerce":
        return
    low = event.read(LowStock)
    if await tell(chat, chat.t("Running low:") + "\n" + "\n".join(low.lines), "low_stock"):
        await chat.db.many(SQL["told"], [{"variant": variant} for variant in low.variants])


async def tell(chat: Chat, text: str, kind: str) -> bool:
    """Say *text* to an owner: free form inside the window, else by the template of `Settings.templates`
    that is named *kind*, with the text on one line; False when there is none, or it is none that can be
    sent: one owner's trouble is not that of the others."""
    line = " · ".join(part for part in text.split("\n") if part)[:1000]
    name = chat.settings.templates.get(kind)
    try:
        if chat.conversation.window != "closed":
            await chat.say(text, purpose="service")
        elif name:
            await chat.send(Template(name, chat.language, values=[line]), purpose="service")
        else:
            return False
    except SendRefused:
        return False
    return True
