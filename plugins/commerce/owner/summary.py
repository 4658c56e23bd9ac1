"""The summary of the day, to each owner in their language."""

from __future__ import annotations

from gateway import Chat, JobContext, job
from plugins.commerce.common.days import day_of
from plugins.commerce.common.texts import said
from plugins.commerce.owner.alerts import tell
from plugins.commerce.owner.figures import Figures, figures
from plugins.commerce.owner.statements import SQL


@job
async def sum_up(job: JobContext) -> None:
    """Tell every owner how the day was. The job's end and what it says are one commit: each is told once."""
    owners = [row for row in await job.db.all(SQL["owners"]) if row["summary"]]
    if not owners:
        return
    day = day_of(job.now, job.tenant.time_zone)
    numbers = await figures(job.db, day, job.tenant.time_zone, job.settings.currency)
    for owner in owners:
        chat = await job.chat(owner["conversation"])
        await tell(chat, in_words(chat, numbers), "summary")


def in_words(chat: Chat, day: Figures) -> str:
    """The summary as a text."""
    money = chat.words.money
    name = said(chat.settings.name, chat) or chat.t("Your shop")
    lines = [
        f"*{name}*",
        chat.n(
            "{n} order for {total} today.",
            "{n} orders for {total} today.",
            day.orders,
            total=money(day.total, day.currency),
        ),
        chat.t("Paid so far: {paid}.", paid=money(day.paid, day.currency)),
    ]
    if day.given_up:
        lines.append(chat.n("{n} was cancelled.", "{n} were cancelled.", day.given_up))
    if day.waiting:
        lines.append(chat.n("{n} order waits for you.", "{n} orders wait for you.", day.waiting))
    lines += ["", *_people(chat, day), *_goods(chat, day)]
    return "\n".join(lines).strip()


def _people(chat: Chat, day: Figures) -> list[str]:
    people = day.people
    return [
        chat.t(
            "{browse} looked around, {cart} filled a cart, {checkout} began to order, {order} ordered.",
            browse=people.browse, cart=people.cart, checkout=people.checkout, order=people.order,
        )
    ]  # fmt: skip


def _goods(chat: Chat, day: Figures) -> list[str]:
    found = []
    if day.best:
        found.append(chat.t("Sold best: {what}.", what=", ".join(f"{qty}× {name}" for name, qty in day.best)))
    if day.low:
        found.append(
            chat.t("Running low: {what}.", what=", ".join(f"{each.name} ({each.left})" for each in day.low))
        )
    if day.missed:
        words = ", ".join(f"“{words}” ({times}×)" for words, times in day.missed)
        found.append(chat.t("Looked for and not found: {what}.", what=words))
    return found
