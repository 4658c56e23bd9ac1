"""Jobs where several processes share a database: claims of the dead, of the paused, and names of tomorrow."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.clock import MINUTE
from gateway.jobs import runner
from gateway.store.port import Tx
from tests.jobs.test_job_faults import BANK, bank
from tests.support.house import ANA, House, until
from tests.support.houses import postgres_house

__all__ = ["postgres_house"]


@pytest.fixture
async def house(postgres_house: House) -> House:
    """A plugin whose job the world outside sees."""
    postgres_house.plugin("bank", BANK)
    postgres_house.line("duka", "bank")
    (postgres_house.folder / "open").touch()
    return await postgres_house.start()


async def ordered(house: House) -> None:
    """A job is there, and nobody has begun it."""
    _jobs(house)._turns.in_flight = 0
    await house.sim.says(ANA, "pay")
    await until(lambda: house.rows("select id from job"), "the job is there")


def _jobs(house: House) -> Any:
    assert house.gateway is not None
    return house.gateway.jobs


async def _set(house: House, what: str) -> None:
    async def work(tx: Tx) -> None:
        await tx.run(f"update job set {what} where tenant = 'duka'")

    assert house.gateway is not None
    await house.gateway.store.write(work)


async def test_the_leader_takes_over_what_a_dead_process_was_running(house: House) -> None:
    """Its term belongs to nobody who is there: within two seconds the job runs again, its start counted."""
    await ordered(house)
    await _set(house, "state = 'running', epoch = 999999, claimed_at = 1, starts = 1, attempt = 1")
    _jobs(house)._turns.in_flight = 8
    await until(lambda: bank(house), "it runs again", within=60)
    [(_, attempt)] = bank(house)
    assert attempt == "2"
    assert [m.text for m in await house.sim.wait_for(ANA, 1, timeout=30)] == ["paid"]


async def test_what_a_living_process_runs_is_its_own(house: House) -> None:
    """The leader leaves the jobs of the others alone, however long they take."""
    assert house.gateway is not None
    await ordered(house)
    alive = "insert into process (id, started_at, stopped_at, number, term, lease_until)"
    alive += " values ('other', 1, 0, 9, 999999, 9999999999999999)"
    await house.gateway.store.write(lambda tx: tx.run(alive))
    await _set(house, "state = 'running', epoch = 999999, claimed_at = 1, starts = 1, attempt = 1")
    _jobs(house)._turns.in_flight = 8
    await asyncio.sleep(2.2)
    assert bank(house) == []
    assert await house.rows("select state, epoch from job") == [("running", 999999)]


async def test_nothing_is_begun_when_the_lease_is_over(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own clock: what was claimed at that moment is handed back, as if it had never been claimed."""
    await ordered(house)
    jobs = _jobs(house)
    looks: list[bool] = []

    def may_begin() -> bool:
        looks.append(not looks)  # when it looks; after the claim the lease is over
        return looks[-1]

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "_may_begin", may_begin)
        jobs._turns.in_flight = 8
        jobs.stir()
        await until(lambda: len(looks) >= 3, "it has claimed, and looked again")
        assert bank(house) == []
        assert await house.rows("select state, starts, attempt from job") == [("ready", 0, 0)]
    await until(lambda: bank(house), "it runs now", within=60)


async def test_a_job_of_a_newer_version_is_left_to_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that this process does not know: another may. After ten minutes nobody has come for it, and it
    is a dead letter."""
    await ordered(house)
    await _set(house, "name = 'of_tomorrow'")
    _jobs(house)._turns.in_flight = 8
    await asyncio.sleep(1.2)
    assert await house.rows("select state, name from job") == [("ready", "of_tomorrow")]
    assert runner.UNKNOWN == 10 * MINUTE
    monkeypatch.setattr(runner, "UNKNOWN", 0)
    [(detail,)] = await until(lambda: house.rows("select detail from dead where stage = 'job'"))
    assert "of_tomorrow" in detail


async def test_who_was_taken_for_dead_cuts_its_jobs_off(house: House) -> None:
    """Under its new term it runs the job again; the run of the old one has ended, and what it says is kept
    once."""
    (house.folder / "open").unlink()
    await house.sim.says(ANA, "pay")
    await until(lambda: bank(house), "it runs")
    assert house.gateway is not None
    await house.gateway.store.write(lambda tx: tx.run("update process set stopped_at = 1"))
    await until(lambda: len(bank(house)) == 2, "it runs again", within=60)
    assert len(_jobs(house)) == 1
    assert [attempt for _, attempt in bank(house)] == ["1", "2"]
    (house.folder / "open").touch()
    assert [m.text for m in await house.sim.wait_for(ANA, 1, timeout=30)] == ["paid"]
    await until(lambda: house.metric("gateway_jobs_total", plugin="bank", result="done"), "it is done")
    assert await house.rows("select id from job") == []


async def test_a_job_that_still_runs_here_is_not_begun_beside_itself(house: House) -> None:
    """This process was taken for dead and has joined anew; its job was given back meanwhile, and it still
    runs: it is begun again when that has ended."""
    (house.folder / "open").unlink()
    await house.sim.says(ANA, "pay")
    await until(lambda: bank(house), "it runs")
    await _set(house, "state = 'ready'")
    _jobs(house).stir()
    await asyncio.sleep(1.5)
    assert len(bank(house)) == 1
    (house.folder / "open").touch()
    await until(lambda: len(bank(house)) == 2, "it runs again", within=60)
    assert [m.text for m in await house.sim.wait_for(ANA, 1, timeout=30)] == ["paid"]
