"""Every page of what is old is a walk of an index, on both databases: it costs the same in any table."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from gateway.media.queries import MEDIA
from gateway.retention.queries import RETENTION
from gateway.retention.tidy import TIDY
from gateway.store import migrate
from tests.support.postgres import Urls

#: All that looks for rows, and what is removed by more than its key.
LOOKS = {name: sql for name, sql in RETENTION.items() if name.endswith(("_page", "_oldest", "_open"))}
LOOKS |= {"events_wanted": RETENTION["events_wanted"], "open_events": RETENTION["open_events"]}
REMOVALS = {
    name: RETENTION[name]
    for name in (
        "parts",
        "attempts_of",
        "statuses_of",
        "menus_of",
        "decisions_of",
        "unlink_media",
        "messages",
    )
}
#: Of the file's part: what its partial index holds is walked in order, and looked through.
SWEPT = {name: MEDIA[name] for name in ("old", "gone")}


@pytest.mark.parametrize("name", [*LOOKS, *REMOVALS, *SWEPT, *(f"tidy {each}" for each in TIDY)])
async def test_no_page_reads_a_whole_table_of_sqlite(tmp_path: Path, name: str) -> None:
    """Nothing is scanned but small tables, nothing is sorted, and no index is walked tenant-wide only."""
    sql = {**LOOKS, **REMOVALS, **SWEPT, **{f"tidy {each}": text for each, text in TIDY.items()}}[name]
    path = tmp_path / "gateway.db"
    await migrate(Urls(f"sqlite:///{path}", "", ""))
    names = re.findall(r"(?<!:):(\w+)", sql)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"explain query plan {sql}", dict.fromkeys(names, 1)).fetchall()
    steps = [row[3] for row in rows]
    assert not [step for step in steps if "TEMP B-TREE" in step], steps
    scans = [step for step in steps if step.startswith("SCAN") and "USING" not in step]
    pages = {step.split()[1] for step in steps if step.startswith("CO-ROUTINE")}  # what a limit has cut
    assert not [step for step in scans if step.split()[1] not in {"p", "q", "e", "journal", *pages}], steps


@pytest.mark.parametrize("name", sorted(name for name in LOOKS if name.endswith("_page")))
async def test_a_page_of_postgresql_is_a_walk_of_an_index(
    new_database: Callable[..., Urls], name: str
) -> None:
    """Nothing is sorted, no table read as a whole, where the planner may choose."""
    values = {"limit": "10", "tenant": "'t'"}
    number = name in ("journal_page", "events_page")
    texts = {"after": "0" if number else "'a'", "until": "9" if number else "'b'", "before": "9"}
    asked = re.sub(
        r"(?<!:):(\w+)", lambda found: {**texts, **values}.get(found[1], "'x'"), LOOKS[name]
    )  # fmt: skip
    server = await asyncpg.connect(new_database().migrate_url)
    try:
        await server.execute("set enable_seqscan = off; set enable_bitmapscan = off")
        plan = "\n".join(row[0] for row in await server.fetch(f"explain {asked}"))
    finally:
        await server.close()
    assert "Seq Scan" not in plan, plan
    assert not re.search(r"\bSort\b", plan), plan
