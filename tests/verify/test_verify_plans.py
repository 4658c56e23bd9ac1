"""A verification costs the same for each row, however many there are: every look is at an index."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg

from gateway.store.sql import Queries, load_queries
from gateway.verify import walk
from tests.support.postgres import Urls
from tests.support.sqlite import prepared

_FOLDER = Path(walk.__file__).parent
#: Tables with a row for each process, shard, channel, or event that has no number for a moment.
SMALL = ("process", "shard", "channel", "feed_head", "feed_open")
#: Read from its end, one row of it.
ENDS = ("feed_last", "feed_head")
#: Looked at whole: there are 64.
WHOLE = ("shards",)
#: Values that are texts; all others are numbers.
_TEXTS = {"id": "'x'", "key": "'x'", "tenant": "'x'", "after": "'a'", "last": "'z'"}


def queries(dialect: str) -> dict[str, str]:
    """Every statement of a verification."""
    found: dict[str, str] = {}
    for name in ("walks", "rules"):
        more: Queries = load_queries(_FOLDER / f"{name}.sql", "sqlite" if dialect == "sqlite" else "postgres")
        found |= dict(more)
    return found


def test_on_sqlite_nothing_is_read_that_is_not_asked_for(tmp_path: Path) -> None:
    """No table that grows is gone through, whole or for a whole tenant; nothing but a page is sorted."""
    problems = []
    with closing(sqlite3.connect(prepared(tmp_path / "gateway.db"))) as connection:
        for name, sql in queries("sqlite").items():
            names = re.findall(r"(?<!:):(\w+)", sql)
            rows = connection.execute(f"explain query plan {sql}", dict.fromkeys(names, 1)).fetchall()
            aliases = dict(re.findall(r"(?:from|join) (\w+) (\w)\b", sql))
            for step in [row[3] for row in rows]:
                word, _, rest = step.partition(" ")
                table = aliases.get(rest.split(" ")[0], rest.split(" ")[0])
                whole = word == "SCAN" and table not in ("CONSTANT", "page")
                tenants = word == "SEARCH" and step.endswith(("(tenant=?)", "(shard=?)")) and name not in ENDS
                if (whole or tenants) and table not in SMALL and name not in WHOLE:
                    problems.append((name, step))
    assert problems == []


async def test_on_postgres_every_table_that_grows_is_read_by_an_index(postgres_urls: Urls) -> None:
    """And rows are looked up one by one, never by hashing another table."""
    problems = []
    server = await asyncpg.connect(postgres_urls.migrate_url)
    try:
        await server.execute("set enable_bitmapscan = off; set enable_seqscan = off")
        for name, sql in queries("postgres").items():
            numbered = name.endswith(("_feed", "_journal")) or name.startswith(("feed_", "journal_"))

            def value(found: re.Match[str], numbered: bool = numbered, name: str = name) -> str:
                if numbered and found[1] in ("after", "last"):
                    return "5"
                if name.endswith("_journal") or name.startswith("journal_"):
                    return "5"
                return "'\\x00'" if name == "seen" and found[1] == "key" else _TEXTS.get(found[1], "5")

            asked = re.sub(r"(?<!:):(\w+)", value, sql)
            plan = "\n".join(row[0] for row in await server.fetch(f"explain {asked}"))
            scans = [table for table in re.findall(r"Seq Scan on (\w+)", plan) if table not in SMALL]
            if name not in WHOLE and (scans or "Hash" in plan or "Merge" in plan):
                problems.append((name, plan))
    finally:
        await server.close()
    assert problems == []
