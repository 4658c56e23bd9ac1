"""Once, and in order, however often and however badly things are delivered."""

from __future__ import annotations

import asyncio
from random import Random

from tests.support.house import ANA, BEN, House, change, text_message, until, webhook


async def test_a_webhook_delivered_twenty_times(any_house: House) -> None:
    """The same webhook twenty times at once, and again after a restart, is answered once."""
    house = any_house
    sim = house.line()
    await house.start()
    body = webhook(change(sim, text_message(ANA, "once", "wamid.same")))
    answers = await asyncio.gather(*(house.post(body) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    await sim.wait_for(ANA, 1)
    await until(lambda: _duplicates(house, 19), "19 duplicates are counted")
    await house.stop()
    await house.start()
    assert (await house.post(body)).status == 200
    # A second copy of the message in another webhook is the same message too.
    other = webhook(
        change(sim, text_message(ANA, "once", "wamid.same")),
        change(sim, text_message(ANA, "end", "wamid.end")),
    )
    assert (await house.post(other)).status == 200
    assert [m.text for m in await sim.wait_for(ANA, 2)] == ["once", "end"]
    assert len(await house.sent()) == 2


async def _duplicates(house: House, count: int) -> bool:
    return await house.metric("gateway_events_total", kind="message", result="duplicate") == count


async def test_thirty_messages_of_one_contact(any_house: House) -> None:
    """With slow answers, refusals and a second contact in between, replies come in order, once each."""
    house = any_house
    sim = house.line()
    house.plugin("slow", "import asyncio\nfrom gateway import hook\n\n@hook.on_message\n"
                 "async def reply(message, chat):\n    await asyncio.sleep(0.005)\n"
                 "    await chat.say(message.text)\n")  # fmt: skip
    house.lines["duka"].plugins = ("slow",)
    house.sending["number_rate"] = 1000
    await house.start()
    sim.rng, sim.refuse, sim.delay = Random(7), 0.0, 0.004
    texts = [f"{n}" for n in range(30)]
    for n, text in enumerate(texts):
        sim.refuse = 0.7 if n in (5, 17) else 0.0
        await sim.says(ANA, text)
        await sim.says(BEN, text)
    sim.refuse = 0.0
    for who in (ANA, BEN):
        inbox = await sim.wait_for(who, 30, timeout=20)
        assert [m.text for m in inbox] == texts
    assert await house.metric("gateway_order_violations_total") == 0
    assert len(sim.accepted) == 60


async def test_one_batch_with_many_messages_of_one_contact(house: House) -> None:
    """Thirty messages of one contact in one webhook are answered in the order in which they stand."""
    sim = house.line()
    await house.start()
    changes = [change(sim, text_message(ANA, f"{n}", f"wamid.{n}")) for n in range(30)]
    assert (await house.post(webhook(*changes))).status == 200
    inbox = await sim.wait_for(ANA, 30, timeout=30)
    assert [m.text for m in inbox] == [f"{n}" for n in range(30)]


async def test_several_parts_of_one_turn(house: House) -> None:
    """What a plugin says in one turn arrives in the order in which it said it."""
    house.plugin("talker", "from gateway import hook\n\n@hook.on_message\nasync def talk(message, chat):\n"
                 "    for n in range(5):\n        await chat.say(f'{message.text}{n}')\n")  # fmt: skip
    sim = house.line("duka", "talker")
    await house.start()
    sim.delay = 0.01
    await sim.says(ANA, "a")
    await sim.says(ANA, "b")
    assert [m.text for m in await sim.wait_for(ANA, 10)] == [f"{c}{n}" for c in "ab" for n in range(5)]


async def test_statuses_in_any_order(any_house: House) -> None:
    """Shuffled and doubled statuses only move a message forward."""
    house = any_house
    sim = house.line()
    await house.start()
    sim.shuffle_statuses, sim.duplicate_webhooks, sim.rng = True, 2, Random(3)
    for n in range(8):
        await sim.says(ANA, f"{n}")
    await sim.wait_for(ANA, 8, timeout=30)
    await sim.settle(10)

    async def all_read() -> bool:
        return [item["status"] for item in await house.sent()] == ["read"] * 8

    await until(all_read, "all are read")


async def test_a_failure_that_is_told_later(house: House) -> None:
    """A failed status shows in the API with the provider's code, and a later `sent` does not undo it."""
    sim = house.line()
    await house.start()
    sim.unreachable = {BEN}
    await sim.says(BEN, "hello")

    async def failed() -> bool:
        return [item["status"] for item in await house.sent()] == ["failed"]

    await until(failed, "the failure shows")
    [item] = await house.sent()
    assert item["error"]["code"] == 131026
    assert item["error"]["kind"] == "undeliverable"
    late = {"id": item["provider_message_id"], "status": "sent", "timestamp": "1", "recipient_id": BEN[1:]}
    assert (await house.post(webhook(change(sim, {"statuses": [late]})))).status == 200
    read = {**late, "status": "read", "timestamp": "2"}
    await sim.says(ANA, "something else")
    await sim.wait_for(ANA, 1)
    assert (await house.sent())[0]["status"] == "failed"
    assert (await house.post(webhook(change(sim, {"statuses": [read]})))).status == 200
    await until(lambda: _first_is(house, "read"), "proof of reading outweighs a failure")
    assert (await house.sent())[0]["error"] is None


async def _first_is(house: House, status: str) -> bool:
    return bool((await house.sent())[0]["status"] == status)


async def test_a_refusal_for_good(house: House) -> None:
    """What the provider refuses for good fails once, with its code, and can be replayed."""
    sim = house.line()
    await house.start()
    await sim.says("+15550104477", "I am the business itself")

    async def failed() -> bool:
        return [item["status"] for item in await house.sent()] == ["failed"]

    await until(failed, "131021 is for good")
    [item] = await house.sent()
    assert item["error"]["code"] == 131021
    assert await house.metric("gateway_dead_total", stage="send", reason="rejected") == 1
    assert await house.metric("gateway_send_attempts_total", outcome="rejected") == 1
