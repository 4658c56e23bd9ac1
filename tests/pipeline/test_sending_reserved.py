"""Just after a start: what turns say and what is read back come together, and order holds all the same."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from gateway.clock import SystemClock
from gateway.model.ids import new_id
from gateway.pipeline.effects import Effects, part_row
from gateway.pipeline.line import Line
from gateway.pipeline.outgoing import OutMessage
from gateway.pipeline.queries import OUTBOX
from gateway.pipeline.records import Part
from gateway.pipeline.status import fold
from gateway.settings import Sending
from gateway.store.port import Store
from tests.pipeline.world import Servers, eventually, line_of, part_for, running, settings_of, told


async def _says(line: Line, store: Store, part: Part, may: asyncio.Event) -> bool:
    """A turn says *part*; its commit waits for *may*."""

    async def commit() -> bool:
        await may.wait()
        row = part_row(part, 1)
        if part.in_order:
            await store.write(lambda tx: tx.each(OUTBOX["add_in_order"], [row]))
        else:
            await store.write(lambda tx: tx.many(OUTBOX["add"], [row]))
        return True

    effects = Effects(messages=[OutMessage(row={"id": new_id()}, parts=[part])])
    return await line.outbox.keep("duka", effects, part.created_at, commit)


async def _doubtful(line: Line, store: Store) -> Part:
    """A part that a dead process was sending, as it is stored."""
    part = part_for(line, "0", id="01900000-0000-7000-8000-000000000000", state="in_doubt", attempt=1)
    part.doubt_since = SystemClock().now()
    await store.write(lambda tx: tx.many(OUTBOX["add"], [part_row(part, 1)]))
    return part


async def _told(line: Line, store: Store, part: Part) -> None:
    """A status tells that *part* arrived."""
    (channel,) = line.sender._channels
    event = told(f"wamid.{part.correlation}", "sent", correlation=part.correlation)
    line.proofs.told(await store.write(lambda tx: fold(tx, [(channel, event)], 1)))
    assert len(line.doubts) == 0


async def test_a_turn_keeps_its_place_while_the_doubt_before_it_is_resolved(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """Just after a start: a turn is being stored, the part before it is read back, in doubt, and resolved.
    The conversation's next turn waits until the first one's part has its answer."""
    answered = asyncio.Event()

    async def answer(sent: dict[str, Any]) -> dict[str, Any]:
        if sent["text"] == "1":
            await answered.wait()
        return {}

    servers.answer = answer
    line = line_of(store, settings_of(tmp_path, servers.url, sending=Sending()))
    async with running(line):
        await eventually(lambda: not line.sender.behind)
        may, now = asyncio.Event(), asyncio.Event()
        now.set()
        first = asyncio.create_task(_says(line, store, part_for(line, "1"), may))
        await eventually(lambda: line.sender._reserved)
        doubtful = await _doubtful(line, store)
        line.sender.take(doubtful)
        assert len(line.doubts) == 1
        await _told(line, store, doubtful)
        may.set()
        await first
        await eventually(lambda: servers.texts == ["1"])
        await _says(line, store, part_for(line, "2"), now)
        await asyncio.sleep(0.2)
        assert servers.texts == ["1"]
        answered.set()
        await eventually(lambda: servers.texts == ["1", "2"])


async def test_what_is_read_back_beside_a_reserved_place_is_put_in_order(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """Whichever is found first; the turn gives its place back to them when its commit fails."""
    line = line_of(store, settings_of(tmp_path, servers.url, sending=Sending()))
    async with running(line):
        await eventually(lambda: not line.sender.behind)
        older = [part_for(line, text) for text in ("1", "2", "3")]
        may = asyncio.Event()
        turn = asyncio.create_task(_says(line, store, part_for(line, "never"), may))
        await eventually(lambda: line.sender._reserved)
        await store.write(lambda tx: tx.many(OUTBOX["add"], [part_row(part, 1) for part in older]))
        for part in reversed(older):
            line.sender.take(part)
        turn.cancel()
        await asyncio.gather(turn, return_exceptions=True)
        await eventually(lambda: len(servers.texts) == 3)

    assert servers.texts == ["1", "2", "3"]


async def test_what_is_read_back_in_the_moment_of_a_start_goes_first(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """Memory did not know of the older parts when it began with one, and knows them all when it claims it."""
    line = line_of(store, settings_of(tmp_path, servers.url, sending=Sending()))
    async with running(line):
        await eventually(lambda: not line.sender.behind)
        number = line.sender.number("duka", "main")
        assert number is not None
        older, newer = part_for(line, "1"), part_for(line, "2")
        await store.write(lambda tx: tx.many(OUTBOX["add"], [part_row(part, 1) for part in (older, newer)]))
        doubtful = await _doubtful(line, store)
        number.queue("reply").again()
        number.queue("reply").whole = True  # a page is being read
        line.sender.offer(newer)
        line.sender.take(doubtful)
        line.sender.take(older)
        number.queue("reply").behind = False
        await eventually(lambda: number.lanes[older.lane].parts[0] is doubtful)
        await asyncio.sleep(0.2)
        assert servers.texts == []
        await _told(line, store, doubtful)
        await eventually(lambda: servers.texts == ["1", "2"])
