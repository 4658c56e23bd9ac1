"""How webhooks travel: again and again, together, out of order, for several numbers, on their own clock."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from random import Random

import pytest

from gateway.clock import HOUR, ManualClock
from gateway.simulator import NotDelivered
from gateway.simulator.timeline import Timeline
from providers.meta_cloud import provider
from providers.meta_cloud.simulator import MetaSimulator

ANA, BEN = "+254700000001", "+254700000002"


async def test_a_webhook_is_tried_again_for_days(sim: MetaSimulator, business) -> None:
    """Refused for 30 hours, a message still comes, ever more seldom, without anybody waiting."""
    sim.retry_as_meta()
    business.answers = [503] * 12
    act = asyncio.create_task(sim.says(ANA, "are you there?"))
    started = sim.clock.now()
    await sim.pass_time(hours=2)
    refused_early = 12 - len(business.answers)
    assert not act.done()
    await sim.pass_time(hours=28)
    assert await act
    assert len(business.bodies) == 1
    assert refused_early > 12 - refused_early
    assert sim.clock.now() - started >= 30 * HOUR


async def test_after_seven_days_meta_gives_up(sim: MetaSimulator, business) -> None:
    """A business that refuses for a week never gets the message."""
    sim.retry_as_meta()
    business.answers = [503] * 1000
    act = asyncio.create_task(sim.says(ANA, "are you there?"))
    await sim.pass_time(days=8)
    with pytest.raises(NotDelivered, match="503"):
        await act
    assert business.bodies == []
    assert 20 < 1000 - len(business.answers) < 40


async def test_retries_go_to_every_subscribed_app(sim: MetaSimulator, business) -> None:
    """With `fan_out` a webhook that was refused once comes in several copies."""
    sim.fan_out = 3
    business.answers = [500]
    await sim.says(ANA, "hello")
    assert len(business.bodies) == 3
    assert len(set(business.bodies)) == 1


async def test_a_missed_answer_brings_the_webhook_again(sim: MetaSimulator, business) -> None:
    """When the 200 is lost, the business has the webhook and gets it again."""
    sim.miss_answers, sim.rng = 0.5, Random(2)
    for text in "abcdef":
        await sim.says(ANA, text)
    assert len(business.bodies) > len(set(business.bodies)) == 6
    assert any("answer missed" in trouble for trouble in sim.troubles)


async def test_webhooks_overtake_each_other(sim: MetaSimulator, business) -> None:
    """With `reorder` the order of arrival is another one than the order of writing; none is lost."""
    sim.reorder, sim.rng = 0.2, Random(1)
    texts = [str(n) for n in range(10)]
    acts = [asyncio.create_task(sim.says(ANA, text)) for text in texts]
    await sim.pass_time(seconds=1)
    await asyncio.gather(*acts)
    came = [value["messages"][0]["text"]["body"] for value in business.values]
    assert came != texts
    assert sorted(came) == texts


async def test_a_thousand_updates_of_two_tenants_in_one_post(sim: MetaSimulator, business) -> None:
    """One POST holds 1,000 updates of two numbers of two accounts, and every one is read."""
    sim.add_number("402", "15550100000", "199")
    sim.batch, sim.batch_all, sim.batch_wait, sim.shuffle_statuses = 1000, True, 5.0, True
    numbers = ("", "402")
    await asyncio.gather(*(sim.says(f"+2547000{n:05}", str(n), number=numbers[n % 2]) for n in range(1000)))
    [body] = business.bodies
    payload = json.loads(body)
    assert {entry["id"] for entry in payload["entry"]} == {"198700112233445", "199"}
    parsed = provider.parse(body)
    assert parsed.failures == ()
    assert {event.number for event in parsed.events} == {sim.number, "402"}
    assert {event.content.text for event in parsed.events} == {str(n) for n in range(1000)}
    first = payload["entry"][0]["changes"][0]["value"]
    assert len(first["contacts"]) == len(first["messages"]) == 500


async def test_an_incomplete_batch_goes_out_after_a_while(sim: MetaSimulator, business) -> None:
    """Messages and fields of an incomplete batch wait for `batch_wait`, then go together."""
    sim.batch, sim.batch_all = 10, True
    await asyncio.gather(sim.says(ANA, "a"), sim.says(BEN, "b"), sim.stops_marketing(ANA))
    [body] = business.bodies
    entries = json.loads(body)["entry"]
    assert [[change["field"] for change in entry["changes"]] for entry in entries] == [
        ["messages"],
        ["user_preferences"],
    ]
    assert ["time" in entry for entry in entries] == [False, True]
    assert len(entries[0]["changes"][0]["value"]["messages"]) == 2


async def test_a_batch_that_is_never_taken_fails_every_act_in_it(sim: MetaSimulator, business) -> None:
    """Whoever waits in a batch learns that the business did not take it."""
    sim.batch, sim.batch_all, sim.retry_for = 2, True, 0.01
    business.answers = [500] * 100
    results = await asyncio.gather(sim.says(ANA, "a"), sim.says(BEN, "b"), return_exceptions=True)
    assert [type(result) for result in results] == [NotDelivered, NotDelivered]


async def test_a_number_may_have_a_url_of_its_own(sim: MetaSimulator, business) -> None:
    """The route decides where a number's webhooks go; a batch for two URLs becomes two webhooks."""
    sim.add_number("402", "15550100000", "199")
    nowhere, there = "http://127.0.0.1:9/hook", sim.webhook_url
    sim._emitter.route = lambda line, field: there if line.phone_number_id == "402" else nowhere
    await sim.says(ANA, "hello", number="402")
    assert business.values[0]["metadata"]["phone_number_id"] == "402"
    with pytest.raises(NotDelivered, match=":9/hook"):
        await sim.says(ANA, "hello")


async def test_a_business_that_hangs_is_given_up(sim: MetaSimulator) -> None:
    """A connection that is taken and never answered counts as a refusal after `answer_within`."""
    sim.answer_within, sim.retry_for = 0.05, 0.0
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sim.webhook_url = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        with pytest.raises(NotDelivered, match="Timeout"):
            await sim.says(ANA, "hello")


async def test_passed_time_wakes_sleepers_in_order() -> None:
    """Pauses end in the order in which they fall due, each at its own time; a manual clock goes along."""
    base = ManualClock()
    time, log, start = Timeline(base), [], base.now()

    async def nap(seconds: float) -> None:
        with time.working():
            await time.sleep(seconds)
            log.append((seconds, (time.now() - start) / HOUR))
            await time.sleep(3600)
            log.append((-seconds, (time.now() - start) / HOUR))

    naps = [asyncio.create_task(nap(seconds)) for seconds in (7200, 3600, 9e9)]
    await asyncio.sleep(0)
    await time.pass_time(4 * 3600)
    order = [(what, round(when, 3)) for what, when in log]
    assert order == [(3600, 1), (7200, 2), (-3600, 2), (-7200, 3)]
    assert abs(base.now() - start - 4 * HOUR) < 100  # microseconds are cut off at each step
    naps[2].cancel()


@pytest.fixture
async def manual() -> AsyncIterator[MetaSimulator]:
    """A simulator on a manual clock."""
    async with MetaSimulator(clock=ManualClock()) as simulator:
        yield simulator


async def test_a_manual_clock_goes_along(manual: MetaSimulator) -> None:
    """The simulator's time is the clock's, and passing time advances both."""
    before = manual.clock.now()
    await manual.pass_time(days=1, minutes=1)
    assert manual.clock.now() - before == 24 * HOUR + HOUR // 60
