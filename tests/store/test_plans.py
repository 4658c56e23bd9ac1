"""How SQLite, which has no statistics, finds rows in tables that grow: by an index, not tenant by tenant."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.pipeline.queries import MESSAGES, RECORD, SCHEDULE, STATUS
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
    steps = [row[3] for row in rows if "SEARCH" in row[3] or "SCAN" in row[3]]
    assert not [step for step in steps if step.startswith("SCAN") or step.endswith("(tenant=?)")]
    assert {found for step in steps for found in re.findall(r"INDEX (\w+)", step)} >= indexes
