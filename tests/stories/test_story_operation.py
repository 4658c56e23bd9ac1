"""What operators and balancers see."""

from __future__ import annotations

import asyncio

from prometheus_client.parser import text_string_to_metric_families

from gateway.observe.families import FAMILIES
from tests.support.house import ANA, House, until

STAGES = ("webhook_durable", "dispatched", "accepted", "delivered")


async def test_the_latencies_move(any_house: House) -> None:
    """One answered message moves each of the four latency histograms by one."""
    house = any_house
    sim = house.line()
    sim.statuses = ("delivered",)
    await house.start()
    before = [await house.metric(f"gateway_{stage}_seconds_count") for stage in STAGES]
    assert before == [0, 0, 0, 0]
    await sim.says(ANA, "hello")
    await sim.wait_for(ANA, 1)
    await until(lambda: house.metric("gateway_delivered_seconds_count"), "delivered")
    await until(lambda: house.metric("gateway_accepted_seconds_count"), "accepted")
    counts = [await house.metric(f"gateway_{stage}_seconds_count") for stage in STAGES]
    assert counts == [2, 1, 1, 1]  # the status is a webhook too
    for stage in STAGES[:3]:
        assert 0 < await house.metric(f"gateway_{stage}_seconds_sum") < 5
    assert await house.metric("gateway_statuses_total", status="delivered") == 1
    assert await house.metric("gateway_send_attempts_total", outcome="accepted") == 1


async def test_labels_are_closed_sets(house: House) -> None:
    """No label holds a number, a tenant, a text or anything else that grows with the traffic."""
    sim = house.line("duka-with-a-long-name")
    await house.start()
    await sim.says(ANA, "hello")
    await sim.wait_for(ANA, 1)
    async with house.session.get(house.url + "/metrics") as answer:
        text = await answer.text()
    for forbidden in (ANA, ANA[1:], "duka-with-a-long-name", "hello", sim.number, "wamid"):
        assert forbidden not in text
    known = {family.exposed: family for family in FAMILIES}
    seen = {f.name: f for f in text_string_to_metric_families(text) if f.name.startswith("gateway_")}
    for name, family in known.items():
        found = seen[name.removesuffix("_total")]
        for sample in found.samples:
            assert set(sample.labels) - {"le"} == set(family.labels), name
            for label, value in sample.labels.items():
                allowed = family.labels.get(label)
                assert not allowed or value in allowed, (name, label, value)


async def test_health(house: House) -> None:
    """Live and ready while it serves; while it drains it is live, not ready, and finishes what it has."""
    house.plugin("slow", "import asyncio\nfrom gateway import hook\n\n@hook.on_message\n"
                 "async def slow(message, chat):\n    await asyncio.sleep(0.4)\n"
                 "    await chat.say('done')\n")  # fmt: skip
    sim = house.line("duka", "slow")
    await house.start()
    url = house.url
    for path in ("/health/live", "/health/ready"):
        async with house.session.get(url + path) as answer:
            assert (answer.status, (await answer.json())["status"]) == (200, "ok")
    await sim.says(ANA, "hello")
    assert house.gateway is not None
    gateway, house.gateway = house.gateway, None
    stopping = asyncio.create_task(gateway.stop(grace=0.3))
    await asyncio.sleep(0.05)
    async with house.session.get(url + "/health/ready") as answer:
        assert (answer.status, (await answer.json())["status"]) == (503, "draining")
    async with house.session.get(url + "/health/live") as answer:
        assert answer.status == 200
    await stopping
    assert [m.text for m in sim.inbox(ANA)] == ["done"]
