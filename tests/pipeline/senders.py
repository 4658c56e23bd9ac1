"""Processes that send from one database, each with its own memory, and shards that a test moves about."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from gateway.channels import Channels
from gateway.clock import SystemClock
from gateway.model.ids import new_id
from gateway.pipeline.doubt import Doubts
from gateway.pipeline.effects import part_row
from gateway.pipeline.loops import LoopDetector
from gateway.pipeline.outbox import Outbox
from gateway.pipeline.queries import OUTBOX
from gateway.pipeline.records import Part
from gateway.pipeline.refill import Refill
from gateway.pipeline.reread import Reader
from gateway.pipeline.send import Sender
from gateway.policy.gate import Gate
from gateway.settings import Sending
from gateway.store.port import Row, Store, Tx
from gateway.store.seal import Seal
from tests.pipeline.world import Servers, channels_of, metrics_of, settings_of

_OWN = """insert into shard (id, owner, epoch, lease_until) values (:id, :owner, 1, 0)
on conflict (id) do update set epoch = shard.epoch + 1, owner = :owner returning epoch"""


async def _own(shard: int, owner: str, tx: Tx) -> int:
    return int(await tx.value(_OWN, id=shard, owner=owner))


class Member:
    """What a process believes of its shards. *late*: its own deadline has passed."""

    shared = True
    offset = 0
    term = number = 1

    def __init__(self, town: Town) -> None:
        self.process, self._town, self.late = new_id(), town, False
        self.epochs: dict[int, int] = {}
        self.heard: list[Callable[[frozenset[int]], None]] = []

    @property
    def mine(self) -> frozenset[int]:
        return frozenset(self.epochs)

    @property
    def leads(self) -> bool:
        return 0 in self.epochs

    def epoch(self, shard: int) -> int:
        return self.epochs.get(shard, 0)

    def unclean(self, shard: int) -> bool:
        return False

    def may_send(self, shard: int, epoch: int) -> bool:
        return not self.late and self.epochs.get(shard) == epoch

    def alive(self) -> bool:
        return not self.late

    def tell(self, shards: Iterable[int]) -> None:
        """Poke the owners, unless pokes get lost."""
        told = frozenset(shards)
        for process in self._town.processes:
            if process.member is not self and not self._town.deaf:
                for heard in process.member.heard:
                    heard(told)


class Process:
    """The sending half of a gateway."""

    def __init__(self, town: Town, store: Store, channels: Channels, sending: Sending) -> None:
        clock, metrics = SystemClock(), metrics_of()
        self.store, self.member = store, Member(town)
        gate = Gate(channels.get, Seal(["a secret of thirty-two characters"]))
        self.outbox = Outbox(store, gate, LoopDetector(10**9), metrics, clock)
        self.outbox.pokes = self.member
        self.sender = Sender(channels, self.outbox, sending, metrics, clock, self.member)
        self.doubts = Doubts(self.sender, self.outbox, sending, metrics, clock, clock.monotonic)
        self.refill = Refill(store, Reader(store, channels), self.sender, self.member, clock)
        self.member.heard.append(self.refill.heard)

    async def post(self, *parts: Part) -> None:
        """Store *parts* and hand them on, as the API does."""
        await self.store.write(lambda tx: tx.many(OUTBOX["add"], [part_row(part, 1) for part in parts]))
        self.outbox.enqueue(parts)


class Town:
    """Some processes, the shard of one number, and the provider's servers."""

    def __init__(self, store: Store, folder: Path, servers: Servers, sending: Sending, count: int) -> None:
        numbers = {"main": "100", "other": "200"}
        settings = settings_of(folder, servers.url, numbers=numbers, sending=sending)
        self.store, self.channels, self.deaf = store, channels_of(settings), False
        self.processes = [Process(self, store, self.channels, sending) for _ in range(count)]
        self.shards = frozenset(channel.shard for channel in self.channels)

    def part(self, text: str, conversation: str = "c1", **more: object) -> Part:
        """A part that is not stored yet."""
        now = SystemClock().now()
        channel = self.channels.get("duka", str(more.pop("channel", "main")))
        assert channel is not None
        return Part(
            **{
                "tenant": "duka", "id": new_id(), "message": new_id(), "idx": 0, "channel": channel.id,
                "shard": channel.shard, "conversation": conversation, "address": f"+{conversation}",
                "cls": "reply", "purpose": "", "body": f'{{"text":"{text}"}}', "deadline": now + 3600 * 10**6,
                "created_at": now, **more,
            }  # type: ignore[arg-type]
        )  # fmt: skip

    async def give(self, process: Process) -> None:
        """*process* becomes the owner in the database, and takes over."""
        for shard in self.shards:
            process.member.epochs[shard] = await self.store.write(
                partial(_own, shard, process.member.process)
            )
        await process.refill.gain(self.shards)

    async def hand_over(self, old: Process, new: Process, seconds: float = 5.0) -> None:
        """As it is done in an orderly way."""
        await old.refill.release(self.shards, seconds)
        old.member.epochs.clear()
        await self.give(new)

    def expel(self, process: Process) -> None:
        """*process* learns that it owns nothing any more."""
        process.member.epochs.clear()
        process.refill.drop(self.shards)

    async def open(self) -> list[Row]:
        """The rows of the outbox."""
        sql = "select id, state, attempt, epoch, body from outbox order by id"
        return await self.store.read(lambda tx: tx.all(sql))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Town]:
        """Every process runs."""
        tasks = []
        for process in self.processes:
            await process.sender.start()
            tasks += [asyncio.create_task(process.refill.run()), asyncio.create_task(process.doubts.run())]
        try:
            yield self
        finally:
            for process in self.processes:
                await process.sender.drain(2.0)
                await process.outbox.drain()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
