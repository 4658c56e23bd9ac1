"""A small database in which all is well, to be spoilt: a row of each kind for each of two tenants."""

from __future__ import annotations

import zlib
from typing import Any

from gateway.channel import SHARDS
from gateway.clock import MINUTE, SECOND, SystemClock
from gateway.model.ids import digest
from gateway.store.port import Store, Tx

#: What the output must never show.
WORDS, PHONE, KEY, SECRET = "CANARY-WORDS", "+254799000111", "CANARY-KEY", "CANARY-SECRET"
TENANTS = ("duka", "soko")
TABLES = (
    *(
        "message",
        "part",
        "outbox",
        "event",
        "done",
        "scheduled",
        "status",
        "seen",
        "identity",
        "conversation",
    ),
    *(
        "contact",
        "flow",
        "flow_wait",
        "job",
        "idempotency",
        "media",
        "dead",
        "feed",
        "feed_head",
        "feed_open",
    ),
    *("journal_open", "journal", "shard", "process", "channel"),
)


def shard_of(tenant: str) -> int:
    """The shard of a tenant's only channel."""
    return zlib.crc32(f"{tenant}-main".encode()) % SHARDS


async def settle(store: Store) -> int:
    """Make the town anew; the time of its rows."""
    now = SystemClock().now()

    async def work(tx: Tx) -> None:
        for table in TABLES:
            await tx.run(f"delete from {table}")
        await _machines(tx, now)
        for tenant in TENANTS:
            await _people(tx, tenant, now)
            await _talk(tx, tenant, now)
            await _open(tx, tenant, now)
            await _work(tx, tenant, now)

    await store.write(work)
    return now


async def add(tx: Tx, table: str, **values: Any) -> None:
    """Insert one row."""
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    await tx.run(f"insert into {table} ({names}) values ({marks})", **values)


async def _machines(tx: Tx, now: int) -> None:
    for n, id in enumerate(("process-1", "process-2"), 1):
        await add(
            tx, "process", id=id, started_at=now - 60 * MINUTE, stopped_at=0, number=n, term=n,
            lease_until=now + 60 * MINUTE,
        )  # fmt: skip
    for n in range(SHARDS):
        await add(tx, "shard", id=n, owner=f"process-{1 + n % 2}", epoch=3, lease_until=0)
    for n in (1, 2):
        await add(
            tx, "journal", id=n, provider="meta_cloud", channel="", received_at=now, headers=SECRET,
            body=WORDS.encode(),
        )  # fmt: skip
    await add(tx, "journal_open", shard=7, id=2)


async def _people(tx: Tx, tenant: str, now: int) -> None:
    t = {"tenant": tenant}
    await add(
        tx, "channel", **t, id=f"{tenant}-main", provider="meta_cloud", number="1", settings=SECRET.encode(),
        paused_at=0, paused_reason="", updated_at=now,
    )  # fmt: skip
    await add(tx, "contact", **t, id="contact", name=WORDS, username="", language="", created_at=now)
    await add(
        tx, "identity", **t, kind="phone", scope="", value=PHONE, contact="contact", created_at=now
    )  # fmt: skip
    await add(
        tx, "conversation", **t, channel=f"{tenant}-main", contact="contact", id="lane", address=PHONE,
        window_until=now, last_at=now, unread=0, created_at=now,
    )  # fmt: skip


async def message(tx: Tx, tenant: str, id: str, now: int, **values: Any) -> None:
    """A message, from the contact unless *values* say otherwise."""
    row = {
        "tenant": tenant, "id": id, "channel": f"{tenant}-main", "conversation": "lane", "contact": "contact",
        "direction": "in", "type": "text", "content": WORDS, "provider_message_id": "", "event": id,
        "origin": "", "parts": 0, "at": now, "created_at": now, "raw": WORDS.encode(), **values,
    }  # fmt: skip
    await add(tx, "message", **row)


async def part(tx: Tx, tenant: str, id: str, of: str, now: int, **values: Any) -> None:
    """A part that was delivered, unless *values* say otherwise."""
    row = {
        "tenant": tenant, "id": id, "message": of, "idx": 0, "channel": f"{tenant}-main",
        "conversation": "lane", "provider_message_id": f"wamid.{id}", "status": "delivered", "rank": 30,
        "attempt": 1, "resent": 0, "claimed_at": now, "accepted_at": now, "updated_at": now, "error": "",
        **values,
    }  # fmt: skip
    await add(tx, "part", **row)


async def outbox(tx: Tx, tenant: str, id: str, of: str, now: int, **values: Any) -> None:
    """A part that may be sent, unless *values* say otherwise."""
    row = {
        "tenant": tenant, "id": id, "message": of, "idx": 0, "channel": f"{tenant}-main",
        "shard": shard_of(tenant), "conversation": "lane", "address": PHONE, "class": "reply", "body": WORDS,
        "state": "ready", "attempt": 0, "resent": 0, "epoch": 0, "not_before": 0, "deadline": 0,
        "claimed_at": 0, "doubt_since": 0, "error": "", "created_at": now, **values,
    }  # fmt: skip
    await add(tx, "outbox", **row)


