"""A job that a hook asks for: run outside the turn, tried again, given up, replayed."""

from __future__ import annotations

from tests.support.house import ANA, BEN, House, until

SHOP = """\
import pathlib
from gateway import Chat, JobContext, Message, Retry, hook, job

HERE = pathlib.Path(__file__).parent

def seen(name):
    file = HERE / name
    count = int(file.read_text()) + 1 if file.exists() else 1
    file.write_text(str(count))
    return count

@hook.on_message
async def ordered(message: Message, chat: Chat) -> None:
    word, _, rest = message.text.partition(" ")
    work = {"charge": charge, "flaky": flaky, "later": later, "never": never, "slow": slow}[word]
    chat.enqueue(work, rest)
    await chat.say("working on it")

@job
async def charge(job: JobContext, order: str) -> str:
    chat = await job.chat()
    await job.db.run("update contact set name = :name where tenant = :tenant and id = :id",
                     name=f"paid {order}", id=chat.contact.id)
    await chat.say(f"charged {order} {job.attempt} {len(job.key) == 36} {job.tenant.id}")
    return "ok"

@job(retries=3)
async def flaky(job: JobContext, order: str) -> None:
    chat = await job.chat()
    await chat.say(f"run {job.attempt}")
    if seen("flaky") < 2:
        raise RuntimeError("the other server said: a secret")

@job
async def later(job: JobContext, order: str) -> None:
    if seen("later") < 3:
        raise Retry(0.1)
    await (await job.chat()).say(f"after {job.attempt} runs")

@job(retries=0)
async def never(job: JobContext, order: str) -> None:
    if not (HERE / "fixed").exists():
        raise RuntimeError("no")
    await (await job.chat()).say("at last")

@job(retries=0, timeout=0.2)
async def slow(job: JobContext, order: str) -> None:
    import asyncio
    await asyncio.sleep(30)
"""


async def test_a_job_runs_after_its_turn(house: House) -> None:
    """It gets its arguments, a key and a chat; what it says is sent; its row is gone when it is done."""
    house.plugin("shop", SHOP)
    sim = house.line("duka", "shop")
    await house.start()
    await sim.says(ANA, "charge A7")
    said = [m.text for m in await sim.wait_for(ANA, 2)]
    assert said == ["working on it", "charged A7 1 True duka"]
    await until(lambda: gone(house), "its row goes")
    assert ("paid A7",) in await house.rows("select name from contact")
    assert await house.metric("gateway_jobs_total", plugin="shop", result="done") == 1


async def test_what_a_failed_run_said_is_not_sent(house: House) -> None:
    """The run that fails says nothing; the next does, and it knows that it is the second."""
    house.plugin("shop", SHOP)
    sim = house.line("duka", "shop")
    await house.start()
    house.gateway.jobs._ends.chance = lambda: -0.49  # type: ignore[union-attr]
    await sim.says(ANA, "flaky A7")
    assert [m.text for m in await sim.wait_for(ANA, 2)] == ["working on it", "run 2"]
    assert await house.metric("gateway_jobs_total", plugin="shop", result="failed") == 1


async def test_a_job_asks_to_be_run_again(house: House) -> None:
    """`raise Retry` is no failure: it does not use up a retry."""
    house.plugin("shop", SHOP)
    sim = house.line("duka", "shop")
    await house.start()
    await sim.says(ANA, "later")
    assert [m.text for m in await sim.wait_for(ANA, 2)] == ["working on it", "after 3 runs"]
    assert await house.metric("gateway_jobs_total", plugin="shop", result="again") == 2
    assert await house.metric("gateway_jobs_total", plugin="shop", result="failed") == 0


async def test_a_job_is_given_up_and_replayed(house: House) -> None:
    """With its retries gone it is a dead letter; `gateway replay` runs it once more."""
    house.plugin("shop", SHOP)
    sim = house.line("duka", "shop")
    await house.start()
    await sim.says(ANA, "never")
    [(letter, reason, detail)] = await until(
        lambda: house.rows("select id, reason, detail from dead where stage = 'job'")
    )
    assert reason == "error"
    assert "plugin 'shop' job never raised RuntimeError: no" in detail
    assert "shop.py:" in detail
    [shown] = await house.replay(letter)
    assert (shown["stage"], shown["plugin"], shown["applied"]) == ("job", "shop", False)
    (house.folder / "fixed").touch()
    [applied] = await house.replay(letter, apply=True)
    assert applied["applied"] is True
    assert [m.text for m in await sim.wait_for(ANA, 2, timeout=30)] == ["working on it", "at last"]
    [again] = await house.replay(letter, apply=True)
    assert "before" in again["error"]


async def test_a_job_that_takes_too_long(house: House) -> None:
    """It is cancelled at its own timeout, and the sentence says where it waited and what to do."""
    house.plugin("shop", SHOP)
    sim = house.line("duka", "shop")
    await house.start()
    await sim.says(BEN, "slow")
    [(reason, detail)] = await until(
        lambda: house.rows("select reason, detail from dead where stage = 'job'")
    )
    assert reason == "timeout"
    assert "job slow took longer than 0.2s; give it a longer timeout, or less to do (" in detail


async def gone(house: House) -> bool:
    """Whether no job is open."""
    return not await house.rows("select id from job")
