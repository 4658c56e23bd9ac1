"""Messages for later: released once when they are due, whoever dies, and behind what is queued."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.clock import DAY, HOUR, ManualClock
from gateway.errors import SendRefused, StoreUnavailable, WindowClosed
from gateway.model.outbound import Outbound, Template, Text
from gateway.pipeline import schedule as schedule_module
from gateway.pipeline.enqueue import Order
from gateway.pipeline.line import Line
from gateway.pipeline.record import record
from gateway.pipeline.replay import Replay
from gateway.pipeline.schedule import release
from gateway.store.port import Store
from tests.pipeline.agreed import agree
from tests.pipeline.world import (
    Servers,
    eventually,
    line_of,
    raw_of,
    rows,
    running,
    said,
    settings_of,
    value,
)

TO = "+254700000001"


async def _line(store: Store, tmp_path: Path, servers: Servers, clock: ManualClock) -> Line:
    """A line that is not started, and a contact who has written just now."""
    made = line_of(store, settings_of(tmp_path, servers.url), clock=clock)
    parsed = [made.parser._parse(raw_of(said("hi", at=clock.now())))]
    await store.write(lambda tx: record(tx, parsed, lambda tenant, kind: False, clock.now()))
    return made


def _order(line: Line, clock: ManualClock, message: Outbound | str, hours: float = 1, **more: Any) -> Order:
    (channel,) = line.sender._channels
    what = Text(message) if isinstance(message, str) else message
    return Order(channel, more.pop("to", TO), what, at=clock.now() + int(hours * HOUR), **more)


async def _later(
    line: Line, clock: ManualClock, message: Outbound | str, hours: float = 1, **more: Any
) -> str:
    answer = msgspec.json.decode(await line.enqueue.send(_order(line, clock, message, hours, **more)))
    assert answer["status"] == "scheduled"
    return str(answer["id"])


async def _now(line: Line, text: str) -> str:
    (channel,) = line.sender._channels
    return str(msgspec.json.decode(await line.enqueue.send(Order(channel, TO, Text(text))))["id"])


async def _count(store: Store, table: str) -> int:
    return int(await value(store, f"select count(*) from {table}"))


async def test_a_message_for_later_waits_outside_the_outbox(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """It is recorded at once, sent in its parts when it is due, and not a moment before."""
    line = await _line(store, tmp_path, servers, clock)
    async with running(line):
        await _later(line, clock, "a|b")
        await _now(line, "now")
        await eventually(lambda: servers.texts == ["now"])
        assert (await _count(store, "scheduled"), await _count(store, "message")) == (1, 3)

        clock.advance(3599)
        await asyncio.sleep(0.05)
        assert servers.texts == ["now"]

        clock.advance(1)
        await eventually(lambda: servers.texts == ["now", "a", "b"])

    assert await _count(store, "scheduled") == 0
    assert [row["status"] for row in await rows(store, "select status from part")] == ["accepted"] * 3


async def test_now_or_the_past_is_now(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """Nothing waits for a time that is over."""
    line = await _line(store, tmp_path, servers, clock)

    for hours in (0, -5):
        answer = msgspec.json.decode(await line.enqueue.send(_order(line, clock, "x", hours)))
        assert answer["status"] == "queued"
        assert "send_at" not in answer

    assert (await _count(store, "scheduled"), await _count(store, "outbox")) == (0, 2)


async def test_what_was_queued_before_goes_first(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """A message takes its place in the lane when it becomes due; that holds for those who read it back."""
    line = await _line(store, tmp_path, servers, clock)
    await _later(line, clock, "late", 2)
    await _later(line, clock, "early", 1)
    await _now(line, "queued")
    clock.advance(2 * 3600)
    assert await line.schedule.sweep() == 2
    await _now(line, "after")

    again = line_of(store, settings_of(tmp_path, servers.url), clock=clock)
    async with running(again):
        await eventually(lambda: len(servers.texts) == 4)

    assert servers.texts == ["queued", "early", "late", "after"]


async def test_it_goes_out_once_although_two_look_at_once(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """The deletion of the row decides."""
    line = await _line(store, tmp_path, servers, clock)
    for n in range(20):
        await _later(line, clock, str(n))
    clock.advance(3600)

    async def one() -> int:
        released = await store.write(lambda tx: release(tx, clock.now()))
        return len(released.parts)

    counts = await asyncio.gather(*(one() for _ in range(5)))

    assert sum(counts) == 20
    assert (await _count(store, "outbox"), await _count(store, "scheduled")) == (20, 0)


async def test_more_than_a_page_is_released(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, those longest due first."""
    monkeypatch.setattr(schedule_module, "PAGE", 3)
    line = await _line(store, tmp_path, servers, clock)
    for n in range(8):
        await _later(line, clock, str(n), (n + 1) / 10)
    clock.advance(3600)
    async with running(line):
        await eventually(lambda: len(servers.texts) == 8)

    assert servers.texts == [str(n) for n in range(8)]


