"""Jobs when things go wrong: kills, another process, answers of the database that are lost, poison."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateway.errors import StoreUnavailable
from gateway.store.port import Tx
from tests.stories.test_story_process import Process
from tests.support.house import ANA, BEN, House, until

BANK = """\
import asyncio, pathlib, time
from gateway import Chat, JobContext, Message, hook, job

HERE = pathlib.Path(__file__).parent

@hook.on_message
async def asked(message: Message, chat: Chat) -> None:
    work = {"pay": pay, "block": block, "hold": hold}.get(message.text, pay)
    chat.enqueue(work.keyed("" if message.text != "keyed" else "K"))

@job(retries=0)
async def pay(job: JobContext) -> None:
    with (HERE / "bank").open("a") as bank:
        bank.write(f"{job.key} {job.attempt}\\n")
    while not (HERE / "open").exists():
        await asyncio.sleep(0.01)
    await (await job.chat()).say("paid")

@job(retries=0)
async def block(job: JobContext) -> None:
    time.sleep(1.3)
    await (await job.chat()).say("blocked")

@job(retries=0)
async def hold(job: JobContext) -> None:
    async with job.db.begin():
        await job.db.run("update contact set name = 'held' where tenant = :tenant")
        await asyncio.sleep(0.5)
"""

CROWD = """\
import asyncio, pathlib
from gateway import Chat, JobContext, Message, hook, job

HERE = pathlib.Path(__file__).parent

@hook.on_message
async def asked(message: Message, chat: Chat) -> None:
    for n in range(30):
        chat.enqueue(count, n)

@job
async def count(job: JobContext, n: int) -> None:
    with (HERE / "bank").open("a") as bank:
        bank.write(f"{n}\\n")
    await asyncio.sleep(0.05)
    await (await job.chat()).say(f"number {n}")
"""


def bank(house: House) -> list[list[str]]:
    """What the world outside saw: the key and the attempt of each run."""
    file = house.folder / "bank"
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


async def begun(house: House) -> House:
    """With the plugin."""
    house.plugin("bank", BANK)
    house.line("duka", "bank")
    return await house.start()


async def test_kill_in_the_middle_of_a_job(house: House) -> None:
    """After `kill -9` the next process runs the job again: the world outside is asked twice under one key,
    the contact hears of it once."""
    house.plugin("bank", BANK)
    house.line("duka", "bank")
    process = Process(house)
    await process.start()
    try:
        await house.sim.says(ANA, "pay")
        await until(lambda: bank(house), "the job runs")
        await process.end(signal.SIGKILL)
        (house.folder / "open").touch()
        await process.start()
        assert [m.text for m in await house.sim.wait_for(ANA, 1, timeout=30)] == ["paid"]
        (key, first), (same, second) = bank(house)
        assert (key, first, second) == (same, "1", "2")
        await until(lambda: _gone(house), "its row goes")
        assert len(await house.rows("select id from message where direction = 'out'")) == 1
    finally:
        await process.end(signal.SIGTERM)


async def test_kills_under_load(house: House) -> None:
    """Thirty jobs and three `kill -9` among them: each ran, some more than once, and each is told once."""
    house.plugin("crowd", CROWD)
    house.line("duka", "crowd")
    process = Process(house)
    await process.start()
    try:
        await house.sim.says(ANA, "go")
        await until(lambda: house.rows("select id from job"), "the jobs are there")
        for share in (3, 10, 20):
            await until(lambda share=share: len(bank(house)) >= share, f"{share} runs", within=60)  # type: ignore[misc]
            await process.end(signal.SIGKILL)
            await process.start()
        await until(lambda: _gone(house), "all are done", within=30)
        runs = [line[0] for line in bank(house)]
        assert set(runs) == {str(n) for n in range(30)}
        said = [
            content for (content,) in await house.rows("select content from message where direction = 'out'")
        ]
        assert len(said) == len(set(said)) == 30
        assert await house.rows("select id from dead") == []
    finally:
        await process.end(signal.SIGTERM)


async def test_a_clean_stop_lets_go_of_a_job(house: House) -> None:
    """What does not end in time is cut off and is there for the next process, and no unclean start is
    counted."""
    await begun(house)
    await house.sim.says(ANA, "pay")
    await until(lambda: bank(house), "the job runs")
    assert house.gateway is not None
    assert house.gateway.jobs is not None
    await house.gateway.jobs.drain(0.05)
    assert await house.rows("select state, starts, attempt from job") == [("ready", 0, 1)]


async def test_another_process_has_taken_over(house: House) -> None:
    """Who was overtaken while it ran keeps nothing of what it says, and ends nobody's row."""
    await begun(house)
    await house.sim.says(ANA, "pay")
    await until(lambda: bank(house), "the job runs")

    async def overtake(tx: Tx) -> None:
        await tx.run("update job set epoch = epoch + 1, attempt = 2, starts = 2 where tenant = 'duka'")

    await house.gateway.store.write(overtake)  # type: ignore[union-attr]
    (house.folder / "open").touch()
    await until(lambda: house.metric("gateway_jobs_total", plugin="bank", result="overtaken"))
    assert await house.rows("select state, attempt from job") == [("running", 2)]
    assert await house.rows("select id from message where direction = 'out'") == []


