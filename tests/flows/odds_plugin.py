"""Flows for tests: what is said late, what is refused, what is done once."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from gateway import Button, Buttons, Chat, FlowTimeout, Handled, Message, Retry, WindowClosed, flow, hook
from gateway.errors import SendRefused
from gateway.flows.fields import Invalid
from gateway.jobs.context import JobContext
from gateway.jobs.job import job

#: What ran, in order; tests clear it.
RAN: list[str] = []


class Noted(Struct, frozen=True, tag="noted"):
    """An event of this plugin."""

    what: str


@hook.register_events
def events() -> list[type[Struct]]:
    """What is emitted."""
    return [Noted, Heard]


@hook.on("noted")
async def noted(event: object, chat: Chat) -> None:
    """Write it down."""
    RAN.append("noted")


@job
async def work(context: JobContext, what: str) -> None:
    """Work that nobody waits for."""
    RAN.append(f"work {what}")


async def release(what: str) -> str:
    """A step."""
    RAN.append(f"release {what}")
    return what.upper()


@flow
async def late(chat: Chat) -> None:
    """Does not catch that the window is closed."""
    try:
        await chat.ask("name", "Name?", timeout=timedelta(hours=30))
    except FlowTimeout:
        sent = await chat.say("Too late.")
        RAN.append(",".join(loss.detail for loss in sent.losses))
        chat.emit(Noted("late"))
        await chat.step("release", release, "stock")
        await chat.say("Released.")
        name = await chat.ask("again", "Shall we go on?")
        await chat.say(f"Going on: {name}.")


@flow
async def caught(chat: Chat) -> None:
    """Catches it."""
    try:
        await chat.ask("name", "Name?", timeout=timedelta(hours=30))
    except FlowTimeout:
        try:
            await chat.say("Too late.")
        except WindowClosed:
            RAN.append("caught")


def number(text: str) -> int:
    """Reads whole numbers."""
    if not text.isdigit():
        raise Invalid("A number, please.")
    return int(text)


@flow
async def odd(chat: Chat) -> None:
    """All that has no name."""
    began = chat.now
    later = await chat.send(Buttons("Reminder", [Button("ok", "Ok")]), at=chat.now + timedelta(hours=2))
    order = chat.enqueue(work, "once")
    chat.emit(Noted("odd"))
    try:
        await chat.send(Buttons("Nothing", []))
    except SendRefused:
        await chat.say("Refused.")
    plan = await chat.plan(Buttons("One", [Button("a", "A")]))
    first = await chat.ask("first", f"First of {plan.parts}?", parse=number)
    answered = chat.now
    try:
        await chat.ask("none", Buttons("None", []))
    except SendRefused:
        await chat.say("No options.")
    second = await chat.ask("second", "Second?", parse=number)
    took = answered - began
    taken = await chat.cancel(later.id)
    await chat.say(f"{first + second} {bool(order)} {taken} {took}")
    await chat.ask("third", "Third?")
    await chat.say(f"{answered - began == took} {taken} {began < answered < chat.now}")


@flow(timeout="1h", title="the slow one")
async def slow(chat: Chat) -> None:
    """Waits for an hour."""
    await chat.ask("name", "Name?")


@flow
async def again(chat: Chat) -> None:
    """Asks for another try, in the middle of its work."""
    await chat.ask("name", "Name?")
    await chat.say("said")
    await chat.step("count", release, "count")
    if len(RAN) < 3:
        raise Retry(0.01)
    await chat.say(f"after {len(RAN)}")


@flow
async def listened(chat: Chat) -> None:
    """Began where an event was heard."""
    await chat.say("Heard " + await chat.ask("what", "What?"))


@hook.on("heard")
async def heard(event: object, chat: Chat) -> None:
    """Begins a flow."""
    await chat.start(listened)


class Heard(Struct, frozen=True, tag="heard"):
    """An event that begins a flow."""


FLOWS = {"slow": slow, "again": again, "late": late, "caught": caught, "odd": odd}


@hook.on_message
async def begin(message: Message, chat: Chat) -> Handled | None:
    """Starts the flow of this name."""
    if message.text in FLOWS:
        return await chat.start(FLOWS[message.text])
    if message.text == "heard":
        chat.emit(Heard())
        return Handled
    await chat.say(f"plugin: {message.text}")
    return None
