"""Forty customers want one of ten pieces at the same moment: in short what `make faults` does with two
hundred and fifty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.crowd import Crowd, crowd_run
from tests.faults.databases import Server, postgres_server, sqlite_database
from tests.faults.judge import Report
from tests.faults.report import table

SHORT = Crowd(customers=40, units=10)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One PostgreSQL server for the module."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as running:
        yield running


async def test_ten_pieces_are_sold_to_ten_of_forty_on_sqlite(tmp_path: Path) -> None:
    """None is sold twice, and thirty are told that they are gone."""
    _sold(await crowd_run(tmp_path, sqlite_database(tmp_path / "database"), print, SHORT))


async def test_ten_pieces_are_sold_to_ten_of_forty_on_postgres(tmp_path: Path, server: Server) -> None:
    """Where turns really run beside each other."""
    _sold(await crowd_run(tmp_path, server.database("crowd"), print, SHORT))


def _sold(report: Report) -> None:
    assert report.ok, table("crowd", report)
    assert (report.figures["ordered"], report.figures["sold out"]) == (10, 30)
