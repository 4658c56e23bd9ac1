"""What becomes of an open part between the moment in which it is read from the database and the one in which
the sender takes it: nobody waits for what is closed by then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.clock import SECOND, SystemClock
from gateway.pipeline.effects import part_row
from gateway.pipeline.line import Line
from gateway.pipeline.outcome import Outcome
from gateway.pipeline.queries import OUTBOX, SCHEDULE
from gateway.pipeline.records import Part
from gateway.pipeline.status import fold
from gateway.store.port import Store, Tx
from tests.pipeline.world import Servers, eventually, line_of, part_for, running, settings_of, told

#: Older than what was stored a moment ago, which is left to whoever stored it.
OLD = "01900000-0000-7000-8000-00000000000{}"
#: Who waits for a part that is no more waits ten minutes.
SOON = 20.0

Happens = Callable[[], Awaitable[None]]


async def _store(store: Store, *parts: Part) -> None:
    async def work(tx: Tx) -> None:
        await tx.many(OUTBOX["add"], [part_row(part, 1) for part in parts])
        await tx.run("update outbox set doubt_since = :now where state = 'in_doubt'", now=SystemClock().now())

    await store.write(work)


def _between(store: Store, part: Part, happens: Happens, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """*happens*, once, when *part* was read, before the reader has it. Set when it has happened."""
    read, begun, done = store.read, asyncio.Event(), asyncio.Event()

    async def reading(work: Callable[..., Awaitable[Any]]) -> Any:
        found = await read(work)
        if not isinstance(found, list) or done.is_set():
            return found
        if not any("body" in row.keys() and row["id"] == part.id for row in found):  # noqa: SIM118
            return found
        if begun.is_set():  # somebody else reads it too, and may take it before it is closed
            await done.wait()
            return await read(work)
        begun.set()
        await happens()
        done.set()
        return found

    monkeypatch.setattr(store, "read", reading)
    return done


async def _proved(line: Line, store: Store, part: Part) -> None:
    """A status tells that *part* arrived."""
    (channel,) = line.sender._channels
    event = told(f"wamid.{part.correlation}", "sent", correlation=part.correlation)
    folded = await store.write(lambda tx: fold(tx, [(channel, event)], 1))
    assert [each.proved for each in folded] == [True]
    line.proofs.told(folded)


async def _cancelled(line: Line, store: Store, part: Part) -> None:
    """Its message is taken back."""
    rows = await store.write(
        lambda tx: tx.all(SCHEDULE["drop_open"], tenant=part.tenant, message=part.message)
    )
    line.outbox.withdraw(part.tenant, [row["id"] for row in rows])


async def _closed(line: Line, store: Store, part: Part) -> None:
    """The part before it was not sent, by the policy: nor is it."""
    rest = await store.write(
        lambda tx: tx.all(OUTBOX["take_rest"], tenant=part.tenant, message=part.message, idx=-1)
    )
    assert [row["id"] for row in rest] == [part.id]


async def _page(line: Line, behind: Part) -> None:
    """Its queue is read."""
    number = line.sender.number("duka", "main")
    assert number is not None
    line.sender.fall_behind(number, "reply")


async def _front(line: Line, behind: Part) -> None:
    """It is found among the oldest."""
    await line.refill._front.sweep()


async def _lane(line: Line, behind: Part) -> None:
    """Its conversation is read."""
    number = line.sender.number("duka", "main")
    assert number is not None
    number.pause("token")
    line.sender.take(behind)
    lane = number.lanes[behind.lane]
    await line.refill._lane("duka", "main", lane.key)
    number.resume()


async def _refused(line: Line, behind: Part) -> None:
    """What is behind it could not be claimed, because it is open."""
    number = line.sender.number("duka", "main")
    assert number is not None
    number.queue("template").behind = True  # so that memory does not know of all
    line.sender.take(behind)


WAYS = [_page, _front, _lane, _refused]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("becomes", "state"), [(_proved, "in_doubt"), (_cancelled, "ready"), (_closed, "ready")]
)
async def test_what_is_closed_while_it_is_read_holds_nobody(
    store: Store, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch, way: Any, becomes: Any,
    state: str,
) -> None:  # fmt: skip
    """However it was read, and whatever it was: the conversation goes on at once, and it is not sent."""
    line = line_of(store, settings_of(tmp_path, servers.url))
    async with running(line):
        await eventually(lambda: not line.sender.behind)
        gone = part_for(line, "gone", id=OLD.format(1), state=state, attempt=int(state == "in_doubt"))
        behind = part_for(line, "behind", id=OLD.format(2))
        await _store(store, gone, behind)
        happened = _between(store, gone, lambda: becomes(line, store, gone), monkeypatch)
        await way(line, behind)
        await asyncio.wait_for(happened.wait(), SOON)
        await eventually(lambda: servers.texts, SOON)
        await eventually(lambda: not line.sender.known, SOON)

    assert servers.texts == ["behind"]
    assert len(line.doubts) == 0
    assert all(queue.size == 0 for number in line.sender.numbers.values() for queue in number.queues.values())


async def test_a_send_that_was_lost_and_is_proved_in_the_moment_of_its_doubt_holds_nobody(
    store: Store, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody makes the send that a row speaks of: the status comes just when the doubt is stored."""
    line = line_of(store, settings_of(tmp_path, servers.url))
    async with running(line):
        await eventually(lambda: not line.sender.behind)
        late = SystemClock().now() - 120 * SECOND
        gone = part_for(line, "gone", id=OLD.format(1), state="sending", attempt=1, claimed_at=late)
        gone.epoch = line.cluster.epoch(gone.shard)
        await _store(store, gone, part_for(line, "behind", id=OLD.format(2)))
        settle, doubts = line.outbox.settle, list[Outcome]()

        async def settling(outcome: Outcome) -> bool:
            stored = await settle(outcome)
            if outcome.kind == "doubt" and stored and not doubts:
                doubts.append(outcome)
                await _proved(line, store, gone)
            return stored

        monkeypatch.setattr(line.outbox, "settle", settling)
        await line.refill._front.sweep()
        await eventually(lambda: servers.texts, SOON)

    assert len(doubts) == 1
    assert servers.texts == ["behind"]
