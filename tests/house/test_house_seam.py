"""The house: what it takes is its own, before flows, commands and plugins, for every tenant."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from gateway import Chat, Command, Handled, Message, flow, hook
from gateway.clock import SystemClock
from gateway.consent import Change
from gateway.errors import PluginError
from gateway.hooks.host import Host
from gateway.house.plugin import load
from gateway.house.turns import turn_of
from gateway.model.event import MessageReceived
from gateway.pipeline.line import Line
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.replay import Replay
from gateway.store.port import Store
from tests.pipeline.world import (
    eventually,
    host_of,
    line_of,
    opened_event,
    raw_of,
    rows,
    running,
    said,
    serving,
    settings_of,
    value,
)  # fmt: skip


@flow
async def order(chat: Chat) -> None:
    """Asks until it is answered."""
    await chat.say(f"ordered {await chat.ask('what', 'What?')}")


class Shop:
    """A plugin with everything that wants messages; *seen* is what each part of it got."""

    order = order

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    @hook.on_any_message
    async def watch(self, message: Message, chat: Chat) -> None:
        self.seen.append(("any", message.text))

    @hook.on_message
    async def hear(self, message: Message, chat: Chat) -> Handled | None:
        self.seen.append(("message", message.text))
        return await chat.start(order) if message.text == "order" else None

    @hook.register_commands
    def commands(self) -> Sequence[Command]:
        async def run(message: Message, chat: Chat, rest: str) -> Handled:
            self.seen.append(("command", message.text))
            return Handled

        return (Command("stop", ["whoa"], "", run),)


async def whoa(message: Message, chat: Chat) -> Handled:
    """What the house does in these tests."""
    await chat.say("The house says so.")
    return Handled


def takes(call: Any, text: str = "whoa") -> Any:
    """A claimer of one word."""

    def claim(opened: OpenEvent) -> Any:
        event = opened.event
        assert isinstance(event, MessageReceived)
        return call if getattr(event.content, "text", "") == text else None

    return claim


def line_with(store: Store, tmp_path: Path, url: str, call: Any, *plugins: Any) -> Line:
    """A line whose house takes "whoa"."""
    names = [f"shop{index or ''}" for index in range(len(plugins))]
    settings = settings_of(tmp_path, url, plugins=tuple(names))
    line = line_of(store, settings, host_of(**dict(zip(names, plugins, strict=True))))
    line.house.claimers.insert(0, takes(call))
    return line


OPEN = """select (select count(*) from journal_open) + (select count(*) from event)
    + (select count(*) from outbox)"""


async def hear(line: Line, *texts: str) -> None:
    """What a contact writes, each once the one before is done."""
    for text in texts:
        await line.journal.append(raw_of(said(text)))
        await quiet(line)


async def quiet(line: Line) -> None:
    """Wait until nothing is open."""
    until = time.monotonic() + 30
    while await value(line.around.store, OPEN):
        assert time.monotonic() < until, "it did not end"
        await asyncio.sleep(0.01)


async def test_who_has_no_plugin_at_all_is_answered(store: Store, tmp_path: Path) -> None:
    """The house is every tenant's, and no tenant's list of plugins names it."""
    async with serving() as servers:
        line = line_with(store, tmp_path, servers.url, whoa)
        async with running(line):
            await hear(line, "whoa", "something else")

    assert servers.texts == ["The house says so."]
    assert line.plugin_settings.plugins_of("duka") == ()
    assert await value(store, "select count(*) from event") == 0
    origins = await rows(store, "select origin from message where direction = 'out'")
    assert [row["origin"] for row in origins] == ["plugin:gateway"]


async def test_what_the_house_took_flows_and_commands_do_not_see(store: Store, tmp_path: Path) -> None:
    """Neither the flow that waits for an answer, nor the command of that word, nor `on_message`; what always
    sees messages sees it, and the flow waits on."""
    shop, late = Shop(), Shop()
    async with serving() as servers:
        line = line_with(store, tmp_path, servers.url, whoa, shop, late)
        async with running(line):
            await hear(line, "order", "whoa", "mango")

    assert servers.texts == ["What?", "The house says so.", "ordered mango"]
    assert [each for each in shop.seen if each[1] == "whoa"] == [("any", "whoa")]
    assert [each for each in late.seen if each[1] == "whoa"] == [("any", "whoa")]


async def test_what_the_house_lets_go_the_others_answer(store: Store, tmp_path: Path) -> None:
    """A call that returns nothing has looked, and the command runs."""
    shop = Shop()

    async def look(message: Message, chat: Chat) -> None:
        shop.seen.append(("house", message.text))

    async with serving() as servers, running(line_with(store, tmp_path, servers.url, look, shop)) as line:
        await hear(line, "whoa")

    assert shop.seen == [("house", "whoa"), ("any", "whoa"), ("command", "whoa")]


async def test_a_house_that_fails_leaves_a_dead_letter_that_is_run_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its turn is undone alone; replayed it runs alone, once, and nobody else hears the message again."""
    monkeypatch.setattr("gateway.pipeline.recover.EVERY", 0.05)
    shop, well = Shop(), list[bool]()

    async def fails(message: Message, chat: Chat) -> Handled:
        await chat.say("Now it works.")
        if not well:
            raise RuntimeError("the house has a fault")
        return Handled

    async with serving() as servers:
        line = line_with(store, tmp_path, servers.url, fails, shop)
        async with running(line):
            await hear(line, "whoa")
            [dead] = await rows(store, "select id, plugin, reason from dead")
            assert (dead["plugin"], dead["reason"], servers.texts) == ("gateway", "error", [])
            assert shop.seen == [("any", "whoa"), ("command", "whoa")]

            well.append(True)
            replay = Replay(store, line.sender._channels, SystemClock())
            [report] = await replay.run([dead["id"]], apply=True)
            assert report["applied"] is True
            await eventually(lambda: servers.texts == ["Now it works."], 30)
            await quiet(line)

    assert len(shop.seen) == 2


