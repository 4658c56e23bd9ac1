"""Several processes send from one database: order, hand-overs, zombies, numbers with very much to send."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from pathlib import Path
from typing import Any

import pytest

from gateway.pipeline import doubt, numbers
from gateway.settings import Sending
from gateway.store.port import Store
from tests.pipeline.senders import Town
from tests.pipeline.world import Servers, eventually

QUICK = Sending(
    in_doubt_hold=60.0, in_doubt_give_up=600.0, timeout=5.0, number_rate=2000.0, pair_burst=10_000
)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No window is waited for, unless the test is about it."""
    monkeypatch.setattr(numbers, "WINDOW", 0.0)
    monkeypatch.setattr(doubt, "LOOK", 0.05)


@pytest.fixture
async def town(store: Store, tmp_path: Path, servers: Servers) -> Town:
    """Two processes."""
    return Town(store, tmp_path, servers, QUICK, 2)


def _each_in_order(servers: Servers) -> None:
    """Texts are "conversation:n"; each once, in order."""
    sent: dict[str, list[int]] = {}
    for text in servers.texts:
        conversation, n = text.split(":")
        sent.setdefault(conversation, []).append(int(n))
    for conversation, counted in sent.items():
        assert counted == list(range(len(counted))), (conversation, counted)


async def test_what_both_store_goes_in_order(town: Town, servers: Servers) -> None:
    """One of them owns the number, the other one pokes it."""
    first, second = town.processes
    async with town.running():
        await town.give(first)
        for n in range(40):
            await (first, second)[n % 2].post(*(town.part(f"c{c}:{n}", f"c{c}") for c in range(3)))
        await eventually(lambda: len(servers.texts) == 120)

    _each_in_order(servers)


async def test_a_lost_poke_delays_and_no_more(town: Town, servers: Servers) -> None:
    """The owner looks by itself."""
    first, second = town.processes
    town.deaf = True
    async with town.running():
        await town.give(first)
        await second.post(town.part("c1:0"))
        await eventually(lambda: servers.texts == ["c1:0"])


async def test_a_claim_is_refused_while_an_older_part_is_open(town: Town, servers: Servers) -> None:
    """Memory did not know of it; it is read, and goes first."""
    first, second = town.processes
    town.deaf = True
    async with town.running():
        await town.give(first)
        older = [town.part(f"c1:{n}") for n in range(3)]
        await second.post(*older)
        await first.post(town.part("c1:3"))
        await eventually(lambda: len(servers.texts) == 4)

    _each_in_order(servers)


async def test_a_zombie_writes_nothing_after_its_deadline(town: Town, servers: Servers) -> None:
    """It had claimed the part: it puts it back, and the new owner sends it before the next."""
    first, second = town.processes
    async with town.running():
        await town.give(first)
        first.member.late = True
        await first.post(town.part("c1:0"), town.part("c1:1"))
        await asyncio.sleep(0.3)
        assert servers.texts == []
        await town.give(second)
        await eventually(lambda: servers.texts == ["c1:0", "c1:1"])
        town.expel(first)

    assert first.sender.known == {}


async def test_the_deadline_is_looked_at_with_the_connection_in_hand(town: Town, servers: Servers) -> None:
    """To connect takes time: the last question is asked just before the first byte."""
    first, second = town.processes
    asked = []

    def once(shard: int, epoch: int) -> bool:
        asked.append(epoch)
        return len(asked) == 1

    first.member.may_send = once  # type: ignore[method-assign]
    async with town.running():
        await town.give(first)
        await first.post(town.part("c1:0"))
        await eventually(lambda: len(asked) == 2)
        await asyncio.sleep(0.05)
        assert servers.texts == []
        town.expel(first)
        await town.give(second)
        await eventually(lambda: servers.texts == ["c1:0"])

    assert await town.open() == []


async def test_what_a_zombie_puts_back_is_sent_by_the_new_owner(town: Town, servers: Servers) -> None:
    """The new owner had to put it in doubt; the old one is told that it was not sent."""
    first, second = town.processes
    gate = asyncio.Event()

    async def refuse_late(sent: dict[str, Any]) -> dict[str, Any]:
        if len(servers.texts) == 1:
            await gate.wait()
            return {"kind": "unavailable", "retry_after": 0.01}
        return {}

    servers.answer = refuse_late
    async with town.running():
        await town.give(first)
        await first.post(town.part("c1:0"), town.part("c1:1"))
        await eventually(lambda: len(servers.texts) == 1)
        town.expel(first)
        await town.give(second)
        await eventually(lambda: len(second.doubts) == 1)
        gate.set()
        await eventually(lambda: servers.texts == ["c1:0", "c1:0", "c1:1"])


