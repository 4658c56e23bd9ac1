"""What comes in: once, in order, whatever it is."""

from __future__ import annotations

import asyncio

from gateway.model.inbound import Inbound
from gateway.simulator import Bundling
from gateway.testing.conformance.case import Case, case, case_for
from gateway.testing.conformance.clerk import answer_to
from gateway.testing.conformance.configuration import FRONT, SIDE
from gateway.testing.conformance.world import World

#: Bodies that no provider sends. Each is signed, so it has to be kept.
GARBAGE = (
    b"",
    b"\x00",
    b"\xff\xfe\xfd",
    b"not a webhook",
    b"{}",
    b"[]",
    b"null",
    b'"text"',
    b'{"object": 7, "entry": "no list"}',
    b"[" * 5000,
    b'{"a":' * 2000 + b"1" + b"}" * 2000,
    b"a=%ZZ&&=&MessageSid=&From=whatsapp%3A",
    "ünïcödé=💥".encode(),
)
#: A message that nobody would guess, in place of any kind that is invented tomorrow.
INVENTED = "hologram"


def bundles(world: World) -> str:
    """Whether several messages come in one webhook."""
    return "" if isinstance(world.sim, Bundling) else "it sends one message per webhook"


@case
async def again_and_again(world: World) -> None:
    """A webhook that comes three times is answered with 200 each time, and heard once."""
    contact = world.contact()
    webhook = world.sim.signed(contact=contact, text="three times")
    for _ in range(3):
        assert await world.post(webhook) == 200
    await world.quiet()
    await heard_once(world, contact, "three times")


@case
async def all_at_once(world: World) -> None:
    """A webhook of which eight copies come at the same time is heard once."""
    contact = world.contact()
    webhook = world.sim.signed(contact=contact, text="all at once")
    assert set(await asyncio.gather(*(world.post(webhook) for _ in range(8)))) == {200}
    await world.quiet()
    await heard_once(world, contact, "all at once")


@case
async def everything_twice(world: World) -> None:
    """A provider that delivers everything three times, statuses included, changes nothing."""
    contact = world.contact()
    with world.temper(duplicate_webhooks=3):
        await world.sim.says(contact, "everything")
        await world.settled(contact, 1, "read")
        await world.sim.settle()
    await world.quiet()
    await heard_once(world, contact, "everything")


@case_for(bundles)
async def bundled(world: World) -> None:
    """Messages of several contacts in one webhook: each is heard once, a contact's in their order."""
    assert isinstance(world.sim, Bundling)
    contacts = [world.contact() for _ in range(3)]
    messages = [{"contact": who, "text": f"{n}"} for n in range(4) for who in contacts]
    assert await world.post(world.sim.bundled(messages)) == 200
    for who in contacts:
        assert [m.text for m in await world.shown(who, 4)] == [answer_to(f"{n}") for n in range(4)]


@case_for(bundles)
async def several_numbers(world: World) -> None:
    """Messages to several numbers in one webhook at the app's address come to the channel of each."""
    assert isinstance(world.sim, Bundling)
    front, side = world.contact(), world.contact()
    messages = [
        {"contact": front, "text": "to the front"},
        {"contact": side, "text": "to the side", "number": world.side},
    ]
    assert await world.post(world.sim.bundled(messages), url=world.webhook()) == 200
    await world.shown(front, 1)
    await world.shown(side, 1)
    [one], [two] = world.clerk.of("to the front"), world.clerk.of("to the side")
    assert (one.channel, two.channel) == (FRONT, SIDE)


@case
async def unknown_kind(world: World) -> None:
    """A kind that nobody knows reaches the plugin as unknown (or unsupported), with what came; the message
    behind it is answered."""
    contact = world.contact()
    await world.sim.sends(contact, INVENTED)
    await world.sim.says(contact, "behind it")
    await world.shown(contact, 1)
    first, *_ = await world.listed(contact, "in")
    assert first["type"] in ("unknown", "unsupported"), first
    [heard, _] = [each for each in world.clerk.heard.values() if each.contact.address == contact]
    assert heard.message.type == first["type"]
    assert heard.message.raw, "nothing is left of it"


