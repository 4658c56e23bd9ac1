"""Jobs that come again: by their rule, for the tenants that use the plugin, each occurrence once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.clock import ManualClock, rfc3339
from gateway.hooks.host import Host
from gateway.jobs.context import JobContext
from gateway.jobs.job import Recurring, job
from gateway.jobs.recurring import RecurringJobs
from gateway.jobs.rules import daily, every
from gateway.message import instant
from gateway.settings import TenantSettings
from gateway.store.port import Row, Store
from tests.support.house import House, until

TICKS = """\
import asyncio, pathlib
from gateway import JobContext, Recurring, hook, job

HERE = pathlib.Path(__file__).parent

@hook.register_jobs
def jobs():
    return [Recurring(tick, "FREQ=SECONDLY"), Recurring(nightly, "FREQ=HOURLY;BYMINUTE=0")]

@job(retries=0)
async def tick(job: JobContext) -> None:
    with (HERE / "ticks").open("a") as file:
        file.write(f"{job.key}\\n")
    if (HERE / "slow").exists():
        await asyncio.sleep(1.3)
    with (HERE / "ticks").open("a") as file:
        file.write("end\\n")
    if (HERE / "fail").exists():
        raise RuntimeError("not today")

@job
async def nightly(job: JobContext) -> None:
    with (HERE / "nights").open("a") as file:
        file.write(f"{job.key}\\n")
"""


def lines(house: House, name: str) -> list[str]:
    """What the job wrote."""
    file = house.folder / name
    return file.read_text().splitlines() if file.exists() else []


async def begun(house: House) -> House:
    """With the plugin."""
    house.plugin("ticks", TICKS)
    house.line("duka", "ticks")
    return await house.start()


async def test_it_comes_again(house: House) -> None:
    """Each occurrence has a key of its own, and there is one row, whatever happens; one that fails for good
    is a dead letter, and the next comes all the same."""
    await begun(house)
    await until(lambda: lines(house, "ticks").count("end") >= 3, "three ticks")
    (house.folder / "fail").touch()
    await until(lambda: house.rows("select id from dead where stage = 'job'"), "one fails")
    (house.folder / "fail").unlink()
    count = len(lines(house, "ticks"))
    await until(lambda: len(lines(house, "ticks")) > count + 1, "and it goes on")
    keys = [line for line in lines(house, "ticks") if line != "end"]
    assert len(set(keys)) == len(keys)
    assert all(key.startswith("tick@2") for key in keys)
    assert len(await house.rows("select id from job where name = 'tick'")) == 1


async def test_a_dead_occurrence_is_replayed(house: House) -> None:
    """Beside the row that comes again, under the key of the occurrence that failed."""
    (house.folder / "fail").touch()
    await begun(house)
    [(letter, *_), *_] = await until(
        lambda: house.rows("select id from dead where stage = 'job' order by id")
    )
    key = lines(house, "ticks")[0]
    (house.folder / "fail").unlink()
    [report] = await house.replay(letter, apply=True)
    assert (report["applied"], report["job"]) == (True, "tick")
    await until(lambda: lines(house, "ticks").count(key) == 2, "it runs again")
    await until(lambda: _alone(house), "its own row goes, the other stays")


async def _alone(house: House) -> bool:
    return len(await house.rows("select id from job where name = 'tick'")) == 1


async def test_a_long_run_piles_nothing_up(house: House) -> None:
    """The next occurrence is found when a run has ended: none runs beside it, none is made up for."""
    (house.folder / "slow").touch()
    await begun(house)
    await until(lambda: lines(house, "ticks").count("end") >= 2, "two runs")
    (house.folder / "slow").unlink()
    told = lines(house, "ticks")
    assert [line == "end" for line in told[:4]] == [False, True, False, True]
    first, second = (datetime.fromisoformat(told[n].split("@")[1]) for n in (0, 2))
    assert second - first >= timedelta(seconds=2)


async def test_what_was_missed_runs_once(house: House) -> None:
    """After hours of downtime the job runs once, under the key of the occurrence that it missed."""
    await begun(house)
    gateway = house.gateway
    assert gateway is not None
    assert gateway.jobs is not None
    await until(lambda: house.rows("select id from job where name = 'nightly'"), "its row")
    await gateway.jobs.drain(1.0)
    missed = gateway.clock.now() // 3_600_000_000 * 3_600_000_000 - 5 * 3_600_000_000
    await gateway.store.write(
        lambda tx: tx.run(
            "update job set due_at = :at, occurs_at = :at where tenant = 'duka' and name = 'nightly'",
            at=missed,
        )
    )
    await house.stop()
    await house.start()
    await until(lambda: lines(house, "nights"), "it runs")
    await asyncio.sleep(1.2)
    assert lines(house, "nights") == [f"nightly@{rfc3339(missed)}"]
    [(due,)] = await house.rows("select due_at from job where name = 'nightly'")
    assert due > missed + 5 * 3_600_000_000


@job
async def report(job: JobContext) -> None:
    """A job that comes again."""


def host(*rules: str) -> Host:
    """A host with a plugin that has a job for each of *rules*."""

    class Offered:
        def __init__(self) -> None:
            self.offers = type("Offers", (), {"recurring": tuple(Recurring(report, rule) for rule in rules)})

    made: Any = Host()
    if rules:
        made._plugins = {"reports": Offered()}
    return made  # type: ignore[no-any-return]


async def rows(store: Store) -> list[Row]:
    """Every row."""
    return await store.read(lambda tx: tx.all("select * from job order by tenant, recurs"))


async def test_rows_follow_the_tenants(store: Store) -> None:
    """A tenant that comes, goes, changes its time zone or stops using the plugin; a rule that changes; a
    plugin that could not be loaded keeps what it has."""
    clock = ManualClock(instant(datetime(2026, 11, 21, 12, tzinfo=UTC)))
    tenants = {
        "duka": TenantSettings("duka", "Africa/Nairobi", plugins=("reports",)),
        "soko": TenantSettings("soko"),
    }

    async def kept(host: Host) -> dict[str, tuple[str, str, str]]:
        await RecurringJobs(store, host, tenants, clock, lambda *of: {}).keep_up()
        return {
            row["tenant"]: (row["recurs"], row["zone"], rfc3339(row["due_at"])) for row in await rows(store)
        }

    morning = daily("08:00")
    assert await kept(host(morning)) == {"duka": (morning, "Africa/Nairobi", "2026-11-22T05:00:00Z")}
    tenants["soko"] = TenantSettings("soko", "Europe/Madrid", plugins=("reports",))
    tenants["duka"] = TenantSettings("duka", "UTC", plugins=("reports",))
    both = {
        "duka": (morning, "UTC", "2026-11-22T08:00:00Z"),
        "soko": (morning, "Europe/Madrid", "2026-11-22T07:00:00Z"),
    }
    assert await kept(host(morning)) == both
    assert await kept(host()) == both
    del tenants["duka"]
    tenants["soko"] = TenantSettings("soko", "Europe/Madrid")
    assert await kept(host(morning)) == {}
    tenants["soko"] = TenantSettings("soko", "Europe/Madrid", plugins=("reports",))
    assert await kept(host(every(hours=1))) == {
        "soko": (every(hours=1), "Europe/Madrid", "2026-11-21T13:00:00Z")
    }