async def test_a_process_that_was_overtaken_claims_nothing(house: House) -> None:
    """The claim asks whether the process is still one of those that are there."""
    await begun(house)
    store = house.gateway.store  # type: ignore[union-attr]
    ((ended,),) = await house.rows("select term from process")
    await store.write(lambda tx: tx.run("update process set stopped_at = 1"))
    await house.sim.says(ANA, "pay")
    await until(lambda: house.rows("select id from job"), "the job is there")
    await asyncio.sleep(1.2)
    assert all(term > ended for (term,) in await house.rows("select epoch from job where state = 'running'"))
    if store.dialect == "sqlite":  # where nobody joins anew
        assert bank(house) == []
        assert await house.rows("select state, attempt from job") == [("ready", 0)]


async def test_the_answer_to_a_commit_is_lost(house: House) -> None:
    """A claim and an end whose commit was made although its answer was lost: the job runs once, what it says
    is kept once."""
    await begun(house)
    (house.folder / "open").touch()
    jobs: Any = house.gateway.jobs  # type: ignore[union-attr]
    jobs._store = jobs._ends._store = Lossy(jobs._store)
    await house.sim.says(ANA, "pay")
    await until(lambda: bank(house), "the job runs")
    await until(lambda: _gone(house), "its row goes")
    assert jobs._store.lost >= 2
    assert len(bank(house)) == 1
    await asyncio.sleep(0.2)
    assert len(await house.rows("select id from message where direction = 'out'")) == 1


async def test_a_job_that_ends_the_process_each_time(house: House) -> None:
    """Five starts without an end are enough: a dead letter, and no sixth."""
    await begun(house)
    store = house.gateway.store  # type: ignore[union-attr]
    house.gateway.jobs._turns.in_flight = 0  # type: ignore[union-attr]
    await house.sim.says(ANA, "pay")
    await until(lambda: house.rows("select id from job"), "it waits")
    await store.write(lambda tx: tx.run("update job set starts = 5, attempt = 5 where tenant = 'duka'"))
    house.gateway.jobs._turns.in_flight = 8  # type: ignore[union-attr]
    rows = await until(lambda: house.rows("select reason, detail from dead where stage = 'job'"))
    assert rows == [("poison", "the process ended each of five times that this job ran")]
    assert bank(house) == []


async def test_a_job_that_blocks_everybody(sqlite_house: House) -> None:
    """The log and the metrics name the plugin; what it did outside is done, so it is not undone."""
    await begun(sqlite_house)
    await sqlite_house.sim.says(BEN, "block")
    assert [m.text for m in await sqlite_house.sim.wait_for(BEN, 1)] == ["blocked"]
    assert await sqlite_house.metric("gateway_loop_blocked_total", plugin="bank") == 1


async def test_a_job_that_holds_its_transaction(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's one writer, or a connection to PostgreSQL, is taken from it; nothing of the block is kept, and
    it is told what to write."""
    monkeypatch.setattr("gateway.jobs.db.HOLD", 0.3)
    await begun(house)
    await house.sim.says(BEN, "hold")
    [(detail,)] = await until(lambda: house.rows("select detail from dead where stage = 'job'"))
    assert "raised HandleRevoked" in detail
    assert "keep what waits for others out of 'async with job.db.begin()'" in detail
    assert ("held",) not in await house.rows("select name from contact")


async def _gone(house: House) -> bool:
    return not await house.rows("select id from job")


class Lossy:
    """A store that loses the first answer to each kind of commit."""

    def __init__(self, store: Any) -> None:
        self._store, self.lost = store, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def write(self, work: Callable[[Tx], Awaitable[Any]], **more: Any) -> Any:
        """Commit, and say that nobody knows, every second time."""
        found = await self._store.write(work, **more)
        self.lost += 1
        if self.lost % 2:
            raise StoreUnavailable("the answer was lost")
        return found
