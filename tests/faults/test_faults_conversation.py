"""A conversation as a function survives `kill -9` after each of its messages: in short, after some of them
on one database and after others on the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conversation import conversation_run
from tests.faults.databases import Server, postgres_server, sqlite_database
from tests.faults.purchase import BRIEF
from tests.faults.report import table
from tests.faults.script import CHECKOUT


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One PostgreSQL server for the module."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as running:
        yield running


async def test_a_checkout_on_sqlite_has_the_transcript_of_one_that_was_never_killed(tmp_path: Path) -> None:
    """Meta: killed while every fourth reply is under way, the first among them."""
    report = await conversation_run(
        tmp_path,
        lambda name: sqlite_database(tmp_path / name / "database"),
        print,
        ("meta_cloud",),
        early=range(0, len(CHECKOUT.acts), 4),
        late=False,
    )

    assert report.ok, table("conversation", report)
    assert report.figures["meta_cloud: kill -9"] == 3
    assert report.figures["meta_cloud: messages on the phone"] > 10


async def test_a_checkout_on_postgres_has_the_transcript_of_one_that_was_never_killed(
    tmp_path: Path, server: Server
) -> None:
    """Twilio: killed while other replies are under way, the last among them."""
    others = range(2, len(CHECKOUT.acts), 4)
    report = await conversation_run(tmp_path, server.database, print, ("twilio",), early=others, late=False)

    assert report.ok, table("conversation", report)
    assert report.figures["twilio: kill -9"] == 3
    assert report.figures["twilio: messages on the phone"] > 10


async def test_a_purchase_on_sqlite_is_one_order_however_often_it_is_killed(tmp_path: Path) -> None:
    """Meta: killed while the reply to every third message is under way, the confirmation among them."""
    killed = (1, 4, 7)
    report = await conversation_run(
        tmp_path, lambda name: sqlite_database(tmp_path / name / "database"), print, ("meta_cloud",),
        script=BRIEF, early=killed, late=False,
    )  # fmt: skip

    assert report.ok, table("purchase", report)
    assert report.figures["meta_cloud: kill -9"] == len(killed)
    assert BRIEF.acts[killed[-1]] == "▸Confirm"


async def test_a_purchase_on_postgres_is_one_order_however_often_it_is_killed(
    tmp_path: Path, server: Server
) -> None:
    """Twilio: killed at the confirmation too."""
    report = await conversation_run(
        tmp_path, server.database, print, ("twilio",), script=BRIEF, early=(0, 7), late=False
    )

    assert report.ok, table("purchase", report)
    assert report.figures["twilio: kill -9"] == 2
