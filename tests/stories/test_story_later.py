"""Messages for later, told as stories: reminders, a restart, a kill, a mind that was changed."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.stories.test_story_process import Process
from tests.support.house import ANA, House, until

TEMPLATE = {"type": "template", "name": "order_update", "language": "en"}
REMINDER = """\
from datetime import timedelta
from gateway import hook

@hook.on_message
async def remind(message, chat):
    if message.text == "remind me":
        sent = await chat.say("this is your reminder", at=chat.now + timedelta(seconds=2))
        await chat.say(sent.id)
    elif message.text.startswith("forget "):
        done = await chat.cancel(message.text.removeprefix("forget "))
        await chat.say("forgotten" if done else "too late")
"""


@pytest.fixture
async def process(house: House) -> AsyncIterator[Process]:
    """The house's process, not started; killed at the end if it is still there."""
    made = Process(house)
    yield made
    if made._child is not None and made._child.returncode is None:
        await made.end(signal.SIGKILL)


def _in(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def _order(**more: Any) -> dict[str, Any]:
    return {"channel": "duka-main", "to": ANA, "message": TEMPLATE, **more}


async def test_a_reminder(any_house: House) -> None:
    """A plugin says something for later; it comes by itself, behind what was said meanwhile."""
    house = any_house
    house.plugin("remind", REMINDER)
    sim = house.line("duka", "remind")
    await house.start()
    await sim.says(ANA, "remind me")
    [identifier] = await sim.wait_for(ANA, 1)
    [_, reminder] = await sim.wait_for(ANA, 2)
    assert reminder.text == "this is your reminder"
    await sim.says(ANA, f"forget {identifier.text}")
    assert (await sim.wait_for(ANA, 3))[2].text == "too late"


async def test_a_changed_mind(any_house: House) -> None:
    """Taken back in time, it never comes, and the API says so."""
    house = any_house
    house.plugin("remind", REMINDER)
    sim = house.line("duka", "remind")
    await house.start()
    await sim.says(ANA, "remind me")
    [identifier] = await sim.wait_for(ANA, 1)
    await sim.says(ANA, f"forget {identifier.text}")
    assert (await sim.wait_for(ANA, 2))[1].text == "forgotten"
    code, one = await house.api("GET", f"/api/v1/messages/{identifier.text}")
    assert (code, one["status"], one["send_at"]) == (200, "cancelled", None)
    code, _ = await house.api("POST", json=_order(send_at=_in(2.5)))
    assert [m.kind for m in await sim.wait_for(ANA, 3)] == ["text", "text", "template"]


async def test_a_restart_between(any_house: House) -> None:
    """Asked for before, due while nobody runs, sent once by the next gateway."""
    house = any_house
    sim = house.line()
    await house.start()
    code, answer = await house.api("POST", json=_order(send_at=_in(1)))
    assert (code, answer["status"]) == (202, "scheduled")
    await house.stop()
    assert sim.accepted == []
    await house.start()
    await sim.wait_for(ANA, 1)
    await house.stop()
    await house.start()
    await until(lambda: house.rows("select status from part"), "it is known")
    assert len(sim.accepted) == 1


async def test_a_kill_around_the_moment(house: House, process: Process) -> None:
    """`kill -9` again and again around the time when twenty messages are due: each comes exactly once,
    unless its answer was lost, which is then shown."""
    sim = house.line()
    await process.start()
    key = await house.key()
    headers = {"Authorization": f"Bearer {key}"}
    ids = []
    for n in range(20):
        body = _order(send_at=_in(1.0 + n * 0.1))
        async with house.session.post(f"{process.url}/api/v1/messages", json=body, headers=headers) as answer:
            assert answer.status == 202
            ids.append((await answer.json())["id"])
    for _ in range(3):
        await process.end(signal.SIGKILL)
        await process.start()

    async def settled() -> bool:
        found = await house.rows(
            "select count(*) from scheduled union all select count(*) from outbox where state <> 'in_doubt'"
        )
        return found == [(0,), (0,)]

    await until(settled, "all are sent", within=60)
    sent = [call.body["biz_opaque_callback_data"] for call in sim.accepted]
    assert len(sent) == len(set(sent)) <= 20
    parts = await house.rows("select message, count(*) from part group by message")
    doubts = await house.rows("select message from outbox")
    assert {message for message, _ in parts} | {message for (message,) in doubts} == set(ids)
    assert {count for _, count in parts} <= {1}
    assert len(sent) >= 20 - len(doubts)
    assert await process.end(signal.SIGTERM) == 0