async def _talk(tx: Tx, tenant: str, now: int) -> None:
    """Two messages and their answers, one that failed, and one of the API."""
    for n, id in enumerate(("in-1", "in-2", "in-3")):
        await message(tx, tenant, id, now, provider_message_id=f"wamid.{id}")
        await add(tx, "seen", tenant=tenant, key=digest(f"{tenant}-main", "m", f"wamid.{id}"), at=now)
        if n < 2:
            await message(tx, tenant, f"out-{n}", now, direction="out", event=id, parts=1)
            await part(tx, tenant, f"part-{n}", f"out-{n}", now + n * SECOND)
            await add(
                tx, "status", tenant=tenant, channel=f"{tenant}-main", provider_message_id=f"wamid.part-{n}",
                status="delivered", participant=PHONE, at=now, rank=30, correlation="", error="", pricing="",
                received_at=now, raw=WORDS.encode(),
            )  # fmt: skip
    await message(tx, tenant, "failed", now, direction="out", event="", parts=1)
    gone: dict[str, Any] = {"status": "failed", "rank": 25, "provider_message_id": ""}
    await part(tx, tenant, "part-failed", "failed", now, **gone)
    await add(
        tx, "dead", tenant=tenant, id="letter", stage="send", ref="failed", plugin="", reason="rejected",
        detail=WORDS, journal="", body=WORDS.encode(), at=now, resolved_at=0,
    )  # fmt: skip
    answer = '{"id":"failed","status":"queued","parts":1,"losses":[]}'
    await add(
        tx, "idempotency", tenant=tenant, key=KEY, request=b"", status=202, answer=answer, created_at=now
    )  # fmt: skip


async def _open(tx: Tx, tenant: str, now: int) -> None:
    """What is still to be done."""
    shard, channel = shard_of(tenant), f"{tenant}-main"
    await message(tx, tenant, "out-8", now, direction="out", event="", parts=2)
    await outbox(
        tx, tenant, "part-8", "out-8", now, state="sending", attempt=1, epoch=3, claimed_at=now
    )  # fmt: skip
    await outbox(tx, tenant, "part-9", "out-8", now, idx=1)
    await message(tx, tenant, "later", now, direction="out", event="", parts=2)
    await add(
        tx, "scheduled", **{"class": "reply"}, tenant=tenant, message="later", due_at=now + 60 * MINUTE,
        channel=channel, shard=shard, conversation="lane", address=PHONE, idx=0, bodies='[{"a":1},{"b":2}]',
        free_form=1, deadline=0, reason="", created_at=now,
    )  # fmt: skip
    await add(
        tx, "event", tenant=tenant, id="in-3", kind="message", channel=channel, shard=shard,
        conversation="lane", message="in-3", plugins="", body=WORDS.encode(), starts=1, received_at=now,
    )  # fmt: skip
    await add(tx, "done", tenant=tenant, event="in-3", plugin="shop", handled=0)


async def _work(tx: Tx, tenant: str, now: int) -> None:
    """A flow, jobs, a file, and the log of events."""
    await add(
        tx, "flow", tenant=tenant, id="flow", plugin="shop", name="order", conversation="lane",
        state="waiting", pending="ask", code="", args=WORDS, log=WORDS, epoch=0, version=1,
        wake_at=now + 60 * MINUTE, started_at=now, updated_at=now,
    )  # fmt: skip
    await add(tx, "flow_wait", tenant=tenant, flow="flow", name="paid", key=WORDS, op="1")
    for id, state, epoch in (("job-1", "ready", 0), ("job-2", "running", 2)):
        await add(
            tx, "job", tenant=tenant, id=id, plugin="shop", name="pay", key="", args=WORDS,
            conversation="lane", flow="", op="", state=state, due_at=now, attempt=epoch, failures=0, starts=0,
            epoch=epoch, claimed_at=now - 5 * MINUTE, recurs="", zone="", occurs_at=0, progress="", error="",
            created_at=now,
        )  # fmt: skip
    await add(
        tx, "media", tenant=tenant, id="file", message="in-1", channel=f"{tenant}-main", kind="image",
        source=WORDS, state="pending", reason="", told="", mime_type="", size=0, sha256="", filename=WORDS,
        visibility="private", tries=0, next_at=now, created_at=now, stored_at=0,
    )  # fmt: skip
    for first, n in ((1, 2), (3, 1), (4, 3)):
        await add(tx, "feed", tenant=tenant, first=first, id=f"feed-{first}", at=now, n=n, data=WORDS)
    await add(tx, "feed_head", tenant=tenant, seq=6)
    await add(tx, "feed_open", tenant=tenant, id="open", at=now, n=1, data=WORDS)
