"""What a provider limits: a day for marketing, the contact alone, or the whole number."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec

from gateway.clock import HOUR, SECOND, ManualClock, SystemClock
from gateway.model.outbound import Template
from gateway.pipeline.effects import part_row
from gateway.pipeline.enqueue import Order
from gateway.pipeline.line import Line
from gateway.pipeline.outcome import Outcome, settle
from gateway.pipeline.queries import OUTBOX
from gateway.pipeline.records import Part
from gateway.store.port import Store
from tests.pipeline.agreed import agree
from tests.pipeline.world import (
    Servers,
    eventually,
    line_of,
    part_for,
    rows,
    running,
    settings_of,
    value,
)

CAPPED = {"kind": "ecosystem_limited", "code": 131049, "subcode": 2494055, "retry_after": 86400.0}
STRANGER = "+254700000099"


def _line(store: Store, tmp_path: Path, servers: Servers, clock: ManualClock) -> Line:
    return line_of(store, settings_of(tmp_path, servers.url), clock=clock)


async def _template(line: Line, name: str, **more: Any) -> str:
    (channel,) = line.sender._channels
    answer = await line.enqueue.send(Order(channel, STRANGER, Template(name, "en", **more)))
    return str(msgspec.json.decode(answer)["id"])


async def _queue(line: Line, store: Store, *parts: Part) -> None:
    await eventually(lambda: not line.sender.behind)
    await store.write(lambda tx: tx.many(OUTBOX["add"], [part_row(part, 1) for part in parts]))
    line.outbox.enqueue(parts)


async def _count(store: Store, table: str) -> int:
    return int(await value(store, f"select count(*) from {table}"))


async def _until(store: Store, table: str, count: int) -> None:
    for _ in range(1000):
        if await _count(store, table) == count:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"{table} has not {count} rows")


async def test_a_template_that_is_capped_waits_a_day(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """131049: its conversation goes on, the try is kept with code and subcode, and it is sent after a day
    and up to an hour; marketing for this contact waits meanwhile."""
    refusals = iter([CAPPED])
    servers.answer = lambda sent: next(refusals, {}) if sent["text"] == "offer" else {}
    line = _line(store, tmp_path, servers, clock)
    async with running(line):
        began = clock.now()
        message = await _template(line, "offer|second half")
        await _template(line, "receipt")
        await eventually(lambda: servers.texts == ["offer", "receipt"])
        await _until(store, "scheduled", 1)

        (row,) = await rows(store, "select message, due_at, reason, bodies, idx, free_form from scheduled")
        assert (row["message"], row["reason"], row["idx"], row["free_form"]) == (
            message, "ecosystem_limited", 0, 0,
        )  # fmt: skip
        assert 24 * HOUR <= row["due_at"] - began <= 25 * HOUR
        assert msgspec.json.decode(row["bodies"]) == [{"text": "offer"}, {"text": "second half"}]
        (tried,) = await rows(store, "select outcome, error, http from attempt")
        error = msgspec.json.decode(tried["error"])
        assert (tried["outcome"], tried["http"]) == ("later", 400)
        assert (error["kind"], error["code"], error["subcode"]) == ("ecosystem_limited", 131049, 2494055)
        assert await value(store, "select marketing_after from conversation") == began + 24 * HOUR
        assert await _count(store, "dead") == 0

        await agree(store)
        await _template(line, "another offer", marketing=True)
        assert await _count(store, "scheduled") == 2
        clock.advance(25 * 3600)
        await eventually(lambda: len(servers.texts) == 5)

    assert sorted(servers.texts[2:]) == ["another offer", "offer", "second half"]
    assert len({sent["correlation"] for sent in servers.sent}) == 5


async def test_a_template_waits_within_its_life(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """Refused day after day it is given up, with a dead letter, before it is 72 hours old."""
    servers.answer = lambda sent: CAPPED
    line = _line(store, tmp_path, servers, clock)
    async with running(line):
        await _template(line, "offer")
        for tries in (1, 2, 3):
            await eventually(lambda tries=tries: len(servers.texts) == tries)
            await _until(store, *(("scheduled", 1) if tries < 3 else ("dead", 1)))
            clock.advance(25 * 3600)
        await asyncio.sleep(0.05)

    assert servers.texts == ["offer"] * 3
    assert await _count(store, "scheduled") == 0
    assert await value(store, "select reason from dead") == "rejected"
    tried = await rows(store, "select outcome from attempt order by started_at")
    assert [row["outcome"] for row in tried] == ["later", "later", "dead"]


async def test_a_reply_that_is_capped_is_dead(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """Tomorrow it answers nothing."""
    servers.answer = lambda sent: CAPPED
    line = _line(store, tmp_path, servers, clock)
    async with running(line):
        await _queue(line, store, part_for(line, "reply"))
        await _until(store, "dead", 1)

    assert (await _count(store, "scheduled"), await value(store, "select status from part")) == (0, "failed")


async def test_a_process_that_lost_its_shard_moves_nothing(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """The outcome is fenced like every other."""
    line = _line(store, tmp_path, servers, clock)
    part = part_for(line, "x", cls="template", state="sending", attempt=1, epoch=7)
    await store.write(lambda tx: tx.many(OUTBOX["add"], [part_row(part, 1)]))
    part.epoch = 6
    outcome = Outcome(part, "later", not_before=clock.now() + HOUR, reason="ecosystem_limited", quiet_until=9)

    assert await store.write(lambda tx: settle(tx, [outcome], 1)) == [False]
    assert (await _count(store, "scheduled"), await _count(store, "attempt")) == (0, 0)
    part.epoch = 7
    assert await store.write(lambda tx: settle(tx, [outcome], 1)) == [True]
    assert (await _count(store, "scheduled"), await _count(store, "outbox")) == (1, 0)


async def test_a_limited_pair_delays_one_conversation(store: Store, tmp_path: Path, servers: Servers) -> None:
    """131056: that contact's messages wait 4^0 seconds, then 4^1 …, others of the same number do not."""
    refusals = iter([{"kind": "pair_limited", "code": 131056, "subcode": 2494}])
    servers.answer = lambda sent: next(refusals, {}) if sent["text"] == "1" else {}
    line = line_of(store, settings_of(tmp_path, servers.url))
    async with running(line):
        await _queue(line, store, part_for(line, "1"), part_for(line, "2"))
        await eventually(lambda: servers.texts == ["1"])
        others = [part_for(line, f"x{n}", conversation=f"x{n}", address=f"+1{n}") for n in range(5)]
        await _queue(line, store, *others)
        await eventually(lambda: len(servers.texts) == 6)
        await _until(store, "part", 7)

    assert servers.texts[-2:] == ["1", "2"]
    assert servers.at[-2] - servers.at[0] >= 1.0
    error = msgspec.json.decode(await value(store, "select error from attempt"))
    assert (error["kind"], error["code"], error["subcode"]) == ("pair_limited", 131056, 2494)