async def test_what_a_zombie_had_accepted_is_not_in_doubt_any_more(town: Town, servers: Servers) -> None:
    """Its outcome counts, and the new owner sees that the row has gone."""
    first, second = town.processes
    gate = asyncio.Event()

    async def late(sent: dict[str, Any]) -> dict[str, Any]:
        if len(servers.texts) == 1:
            await gate.wait()
        return {}

    servers.answer = late
    async with town.running():
        await town.give(first)
        await first.post(town.part("c1:0"), town.part("c1:1"))
        await eventually(lambda: len(servers.texts) == 1)
        town.expel(first)
        await town.give(second)
        await eventually(lambda: len(second.doubts) == 1)
        gate.set()
        await eventually(lambda: servers.texts == ["c1:0", "c1:1"])


async def test_hand_overs_under_load(town: Town, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part once and in order, with no part in doubt."""
    first, second = town.processes
    async with town.running():
        await town.give(first)

        async def load() -> None:
            for n in range(30):
                await (first, second)[n % 2].post(*(town.part(f"c{c}:{n}", f"c{c}") for c in range(10)))
                await asyncio.sleep(0.02)

        loading = asyncio.create_task(load())
        for turn in range(4):
            await asyncio.sleep(0.2)
            await town.hand_over(*((first, second) if turn % 2 == 0 else (second, first)))
        await loading
        await eventually(lambda: len(servers.texts) == 300)
        await eventually(lambda: not first.sender.known and not second.sender.known)

    _each_in_order(servers)
    assert await town.open() == []


async def test_no_second_sees_more_than_the_rate(
    store: Store, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also across a hand-over: the new owner lets a whole window pass."""
    monkeypatch.setattr(numbers, "WINDOW", 1.0)
    rate = 40
    town = Town(store, tmp_path, servers, Sending(number_rate=rate), 2)
    first, second = town.processes
    async with town.running():
        await town.give(first)
        await first.post(*(town.part(f"c{n}:0", f"c{n}") for n in range(120)))
        await eventually(lambda: len(servers.texts) >= 30)
        await town.hand_over(first, second)
        await eventually(lambda: len(servers.texts) == 120)

    for n, at in enumerate(servers.at):
        assert bisect_left(servers.at, at + 0.98) - n <= rate


_MANY = """insert into outbox (tenant, id, message, idx, channel, shard, conversation, address, class, body,
    purpose, state, attempt, resent, epoch, not_before, deadline, claimed_at, doubt_since, error, created_at)
with recursive n(n) as (select 1 union all select n + 1 from n where n < 200000)
select 'duka', '01900000-0000-7000-8000-' || {id}, 'm', 0, 'main', :shard, 'many' || cast(n as text),
    '+1', 'template', '{{"text":"many"}}', '', 'ready', 0, 0, 0, 0, :deadline, 0, 0, '', 1 from n"""
_ID = {
    "sqlite": "printf('%012d', n)",
    "postgres": "lpad(cast(n as text), 12, '0')",
}


async def test_two_hundred_thousand_parts_of_one_number(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """Replies of another number, and of the same one, go out before a few seconds' worth of the many do, and
    memory holds a few."""
    town = Town(store, tmp_path, servers, Sending(number_rate=50.0), 1)
    (process,) = town.processes
    many = town.part("many")
    async with town.running():
        sql = _MANY.format(id=_ID[store.dialect])
        await store.write(lambda tx: tx.run(sql, shard=many.shard, deadline=many.deadline))
        await town.give(process)
        await process.post(town.part("other:0", "o1", channel="other"))
        await eventually(lambda: "other:0" in servers.texts)
        await eventually(lambda: servers.texts.count("many") > 20)
        before = len(servers.texts)
        await process.post(town.part("own:0", "o2"))
        await eventually(lambda: "own:0" in servers.texts)
        held = len(process.sender.known)
        # The pace is 50 a second: these are what two seconds and a half let go out before.
        other, own = servers.texts.index("other:0"), servers.texts.index("own:0") - before
        print(f"{other} before the other number's, {own} before its own, {held} in memory")
        assert other <= 125
        assert own <= 125
        assert held <= 2_100
        await process.refill.release(town.shards, 2.0)
