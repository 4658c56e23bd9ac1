"""What became of our messages: forward only, whatever the order in which it is told."""

from __future__ import annotations

from itertools import permutations

from gateway.model.status import RANK
from gateway.testing.conformance.case import Case, case
from gateway.testing.conformance.world import World

USUAL = ("sent", "delivered", "read")


@case
async def any_order(world: World) -> None:
    """Statuses in every order end at the furthest one, and a plugin is told forward steps only."""
    for order in permutations(USUAL):
        await told(world, order, "read")


@case
async def doubled(world: World) -> None:
    """Statuses that are told again, also at the same time, change nothing."""
    await told(world, ("sent", "sent", "delivered", "read", "read", "delivered", "sent"), "read")
    with world.temper(duplicate_webhooks=3):
        await told(world, USUAL, "read")


@case
async def only_some(world: World) -> None:
    """Each status may be the only one."""
    for status in USUAL:
        await told(world, (status,), status)


@case
async def before_our_own_record(world: World) -> None:
    """A status that comes before the answer to the send is not lost."""
    contact = world.contact()
    with world.temper(hold_answers=0.3, status_delay=0.0):
        await world.sim.says(contact, "the status is faster")
        await world.shown(contact, 1)
        [item] = await world.settled(contact, 1, "read")
    assert item["provider_message_id"] == world.sim.inbox(contact)[0].message_id


@case
async def failed(world: World) -> None:
    """A message that was accepted and then failed is shown as failed with a class, and a plugin is told."""
    contact = world.contact()
    with world.temper(unreachable={contact}):
        await world.sim.says(contact, "I am away")
        [item] = await world.settled(contact, 1, "failed")
    assert item["error"]["kind"], item
    await world.until(lambda: item["id"] in world.clerk.told, "the plugin is told")
    assert world.clerk.told[item["id"]][-1].status == "failed"
    assert world.sim.inbox(contact) in ([], ())


async def told(world: World, statuses: tuple[str, ...], furthest: str) -> None:
    """With *statuses* a message is as far as *furthest* in the end, and went forward only."""
    contact = world.contact()
    with world.temper(statuses=statuses):
        await world.sim.says(contact, "how does it fare?")
        [item] = await world.settled(contact, 1, furthest)
        await world.sim.settle()
    ranks = [RANK[update.status] for update in world.clerk.told.get(item["id"], ())]
    assert ranks == sorted(set(ranks)), statuses
    [after] = await world.listed(contact, "out")
    assert after["status"] == furthest, statuses


CASES: tuple[Case, ...] = (any_order, doubled, only_some, before_our_own_record, failed)
