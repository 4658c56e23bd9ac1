"""Two gateways on one PostgreSQL: what one is told counts in both, and work goes to whoever it is for."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.app import Gateway
from gateway.operate import operate
from gateway.settings import load
from tests.support.beside import beside
from tests.support.house import ANA, BEN, ECHO, House, until
from tests.support.houses import postgres_house

__all__ = ["postgres_house"]

SHOUT = ECHO.replace("message.text", "message.text.upper()")
WORK = """\
import pathlib
from gateway import Chat, JobContext, Message, hook, job

@hook.on_message
async def asked(message: Message, chat: Chat) -> None:
    if message.text == "work":
        chat.enqueue(work)
    else:
        await chat.db.run("update contact set name = name where tenant = :tenant")
        await chat.say(message.text)

@job
async def work(job: JobContext) -> None:
    with (pathlib.Path(__file__).parent / "bank").open("a") as bank:
        bank.write(f"{job.key}\\n")
    await (await job.chat()).say("done")
"""
#: Tenants enough that each gateway owns the numbers of some.
TENANTS = [f"shop{n}" for n in range(6)]


@pytest.fixture
async def two(postgres_house: House) -> AsyncIterator[tuple[House, Gateway, Gateway]]:
    """Six tenants, and two gateways that share them; webhooks go to the first."""
    house = postgres_house
    house.plugin("work", WORK)
    house.plugin("shout", SHOUT)
    for tenant in TENANTS:
        house.line(tenant, "work")
    await house.start()
    assert house.gateway is not None
    async with beside(house) as second:
        yield house, house.gateway, second


def whose(house: House, gateway: Gateway) -> list[str]:
    """The tenants whose number *gateway* owns."""
    channels = {channel.tenant: channel for channel in gateway.channels}
    return [tenant for tenant in TENANTS if gateway.cluster.epoch(channels[tenant].shard)]


async def made(house: House, **args: Any) -> str:
    """A new key."""
    return str((await operate(load(house.config), "key.create", args))["key"])


async def call(
    house: House, key: str, at: Gateway, method: str, path: str, *, tenant: str = "", **more: Any
) -> tuple[int, Any]:
    """The API at one of the gateways."""
    headers = {"Authorization": f"Bearer {key}", **({"Gateway-Tenant": tenant} if tenant else {})}
    async with house.session.request(method, f"{at.url}/api/v1/{path}", headers=headers, **more) as answer:
        text = await answer.text()
        return answer.status, json.loads(text) if text else None


async def test_a_message_is_answered_by_the_owner_wherever_it_lands(
    two: tuple[House, Gateway, Gateway],
) -> None:
    """Each gateway takes webhooks for all numbers; each is answered once, in order, within a second."""
    house, first, second = two
    theirs = whose(house, second)
    assert theirs
    assert whose(house, first)
    names = ["first", "second"]
    for n in range(3):
        for name, at in zip(names, (first, second), strict=True):
            for tenant in TENANTS:
                sim = house.lines[tenant].sim
                sim.webhook_url = f"{at.url}/webhooks/meta_cloud/{tenant}-main"
                await sim.says(ANA, f"{n} by {name}")
    for tenant in TENANTS:
        said = await house.lines[tenant].sim.wait_for(ANA, 6, timeout=30)
        assert [each.text for each in said] == [
            f"{n} by {by}" for n in range(3) for by in ("first", "second")
        ]
    sim = house.lines[theirs[0]].sim
    sim.webhook_url = f"{first.url}/webhooks/meta_cloud/{theirs[0]}-main"
    await sim.says(BEN, "quick")
    await sim.wait_for(BEN, 1, timeout=30)


async def test_a_change_at_one_counts_in_both_within_a_second(two: tuple[House, Gateway, Gateway]) -> None:
    """A plugin, a key and a tenant's setting: changed over the API of one, seen by the other."""
    house, first, second = two
    key = await made(house, operator=True)
    new = {"id": "later", "language": "sw"}
    code, answer = await call(house, key, second, "POST", "tenants", json=new)
    assert code == 201, answer
    await until(lambda: "later" in first.directory, "the other knows the tenant")

    change = {"enabled": True}
    code, answer = await call(house, key, first, "PATCH", "plugins/shout", json=change, tenant="later")
    assert code == 200, answer
    await until(lambda: second.directory.plugins_of("later") == ("shout",), "the plugin is on")

    key = await made(house, tenant="shop0")
    for at in (first, second):
        assert (await call(house, key, at, "GET", "messages"))[0] == 200
    await operate(load(house.config), "key.revoke", {"id": key.split("_")[1]})
    for at in (first, second):

        async def refused(at: Gateway = at) -> bool:
            return (await call(house, key, at, "GET", "messages"))[0] == 401

        await until(refused, "the key counts no more")


async def test_jobs_run_once_on_either(two: tuple[House, Gateway, Gateway]) -> None:
    """Each job that was ordered runs on one of the two, and is told once."""
    house, _, _ = two
    for tenant in TENANTS:
        await house.lines[tenant].sim.says(ANA, "work")
    for tenant in TENANTS:
        assert [each.text for each in await house.lines[tenant].sim.wait_for(ANA, 1, timeout=30)] == ["done"]
    runs = (house.folder / "bank").read_text().split()
    assert len(runs) == len(set(runs)) == len(TENANTS)


async def test_the_log_is_followed_at_either(two: tuple[House, Gateway, Gateway]) -> None:
    """Whoever waits for news at a gateway that does not give the numbers hears of them within a second."""
    house, first, second = two
    tenant = TENANTS[0]
    quiet = second if first.cluster.leads else first
    key = await made(house, tenant=tenant)
    waiting = asyncio.create_task(call(house, key, quiet, "GET", "events?wait=25"))
    await asyncio.sleep(0.3)
    began = time.monotonic()
    await house.lines[tenant].sim.says(ANA, "hello")
    code, found = await waiting
    assert code == 200, found
    assert found["items"]
    assert time.monotonic() - began < 20.0
