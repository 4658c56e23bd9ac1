"""The fault runs in small: what `make faults` does at length, in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.crash_points import crash_run
from tests.faults.databases import Server, postgres_server, sqlite_database
from tests.faults.fold import cases, fold_run
from tests.faults.killer import Plan, kill_run
from tests.faults.report import table
from tests.faults.site import Database

SEED = 20_261_121
#: With both of these the last of three kills strikes while the gateway is still starting.
SEEDS = {"sqlite": 20_261_128, "postgres": 20_261_134}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One PostgreSQL server for the module."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A new database of each kind."""
    if request.param == "sqlite":
        return sqlite_database(tmp_path / "database")
    running: Server = request.getfixturevalue("server")
    return running.database("".join(filter(str.isalnum, request.node.name)).lower())


async def test_kills_lose_repeat_and_reorder_nothing(database: Database, tmp_path: Path) -> None:
    """Three `kill -9` under load, one of them during a start, with lost and refused answers, break no
    promise."""
    plan = Plan(
        3, SEEDS[database.name], contacts=24, rate=20, drain=60, hold=1.0, short_life=(0.2, 0.9),
        long_life=(2.0, 2.5),
    )  # fmt: skip
    assert [ready for ready, _ in plan.lives()] == [True, True, False]

    report = await kill_run(tmp_path, database, plan, print)

    assert report.ok, table("kill -9", report)
    assert report.figures["messages acknowledged"] > 20


async def test_crashes_at_chosen_writes_lose_nothing(tmp_path: Path) -> None:
    """What was answered 200 is in the journal after a crash at a write or an fsync."""
    database = sqlite_database(tmp_path)

    report = await crash_run(tmp_path, database, (2, 23), SEED, print)

    assert report.ok, table("crash points", report)
    assert report.figures["crash points"] == 4


async def test_statuses_fold_to_the_same_end(database: Database, tmp_path: Path) -> None:
    """Every sixth order of the statuses of a message ends with the highest rank."""
    report = await fold_run(tmp_path, database, cases()[::6], SEED, print)

    assert report.ok, table("statuses", report)
