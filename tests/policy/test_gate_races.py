"""Two who claim at the same moment, and a process that dies in between: a place is taken once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.clock import ManualClock, SystemClock
from gateway.model.outbound import Template
from gateway.pipeline.line import Line
from gateway.pipeline.outcome import Claim, Claimed, claim
from gateway.pipeline.records import Part
from gateway.pipeline.reread import Reader
from gateway.policy.gate import Gate
from gateway.settings.policy import Cap, Policy
from gateway.store.port import Store
from tests.pipeline.agreed import agree
from tests.pipeline.world import SEAL, Servers, rows, value
from tests.policy.places import ask, offer, ruled

TWO = {"main": "100", "other": "200"}


async def _parts(line: Line, store: Store) -> list[Part]:
    reader = Reader(store, line.sender._channels)
    return [reader.part(row) for row in await rows(store, "select * from outbox order by id")]


async def _claim(line: Line, store: Store, part: Part, now: int) -> Claimed:
    """What another process does: with a gate of its own."""
    epoch = await value(store, "select epoch from shard where id = :id", id=part.shard)
    gate = Gate(line.sender._channels.get, SEAL)
    one = Claim(part, "ready", part.attempt + 1, 0, epoch)
    (claimed,) = await store.write(lambda tx: claim(tx, [one], now, gate))
    return claimed


@pytest.mark.parametrize("limit", ["cap", "budget"])
async def test_of_two_who_claim_at_once_one_has_the_last_place(
    store: Store, tmp_path: Path, servers: Servers, limit: str
) -> None:
    """Whoever is first; the other one waits. Nine times, each with a place of its own."""
    cap = limit == "cap"
    policy = Policy(
        caps=(Cap(1, 60.0, ("marketing", "service")),) if cap else (), daily_contacts=0 if cap else 1
    )
    clock = ManualClock(SystemClock().now())
    line = await ruled(store, tmp_path, servers, clock, policy, wrote=(), numbers=TWO)
    await line.cluster.join()
    line.sender.held.clear()  # nobody else claims
    await ask(line, Template("first", "en"), "+254700000001", "main")
    for n in range(9):
        clock.advance(26 * 3600)
        others = "+254700000001" if cap else f"+25470000{n + 1000}"
        await ask(line, Template("a", "en"), "+254700000001", "main")
        await ask(line, Template("b", "en"), others, "other" if cap else "main")
        first, second = (await _parts(line, store))[-2:]

        found = await asyncio.gather(
            _claim(line, store, first, clock.now()), _claim(line, store, second, clock.now())
        )

        assert sorted(bool(each) for each in found) == [False, True]
        [held] = [each.decision for each in found if not each]
        assert held is not None
        assert (held.verdict, held.reason) == ("hold", "frequency_cap" if cap else "tier_budget")


async def test_whoever_dies_between_the_decision_and_the_send_repeats_nothing(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """It was claimed and is in doubt: its place stays taken, once, also when it is claimed again."""
    policy = Policy(caps=(Cap(1, 86400.0),), daily_contacts=5)
    line = await ruled(store, tmp_path, servers, clock, policy)
    await agree(store)
    await line.cluster.join()
    line.sender.held.clear()  # nobody else claims
    clock.advance(25 * 3600)
    await ask(line, offer())
    (part,) = await _parts(line, store)
    for _ in range(3):  # the answer to the commit was lost, and it is asked for again
        assert await _claim(line, store, part, clock.now())
    # The process is gone; another one takes over.
    after = await ruled(store, tmp_path, servers, clock, policy, wrote=())
    await store.write(lambda tx: tx.run("update shard set epoch = epoch + 1"))
    await after.start()
    await asyncio.sleep(0.3)
    await after.drain(2.0)

    assert servers.texts == []
    assert await value(store, "select state from outbox") == "in_doubt"
    assert await value(store, "select count(*) from slot") == 1
    assert await value(store, "select sum(contacts) from reached_hour") == 1
    assert await value(store, "select count(*) from decision") == 1
