"""Jobs of a plugin that cannot run at the moment wait for it."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.house import ANA, ECHO, House, until

TILL = """\
from datetime import timedelta
from gateway import hook, job

requires = ("echo",)

@hook.on_any_message
async def order(message, chat):
    chat.enqueue(report.at(chat.now + timedelta(seconds=1)))

@job
async def report(job):
    await (await job.chat()).say("counted")
"""


async def test_jobs_wait_for_a_plugin_that_is_left_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it requires is switched off: its jobs are not run, and are run once it is back."""
    house.plugin("echo", ECHO)
    house.plugin("till", TILL)
    house.plugin("other", ECHO)
    sim = house.line("duka", "echo", "till", "other")
    await house.start()
    await sim.says(ANA, "hello")
    await sim.wait_for(ANA, 2)

    async def ordered() -> bool:
        return bool(await house.rows("select id from job"))

    await until(ordered, "the job")  # type: ignore[arg-type]
    await house.stop()
    monkeypatch.setenv("GATEWAY_PLUGINS", "till,other")
    await house.start()
    await asyncio.sleep(2)
    assert await house.rows("select state, attempt, failures from job") == [("ready", 0, 0)]
    assert len(sim.inbox(ANA)) == 2
    await house.stop()
    monkeypatch.delenv("GATEWAY_PLUGINS")
    await house.start()
    assert (await sim.wait_for(ANA, 3))[-1].text == "counted"