@case
async def garbage(world: World) -> None:
    """Authentic bytes that are no webhook are answered with 200 and kept as dead letters."""
    before = await world.metric("gateway_dead_total", stage="parse")
    for body in GARBAGE:
        assert await world.post(world.sim.sign(body)) == 200, body[:40]

    async def kept() -> bool:
        return await world.metric("gateway_dead_total", stage="parse") >= before + 3

    await world.until(kept, "unreadable bytes are dead letters")
    await world.quiet()


@case
async def every_kind(world: World) -> None:
    """Every kind that contacts can send is its own kind in the API and in a plugin."""
    kinds = {each.__struct_config__.tag: each for each in Inbound.__args__}
    assert world.sim.kinds <= kinds.keys()
    for kind in sorted(world.sim.kinds):
        listed, heard = await arrival(world, kind)
        assert listed == kind
        assert type(heard) is kinds[kind], (kind, heard)


@case
async def answered_as_it_wants(world: World) -> None:
    """A webhook is answered with 200, and with the body and the type that the provider wants."""
    wanted = getattr(world.provider, "answer", None)
    await world.sim.says(world.contact(), "how are you?")
    exchange = next(one for one in world.sim.traffic.exchanges if "how" in one.body)
    assert exchange.status == 200
    assert exchange.answer == (wanted.body if wanted is not None else "")


@case
async def in_order(world: World) -> None:
    """What eight contacts write at the same time is answered to each in the order in which it was written."""
    contacts = [world.contact() for _ in range(8)]
    before = await world.metric("gateway_order_violations_total")

    async def talk(contact: str) -> None:
        for n in range(12):
            await world.sim.says(contact, f"{n}")

    await asyncio.gather(*map(talk, contacts))
    for contact in contacts:
        texts = [m.text for m in await world.shown(contact, 12, timeout=20)]
        assert texts == [answer_to(f"{n}") for n in range(12)]
    assert await world.metric("gateway_order_violations_total") == before


def beside(kind: str, message_id: str) -> dict[str, str]:
    """What a kind needs beside its usual content."""
    if kind == "reaction":
        return {"message_id": message_id, "emoji": "👍"}
    return {"original_message_id": message_id} if kind in ("edit", "revoke") else {}


async def arrival(world: World, kind: str) -> tuple[str, Inbound]:
    """Somebody sends a *kind*: as what the API lists it, and what the plugin got."""
    contact = world.contact()
    await world.sim.says(contact, "before")
    [greeting] = await world.shown(contact, 1)
    said = await world.sim.sends(contact, kind, **beside(kind, greeting.message_id))

    async def listed() -> list[str]:
        items = await world.listed(contact, "in")
        return [str(item["type"]) for item in items if item["provider_message_id"] == said]

    def heard() -> list[Inbound]:
        messages = [each.message for each in world.clerk.heard.values()]
        return [each.content for each in messages if each.provider_message_id == said]

    [kept] = await world.until(listed, f"{kind} is listed")
    [content] = await world.until(heard, f"{kind} is heard")
    return kept, content


async def heard_once(world: World, contact: str, text: str) -> None:
    """*contact* got one answer, one message is listed in each direction, the plugin has one."""
    assert [m.text for m in await world.shown(contact, 1)] == [answer_to(text)]
    assert len(world.clerk.of(text)) == 1
    assert [item["direction"] for item in await world.listed(contact)] == ["in", "out"]


CASES: tuple[Case, ...] = (
    *(again_and_again, all_at_once, everything_twice, bundled, several_numbers, unknown_kind),
    *(garbage, every_kind, answered_as_it_wants, in_order),
)
