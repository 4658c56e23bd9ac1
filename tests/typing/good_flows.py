"""Flows and jobs that a strict type checker accepts, with the types that an author gets back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, assert_type

from msgspec import Struct

from gateway import (
    Answer,
    Button,
    Buttons,
    Chat,
    Field,
    FlowCancelled,
    FlowTimeout,
    Handled,
    Image,
    Invalid,
    JobContext,
    JobFailed,
    Message,
    Option,
    Parked,
    Row,
    TooManyTries,
    Words,
    fields,
    flow,
    hook,
    job,
)


class Payment(Struct, frozen=True, tag="payment"):
    """What another plugin tells."""

    order: str
    cents: int


class Size(Field[int]):
    """A field of one's own."""

    def read(self, answer: Answer) -> int:
        if not answer.text.isdecimal():
            raise Invalid("A number, please.")
        return int(answer.text)


def even(text: str) -> int:
    number = int(text)
    if number % 2:
        raise Invalid("An even number, please.")
    return number


@job
async def look_up(job: JobContext, order: int) -> str:
    assert_type(job.key, str)
    assert_type(job.attempt, int)
    assert_type(job.now, datetime)
    await job.progress(0.5, "half")
    return "ready"


@job(name="charge_card", retries=8, timeout="30s")
async def charge(job: JobContext, order: str, *, cents: int = 0) -> Payment:
    chat = await job.chat()
    assert_type(chat, Chat)
    assert_type(await job.chat("id"), Chat)
    job.emit(Payment(order, cents), key=order)
    assert_type(job.enqueue(look_up, 3), str)
    return Payment(order, cents)


async def save(order: int, size: str = "M") -> bool:
    return True


@flow
async def name_only(chat: Chat) -> str:
    return await chat.ask("name", "Your name?")


@flow(timeout="12h", retries=3, on_change="keep", version="2", title="your order", name="shopping")
async def shop(chat: Chat, cart: str, quantity: int = 1) -> int:
    assert_type(await chat.ask("first", "Who?"), str)
    assert_type(await chat.ask("words", "Say it", parse=fields.text), str)
    assert_type(await chat.ask("even", "Even?", parse=even, retries=2, otherwise="No."), int)
    assert_type(await chat.ask("size", Image(stored="x"), parse=Size(), timeout="5m", back=False), int)
    assert_type(await chat.ask("float", "How much?", parse=float, timeout=timedelta(minutes=1)), float)
    assert_type(await chat.choose("pick", "Which?", {"a": "Apple"}), str)
    assert_type(await chat.choose("which", "Which?", [Button("a", "Apple")], timeout="1h"), str)
    assert_type(await chat.choose("row", "Which?", [Row("a", "Apple", "KES 5")], button="Open"), str)
    assert_type(await chat.confirm("sure", "Sure?", yes="Buy", no="Leave"), bool)
    assert_type(await chat.step("save", save, 3, size="L"), bool)
    assert_type(await chat.job("look", look_up, 3), str)
    assert_type(await chat.job("charge", charge, "12", cents=500), Payment)
    assert_type(await chat.job("later", charge.keyed("12").at(chat.now), "12"), Payment)
    assert_type(await chat.wait_for("payment", cart), dict[str, Any])
    assert_type(await chat.wait_for("payment", cart, shape=Payment, timeout="1h"), Payment)
    assert_type(await name_only(chat), str)
    assert_type(await chat.part(name_only), str)
    try:
        await chat.ask("last", "Anything else?")
    except (FlowTimeout, FlowCancelled, TooManyTries, JobFailed):
        return 0
    return quantity


@hook.on_message
async def menu(message: Message, chat: Chat) -> Handled | None:
    if message.text == "shop":
        return await chat.start(shop, "cart-1", quantity=2)
    if message.text == "name":
        return await chat.start(name_only)
    await chat.send(Buttons("What?", [Button("shop", "Shop")]))
    return Handled


async def around(chat: Chat) -> None:
    assert_type(chat.enqueue(look_up, 3), str)
    chat.enqueue(look_up.at(datetime.now(UTC)).keyed("3"), order=3)
    chat.emit(Payment("12", 5), key="12")
    assert_type(chat.collect("price", "mango"), list[Any])
    assert_type(chat.language, str)
    assert_type(chat.t("Hello {name}", name="Ana"), str)
    assert_type(chat.n("{n} fruit", "{n} fruits", 3), str)
    assert_type(chat.words, Words)
    assert_type([(one.name, one.title) for one in chat.parked], list[tuple[str, str]])
    assert_type([words for words, _ in chat.help], list[str])
    chat.count("orders", 1, kind="new")
    chat.speak("es")
    await chat.opt_in("marketing", proof="May we?", source="order")
    await chat.opt_out("service")
    if (await chat.consents()).get("marketing") == "in":
        pass


def titled(parked: Parked, option: Option) -> str:
    return parked.title + option.title


async def tested(context: JobContext) -> None:
    """A job can be called as the function that it is, in a test."""
    assert_type(await charge(context, "12", cents=3), Payment)
