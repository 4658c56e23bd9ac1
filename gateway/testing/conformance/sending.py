"""What goes out: once and in order, also when the provider fails."""

from __future__ import annotations

from gateway.testing.conformance.case import Case, case
from gateway.testing.conformance.clerk import answer_to
from gateway.testing.conformance.configuration import FRONT
from gateway.testing.conformance.world import World


@case
async def lost_answer(world: World) -> None:
    """A send whose answer is lost is in doubt until its status comes: one message, and the next one after."""
    contact, resent = world.contact(), await world.metric("gateway_resent_total")
    with world.temper(lose_answers=1.0, status_delay=0.3):
        await world.sim.says(contact, "first")
        await world.shown(contact, 1)
        await world.settled(contact, 1, "in_doubt")
    await world.sim.says(contact, "second")
    await world.settled(contact, 2, "read")
    texts = [m.text for m in await world.shown(contact, 2)]
    assert texts == [answer_to("first"), answer_to("second")]
    assert await world.metric("gateway_resent_total") == resent


@case
async def throttled(world: World) -> None:
    """What is refused with "not now" is sent later, in order, and nothing twice."""
    contact = world.contact()
    before = await world.metric("gateway_send_attempts_total", outcome="retry")

    async def refused() -> bool:
        return await world.metric("gateway_send_attempts_total", outcome="retry") > before

    with world.temper(refuse=1.0):
        for n in range(3):
            await world.sim.says(contact, f"{n}")
        await world.until(refused, "a refusal is counted")
    texts = [m.text for m in await world.shown(contact, 3, timeout=20)]
    assert texts == [answer_to(f"{n}") for n in range(3)]
    await world.settled(contact, 3, "read", within=20)


@case
async def dead_token(world: World) -> None:
    """A dead token pauses the channel and not the intake; with the new one in gateway.toml all is sent."""
    contact, another = world.contact(), world.contact()
    world.sim.revoke_token()
    try:
        for n in range(3):
            await world.sim.says(contact, f"{n}")
        await world.until(
            lambda: world.metric("gateway_channel_paused", reason="token"), "the channel is paused"
        )
        assert {item["status"] for item in await world.listed(contact, "out")} <= {"queued", "sending"}
        assert len(world.sim.inbox(contact)) == 0
        await world.other.says(another, "the other tenant", number=world.back)
        await world.other.wait_for(another, 1, 8.0)
    finally:
        world.write()
    texts = [m.text for m in await world.shown(contact, 3, timeout=20)]
    assert texts == [answer_to(f"{n}") for n in range(3)]

    async def resumed() -> bool:
        return await world.metric("gateway_channel_paused") == 0

    await world.until(resumed, "nothing is paused any more")


@case
async def idempotent(world: World) -> None:
    """A message that is asked for twice with one key is sent once."""
    contact = world.contact()
    await world.sim.says(contact, "hello")
    await world.shown(contact, 1)
    body = {"channel": FRONT, "to": contact, "message": {"type": "text", "text": "your order"}}
    headers = {"Idempotency-Key": f"order-of-{contact}"}
    answers = [await world.api("POST", json=body, headers=headers) for _ in range(3)]
    assert [code for code, _ in answers] == [202] * 3
    assert len({answer["id"] for _, answer in answers}) == 1
    await world.settled(contact, 2, "read")
    await world.shown(contact, 2)


@case
async def restarted(world: World) -> None:
    """What was taken and not sent when the gateway stops is sent after its next start, once."""
    contact = world.contact()
    with world.temper(refuse=1.0):
        await world.sim.says(contact, "before")
        await world.restart()
    await world.sim.says(contact, "after")
    texts = [m.text for m in await world.shown(contact, 2, timeout=20)]
    assert texts == [answer_to("before"), answer_to("after")]


CASES: tuple[Case, ...] = (lost_answer, throttled, dead_token, idempotent, restarted)
