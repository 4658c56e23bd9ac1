"""The plugin that the tests of the kit talk to."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from gateway import (
    Button,
    Buttons,
    Chat,
    CliCommand,
    CliContext,
    Db,
    FlowTimeout,
    Handled,
    JobContext,
    List,
    Message,
    Recurring,
    Row,
    Section,
    every,
    flow,
    hook,
    job,
)

#: Lives as long as the process: a restart forgets it.
REMEMBERED: list[str] = []


class Settings(Struct, frozen=True):
    """What a test may set."""

    greeting: str = "What would you like?"


class Order(Struct, frozen=True, tag="order_placed"):
    """Somebody ordered."""

    what: str


class Paid(Struct, frozen=True, tag="payment"):
    """Somebody paid."""

    amount: int


@hook.register_events
def events() -> Sequence[type[Struct]]:
    return [Order]


async def contacts(db: Db, least: int) -> int:
    count: int = await db.value("select count(*) from contact where tenant = :tenant")
    return max(count, least)


async def report(args: argparse.Namespace, context: CliContext) -> int:
    print(f"{await context.work(contacts, args.least)} contacts")
    return 3


@hook.register_cli
def terminal() -> Sequence[CliCommand]:
    return [CliCommand("report", "count", report, lambda parser: parser.add_argument("--least", type=int))]


@hook.register_jobs
def jobs() -> Sequence[Recurring]:
    return [Recurring(sweep, every(hours=1))]


@hook.on_message
async def shop(message: Message, chat: Chat) -> Handled | None:
    if message.media is not None or message.location is not None:
        await chat.say(f"a {message.type}: {message.text or message.location}")
    elif message.reply_id:
        return await chosen(message, chat)
    elif message.text in SAID:
        return await SAID[message.text](chat)
    else:
        return None
    return Handled


async def chosen(message: Message, chat: Chat) -> Handled | None:
    if message.reply_id == "look":
        return None
    chat.emit(Order(message.reply_id), key=message.reply_id)
    await chat.say(f"Ordered: {message.reply_id}")
    return Handled


async def menu(chat: Chat) -> Handled:
    await chat.send(
        Buttons(chat.settings.greeting, [Button("tea", "Green Tea"), Button("look", "Look around")])
    )
    return Handled


async def drinks(chat: Chat) -> Handled:
    rows = [Row(f"d{n}", f"Drink {n}", f"KES {n}0") for n in range(1, 15)]
    await chat.send(List("All our drinks", button="Drinks", sections=[Section("Cold", rows)]))
    return Handled


async def twice(chat: Chat) -> Handled:
    await chat.say("first")
    await chat.say("second")
    return Handled


async def later(chat: Chat) -> Handled:
    await chat.say("in three hours", at=chat.now + timedelta(hours=3))
    await chat.say("in one hour", at=chat.now + timedelta(hours=1))
    chat.enqueue(bake.at(chat.now + timedelta(hours=2)), "bread")
    return Handled


async def remember(chat: Chat) -> Handled:
    REMEMBERED.append("x")
    await chat.say(f"remembered {len(REMEMBERED)}")
    return Handled


async def fail(chat: Chat) -> Handled:
    await chat.say("never said")
    raise ValueError("the shop is on fire")


async def hang(chat: Chat) -> Handled:
    await asyncio.sleep(60)
    return Handled


async def burn(chat: Chat) -> Handled:
    chat.enqueue(burnt)
    return Handled


async def pay(chat: Chat) -> Handled | None:
    return await chat.start(paying)


SAID = {
    "shop": menu,
    "drinks": drinks,
    "twice": twice,
    "later": later,
    "remember": remember,
    "fail": fail,
    "hang": hang,
    "burn": burn,
    "pay": pay,
}


@flow(timeout="12h")
async def paying(chat: Chat) -> None:
    try:
        paid = await chat.wait_for("payment", "17", shape=Paid)
    except FlowTimeout:
        await chat.say("too late")
        return
    await chat.say(f"paid {paid.amount}")


@job
async def bake(job: JobContext, what: str) -> None:
    chat = await job.chat()
    await chat.say(f"{what} is ready")


@job(retries=0)
async def burnt(job: JobContext) -> None:
    raise ValueError("the oven is on fire")


@job
async def sweep(job: JobContext) -> None:
    job.emit(Order(f"sweep at {job.now:%H:%M}"))
