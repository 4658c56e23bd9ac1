"""Which open webhooks of the journal are parsed together: each shard's in order, and no shard's for long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.pipeline.queue import BATCH, SHARE, WHOLE, Queue
from gateway.pipeline.records import RawWebhook
from gateway.pipeline.shards import Open


class Journal:
    """Open rows: shards by id, as the database has them."""

    def __init__(self, shards: Iterable[int]) -> None:
        self.open = dict(enumerate(shards, 1))
        self.reads = 0

    async def all(self, sql: str, *, limit: int, **of: Any) -> list[dict[str, Any]]:
        self.reads += 1
        rest = {"takes": "", "skips": "", "starts": 0}
        return [{"shard": shard, "id": n} | rest for n, shard in self.open.items()][:limit]

    def done(self, rows: list[Open]) -> None:
        for row in rows:
            del self.open[row.id]


class Everything:
    """All shards are ours, handed over by one that ended well."""

    process = "p"

    def unclean(self, shard: int) -> bool:
        return False


def queue(journal: Journal) -> Queue:
    reader: Any = journal
    ownership: Any = Everything()
    made = Queue(reader, ownership, 5000)
    made.gain(range(8), 0)
    return made


def raw(identifier: int, shard: int, size: int) -> RawWebhook:
    return RawWebhook(identifier, "meta_cloud", "", (), 0, {}, b"x" * size, (shard,))


@given(st.lists(st.tuples(st.integers(0, 7), st.sampled_from([100, 900, 20_000, 90_000])), max_size=150))
async def test_each_is_taken_once_in_the_order_of_its_shard(told: list[tuple[int, int]]) -> None:
    """Nothing is left out, nothing comes twice, and a shard that is not alone has its share and no more."""
    journal = Journal(shard for shard, _ in told)
    waiting = queue(journal)
    sizes = dict(enumerate((size for _, size in told), 1))
    waiting.remember(raw(n, shard, sizes[n]) for n, shard in journal.open.items())
    seen: list[Open] = []
    while batch := await waiting.next():
        several = len(set(journal.open.values())) > 1
        used = Counter[int]()
        for row in batch:
            assert not used[row.shard] or used[row.shard] + sizes[row.id] <= (SHARE if several else WHOLE)
            used[row.shard] += sizes[row.id]
        assert len(batch) <= BATCH
        journal.done(batch)
        waiting.done(batch)
        seen += batch
    assert sorted(row.id for row in seen) == sorted(sizes)
    for shard in range(8):
        mine = [row.id for row in seen if row.shard == shard]
        assert mine == sorted(mine)


async def test_what_comes_later_does_not_wait_for_a_crowd() -> None:
    """Two hundred webhooks of one number are open: what is told of another's is in the next batch."""
    journal = Journal([1] * 200)
    waiting = queue(journal)
    waiting.remember(raw(n, 1, 17_000) for n in journal.open)
    first = await waiting.next()
    journal.done(first)
    waiting.done(first)
    journal.open[1000] = 2
    waiting.stir()
    assert {row.id for row in await waiting.next()} >= {1000}


async def test_the_database_is_not_asked_again_without_a_reason() -> None:
    """What one reading has found is enough until somebody tells of more."""
    journal = Journal([1] * 300)
    waiting = queue(journal)
    for _ in range(3):
        batch = await waiting.next()
        journal.done(batch)
        waiting.done(batch)
    assert journal.reads == 1
