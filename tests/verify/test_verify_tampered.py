"""Each check speaks of what was spoilt for it, and no other does."""

from __future__ import annotations

import asyncpg
import pytest

from gateway.clock import MINUTE, SECOND, SystemClock
from gateway.model.ids import digest
from gateway.store import Store
from gateway.store.port import Tx
from gateway.verify.catalogue import NAMES
from gateway.verify.record import Report, Terms
from gateway.verify.run import Verification, violations
from tests.support.postgres import Urls
from tests.verify.town import settle, shard_of

HOUR_AGO, OTHER = 60 * MINUTE, (shard_of("duka") + 1) % 64
_AGO = f"- {HOUR_AGO}"
_TWICE = """insert into message select tenant, 'in-9', channel, conversation, contact, direction, type,
    content, provider_message_id, event, origin, parts, at, created_at, raw, purpose
    from message where id = 'in-1'"""
_NUMBER = """insert into process (id, started_at, stopped_at, number, term, lease_until)
    select 'process-9', started_at, 0, {number}, {term}, lease_until from process where id = 'process-2'"""

#: The check, what is done to the town, and the row that it speaks of.
BROKEN: tuple[tuple[str, str, str], ...] = (
    ("message_twice", f"{_TWICE} and tenant = 'duka'", "in-9"),
    ("message_seen", "delete from seen where tenant = 'duka' and key = :key", "in-1"),
    ("message_parts", "update message set parts = 2 where id = 'out-1' and tenant = 'duka'", "out-1"),
    ("message_parts", "delete from outbox where id = 'part-9' and tenant = 'duka'", "out-8"),
    ("message_parts", "delete from scheduled where tenant = 'duka'", "later"),
    ("message_place", "update message set contact = 'nobody' where id = 'in-1' and tenant = 'duka'", "in-1"),
    ("message_place", "update message set conversation = 'x' where id = 'in-1' and tenant = 'duka'", "in-1"),
    ("part_place", "update part set conversation = 'x' where id = 'part-1' and tenant = 'duka'", "part-1"),
    (
        "part_place",
        "update part set channel = 'x', attempt = 0 where id = 'part-1' and tenant = 'duka'",
        "part-1",
    ),
    (
        "part_unproved",
        "update part set provider_message_id = '' where id = 'part-1' and tenant = 'duka'",
        "part-1",
    ),
    (
        "part_rank",
        "update part set rank = 20, status = 'sent' where id = 'part-1' and tenant = 'duka'",
        "part-1",
    ),
    ("part_rank", "update part set rank = 50 where id = 'part-1' and tenant = 'duka'", "part-1"),
    (
        "part_order",
        f"update part set accepted_at = accepted_at + {9 * SECOND} where id = 'part-0' and tenant = 'duka'",
        "part-1",
    ),
    (
        "two_sending",
        "update outbox set state = 'sending', claimed_at = created_at where tenant = 'duka' and idx = 1",
        "part-9",
    ),
    (
        "sending_stuck",
        f"update outbox set claimed_at = claimed_at {_AGO} where id = 'part-8' and tenant = 'duka'",
        "part-8",
    ),
    ("epoch_ahead", "update outbox set epoch = 4 where id = 'part-8' and tenant = 'duka'", "part-8"),
    (
        "outbox_place",
        "update outbox set conversation = 'x' where id = 'part-9' and tenant = 'duka'",
        "part-9",
    ),
    ("outbox_shard", f"update outbox set shard = {OTHER} where id = 'part-9' and tenant = 'duka'", "part-9"),
    ("event_place", "update event set conversation = 'x' where tenant = 'duka'", "in-3"),
    ("event_place", "update event set message = 'x' where tenant = 'duka'", "in-3"),
    ("event_shard", f"update event set shard = {OTHER} where tenant = 'duka'", "in-3"),
    ("done_alone", "update done set event = 'in-2' where tenant = 'duka'", "in-2"),
    ("scheduled_place", "update scheduled set conversation = 'x' where tenant = 'duka'", "later"),
    ("scheduled_parts", "update scheduled set bodies = '[{}]' where tenant = 'duka'", "later"),
    ("scheduled_shard", f"update scheduled set shard = {OTHER} where tenant = 'duka'", "later"),
    ("conversation_place", "update conversation set contact = 'nobody' where tenant = 'duka'", "lane"),
    ("conversation_tenant", "update channel set tenant = 'soko' where id = 'duka-main'", "lane"),
    ("identity_place", "update identity set contact = 'nobody' where tenant = 'duka'", "nobody"),
    ("flow_place", "update flow set conversation = 'x' where tenant = 'duka'", "flow"),
    ("flow_wait_alone", "update flow_wait set flow = 'x' where tenant = 'duka'", "x"),
    ("job_place", "update job set conversation = 'x' where id = 'job-1' and tenant = 'duka'", "job-1"),
    ("job_stuck", "update job set epoch = 9 where id = 'job-2' and tenant = 'duka'", "job-2"),
    (
        "answer_message",
        'update idempotency set answer = \'{"id":"gone","status":"","parts":1}\' where tenant = \'duka\'',
        "gone",
    ),
    ("media_place", "update media set message = 'x' where tenant = 'duka'", "file"),
    ("dead_place", "update dead set ref = 'x' where tenant = 'duka'", "letter"),
    ("feed_holes", "delete from feed where first = 3 and tenant = 'duka'", "3"),
    ("feed_holes", "update feed set n = 2 where first = 3 and tenant = 'duka'", "4"),
    ("feed_holes", "update feed_head set seq = 7 where tenant = 'duka'", "head"),
    ("journal_alone", "insert into journal_open (shard, id) values (3, 9)", "9"),
    ("shards", "update shard set epoch = 0 where id = 5", "5"),
    ("shards", "update shard set owner = 'stranger' where id = 5", "5"),
    ("processes", _NUMBER.format(number=2, term=9), "process-9"),
    ("processes", _NUMBER.format(number=9, term=2), "process-9"),
)
LATE: tuple[tuple[str, str, str], ...] = (
    (
        "outbox_waits",
        f"update outbox set created_at = created_at {_AGO} where id = 'part-9' and tenant = 'duka'",
        "part-9",
    ),
    (
        "outbox_waits",
        "update outbox set state = 'in_doubt', doubt_since = 1 where epoch = 3 and tenant < 's'",
        "part-8",
    ),
    ("event_waits", f"update event set received_at = received_at {_AGO} where tenant = 'duka'", "in-3"),
    ("scheduled_waits", f"update scheduled set due_at = created_at {_AGO} where tenant = 'duka'", "later"),
    ("flow_wakes", f"update flow set wake_at = started_at {_AGO} where tenant = 'duka'", "flow"),
    ("job_waits", f"update job set due_at = due_at {_AGO} where id = 'job-1' and tenant = 'duka'", "job-1"),
    ("media_waits", f"update media set next_at = next_at {_AGO} where tenant = 'duka'", "file"),
    ("feed_holes", f"update feed_open set at = at {_AGO} where tenant = 'duka'", "feed_open"),
    ("journal_waits", f"update journal set received_at = received_at {_AGO} where id = 2", "2"),
    ("shards", "update shard set owner = '' where id = 5", "5"),
)


