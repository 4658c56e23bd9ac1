"""A plugin that sends in every way that a plugin has. What answers nobody begins with "P"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from gateway import (
    ApiRequest,
    ChannelEvent,
    Chat,
    EventSeen,
    FlowTimeout,
    JobContext,
    Message,
    PluginRoute,
    StatusUpdate,
    Template,
    WebhookPost,
    api,
    flow,
    hook,
    job,
    webhook,
)


class Told(Struct, frozen=True, tag="told"):
    """Something happened."""

    what: str


class Go(Struct, frozen=True):
    """Where to write."""

    conversation: str


@hook.register_events
def events() -> Sequence[type[Struct]]:
    return [Told]


@hook.on_message
async def hears(message: Message, chat: Chat) -> None:
    what, _, rest = message.text.partition(" ")
    await chat.say(f"reply to {what}")
    match what:
        case "later":
            await chat.say("P later", at=chat.now + timedelta(hours=1))
        case "said":
            await chat.say("P said", purpose="service")
        case "template":
            await chat.send(Template("hello_world", "en_US", marketing=True))
        case "job":
            chat.enqueue(news)
        case "flow":
            await chat.start(waits)
        case "event":
            await chat.start(listens)
        case "emit":
            chat.emit(Told("x"))
        case "reach":
            await (await chat.reach(rest)).say("P reach")


@job
async def news(job: JobContext) -> None:
    await (await job.chat()).say("P job")


@flow(timeout="1h")
async def waits(chat: Chat) -> None:
    try:
        await chat.ask("name", "What is your name?")
    except FlowTimeout:
        await chat.say("P timeout")


@flow(timeout="12h")
async def listens(chat: Chat) -> None:
    await chat.wait_for("told", "17", shape=Told)
    await chat.say("P woken")


@hook.on("told")
async def listener(event: EventSeen, chat: Chat) -> None:
    if "x" in str(event.payload):
        await chat.say("P listener")


@hook.on_status
async def moved(status: StatusUpdate, chat: Chat) -> None:
    if status.status == "read":
        await chat.say("P status")


@hook.on_event
async def happens(event: ChannelEvent, chat: Chat) -> None:
    if "Media" in type(event.content).__name__:
        await chat.say("P event")


async def posted(request: WebhookPost, chat: Chat) -> None:
    there = await chat.reach(request.body.decode())
    await there.say("P webhook")


def authentic(request: WebhookPost, settings: object) -> bool:
    return True


async def go(request: ApiRequest) -> None:
    """Write there."""
    there = await request.reach(request.body.conversation)
    await there.say("P route")


@hook.register_routes
def routes() -> Sequence[PluginRoute]:
    return [
        webhook("POST", "/in/{tenant}", posted, verify=authentic),
        api("POST", "/go", go, body=Go),
    ]
