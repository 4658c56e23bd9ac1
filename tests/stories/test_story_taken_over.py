"""Two processes on one PostgreSQL, one of which is killed: what it did for all goes on in the other."""

from __future__ import annotations

import signal
import time
from collections.abc import AsyncIterator

import pytest

from tests.endpoints.world import Receiver, receiving
from tests.stories.test_story_process import Process
from tests.stories.test_story_several import made
from tests.support.house import ANA, BEN, House, until
from tests.support.houses import postgres_house

__all__ = ["postgres_house"]

SLOW = """\
import asyncio, os, pathlib
from gateway import Chat, JobContext, Message, hook, job

HERE = pathlib.Path(__file__).parent

@hook.on_message
async def asked(message: Message, chat: Chat) -> None:
    if message.text == "work":
        chat.enqueue(work)
    else:
        await chat.say(message.text)

@job
async def work(job: JobContext) -> None:
    with (HERE / "bank").open("a") as bank:
        bank.write(f"{os.getpid()} {job.key}\\n")
    while not (HERE / "open").exists():
        await asyncio.sleep(0.05)
    await (await job.chat()).say("done")
"""
#: A lease of 5 seconds, what is needed to see that it is over, and a busy machine.
WITHIN = 60.0


@pytest.fixture
async def two(postgres_house: House) -> AsyncIterator[tuple[House, Receiver, list[Process]]]:
    """Two processes, each with a spool of its own, and a customer's server that gets the events."""
    house = postgres_house
    house.plugin("slow", SLOW)
    house.line("duka", "slow")
    async with receiving() as receiver:
        house.webhooks = {"internal": [receiver.origin], "insecure_links": True}
        processes = [Process(house), Process(house)]
        for n, process in enumerate(processes):
            house.server = {"spool": f"spool-{n}"}
            await process.start()
        yield house, receiver, processes
        for process in processes:
            await process.end(signal.SIGKILL)


async def leader(house: House, processes: list[Process]) -> Process:
    """Who leads; waits until both own something."""

    async def shared() -> int:
        return len(await house.rows("select distinct owner from shard where owner <> ''")) == 2

    await until(shared, "both own shards", within=60)
    leads = "select p.host from shard s join process p on p.id = s.owner where s.id = 0"
    [(place,)] = await house.rows(leads)
    return next(each for each in processes if each._child and str(place).endswith(f":{each._child.pid}"))


async def test_the_leader_is_killed(two: tuple[House, Receiver, list[Process]]) -> None:
    """What it did for all goes on within the time of a lease: jobs are run again under the same key, events
    are numbered and posted."""
    house, receiver, processes = two
    first = await leader(house, processes)
    other = next(each for each in processes if each is not first)
    sim = house.lines["duka"].sim
    headers = {"Authorization": f"Bearer {await made(house, tenant='duka')}"}
    hook = {"url": f"{receiver.origin}/in"}
    async with house.session.post(f"{other.url}/api/v1/webhooks", json=hook, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
    sim.webhook_url = f"{other.url}/webhooks/meta_cloud/duka-main"
    await sim.says(ANA, "hello")
    await until(lambda: receiver.at("/in"), "events are posted", within=60)
    await sim.says(ANA, "work")
    await until(lambda: (house.folder / "bank").exists(), "the job runs", within=60)
    before = await house.rows("select max(seq) from feed_head")
    await first.end(signal.SIGKILL)
    began = time.monotonic()
    (house.folder / "open").touch()
    await sim.says(BEN, "are you there")
    assert [m.text for m in await sim.wait_for(BEN, 1, timeout=WITHIN)] == ["are you there"]
    assert [m.text for m in await sim.wait_for(ANA, 2, timeout=WITHIN)] == ["hello", "done"]

    async def all_told() -> bool:
        open_ = await house.rows("select 1 from feed_open")
        open_ += await house.rows("select 1 from delivery where state = 'waiting'")
        return not open_ and await house.rows("select max(seq) from feed_head") > before

    await until(all_told, "what was noted has its numbers and was posted", within=WITHIN)
    assert time.monotonic() - began < WITHIN
    runs = [line.split() for line in (house.folder / "bank").read_text().splitlines()]
    assert len({key for _, key in runs}) == 1
    assert len({process for process, _ in runs}) == len(runs)
    seqs = [got.seq for got in receiver.at("/in")]
    assert set(seqs) == set(range(min(seqs), max(seqs) + 1))
