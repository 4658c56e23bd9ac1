"""A gateway that works keeps its promises: nothing is found, also while messages flow."""

from __future__ import annotations

import asyncio

from gateway.clock import SystemClock
from gateway.store import connect
from gateway.verify.record import Report, Terms
from gateway.verify.run import Verification
from tests.support.house import House, until

_BUSY = """\
import asyncio
from gateway import Button, Buttons, Chat, JobContext, Message, flow, hook, job

@flow(timeout="12h")
async def track(chat: Chat) -> None:
    answer = await chat.ask("order", "Which order?")
    await chat.say(f"Order {answer}.")

@job
async def later(job: JobContext, text: str) -> str:
    return text

@hook.on_message
async def busy(message: Message, chat: Chat) -> None:
    if message.text == "track":
        await chat.start(track)
    elif message.text == "job":
        chat.enqueue(later, "x")
    elif message.text == "menu":
        await chat.send(Buttons("Which?", [Button("a", "A"), Button("b", "B")]))
    else:
        await chat.say(message.text)
        await chat.say("and again")
"""


async def verified(house: House, settle: float = 0.2) -> Report:
    """What `gateway verify --all` finds."""
    store = connect(house.urls.url, worker_url=house.urls.worker_url)
    await store.open(own=False)
    try:
        return await Verification(store, Terms(SystemClock().now()), settle=settle).run()
    finally:
        await store.close()


def told(report: Report) -> dict[str, list[str]]:
    """What was found, by check."""
    return {
        each.check.name: [f"{one.id}: {one.detail}" for one in [*each.broken, *each.late]] + [each.problem]
        for each in report.results
        if each.broken or each.late or each.problem
    }


async def test_nothing_is_broken_while_messages_flow(any_house: House) -> None:
    """Two tenants talk, ask, order jobs and call the API; looked at again and again, all holds."""
    house = any_house
    house.plugin("busy", _BUSY)
    house.line("duka", "busy")
    house.line("soko", "busy")
    await house.start()
    people = [(line.sim, f"+2547000000{n:02d}") for line in house.lines.values() for n in range(4)]

    async def talk() -> None:
        for n in range(6):
            for sim, phone in people:
                await sim.says(phone, ("track", "17", "job", "menu", f"hello {n}")[n % 5])
            await house.api(
                "POST",
                json={
                    "channel": "duka-main",
                    "to": people[0][1],
                    "message": {"type": "text", "text": "news"},
                },
                headers={"Idempotency-Key": f"key-{n}"},
            )
            await asyncio.sleep(0.02)

    talking = asyncio.create_task(talk())
    looks = []
    while not talking.done():
        looks.append(told(await verified(house)))
    await talking
    await until(lambda: _quiet(house), "all is sent")
    report = await verified(house)

    assert looks
    assert not any(looks), looks
    assert told(report) == {}
    rows = {each.check.name: each.rows for each in report.results}
    assert rows["message_seen"] > 100
    assert not rows["dead_place"]
    assert rows["part_order"] > 50
    assert rows["answer_message"] == 6
    assert rows["feed_holes"]
    assert rows["conversation_tenant"] == 8


async def _quiet(house: House) -> bool:
    [(left,)] = await house.rows("select (select count(*) from outbox) + (select count(*) from event)")
    return not left
