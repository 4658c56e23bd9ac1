"""A restore to an earlier moment, in short: nothing is sent again unasked, and a person decides once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.databases import Server, postgres_server, sqlite_database
from tests.faults.report import table
from tests.faults.restore import RestorePlan, restore_run

PLAN = RestorePlan(seed=7, seconds=1.5, kills=2, wait=1.5)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One PostgreSQL server for the module."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as running:
        yield running


async def test_a_restored_sqlite_database_sends_nothing_again(tmp_path: Path) -> None:
    """Killed while it was backed up and while it was restored, too."""
    report = await restore_run(tmp_path / "run", sqlite_database(tmp_path / "db"), None, PLAN, print)

    assert report.ok, table("restore", report)
    assert report.figures["held, all in all"] > 0


async def test_a_restored_postgres_database_sends_nothing_again(tmp_path: Path, server: Server) -> None:
    """The same by PostgreSQL's own tools."""
    report = await restore_run(tmp_path / "run", server.database("restored"), server, PLAN, print)

    assert report.ok, table("restore", report)
    assert report.figures["held, all in all"] > 0
