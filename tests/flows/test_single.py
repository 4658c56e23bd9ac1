"""Flows of which a conversation has one at most, and flows that are given up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec import Struct

from gateway import Chat, Command, Handled, JobContext, Message, fields, flow, hook, job
from gateway.testing import Contact, World

OFFER = "You were in the middle of this: your order."


class Paid(Struct, frozen=True, tag="paid"):
    order: str


@flow(title="your order", single=True)
async def checkout(chat: Chat, cart: str) -> None:
    name = await chat.ask("name", f"A name for cart {cart}?")
    street = await chat.ask("street", f"Which street, {name}?")
    await chat.say("Please pay.")
    await chat.wait_for("paid", "A1", shape=Paid)
    await chat.say(f"On its way to {street}.")


@flow(title="our survey")
async def survey(chat: Chat) -> None:
    await chat.ask("stars", "How many stars?", parse=fields.integer)
    await chat.say("Thank you.")


async def begin(message: Message, chat: Chat, rest: str) -> Handled:
    return await chat.start(checkout, rest or "none")


@job
async def give_up(job: JobContext) -> None:
    chat = await job.chat()
    await chat.drop(chat.parked[0])


class Shop:
    """CHECKOUT is always heard."""

    @hook.register_events
    def events(self) -> Sequence[type[Struct]]:
        return [Paid]

    @hook.register_commands
    def commands(self) -> Sequence[Command]:
        return [Command("checkout", ["checkout"], "Pay", begin, takes="[CART]", always=True)]

    @hook.on_message
    async def hear(self, message: Message, chat: Chat) -> Handled | None:
        match message.text.lower():
            case "survey":
                return await chat.start(survey)
            case "twice":
                await chat.start(checkout, "1")
                return await chat.start(checkout, "2")
            case "paid":
                chat.emit(Paid("A1"), key="A1")
            case "job":
                chat.enqueue(give_up)
            case "drop":
                dropped = [await chat.drop(each) for each in chat.parked]
                again = [await chat.drop(each) for each in chat.parked]
                await chat.say(f"Given up: {dropped}, {again}.")
            case _:
                await chat.say(f"plugin: {message.text}")
        return Handled


class Other:
    """Wants to end what is not its own."""

    @hook.on_message
    async def hear(self, message: Message, chat: Chat) -> None:
        if message.text == "steal":
            await chat.drop(chat.parked[0])


async def flows(world: World) -> list[tuple[str, str]]:
    """Name and state of all open flows."""
    rows = await world.db().all("select name, state from flow where tenant = :tenant order by id")
    return [(row["name"], row["state"]) for row in rows]


@pytest.mark.database("sqlite", "postgres")
@pytest.mark.plugins.with_args(Shop)
@pytest.mark.parametrize("kill", [False, True])
async def test_the_open_one_goes_on(world: World, ana: Contact, kill: bool) -> None:
    """Its question is asked again, whatever it is started with; nothing is put aside, and nothing offered."""
    await ana.says("checkout")
    await ana.says("Ana")
    if kill:
        await world.restart(kill=True)
    await ana.says("checkout")
    assert [each.text for each in ana.new] == ["Which street, Ana?"]
    assert await flows(world) == [("checkout", "waiting")]
    await ana.says("Moi Avenue")
    await ana.sees("Please pay.")
    await ana.says("paid")
    await ana.sees("On its way to Moi Avenue.")
    await ana.says("CHECKOUT B2")
    await ana.sees("A name for cart B2?")


@pytest.mark.database("sqlite", "postgres")
@pytest.mark.plugins.with_args(Shop)
async def test_one_that_was_put_aside_goes_on(world: World, ana: Contact) -> None:
    """By MENU, or by another flow, which is put aside in its turn and offered at the end."""
    await ana.says("checkout")
    await ana.says("menu")
    assert await flows(world) == [("checkout", "parked")]
    await world.restart(kill=True)
    await ana.says("checkout B2")
    assert [each.text for each in ana.new] == ["A name for cart none?"]
    await ana.says("menu")
    await ana.says("survey")
    await ana.says("checkout")
    assert [each.text for each in ana.new] == ["A name for cart none?"]
    assert await flows(world) == [("checkout", "waiting"), ("survey", "parked")]
    await ana.says("cancel")
    await ana.sees("You were in the middle of this: our survey.")


@pytest.mark.database("sqlite", "postgres")
@pytest.mark.plugins.with_args(Shop)
async def test_one_that_waits_for_an_event_is_left_as_it_is(world: World, ana: Contact) -> None:
    """It is the active one again, and nothing is said."""
    await ana.says("checkout")
    await ana.says("Ana")
    await ana.says("Moi Avenue")
    await ana.says("checkout")
    await ana.sees_nothing()
    await ana.says("survey")
    assert await flows(world) == [("checkout", "parked"), ("survey", "waiting")]
    await ana.says("checkout")
    await ana.sees_nothing()
    assert await flows(world) == [("checkout", "waiting"), ("survey", "parked")]
    await ana.says("paid")
    await ana.sees("On its way to Moi Avenue.")


@pytest.mark.plugins.with_args(Shop)
async def test_a_turn_that_starts_it_twice_begins_one(world: World, ana: Contact) -> None:
    """Also in one commit."""
    await ana.says("twice")
    assert [each.text for each in ana.new] == ["A name for cart 1?"] * 2
    assert await flows(world) == [("checkout", "waiting")]


@pytest.mark.database("sqlite", "postgres")
@pytest.mark.plugins.with_args(Shop)
async def test_a_plugin_gives_up_its_own(world: World, ana: Contact) -> None:
    """Without a word of the flow; what is gone cannot be given up."""
    await ana.says("checkout")
    await ana.says("menu")
    await ana.says("drop")
    assert [each.text for each in ana.new] == ["Given up: [True], [False]."]
    assert await flows(world) == []
    await ana.says("drop")
    await ana.sees("Given up: [], [].")
    await ana.says("resume")
    await ana.sees("plugin: resume")


@pytest.mark.plugins(Other(), Shop())
async def test_a_plugin_ends_no_flow_of_another(world: World, ana: Contact) -> None:
    """Nor does a job, while the contact may be writing."""
    await ana.says("checkout")
    await ana.says("menu")
    for word, why in (("steal", "a plugin ends its own"), ("job", "emit an event, and end it where")):
        with world.expects_failure() as failed:
            await ana.says(word)
            await ana.waits("1h")
        assert any(why in str(each.error) for each in failed)
    assert await flows(world) == [("checkout", "parked")]
