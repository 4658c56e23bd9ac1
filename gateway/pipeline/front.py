"""What other processes, and accidents, have left in the outbox for our numbers: found by looking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.clock import SECOND, Clock
from gateway.cluster.port import Ownership
from gateway.model.ids import id_before, new_id
from gateway.observe import get_logger
from gateway.pipeline.queries import QUEUE, RECOVER
from gateway.pipeline.reread import Reader
from gateway.pipeline.send import Sender
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.refill")

LOST = 60 * SECOND  # a send that is marked as under way for so long, and is not
#: How far a look reaches back: ids are made before the commit, and clocks differ. Seconds.
BACK, FAR_BACK = 0.5, 10.0
#: What an epoch's end may have raced with is looked for once more. Seconds.
TWICE = 3.0
#: Rows of a page, pages of one look.
PAGE, PAGES = 500, 4
#: One sweep looks at the oldest parts of so many queues, shard by shard, and at so many of each.
QUEUES, SHARDS, FIRST = 200, 16, 50


class Front:
    """Looks at the newest and the oldest rows of our shards."""

    def __init__(
        self, store: Store, reader: Reader, sender: Sender, ownership: Ownership, clock: Clock
    ) -> None:
        self._store, self._reader, self._sender = store, reader, sender
        self._ownership, self._clock = ownership, clock
        self._newest: dict[int, str] = {}
        self._again: dict[int, float] = {}
        self._next = 0

    def forget(self, shards: Iterable[int]) -> None:
        """*shards* are another's."""
        for shard in shards:
            self._newest.pop(shard, None)
            self._again.pop(shard, None)

    async def orphans(self, shards: Iterable[int], *, twice: bool = False) -> None:
        """What an earlier owner was sending is in doubt."""
        now = self._clock.now()
        epochs = [{"shard": shard, "epoch": self._ownership.epoch(shard), "now": now} for shard in shards]
        if twice:
            self._again.update(dict.fromkeys(shards, self._clock.monotonic() + TWICE))

        async def work(tx: Tx) -> list[Row]:
            return await tx.each(RECOVER["doubt_orphans"], epochs)

        if rows := await self._store.write(work):
            log.error(
                "recover.in_doubt", count=len(rows), hint="they wait for a status; see docs/architecture.md"
            )
            keys = [{"tenant": row["tenant"], "id": row["id"]} for row in rows]
            if not twice:
                await self.take(await self._rows(QUEUE["part"], keys))

    async def queues(self, shards: Iterable[int]) -> list[tuple[str, str, str]]:
        """The (tenant, channel, class) of which *shards* have open parts: one step of the index for each."""
        found: list[tuple[str, str, str]] = []
        steps = [{"shard": shard, "tenant": "", "channel": "", "class": ""} for shard in shards]
        while steps:
            rows = await self._rows(QUEUE["next_queue"], steps)
            found += [(row["tenant"], row["channel"], row["class"]) for row in rows]
            steps = [{name: row[name] for name in ("shard", "tenant", "channel", "class")} for row in rows]
        return found

    async def sweep(self) -> None:
        """What came lately, some of what is oldest, and what raced with the end of an epoch."""
        held = sorted(self._sender.held)
        if not held:
            return
        now = self._clock.monotonic()
        if due := {shard for shard, at in self._again.items() if at <= now}:
            await self.orphans(due)
            for shard in due:
                self._again.pop(shard, None)
        await self._young(held, FAR_BACK)
        at = self._next % len(held)
        order, looked = held[at:] + held[:at], 0
        while order and looked < QUEUES:
            looked += await self._old(order[:SHARDS])
            order = order[SHARDS:]
        self._next = (at + len(held) - len(order)) % len(held)

    async def look(self, shards: Iterable[int]) -> None:
        """What has come for *shards* just now."""
        await self._young(shards, BACK)

    async def take(self, rows: Sequence[Row]) -> None:
        """Take open parts. One marked as being sent is under way right now, unless nobody knows it."""
        for row in rows:
            if (row["tenant"], row["id"]) in self._sender.known:
                continue
            if row["state"] != "sending":
                self._sender.take(self._reader.part(row))
            elif row["epoch"] == self._epoch(row) and self._nobodys(row):
                await self._sender.lost(self._reader.part(row))

    async def _young(self, shards: Iterable[int], back: float) -> None:
        newest = id_before(new_id(), int(back * SECOND))
        after = {n: min(newest, self._newest.get(n, newest)) if back == BACK else newest for n in shards}
        for _ in range(PAGES):
            steps = [{"shard": shard, "after": last, "limit": PAGE} for shard, last in after.items()]
            rows = await self._rows(QUEUE["young"], steps)
            await self._unknown(rows)
            count = dict.fromkeys(after, 0)
            for row in rows:
                count[row["shard"]] += 1
                self._newest[row["shard"]] = after[row["shard"]] = row["id"]
            after = {shard: last for shard, last in after.items() if count[shard] == PAGE}
            if not after:
                return
        # Too much came at once: each queue is read by itself, so that a long one hides no other.
        for tenant, channel, cls in await self.queues(after):
            number = self._sender.number(tenant, channel)
            if number is not None and number.queue(cls).takes:
                self._sender.fall_behind(number, cls)

    async def _old(self, shards: Iterable[int]) -> int:
        """Look at the oldest parts of the queues of *shards*; how many queues that were."""
        keys = []
        for tenant, channel, cls in await self.queues(shards):
            number = self._sender.number(tenant, channel)
            if number is not None and not number.unloaded:
                shard = number.channel.shard
                key = {"shard": shard, "tenant": tenant, "channel": channel, "class": cls, "limit": FIRST}
                keys.append(key)
        if keys:
            await self._unknown(await self._rows(QUEUE["front"], keys))
        return len(keys)

    async def _unknown(self, rows: Sequence[Row]) -> None:
        """Of *rows*, read and take what memory does not know and has room for. What was stored by this
        process a moment ago is on its way through memory."""
        late, wanted = set[int](), list[dict[str, object]]()
        young = id_before(new_id(), 2 * SECOND) if not self._ownership.shared else ""
        for row in rows:
            if (row["tenant"], row["id"]) in self._sender.known:
                continue
            if row["state"] == "sending":
                if row["epoch"] < self._epoch(row):
                    late.add(row["shard"])
                elif not self._nobodys(row):
                    continue
            elif young and row["id"] >= young:
                continue
            number = self._sender.number(row["tenant"], row["channel"])
            if number is None:
                continue
            queue = number.queue(row["class"])
            if queue.takes and queue.size + len(wanted) >= self._sender.rooms.of(row["tenant"]):
                self._sender.fall_behind(number, row["class"])
            if queue.takes or row["state"] == "sending":
                wanted.append({"tenant": row["tenant"], "id": row["id"]})
        if late:
            await self.orphans(late)
        if wanted:
            await self.take(await self._rows(QUEUE["part"], wanted))

    def _nobodys(self, row: Row) -> bool:
        """Whether nobody makes the send that *row* speaks of."""
        late = row["claimed_at"] < self._clock.now() - LOST
        return bool(late or self._sender.unsure(row["tenant"], row["id"], row["epoch"]))

    def _epoch(self, row: Row) -> int:
        return self._ownership.epoch(row["shard"])

    async def _rows(self, query: str, keys: Sequence[dict[str, object]]) -> list[Row]:
        return await self._store.read(lambda tx: tx.each(query, keys))
