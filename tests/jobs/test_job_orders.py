"""How jobs are asked for: later, once for a key, by a flow that waits, by other jobs; what they set going."""

from __future__ import annotations

from tests.support.house import ANA, BEN, House, until

VISITS = """\
from datetime import timedelta
import msgspec
from gateway import Chat, JobContext, JobFailed, Message, flow, hook, job

class VisitMoved(msgspec.Struct, tag="visit_moved"):
    day: str

@hook.register_events
def events():
    return [VisitMoved]

@hook.on("visit_moved")
async def moved(event, chat):
    await chat.say(f"moved to {event.payload['day']}")

@hook.on_message
async def asked(message: Message, chat: Chat):
    if message.text == "twice":
        for _ in range(2):
            chat.enqueue(remind.keyed("visit 7"), "7")
    if message.text == "soon":
        chat.enqueue(remind.at(chat.now + timedelta(seconds=0.4)), "8")
    if message.text == "move":
        chat.enqueue(move, "tuesday")
    if message.text == "chain":
        chat.enqueue(first, 2)
    if message.text == "shared":
        return await chat.start(shared)
    if message.text in ("pay", "fail"):
        return await chat.start(pay, message.text)

@job
async def remind(job: JobContext, visit: str) -> None:
    await (await job.chat()).say(f"visit {visit} {job.key == 'visit 7'}")

@job
async def move(job: JobContext, day: str) -> None:
    job.emit(VisitMoved(day))

@job
async def first(job: JobContext, left: int) -> None:
    await (await job.chat()).say(f"{left} left")
    if left:
        job.enqueue(first, left - 1)

@job(retries=0)
async def charge(job: JobContext, word: str) -> dict[str, str]:
    if word == "fail":
        raise RuntimeError("no money")
    return {"receipt": f"R-{word}"}

@job
async def slowly(job: JobContext) -> str:
    import asyncio
    await asyncio.sleep(0.3)
    return job.key

@flow
async def shared(chat: Chat) -> None:
    await chat.say(await chat.job("once", slowly.keyed("K")))

@flow
async def pay(chat: Chat, word: str) -> None:
    try:
        receipt = await chat.job("charge", charge, word)
    except JobFailed as error:
        await chat.say(f"it did not work: {'RuntimeError' in str(error)}")
        return
    await chat.say(f"thank you, {receipt['receipt']}")
"""


async def said(house: House, who: str, count: int) -> list[str]:
    """What *who* sees once it is *count* messages."""
    return [m.text for m in await house.sim.wait_for(who, count)]


async def begun(house: House) -> House:
    """With the plugin."""
    house.plugin("visits", VISITS)
    house.line("duka", "visits")
    return await house.start()


async def test_one_for_a_key(house: House) -> None:
    """A second order with the key of a job that is open is none; the key is the job's."""
    await begun(house)
    await house.sim.says(ANA, "twice")
    assert await said(house, ANA, 1) == ["visit 7 True"]
    await house.sim.says(ANA, "move")
    assert await said(house, ANA, 2) == ["visit 7 True", "moved to tuesday"]


async def test_a_job_for_later(house: House) -> None:
    """It waits for its time."""
    await begun(house)
    await house.sim.says(ANA, "soon")
    await until(lambda: house.rows("select id from job where attempt = 0 and state = 'ready'"))
    assert house.sim.inbox(ANA) == []
    assert await said(house, ANA, 1) == ["visit 8 False"]


async def test_a_job_asks_for_a_job(house: House) -> None:
    """With the commit of its own end, in the same conversation."""
    await begun(house)
    await house.sim.says(ANA, "chain")
    assert await said(house, ANA, 3) == ["2 left", "1 left", "0 left"]


async def test_a_flow_waits_for_a_job(house: House) -> None:
    """Its result comes back as what the function returned; its failure as JobFailed."""
    await begun(house)
    await house.sim.says(ANA, "pay")
    await house.sim.says(BEN, "fail")
    assert await said(house, ANA, 1) == ["thank you, R-pay"]
    assert await said(house, BEN, 1) == ["it did not work: True"]
    await until(lambda: _none(house), "nothing is left")
    assert len(await house.rows("select id from dead where stage = 'job'")) == 1


async def test_two_flows_wait_under_one_key(house: House) -> None:
    """Each has a job of its own and is answered; the world outside sees one key."""
    await begun(house)
    await house.sim.says(ANA, "shared")
    await house.sim.says(BEN, "shared")
    assert await said(house, ANA, 1) == await said(house, BEN, 1) == ["K"]


async def _none(house: House) -> bool:
    return not await house.rows("select id from job union all select id from flow")
