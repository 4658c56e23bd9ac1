"""The numbers of the log: 1, 2, 3, … per tenant, causes before effects, whatever dies in between."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress

import msgspec
import pytest

from gateway.errors import SerializationFailure
from gateway.feed import facts, note
from gateway.feed.queries import FEED
from gateway.feed.read import event_of, read_after
from gateway.feed.record import Block, Numbered
from gateway.feed.sequence import Sequencer, number
from gateway.store import Store
from gateway.store.port import Tx


def noted(tenant: str, n: int) -> note.Row:
    """An event that says which one it is."""
    return note.row(tenant, "contact.created", facts.ContactMet(str(n)), 7)


def told(event: Numbered) -> int:
    """Which one it is."""
    return int(msgspec.json.decode(event.data, type=facts.ContactMet).contact)


async def log_of(store: Store, tenant: str, limit: int = 7) -> list[Numbered]:
    """The whole log of *tenant*, as a client reads it that comes back for each page."""
    found: list[Numbered] = []
    while True:
        last = found[-1].seq if found else 0
        page = await store.scope(tenant).read(lambda tx: read_after(tx, tenant, last, limit))  # noqa: B023
        if not page.events:
            return found
        found += page.events


async def test_each_tenant_counts_for_itself(store: Store) -> None:
    """Events of tenants that came mixed have 1, 2, 3 in each log, in the order in which they were noted."""
    rows = [noted("duka" if n % 3 else "soko", n) for n in range(30)]
    await store.write(lambda tx: note.write(tx, rows[:20]))
    await store.write(lambda tx: note.write(tx, rows[20:]))
    sequencer = Sequencer(store)
    heads: list[dict[str, int]] = []
    sequencer.on_new.append(lambda told: heads.append(dict(told)))

    assert await sequencer.sweep() == 4
    assert heads == [{"duka": 20, "soko": 10}]
    for tenant, of in (("duka", [n for n in range(30) if n % 3]), ("soko", list(range(0, 30, 3)))):
        log = await log_of(store, tenant)
        assert [event.seq for event in log] == list(range(1, len(of) + 1))
        assert [told(event) for event in log] == of
        assert len({event.id for event in log}) == len(of)
    assert await store.read(lambda tx: tx.value(FEED["waiting"])) is None
    assert await store.write(lambda tx: number(tx)) == []


async def test_a_large_transaction(store: Store) -> None:
    """However much one transaction notes, every event has its place, wherever a page begins."""
    rows = [noted("duka", n) for n in range(1234)]
    await store.write(lambda tx: note.write(tx, rows))
    await store.write(lambda tx: number(tx))

    for limit in (1000, 499, 77):
        log = await log_of(store, "duka", limit)
        assert [(event.seq, told(event)) for event in log] == [(n + 1, n) for n in range(1234)]


async def test_one_event_is_one_row(store: Store) -> None:
    """However many small transactions noted the others: a webhook reads its event by itself."""
    for start in range(0, 300, 50):
        for n in range(start, start + 50):
            await store.write(lambda tx: note.write(tx, [noted("duka", n)]))  # noqa: B023
        await store.write(lambda tx: number(tx))
    await store.write(lambda tx: note.write(tx, [noted("duka", n) for n in range(300, 310)]))
    await store.write(lambda tx: number(tx))

    for seq in (1, 150, 300, 301, 305, 310):
        rows = await store.read(lambda tx: tx.all(FEED["between"], tenant="duka", since=seq, until=seq))  # noqa: B023
        assert len(rows) == 1
        event = await store.read(lambda tx: event_of(tx, "duka", seq))  # noqa: B023
        assert event is not None
        assert (event.seq, told(event)) == (seq, seq - 1)
    assert await store.read(lambda tx: event_of(tx, "duka", 311)) is None


async def test_the_first_events_may_come_while_one_reads(store: Store) -> None:
    """Who reads from the beginning at that moment is not told that they are gone."""
    await store.write(lambda tx: note.write(tx, [noted("duka", n) for n in range(4)]))

    class Slow:
        """A reader beside whom the first numbers are given, after its look for the oldest."""

        def __init__(self, tx: Tx) -> None:
            self.tx, self.all = tx, tx.all

        async def value(self, sql: str, /, **values: object) -> object:
            found = await self.tx.value(sql, **values)
            if sql == FEED["oldest"]:
                await store.write(lambda tx: number(tx))
            return found

    found = await store.read(lambda tx: read_after(Slow(tx), "duka", 0, 10))  # type: ignore[arg-type]  # a part
    after = (await store.read(lambda tx: read_after(tx, "duka", found.last, 10))).events
    assert [told(event) for event in [*found.events, *after]] == [0, 1, 2, 3]


async def test_what_was_undone_has_no_number(store: Store) -> None:
    """A transaction that fails leaves no event and no hole, nor does a numbering that fails."""

    async def fails(tx: Tx) -> None:
        await note.write(tx, [noted("duka", 99)])
        raise RuntimeError("undone")

    async def refuse(tx: Tx, blocks: Sequence[Block]) -> None:
        raise RuntimeError("undone")

    for n in range(3):
        await store.write(lambda tx: note.write(tx, [noted("duka", n)]))  # noqa: B023
        with pytest.raises(RuntimeError):
            await store.write(fails)
        with pytest.raises(RuntimeError):
            await store.write(lambda tx: number(tx, refuse))
        await store.write(lambda tx: number(tx))

    assert [(event.seq, told(event)) for event in await log_of(store, "duka")] == [(1, 0), (2, 1), (3, 2)]


async def test_many_writers_and_two_sequencers(store: Store) -> None:
    """Beside each other, in transactions that last and some that fail: no hole, nothing twice, and no effect
    before its cause, while a reader follows all along."""
    chains, length = 6, 15
    done = asyncio.Event()

    async def chain(which: int) -> None:
        """Facts of which each follows from the one before it, in transactions of their own."""
        for n in range(length):
            row = noted(f"t{which % 2}", which * 1000 + n)
            while True:
                try:
                    await store.write(lambda tx: fact(tx, row))  # noqa: B023
                    break
                except RuntimeError:
                    continue

    async def fact(tx: Tx, row: note.Row) -> None:
        await note.write(tx, [row])
        for _ in range(random.randrange(4)):  # other transactions commit meanwhile
            await tx.value("select 1")
        if random.random() < 0.2:
            raise RuntimeError("undone")

    async def sequence() -> None:
        while not done.is_set():
            with suppress(SerializationFailure):
                await store.write(lambda tx: number(tx, limit=random.randrange(1, 9)))
            await asyncio.sleep(0.003)

    async def follow(tenant: str) -> list[Numbered]:
        """A client that asks again and again for what is behind its last event."""
        seen: list[Numbered] = []
        while len(seen) < chains // 2 * length:
            last = seen[-1].seq if seen else 0
            seen += (await store.scope(tenant).read(lambda tx: read_after(tx, tenant, last, 10))).events  # noqa: B023
            await asyncio.sleep(0.01)
        return seen

    readers = [asyncio.create_task(follow(tenant)) for tenant in ("t0", "t1")]
    sequencers = [asyncio.create_task(sequence()) for _ in range(2)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(chain(which) for which in range(chains)))
        logs = await asyncio.gather(*readers)
    done.set()
    await asyncio.gather(*sequencers)

    for log in logs:
        assert [event.seq for event in log] == list(range(1, chains // 2 * length + 1))
        by_chain: dict[int, list[int]] = {}
        for event in log:
            by_chain.setdefault(told(event) // 1000, []).append(told(event) % 1000)
        assert all(found == list(range(length)) for found in by_chain.values())


async def test_it_runs_by_itself(store: Store) -> None:
    """What nobody stirs for is found within a second; what is stirred for at once."""
    sequencer = Sequencer(store)
    news: asyncio.Queue[dict[str, int]] = asyncio.Queue()
    sequencer.on_new.append(lambda heads: news.put_nowait(dict(heads)))
    running = asyncio.create_task(sequencer.run())
    try:
        async with asyncio.timeout(5):
            await store.write(lambda tx: note.write(tx, [noted("duka", 0)]))
            assert await news.get() == {"duka": 1}
            await asyncio.sleep(0.05)
            await store.write(lambda tx: note.write(tx, [noted("duka", 1)]))
            sequencer.stir()
            async with asyncio.timeout(0.4):
                assert await news.get() == {"duka": 2}
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert len(sequencer) == 0
