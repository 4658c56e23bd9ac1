"""How SQLite, which has no statistics, finds rows in tables that grow: by an index, not tenant by tenant."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from gateway.api.messaging.talk import CONVERSATIONS
from gateway.jobs.queries import JOB
from gateway.media.queries import MEDIA
from gateway.pipeline.queries import FLOW, MESSAGES, RECORD, REOPEN, SCHEDULE, STATUS
from gateway.store import migrate
from tests.support.postgres import Urls


@pytest.mark.parametrize(
    ("sql", "indexes"),
    [
        (STATUS["find_part_by_provider"], {"part_provider"}),
        (STATUS["forgotten"], {"status_received", "part_provider"}),
        (MESSAGES["parts"], {"part_message"}),
        (MESSAGES["known_message"], {"message_provider"}),
        (SCHEDULE["known"], {"part_message"}),
        (RECORD["drop_held"], {"message_provider"}),
        (RECORD["drop_held_part"], {"part_provider", "message_provider"}),
        (MESSAGES["list_of_conversation"], {"message_conversation"}),
        (MESSAGES["oldest_of_conversation"], {"message_conversation"}),
        (MESSAGES["list_of_contact"], {"message_conversation", "conversation_contact"}),
        (MESSAGES["waiting"], {"outbox_message"}),
        (MESSAGES["attempts"], {"part_message", "outbox_message"}),
        (MESSAGES["statuses"], {"part_message"}),
        (MESSAGES["raw"], {"part_message"}),
        (CONVERSATIONS["list"], {"conversation_last"}),
        (CONVERSATIONS["list_of_contact"], {"conversation_contact"}),
        (CONVERSATIONS["one"], {"conversation_id"}),
        (CONVERSATIONS["last"], {"message_conversation"}),
        (CONVERSATIONS["heard"], {"message_conversation"}),
        (MEDIA["list"], {"media_created"}),
        (MEDIA["list_of_message"], {"media_message"}),
        (MEDIA["of_message"], {"media_message"}),
    ],
)
async def test_parts_and_messages_are_found_by_their_index(
    tmp_path: Path, sql: str, indexes: set[str]
) -> None:
    """No statement that looks for one message or part reads all that the tenant ever had."""
    path = tmp_path / "gateway.db"
    await migrate(Urls(f"sqlite:///{path}", "", ""))
    names = re.findall(r"(?<!:):(\w+)", sql)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"explain query plan {sql}", dict.fromkeys(names, 1)).fetchall()
    told = [row[3] for row in rows if row[3] != "SCAN CONSTANT ROW"]
    steps = [step for step in told if "SEARCH" in step or "SCAN" in step]
    assert not [step for step in steps if step.startswith("SCAN") or step.endswith("(tenant=?)")]
    assert {found for step in steps for found in re.findall(r"INDEX (\w+)", step)} >= indexes


async def test_what_waits_is_found_by_what_it_waits_for(tmp_path: Path) -> None:
    """A look at what has come reads the waits, not all events of seven days; a page of flows is no sort, and
    what is due, next or left over has an index."""
    path = tmp_path / "gateway.db"
    await migrate(Urls(f"sqlite:///{path}", "", ""))

    def plan(sql: str) -> list[str]:
        names = re.findall(r"(?<!:):(\w+)", sql)
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute(f"explain query plan {sql}", dict.fromkeys(names, 1)).fetchall()
        return [row[3] for row in found]

    waits, signals, flows, *_ = plan(FLOW["met"])
    assert waits.startswith("SCAN w")
    assert "(tenant=? AND name=? AND key=?)" in signals
    assert "(tenant=? AND id=?)" in flows
    assert plan(FLOW["held"])[0] == "SEARCH f USING INDEX flow_shard (shard=? AND (updated_at,id)>(?,?))"
    assert plan(REOPEN["of_tenant"])[0] == "SEARCH e USING PRIMARY KEY (tenant=? AND id>?)"
    assert "SEARCH event USING COVERING INDEX event_lane (tenant=? AND conversation=? AND id>?)" in plan(
        REOPEN["of_conversation"]
    )
    assert plan(FLOW["due"]) == ["SEARCH flow USING INDEX flow_wake (wake_at>? AND wake_at<?)"]
    assert plan(JOB["next"]) == ["SEARCH job USING INDEX job_ready (tenant=? AND plugin=?)"]
    assert plan(JOB["take_over"])[0] == "SCAN job USING INDEX job_running"


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (CONVERSATIONS["list"], "conversation_last"),
        (MEDIA["list"], "media_created"),
        (MESSAGES["list"], "message_pkey"),
        (MESSAGES["list_of_conversation"], "message_conversation"),
        (MESSAGES["oldest_of_conversation"], "message_conversation"),
    ],
)
async def test_a_page_is_a_walk_of_an_index(
    tmp_path: Path, new_database: Callable[..., Urls], sql: str, index: str
) -> None:
    """On both databases a page is read in the order of an index: nothing is sorted, and no more is read. The
    planner goes by how large tables are, so these are new ones."""
    path = tmp_path / "gateway.db"
    await migrate(Urls(f"sqlite:///{path}", "", ""))
    names = re.findall(r"(?<!:):(\w+)", sql)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"explain query plan {sql}", dict.fromkeys(names, 1)).fetchall()
    assert not [row[3] for row in rows if "TEMP B-TREE" in row[3]]
    asked = re.sub(r"(?<!:):(\w+)", lambda found: str(_VALUES.get(found[1], "'x'")), sql)
    server = await asyncpg.connect(new_database().migrate_url)
    try:
        await server.execute("set enable_seqscan = off; set enable_bitmapscan = off")
        plan = "\n".join(row[0] for row in await server.fetch(f"explain {asked}"))
    finally:
        await server.close()
    assert "Sort" not in plan
    assert index in plan


#: Values that are numbers; all others are texts.
_VALUES = {
    "limit": 50,
    "last_at": 9,
    "created_at": 9,
    "since": 0,
    "unread": -1,
    "open_after": -1,
    "open_until": 9,
}
