"""What survives the death of the process, and what it never prints."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress

from gateway.settings.texts import texts
from gateway.testing.conformance.case import Case, case, case_for
from gateway.testing.conformance.clerk import FAILS, answer_to
from gateway.testing.conformance.process import apart
from gateway.testing.conformance.world import World

CANARY = "a-canary-that-nobody-may-see"


@case
async def killed(world: World) -> None:
    """What was answered with 200 survives `kill -9` and is answered once, in order; so does a message whose
    send was under way."""
    contacts = [world.contact() for _ in range(3)]
    async with apart(world) as process:
        with world.temper(hold_answers=3.0, status_delay=1.5):
            for n in range(3):
                for contact in contacts:
                    await world.sim.says(contact, f"{n}")
            # A message that was claimed and not yet sent would be in doubt for as long as the hold lasts.
            for contact in contacts:
                await world.sim.wait_for(contact, 1, 30.0)
            await process.kill()
    for contact in contacts:
        await world.sim.says(contact, "3")
        await world.settled(contact, 4, "read", within=40)
        told = [m.text for m in await world.shown(contact, 4)]
        assert told == [answer_to(f"{n}") for n in range(4)]


def comes_back(world: World) -> str:
    """Whether what was written while nobody answered can be had later."""
    provider = world.provider
    return "" if provider.redelivers or getattr(provider, "backlog", None) else "it does not come back"


@case_for(comes_back)
async def away(world: World) -> None:
    """What was written while the gateway was away is answered when it is back, once."""
    contact = world.contact()
    await world.sim.says(contact, "are you there?")
    await world.shown(contact, 1)
    await world.stop()
    writing = asyncio.ensure_future(world.sim.says(contact, "hello?"))
    await asyncio.sleep(0.2)
    await world.start()
    with suppress(TimeoutError):
        await writing
    await world.settled(contact, 2, "read", within=40)
    assert [m.text for m in await world.shown(contact, 2)][1] == answer_to("hello?")
    assert len(world.clerk.of("hello?")) == 1


@case
async def promises(world: World) -> None:
    """In all of this nothing was handled out of order, and no message got two ids."""
    await world.restart()
    assert world.broken == 0


@case
async def discreet(world: World) -> None:
    """Neither the log nor the metrics hold words of messages, phone numbers, tokens or secrets, whatever
    goes wrong."""
    contact = world.contact()
    async with apart(world) as process:
        before = len(process.log.read_bytes())
        await trouble(world, contact)
        await asyncio.sleep(0.2)
        _, _, metrics = await world.fetch("/metrics")
        printed = process.log.read_bytes()[before:]
    assert printed.count(b"\n") >= 2, "nothing is printed, so nothing is known"
    for secret in (CANARY, contact.lstrip("+"), *secrets(world)):
        for text in (printed, metrics):
            rows = [row[:400] for row in text.splitlines() if secret.encode() in row]
            assert not rows, (secret, rows)


async def trouble(world: World, contact: str) -> None:
    """All that may be logged: a reply, a failing plugin, forgeries, garbage, a failed message, a refusal."""
    await world.sim.says(contact, CANARY)
    await world.sim.wait_for(contact, 1, 30.0)
    await world.sim.says(contact, f"{FAILS} {CANARY}")
    with world.temper(unreachable={contact}):
        await world.sim.says(contact, f"{CANARY} once more")
        await world.sim.settle()
    told = {"X-Forwarded-For": CANARY, "User-Agent": CANARY, "Authorization": f"Bearer {CANARY}"}
    webhook = world.sim.signed(contact=contact, text=CANARY)
    for headers in (told, {**webhook.headers, **dict.fromkeys(webhook.proof, CANARY)}):
        assert await world.post(webhook, headers=headers) == 401
    assert await world.post(webhook, url=f"{world.sim.webhook_url}?{CANARY}={contact[1:]}") in (200, 401)
    for garbage in (f"{CANARY} {contact}", f'{{"{CANARY}": ["{contact}"]}}', f"From={contact}&Body={CANARY}"):
        assert await world.post(world.sim.sign(garbage.encode())) == 200
    await world.sim.sends(contact, CANARY)
    with world.temper(refuse=1.0):
        await world.sim.says(contact, f"{CANARY} at last")
        await world.until(lambda: world.metric("gateway_send_attempts_total", outcome="retry"), "a refusal")


def secrets(world: World) -> Iterator[str]:
    """Every secret of the world's channels."""
    for settings in (world.sim.channel_settings(), world.other.channel_settings(world.back)):
        for name in world.provider.secret_fields:
            yield from (text for text in texts(settings.get(name)) if len(text) >= 8)


CASES: tuple[Case, ...] = (killed, away, discreet, promises)
