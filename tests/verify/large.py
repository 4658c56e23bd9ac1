"""A large healthy database, and how long it takes to verify it: `python -m tests.verify.large sqlite 100000`.

The number is that of messages from contacts; each has an answer, a part, two statuses and a key.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from gateway.clock import HOUR, SystemClock
from gateway.model.ids import digest, new_id
from gateway.store import Store, connect
from gateway.store.port import Tx
from gateway.verify.record import Terms
from gateway.verify.run import Verification
from tests.support.postgres import make_database, start_postgres
from tests.support.sqlite import prepared
from tests.verify.town import settle

LANES, BATCH = 2000, 5000
_MESSAGE = """insert into message (tenant, id, channel, conversation, contact, direction, type, content,
    provider_message_id, event, origin, parts, at, created_at, raw)
    values (:tenant, :id, :channel, :lane, 'contact', :direction, 'text', 'x', :named, :event, '', :parts,
    :now, :now, :raw)"""
_PART = """insert into part (tenant, id, message, idx, channel, conversation, provider_message_id, status,
    rank, attempt, resent, claimed_at, accepted_at, updated_at, error)
    values (:tenant, :id, :message, 0, :channel, :lane, :named, 'delivered', 30, 1, 0, :now, :now, :now,
    '')"""
_STATUS = """insert into status (tenant, channel, provider_message_id, status, participant, at, rank,
    correlation, error, pricing, received_at, raw)
    values (:tenant, :channel, :named, :status, '', :now, :rank, '', '', '', :now, :raw)"""
_CONVERSATION = """insert into conversation (tenant, channel, contact, id, address, window_until, last_at,
    unread, created_at) values (:tenant, :channel, :contact, :lane, '', 0, 0, 0, 0)"""
_CONTACT = """insert into contact (tenant, id, name, username, language, created_at)
    values (:tenant, :contact, '', '', '', 0)"""


async def fill(store: Store, count: int) -> None:
    """Make the town, and *count* messages with their answers."""
    now = await settle(store)

    async def places(tx: Tx) -> None:
        rows = [
            {"tenant": t, "channel": f"{t}-main", "contact": f"c-{n}", "lane": f"lane-{n}"}
            for t in ("duka", "soko")
            for n in range(LANES)
        ]
        await tx.many(_CONTACT, rows)
        await tx.many(_CONVERSATION, rows)

    await store.write(places)
    for first in range(0, count, BATCH):
        numbers = range(first, min(count, first + BATCH))

        async def talk(tx: Tx, numbers: range = numbers) -> None:
            await _talk(tx, numbers, now)

        await store.write(talk)


async def _talk(tx: Tx, numbers: range, now: int) -> None:
    messages: list[dict[str, Any]] = []
    parts, seen, statuses = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
    for n in numbers:
        tenant = "duka" if n % 3 else "soko"
        id, answer, part, at = new_id(), new_id(), new_id(), now + n
        base = {
            "tenant": tenant,
            "channel": f"{tenant}-main",
            "lane": f"lane-{n % LANES}",
            "now": at,
            "raw": b"",
        }
        said = {"id": id, "direction": "in", "named": f"wamid.{id}", "event": id, "parts": 0}
        told = {"id": answer, "direction": "out", "named": "", "event": id, "parts": 1}
        messages += [base | said, base | told]
        parts.append(base | {"id": part, "message": answer, "named": f"wamid.{part}"})
        seen.append({"tenant": tenant, "key": digest(f"{tenant}-main", "m", f"wamid.{id}"), "now": at})
        for status, rank in (("sent", 20), ("delivered", 30)):
            statuses.append(base | {"named": f"wamid.{part}", "status": status, "rank": rank})
    await tx.many(_MESSAGE, messages)
    await tx.many(_PART, parts)
    await tx.many("insert into seen (tenant, key, at) values (:tenant, :key, :now)", seen)
    await tx.many(_STATUS, statuses)


async def _measure(store: Store, count: int) -> None:
    await store.open()
    try:
        await fill(store, count)
        now = SystemClock().now()
        for words, since in (("all", 0), ("the last hour", now - HOUR)):
            report = await Verification(store, Terms(now, since=since), settle=0.0).run()
            rate = report.rows / report.seconds
            found = f"{report.broken} broken, {report.late} late, {len(report.blind)} not looked at"
            took = f"{report.rows:,} rows in {report.seconds:.1f} s, {rate:,.0f} a second"
            print(f"{store.dialect}, {words}: {took}; {found}")
    finally:
        await store.close()


def main(dialect: str, count: int) -> None:
    """Fill and verify a database of its own."""
    folder = Path(tempfile.mkdtemp(prefix="gateway-verify-"))
    try:
        if dialect == "sqlite":
            asyncio.run(_measure(connect(f"sqlite:///{prepared(folder / 'gateway.db')}"), count))
            return
        server = start_postgres(folder / "data", fsync=False)
        try:
            urls = make_database(server, "large")
            asyncio.run(_measure(connect(urls.url, worker_url=urls.worker_url), count))
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