async def test_a_database_that_is_away_loses_nothing(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release is undone as a whole, and tried again."""
    line = await _line(store, tmp_path, servers, clock)
    await _later(line, clock, "a|b")
    clock.advance(3600)
    refusals = iter([True, True])
    add = schedule_module.part_row

    def failing(*given: Any) -> Any:
        if next(refusals, False):
            raise StoreUnavailable("gone in the middle")
        return add(*given)

    monkeypatch.setattr(schedule_module, "part_row", failing)
    with pytest.raises(StoreUnavailable):
        await line.schedule.sweep()
    assert (await _count(store, "scheduled"), await _count(store, "outbox")) == (1, 0)
    async with running(line):
        await eventually(lambda: servers.texts == ["a", "b"])


async def test_a_release_whose_answer_is_lost_is_sent_once(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """Released and never offered, as after a kill: the next process finds the parts in the outbox."""
    line = await _line(store, tmp_path, servers, clock)
    await _later(line, clock, "a|b")
    clock.advance(3600)
    await store.write(lambda tx: release(tx, clock.now()))

    for _ in range(2):
        async with running(line_of(store, settings_of(tmp_path, servers.url), clock=clock)):
            await eventually(lambda: len(servers.texts) >= 2)
            await asyncio.sleep(0.05)

    assert servers.texts == ["a", "b"]


async def test_the_window_is_looked_at_when_it_is_due(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """Closed by then: the parts failed, a dead letter keeps them, and a replay sends them in an open one."""
    line = await _line(store, tmp_path, servers, clock)
    answer = msgspec.json.decode(await line.enqueue.send(_order(line, clock, "a|b", 30)))
    assert (answer["status"], answer["reason"]) == ("scheduled", "window_ends_before")
    async with running(line):
        clock.advance(30 * 3600)
        await eventually(
            lambda: line._metrics.value("gateway_dead_total", stage="send", reason="window_closed")
        )
        parts = await rows(store, "select status, error from part order by idx")
        assert [row["status"] for row in parts] == ["failed", "failed"]
        assert {msgspec.json.decode(row["error"])["kind"] for row in parts} == {"window_closed"}
        (letter,) = await rows(store, "select id, stage, ref, reason from dead")
        assert (letter["stage"], letter["ref"], letter["reason"]) == ("send", answer["id"], "window_closed")
        assert servers.texts == []

        parsed = [line.parser._parse(raw_of(said("back", at=clock.now())))]
        await store.write(lambda tx: record(tx, parsed, lambda tenant, kind: False, clock.now()))
        await Replay(store, line.sender._channels, clock).run([letter["id"]], apply=True)
        await line.refill.sweep()
        await eventually(lambda: servers.texts == ["a", "b"])


async def test_a_window_that_opened_meanwhile_lets_it_through(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """The contact wrote again."""
    line = await _line(store, tmp_path, servers, clock)
    await _later(line, clock, "x", 30)
    clock.advance(29 * 3600)
    parsed = [line.parser._parse(raw_of(said("back", at=clock.now())))]
    await store.write(lambda tx: record(tx, parsed, lambda tenant, kind: False, clock.now()))
    clock.advance(3600)
    async with running(line):
        await eventually(lambda: servers.texts == ["x"])


async def test_it_goes_where_the_contact_is_by_then(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """A phone may be replaced while a message waits."""
    line = await _line(store, tmp_path, servers, clock)
    await _later(line, clock, "x")
    await store.write(lambda tx: tx.run("update identity set retired_at = 1"))
    await store.write(lambda tx: tx.run("update conversation set address = '+254711111111'"))
    clock.advance(3600)
    async with running(line):
        await eventually(lambda: [sent["to"] for sent in servers.sent] == ["+254711111111"])


async def test_it_goes_where_it_was_asked_to_while_that_is_the_contacts(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """A contact who wrote under a user id first is written to at the phone that was named."""
    line = await _line(store, tmp_path, servers, clock)
    await store.write(lambda tx: tx.run("update conversation set address = 'KE.1234567890'"))
    await _later(line, clock, "x")
    clock.advance(3600)
    async with running(line):
        await eventually(lambda: [sent.get("to") for sent in servers.sent] == [TO])


async def test_a_template_for_later_needs_no_window(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """Its life begins when it is due."""
    line = await _line(store, tmp_path, servers, clock)
    await _later(line, clock, Template("hello", "en"), 24 * 30)
    due = clock.now() + 30 * DAY
    assert await value(store, "select deadline from scheduled") == due + 72 * HOUR
    async with running(line):
        clock.advance(30 * 24 * 3600)
        await eventually(lambda: servers.texts == ["hello"])


async def test_a_template_of_a_contact_who_had_enough_marketing_waits(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """Held until the day is over, with the reason in the answer; another template is not, nor a reply."""
    line = await _line(store, tmp_path, servers, clock)
    (channel,) = line.sender._channels
    until = clock.now() + 5 * HOUR
    await store.write(lambda tx: tx.run("update conversation set marketing_after = :until", until=until))
    await agree(store)
    offer = Order(channel, TO, Template("offer", "en", marketing=True), "key", b"r")

    first = await line.enqueue.send(offer)
    assert await line.enqueue.send(offer) == first
    told = msgspec.json.decode(first)
    assert (told["status"], told["reason"]) == ("scheduled", "ecosystem_limited")
    assert [row["due_at"] for row in await rows(store, "select due_at from scheduled")] == [until]
    for message in (Template("news", "en"), Text("reply")):
        await line.enqueue.send(Order(channel, TO, message))
    async with running(line):
        await eventually(lambda: servers.texts == ["news", "reply"])
        clock.advance(5 * 3600)
        await eventually(lambda: servers.texts == ["news", "reply", "offer"])


async def test_a_plan_changes_nothing(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """Not even the contact is made; what would be refused is said, what cannot be rendered is refused."""
    line = await _line(store, tmp_path, servers, clock)
    (channel,) = line.sender._channels
    tables = ("contact", "conversation", "message", "outbox", "scheduled", "idempotency")
    before = [await _count(store, table) for table in tables]

    planned = await line.enqueue.plan(Order(channel, TO, Text("a|b"), "key"))
    assert (planned["parts"], planned["decision"]["send"], planned["send_at"]) == (2, True, None)
    assert list(planned["bodies"]) == [{"text": "a"}, {"text": "b"}]
    stranger = await line.enqueue.plan(Order(channel, "+254700000099", Text("x")))
    assert stranger["decision"] == {"send": False, "reason": "window_closed", "until": None}
    later = await line.enqueue.plan(_order(line, clock, "x", 30))
    assert later["decision"]["reason"] == "window_ends_before"
    assert later["send_at"] is not None
    with pytest.raises(SendRefused):
        await line.enqueue.plan(Order(channel, TO, Text("")))

    assert [await _count(store, table) for table in tables] == before
    with pytest.raises(WindowClosed):
        await line.enqueue.send(Order(channel, "+254700000099", Text("x")))
