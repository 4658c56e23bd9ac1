"""Any mixture of rows: exactly what is older goes, and nothing open; a death in the middle and a second
leader change nothing."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from gateway.clock import DAY, HOUR
from gateway.settings.kept import KINDS
from tests.retention.conftest import Yard

#: For how long soko keeps its messages, in days (gateway.toml of the yard).
SOKO = 30
OPEN = ("outbox", "scheduled", "event", "dead", "media")
DEATHS = (3, 7, 19)


async def _fill(yard: Yard, dice: random.Random) -> tuple[list[Any], int]:
    """Messages of any age, some of them open; the ids that have to be left, and how many have to go."""
    left: list[Any] = []
    going = 0
    for n in range(60):
        tenant = dice.choice(("duka", "soko"))
        days = SOKO if tenant == "soko" else 365
        at = yard.now - int(days * DAY * dice.choice((0.2, 0.999, 1.001, 1.5, 2.0))) - dice.randrange(HOUR)
        message = await yard.message(tenant, at)
        part = f"part-{n}"
        await yard.add(
            "part", tenant=tenant, id=part, message=message, channel="main", provider_message_id=f"w{n}"
        )
        await yard.add(
            "status", tenant=tenant, channel="main", provider_message_id=f"w{n}", received_at=yard.now
        )
        held = dice.choice((*OPEN, "", "", "", "", ""))
        match held:
            case "outbox":
                await yard.add("outbox", tenant=tenant, id=yard.id(at), message=message, state="in_doubt")
            case "scheduled":
                await yard.add("scheduled", tenant=tenant, message=message, bodies="[]")
            case "event":
                await yard.add("event", tenant=tenant, id=yard.id(at), message=message)
            case "dead":
                await yard.add(
                    "dead", tenant=tenant, id=yard.id(yard.now), ref=message, stage="send", at=yard.now
                )
            case "media":
                await yard.add(
                    "media", tenant=tenant, id=part, message=message, state="stored", stored_at=yard.now,
                    visibility="private",
                )  # fmt: skip
        if held or at >= yard.now - days * DAY:
            left.append(message)
        else:
            going += 1
    return sorted(left), going


@pytest.mark.parametrize("seed", range(4))
async def test_exactly_what_is_older_goes(yard: Yard, seed: int) -> None:
    """Nothing open, nothing young; parts and statuses are those of the messages that are left."""
    left, going = await _fill(yard, random.Random(seed))
    assert going
    keeper = yard.keeper()
    keeper._limits = dict.fromkeys(KINDS, 3)

    assert await keeper.round() == going

    assert await yard.rows("select id from message") == left
    assert await yard.rows("select message from part") == left
    assert await yard.rows("select count(*) as n from status") == [len(left)]


class _Dead(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("death", DEATHS)
async def test_a_death_between_two_pages(yard: Yard, death: int) -> None:
    """The next leader goes on; the round is known as one that was not finished until then."""
    left, _ = await _fill(yard, random.Random(death))
    pauses = 0

    async def die(seconds: float) -> None:
        nonlocal pauses
        pauses += 1
        if pauses == death:
            raise _Dead

    keeper = yard.keeper(die)
    keeper._limits = dict.fromkeys(KINDS, 3)
    with pytest.raises(_Dead):
        await keeper.round()
    assert await yard.rows("select began_at from retention_round") == [yard.now]
    assert await yard.rows(
        "select count(*) as n from part p where not exists (select 1 from message m where m.id = p.message)"
    ) == [0]
    yard.clock.advance(60)
    await yard.keeper().round()
    assert set(left) >= set(await yard.rows("select id from message"))
    assert await yard.rows("select began_at from retention_round") == [0]


async def test_two_who_believe_to_lead(yard: Yard) -> None:
    """They remove the same once: nothing of a message is left without it, nothing open is gone."""
    left, _ = await _fill(yard, random.Random(11))
    keepers = [yard.keeper(asyncio.sleep) for _ in range(2)]
    for keeper in keepers:
        keeper._limits = dict.fromkeys(KINDS, 5)

    await asyncio.gather(*(keeper.round() for keeper in keepers))

    assert await yard.rows("select id from message") == left
    assert await yard.rows("select message from part") == left
