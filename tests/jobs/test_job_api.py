"""Open jobs as people see them: over the API and by command; and jobs that wait for their plugin."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from gateway.cli import main
from tests.support.house import ANA, BEN, CAT, DAN, House, until

REMINDERS = """\
from datetime import timedelta
from gateway import Chat, JobContext, Message, flow, hook, job

@hook.on_message
async def asked(message: Message, chat: Chat):
    if message.text == "fail":
        raise RuntimeError("x")
    if message.text == "wait":
        return await chat.start(waits)
    chat.enqueue(remind.at(chat.now + timedelta(hours=1)).keyed(message.text), message.text)
    await chat.say("noted")

@job(retries=0)
async def remind(job: JobContext, what: str) -> None:
    if what.startswith("burnt"):
        raise RuntimeError("it burnt")
    await (await job.chat()).say(f"remember {what}")

@flow
async def waits(chat: Chat) -> None:
    try:
        await chat.job("later", remind.at(chat.now + timedelta(hours=1)), "x")
    except Exception as error:
        await chat.say(f"no: {error}")
"""


async def begun(house: House, *words: str) -> House:
    """With reminders for *words*, an hour ahead."""
    house.plugin("reminders", REMINDERS)
    if "duka" not in house.lines:
        house.line("duka", "reminders")
    await house.start()
    for n, word in enumerate(words):
        await house.sim.says(ANA, word)
        await house.sim.wait_for(ANA, n + 1)
    return house


async def listed(house: House, **query: str) -> list[dict[str, Any]]:
    """Every page of the list, with two to a page."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        code, page = await house.api("GET", "/api/v1/jobs", params={"limit": "2", "cursor": cursor, **query})
        assert code == 200, page
        items += page["items"]
        cursor = page["cursor"]
        if not cursor:
            return items


async def test_a_list_in_pages(house: House) -> None:
    """Newest first, by plugin and state; another tenant sees none of it."""
    house.line("duka", "reminders")
    house.line("soko")
    await begun(house, "a", "b", "c")
    items = await listed(house)
    assert [item["key"] for item in items] == ["c", "b", "a"]
    assert {(item["plugin"], item["name"], item["state"]) for item in items} == {
        ("reminders", "remind", "ready")
    }
    assert await listed(house, state="running") == await listed(house, plugin="other") == []
    _, theirs = await house.api("GET", "/api/v1/jobs", tenant="soko")
    assert theirs["items"] == []
    for act in ("cancel", "retry"):
        code, _ = await house.api("POST", f"/api/v1/jobs/{items[0]['id']}/{act}", tenant="soko")
        assert code == 404


async def test_run_now(house: House) -> None:
    """A job that waits for its time is run at once when somebody wants it."""
    await begun(house, "milk")
    [item] = await listed(house)
    code, told = await house.api("POST", f"/api/v1/jobs/{item['id']}/retry")
    assert (code, told["id"], told["due_at"] < item["due_at"]) == (200, item["id"], True)
    assert [m.text for m in await house.sim.wait_for(ANA, 2)] == ["noted", "remember milk"]


async def test_a_flow_hears_of_a_cancellation(house: House) -> None:
    """What waits for a job that is taken back is told."""
    await begun(house)
    await house.sim.says(ANA, "wait")
    [item] = await until(lambda: listed(house), "the job is open")
    code, _ = await house.api("POST", f"/api/v1/jobs/{item['id']}/cancel")
    assert code == 200
    assert [m.text for m in await house.sim.wait_for(ANA, 1)] == ["no: the job was cancelled"]


async def test_the_command(house: House, capsys: Any) -> None:
    """`gateway jobs list` and `cancel`, beside the running gateway."""
    await begun(house, "milk", "bread")
    config = str(house.config)

    def gateway(*words: str) -> tuple[int, str, str]:
        code = main(["jobs", *words, "--tenant", "duka", "--config", config])
        return code, *capsys.readouterr()

    code, out, _ = await asyncio.to_thread(gateway, "list")
    assert code == 0
    assert out.count("remind") == 4
    first = (await listed(house))[0]["id"]
    code, out, _ = await asyncio.to_thread(gateway, "cancel", first)
    assert (code, f"{first}: cancelled" in out) == (0, True)
    code, _, error = await asyncio.to_thread(gateway, "cancel", first)
    assert (code, "has no open job" in error) == (2, True)
    assert [item["key"] for item in await listed(house)] == ["milk"]


async def test_a_dead_job_over_the_api(house: House) -> None:
    """It names its job and says what to do; a replay runs it under the key of its order, and one whose key is
    taken meanwhile is not opened twice."""
    await begun(house, "burnt milk")
    [item] = await listed(house)
    await house.api("POST", f"/api/v1/jobs/{item['id']}/retry")
    await until(lambda: house.rows("select id from dead where stage = 'job'"), "it is given up")
    _, page = await house.api("GET", "/api/v1/dead-letters", params={"stage": "job"})
    [letter] = page["items"]
    assert (letter["job"], letter["plugin"], letter["reason"]) == (item["id"], "reminders", "error")
    assert "mend it, then replay" in letter["hint"]
    await house.sim.says(ANA, "burnt milk")
    await until(lambda: listed(house), "another with its key is open")
    path = f"/api/v1/dead-letters/{letter['id']}/replay"
    code, told = await house.api("POST", path, json={"apply": True})
    assert (code, told["code"]) == (422, "cannot_be_replayed")
    [other] = await listed(house)
    await house.api("POST", f"/api/v1/jobs/{other['id']}/cancel")
    code, told = await house.api("POST", path, json={"apply": True})
    assert (code, told["applied"], told["job"]) == (200, True, "remind")
    await until(lambda: _dead(house, 2), "it fails again, and that is a letter of its own")
    assert await house.rows("select ref from dead where stage = 'job'") == [(item["id"],)] * 2


async def test_jobs_wait_for_a_plugin_that_is_put_aside(sqlite_house: House) -> None:
    """While its hooks keep failing its jobs are left alone; then they run."""
    house = await begun(sqlite_house, "milk")
    [item] = await listed(house)
    for n, who in enumerate((BEN, CAT, DAN, BEN, CAT)):
        await house.sim.says(who, "fail")
        await until(lambda n=n: _dead(house, n + 1))  # type: ignore[misc]
    assert await house.metric("gateway_plugin_put_aside", plugin="reminders") == 1
    await house.api("POST", f"/api/v1/jobs/{item['id']}/retry")
    await asyncio.sleep(0.5)
    assert (await listed(house))[0]["attempt"] == 0
    house.gateway.line.dispatcher.breaker._circuits.clear()  # type: ignore[union-attr]
    assert [m.text for m in await house.sim.wait_for(ANA, 2)] == ["noted", "remember milk"]


async def test_jobs_wait_for_a_plugin_that_is_disabled(house: House, tmp_path: Path) -> None:
    """They are there when it is used again."""
    await begun(house, "milk")
    [item] = await listed(house)
    await house.stop()
    house.lines["duka"].plugins = ()
    await house.start()
    await house.api("POST", f"/api/v1/jobs/{item['id']}/retry")
    await asyncio.sleep(0.5)
    assert [each["attempt"] for each in await listed(house)] == [0]
    await house.stop()
    house.lines["duka"].plugins = ("reminders",)
    await house.start()
    assert [m.text for m in await house.sim.wait_for(ANA, 2)] == ["noted", "remember milk"]


async def _dead(house: House, count: int) -> bool:
    return len(await house.rows("select id from dead")) >= count
