"""Taking back what was not handed to the provider: whole or not at all, whatever happens beside it."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from gateway.clock import HOUR, ManualClock, SystemClock
from gateway.model.outbound import Text
from gateway.pipeline.enqueue import Order
from gateway.pipeline.line import Line
from gateway.pipeline.outcome import Claim
from gateway.pipeline.record import record
from gateway.pipeline.schedule import release
from gateway.store.port import Store
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


async def _line(store: Store, tmp_path: Path, servers: Servers, clock: Any = None) -> Line:
    """A line that is not started, and a contact who has just written."""
    made = line_of(store, settings_of(tmp_path, servers.url), clock=clock)
    parsed = [made.parser._parse(raw_of(said("hi")))]
    await store.write(lambda tx: record(tx, parsed, lambda tenant, kind: False, SystemClock().now()))
    return made


async def _send(line: Line, text: str, at: int = 0) -> str:
    (channel,) = line.sender._channels
    return str(msgspec.json.decode(await line.enqueue.send(Order(channel, TO, Text(text), at=at)))["id"])


async def _parts(line: Line, store: Store, message: str) -> list[Any]:
    found = await rows(store, "select * from outbox where message = :message order by idx", message=message)
    return [line.refill._reader.part(row) for row in found]


async def test_a_message_is_sent_or_cancelled_and_never_both(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """A cancellation at every moment of a message's way out; the conversation always goes on."""
    line = await _line(store, tmp_path, servers)
    verdicts: dict[str, str] = {}

    async def one(n: int) -> None:
        message = await _send(line, f"{n}a|{n}b")
        await asyncio.sleep(n % 20 * 0.0007)
        verdicts[f"{n}"] = await line.canceller.cancel("duka", message)

    async with running(line):
        await eventually(lambda: not line.sender.behind)
        for n in range(0, 40, 4):
            await asyncio.gather(*(one(n + more) for more in range(4)))
        await _send(line, "last")
        await eventually(lambda: "last" in servers.texts, 20)
        await eventually(lambda: not line.sender.known)
        assert not line.sender.numbers["duka", "main"].lanes

    counted = Counter(servers.texts)
    assert set(counted.values()) == {1}
    for n, verdict in verdicts.items():
        sent = [f"{n}{half}" in counted for half in "ab"]
        assert sent == ([False, False] if verdict == "cancelled" else [True, True]), (n, verdict)
    assert {"cancelled", "already_sent", "being_sent"} >= set(verdicts.values())
    assert "cancelled" in verdicts.values()
    assert await value(store, "select count(*) from outbox") == 0


async def test_a_claim_beside_a_cancellation(store: Store, tmp_path: Path, servers: Servers) -> None:
    """One of the two has its way, whichever comes first, and the other one is told."""
    line = await _line(store, tmp_path, servers)
    await line.cluster.join()
    line.sender.held.clear()  # nobody else claims
    seen = set()
    for n in range(30):
        message = await _send(line, "a|b")
        first, second = await _parts(line, store, message)
        claim = Claim(first, "ready", 1, 0, line.cluster.epoch(first.shard))

        async def cancel(after: float, message: str = message) -> str:
            await asyncio.sleep(after)
            return await line.canceller.cancel("duka", message)

        async def take(after: float, claim: Claim = claim) -> bool:
            await asyncio.sleep(after)
            return bool(await line.outbox.claim(claim))

        # Each goes first in turn, by nothing at first and by more and more, so that both have their way.
        ahead = n // 2 * 0.004
        claimed, verdict = await asyncio.gather(take(n % 2 * ahead), cancel((1 - n % 2) * ahead))
        assert (claimed, verdict) in {(True, "being_sent"), (False, "cancelled")}
        assert [part.id for part in await _parts(line, store, message)] == (
            [first.id, second.id] if claimed else []
        )
        seen.add(claimed)

    assert seen == {True, False}


async def test_a_release_beside_a_cancellation(store: Store, tmp_path: Path, servers: Servers) -> None:
    """Due at the very moment: cancelled it is in either case, for nothing was sent."""
    clock = ManualClock(SystemClock().now())
    line = await _line(store, tmp_path, servers, clock)
    for n in range(20):
        message = await _send(line, "a|b", clock.now() + HOUR)
        due = clock.now() + HOUR
        acts: list[Any] = [
            store.write(lambda tx, due=due: release(tx, due)),
            line.canceller.cancel("duka", message),
        ]
        _, verdict = await asyncio.gather(*acts) if n % 2 else reversed(await asyncio.gather(*reversed(acts)))
        if verdict == "being_sent":  # between the two looks of the cancellation
            verdict = await line.canceller.cancel("duka", message)
        assert verdict == "cancelled"
        assert await _parts(line, store, message) == []
        statuses = await rows(store, "select status from part where message = :message", message=message)
        assert [row["status"] for row in statuses] == ["cancelled"] * 2
    assert await value(store, "select count(*) from scheduled") == 0


async def test_what_waits_behind_goes_on(store: Store, tmp_path: Path, servers: Servers) -> None:
    """The head of a conversation that waits is taken back; the next one does not wait for it."""
    refusals = iter([{"kind": "unavailable", "retry_after": 0.2}])
    servers.answer = lambda sent: next(refusals, {})
    line = await _line(store, tmp_path, servers)
    async with running(line):
        first = await _send(line, "1")
        await eventually(lambda: servers.texts == ["1"])
        ids = [await _send(line, text) for text in ("2", "3", "4")]
        assert await line.canceller.cancel("duka", first) == "being_sent"
        assert [await line.canceller.cancel("duka", each) for each in ids[:2]] == ["cancelled"] * 2
        assert await line.canceller.cancel("other", ids[2]) == "unknown"
        await eventually(lambda: servers.texts == ["1", "1", "4"])
        await eventually(lambda: not line.sender.known)
        assert await line.canceller.cancel("duka", first) == "already_sent"

    assert sorted(row["status"] for row in await rows(store, "select status from part")) == [
        "accepted", "accepted", "cancelled", "cancelled",
    ]  # fmt: skip
