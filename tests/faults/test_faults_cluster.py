"""Several gateways on one PostgreSQL, in short: what `make faults` does at length."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store import migrate
from gateway.store.migrate import CORE, Component
from gateway.store.migrate.source import migrations
from tests.faults.cluster import RUNS, Plan, cluster_run
from tests.faults.databases import Server, postgres_server
from tests.faults.drain import drain
from tests.faults.judge import Report
from tests.faults.keys import Key
from tests.faults.numbers import several
from tests.faults.report import table
from tests.faults.site import Database
from tests.faults.webhooks import inbound
from tests.faults.world import World, world
from tests.support.postgres import Urls

PLAN = Plan(
    20_261_122, kills=3, pauses=1, crashes=1, restarts=2, seconds=6, contacts=48, rate=10, drain=40, hold=1.0,
    kill_gap=(0.5, 2.0), pause_gap=(0.5, 1.0), pause=(5.5, 6.0), crash_gap=(1.0, 2.0), away=(0.1, 1.0),
)  # fmt: skip
#: Every run of `RUNS`: those that may follow one another in one world, and the one without lost answers.
TOGETHER = ("cluster+pause+database+churn", "rolling")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One PostgreSQL server for the module, which may be crashed. It is started again by another user than
    root, who has to reach its folder."""
    folder = Path(tempfile.mkdtemp(prefix="gateway-pg-"))
    folder.chmod(0o755)
    with postgres_server(folder / "data") as running:
        yield running


def test_every_disturbance_is_there() -> None:
    """None of those of `make faults` is left out."""
    assert {each for name in TOGETHER for each in name.split("+")} == set(RUNS)


@pytest.mark.parametrize("name", TOGETHER)
async def test_nothing_is_lost_repeated_or_reordered(name: str, server: Server, tmp_path: Path) -> None:
    """Three processes are killed, paused, lose their database, leave and join, or are restarted, under
    load."""
    report = await cluster_run(name, tmp_path, server, PLAN, print)

    assert report.ok, table(name, report)
    assert report.figures["messages acknowledged"] > 20
    assert not _turned_away(report), table(name, report)


def _turned_away(report: Report) -> dict[str, int]:
    """A rolling restart is seen by nobody: how webhooks were answered, or ended, that were not answered 200.
    That a busy machine is late is no refusal."""
    others = {name: count for name, count in report.figures.items() if name.startswith("instead of 200")}
    return {name: count for name, count in others.items() if "Timeout" not in name}


NEWER = """-- beside: {known}
alter table message add column weight int not null default 0;
create table novelty (tenant text not null, id text not null, primary key (tenant, id)) /*keyed*/;
"""


async def test_old_and_new_code_share_a_schema(server: Server, tmp_path: Path) -> None:
    """A migration that this code does not know comes while it runs: it works on, and may be killed and
    started on the new schema, beside another."""
    database = server.database("faults_newer")
    async with world(tmp_path, database, 7, processes=2, numbers=several(2, 2)) as around:
        first, second = around.gateways
        first.start()
        await first.ready(around.session)
        acked = await _written(around, 1)
        await _migrate_further(tmp_path / "newer", database)
        acked += await _written(around, 2)
        second.start()
        await second.ready(around.session)
        acked += await _written(around, 3)
        first.kill()
        await around.start()
        acked += await _written(around, 4)

        assert await drain(around, acked, 40) == ""
        assert await around.verified() == []
        await around.stop()
        report = await around.verdict(acked)

    assert report.ok, table("newer schema", report)


async def _written(around: World, n: int) -> list[Key]:
    """The nth message of eight contacts."""
    keys = [Key(contact, n) for contact in range(8)]
    await around.carrier.deliver(inbound(keys, around.site.numbers))
    return keys


async def _migrate_further(folder: Path, database: Database) -> None:
    """What the next version would do to the schema."""
    await asyncio.to_thread(shutil.copytree, CORE.folder, folder)
    known = migrations([CORE], "postgres")[-1].name
    (folder / "0999_newer.sql").write_text(NEWER.format(known=known))
    urls = Urls(database.url, database.migrate_url, database.worker_url)
    assert await migrate(urls, [Component("core", folder)]) == ["core/0999_newer"]
