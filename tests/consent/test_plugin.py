"""What plugins say and ask about consent, in hooks and in flows."""

from __future__ import annotations

from typing import Any

import pytest

from gateway import Chat, Handled, Message, flow, hook
from gateway.testing import Contact, World

EVENTS = "select * from consent_event where tenant = :tenant order by id"


@flow
async def offers(chat: Chat) -> None:
    """Asks twice, so that what stands before is replayed."""
    if await chat.confirm("offers", "May we send offers?"):
        await chat.opt_in("marketing", proof="May we send offers?", source="flow")
    name = await chat.ask("name", "Your name?")
    known = await chat.step("known", lambda: chat.consents())
    await chat.say(f"{name}: {known}")


class Shop:
    """Asks for consent, takes it away, tells of it."""

    offers = offers

    @hook.on_message
    async def hear(self, message: Message, chat: Chat) -> Handled | None:
        match message.text:
            case "offers":
                return await chat.start(offers)
            case "no more":
                await chat.opt_out("marketing")
                await chat.say(str(await chat.consents()))
            case "fail":
                await chat.opt_out("marketing")
                raise RuntimeError("a fault of the shop's")
            case "unshown":
                await chat.opt_in("marketing", proof=" ")
        return Handled


pytestmark = [pytest.mark.plugins.with_args(Shop), pytest.mark.database("sqlite", "postgres")]


async def said(world: World) -> list[tuple[Any, ...]]:
    """All that plugins recorded."""
    rows = await world.db().all(EVENTS)
    return [(row["purpose"], row["state"], row["proof"]) for row in rows if row["source"] == "plugin"]


async def test_consent_in_a_flow_is_recorded_once(world: World, ana: Contact) -> None:
    """However often the flow is replayed; asked for in a step, with what the turn itself has said."""
    await ana.says("offers")
    await ana.taps("Yes")
    await ana.says("Ana")
    assert await ana.sees("Ana: {'marketing': 'in', 'service': 'in'}")
    assert await said(world) == [("marketing", "in", "flow: May we send offers?")]
    await ana.says("no more")
    assert await ana.sees("'marketing': 'out'")
    assert (await said(world))[1:] == [("marketing", "out", "")]


@pytest.mark.parametrize("text", ["fail", "unshown"])
async def test_a_turn_that_fails_has_recorded_nothing(world: World, ana: Contact, text: str) -> None:
    """And a yes without a proof is refused."""
    with world.expects_failure():
        await ana.says(text)
    assert await said(world) == []