async def test_a_house_that_keeps_failing_is_never_put_aside(store: Store, tmp_path: Path) -> None:
    """Twenty contacts in a row; the next one whom it can serve is served."""
    failing = [True]

    async def fails(message: Message, chat: Chat) -> Handled:
        if failing:
            raise RuntimeError("the house has a fault")
        return await whoa(message, chat)

    line = line_with(store, tmp_path, "", fails)
    for number in range(20):
        await line.dispatcher.handle(opened_event(line, "whoa", contact=f"k{number}"))
    failing.clear()
    opened = opened_event(line, "whoa", contact="last")

    assert len(line.dispatcher.breaker) == 0
    assert line.dispatcher.breaker.allow("gateway", opened.tenant)


async def test_a_turn_of_the_house_is_done_once(store: Store, tmp_path: Path) -> None:
    """Its turn is durable and the plugins' are not: who goes on neither says it again nor lets a flow, a
    command or `on_message` have the message, also when the house would not take it any more."""
    shop = Shop()
    line = line_with(store, tmp_path, "", whoa, shop)
    opened = opened_event(line, "whoa")
    again = msgspec.structs.replace(opened, done={"gateway": True})
    line.house.claimers.clear()

    steps = line.dispatcher._planner.plan(again)
    await line.dispatcher.handle(again)

    assert [name for name, _ in steps] == ["shop"]
    assert shop.seen == [("any", "whoa")]


def test_no_plugin_can_have_the_houses_name() -> None:
    """What a stranger's would say were taken for the gateway's own."""
    plugin = SimpleNamespace(hear=hook.on_message(whoa))

    with pytest.raises(PluginError, match="no plugin can be called 'gateway'"):
        Host().register(plugin, "gateway")


def test_the_house_is_no_plugin_that_is_listed() -> None:
    """Neither with plugins switched off nor on."""
    assert "gateway" not in Host.load(only=()).plugins
    assert Host.load(only=()).named("gateway") is load()
    assert Host().named("shop") is None


async def test_consent_is_recorded_with_the_turn_that_heard_it(store: Store, tmp_path: Path) -> None:
    """In its commit: a turn that fails records nothing."""
    failing = [True]

    async def stop(message: Message, chat: Chat) -> Handled:
        contact = chat.contact
        assert contact is not None
        change = Change("duka", contact.id, "marketing", "out", "keyword", message.id)
        turn_of(chat).effects.consents.append(change)
        if failing:
            raise RuntimeError("the house has a fault")
        return Handled

    async with serving() as servers, running(line_with(store, tmp_path, servers.url, stop)) as line:
        await hear(line, "whoa")
        assert await value(store, "select count(*) from consent_event where source = 'keyword'") == 0
        failing.clear()
        await hear(line, "whoa")

    [row] = await rows(store, "select purpose, state, proof from consent_event where source = 'keyword'")
    assert (row["purpose"], row["state"]) == ("marketing", "out")
    assert row["proof"] == await value(store, "select max(id) from message where direction = 'in'")