@pytest.fixture
async def town(store: Store, store_urls: Urls) -> Store:
    """The town, without what would keep the database itself from being spoilt."""
    if store_urls.migrate_url:
        owner = await asyncpg.connect(store_urls.migrate_url)
        await owner.execute("alter table conversation drop constraint gateway_conversation_contact")
        await owner.execute("alter table identity drop constraint gateway_identity_contact")
        await owner.close()
    await settle(store)
    return store


async def spoil(store: Store, sql: str) -> int:
    """Run *sql*; how many rows it changed."""

    async def work(tx: Tx) -> int:
        return await tx.run(sql, key=digest("duka-main", "m", "wamid.in-1"))

    return await store.write(work)


async def look(store: Store, tenant: str = "") -> Report:
    """One verification."""
    return await Verification(store, Terms(SystemClock().now(), tenant=tenant), settle=0.0).run()


def told(report: Report) -> dict[str, list[str]]:
    """All that was found: by check and how bad it is, the ids."""
    assert not report.blind, report.blind
    found = {}
    for each in report.results:
        for word, rows in (("broken", each.broken), ("late", each.late)):
            if rows:
                found[f"{each.check.name} {word}"] = [row.id for row in rows]
    return found


async def test_the_town_is_well(town: Store) -> None:
    """Nothing is found where nothing was spoilt, and each check has looked at rows."""
    report = await look(town)

    assert told(report) == {}
    assert not [each.check.name for each in report.results if not each.rows and each.check.walk]
    assert await violations(town, settle=0.0) == {name: [] for name in NAMES}


async def test_what_is_spoilt_is_found(town: Store) -> None:
    """By its own check, with its own row, and by no other."""
    wrong = []
    for word, cases in (("broken", BROKEN), ("late", LATE)):
        for check, sql, id in cases:
            await settle(town)
            assert await spoil(town, sql) == 1, sql
            found = told(await look(town))
            if found != {f"{check} {word}": [id]}:
                wrong.append((sql, found))
    assert wrong == []
