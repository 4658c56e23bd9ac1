"""Changing what the gateway itself cannot: somebody who owns the database, and means harm."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import asyncpg

from tests.support.postgres import Urls


async def tamper(urls: Urls, sql: str) -> None:
    """Run *sql* as the owner, past rights and triggers."""
    if not urls.migrate_url:
        with closing(sqlite3.connect(urls.url.removeprefix("sqlite:///"))) as connection, connection:
            for name in ("audit_kept", "audit_all_kept"):
                connection.execute(f"drop trigger if exists {name}")
            assert connection.execute(sql).rowcount
        return
    owner = await asyncpg.connect(urls.migrate_url)
    try:
        for table, name in (("audit", "audit_all_kept"), ("audit_kept", "audit_kept_forward")):
            await owner.execute(f"alter table {table} disable trigger {name}")
        assert not (await owner.execute(sql)).endswith(" 0")
        for table, name in (("audit", "audit_all_kept"), ("audit_kept", "audit_kept_forward")):
            await owner.execute(f"alter table {table} enable trigger {name}")
    finally:
        await owner.close()