async def test_a_limited_number_delays_itself_alone(store: Store, tmp_path: Path, servers: Servers) -> None:
    """130429: all conversations of that number wait a second at least, another number does not."""
    refusals = iter([{"kind": "rate_limited", "code": 130429, "http": 429}])
    servers.answer = lambda sent: next(refusals, {}) if sent["text"] == "1" else {}
    settings = settings_of(tmp_path, servers.url, numbers={"main": "100", "two": "200"})
    line = line_of(store, settings)
    shard = {channel.id: channel.shard for channel in line.sender._channels}

    def part(text: str, channel: str, conversation: str) -> Part:
        return part_for(line, text, channel=channel, shard=shard[channel], conversation=conversation)

    async with running(line):
        await _queue(line, store, part("1", "main", "c1"))
        await eventually(lambda: line.sender.numbers["duka", "main"].resume_at > 0)
        began = SystemClock().now()
        await _queue(line, store, part("same number", "main", "c2"), part("other number", "two", "c3"))
        await eventually(lambda: servers.texts == ["1", "other number"], 0.9)
        assert SystemClock().now() - began < SECOND
        await _until(store, "part", 3)

    assert set(servers.texts[2:]) == {"1", "same number"}
    assert servers.at[2] - servers.at[0] >= 0.9
    assert msgspec.json.decode(await value(store, "select error from attempt"))["code"] == 130429
