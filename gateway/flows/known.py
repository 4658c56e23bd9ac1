"""The flows of the shards that are ours: read when they become ours, and when another process wrote some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from gateway.channels import Channels
from gateway.clock import SECOND, Clock
from gateway.cluster.port import Ownership
from gateway.flows.record import FlowRow, flow_row
from gateway.flows.waiting import Waiting
from gateway.pipeline.queries import FLOW
from gateway.pipeline.records import OpenEvent
from gateway.store.port import Row, Store

PAGE = 1000
#: Processes' clocks differ, and a turn takes a while: a look at what is new begins so much earlier.
OVERLAP = 10 * SECOND
#: Microseconds behind an unclean end within which a turn of the last owner may still become durable: its
#: database session ends sooner.
LATE = 10 * SECOND


class KnownFlows:
    """Keeps *waiting* in step with the database."""

    def __init__(self, store: Store, channels: Channels, ownership: Ownership, clock: Clock) -> None:
        self._store, self._channels, self._ownership, self._clock = store, channels, ownership, clock
        self.waiting = Waiting(shared=ownership.shared)
        #: From when on the writes of others are looked for, by shard.
        self._marks: dict[int, int] = {}
        #: Until when a conversation's flows are read again before its next event, and of which that was done.
        self._doubtful: dict[int, int] = {}
        self._sure: dict[int, set[str]] = {}

    async def gain(self, shards: frozenset[int]) -> None:
        """Read the flows of *shards*, anew."""
        now = self._clock.now()
        self.waiting.forget(shards)
        self.waiting.open(shards)
        await self._read(dict.fromkeys(sorted(shards | {0}), 0))
        for shard in shards:
            self._marks[shard] = now - OVERLAP
            if self._ownership.shared and self._ownership.unclean(shard):
                self._doubtful[shard], self._sure[shard] = now + LATE, set()

    async def look(self, shards: frozenset[int]) -> None:
        """Read what others have written of *shards*."""
        now = self._clock.now()
        await self._read({shard: self._marks[shard] for shard in sorted(shards) if shard in self._marks})
        self._marks.update({shard: now - OVERLAP for shard in shards if shard in self._marks})

    def forget(self, shards: Iterable[int]) -> None:
        """*shards* are another's."""
        self.waiting.forget(shards)
        for shard in shards:
            self._marks.pop(shard, None)
            self._doubtful.pop(shard, None)
            self._sure.pop(shard, None)

    async def sure(self, opened: OpenEvent) -> None:
        """Make sure that the flows of this event's conversation are known, also when the last owner's end was
        not clean: what it was about to commit then may have come after we have read."""
        until = self._doubtful.get(opened.shard)
        if until is None:
            return
        if self._clock.now() > until:
            del self._doubtful[opened.shard], self._sure[opened.shard]
        elif opened.conversation and opened.conversation not in self._sure[opened.shard]:
            await self.renew(opened)
            self._sure.get(opened.shard, set()).add(opened.conversation)

    async def renew(self, opened: OpenEvent) -> None:
        """Read the flows of this event's conversation: another may have gone on with them."""
        place = {"tenant": opened.tenant, "conversation": opened.conversation}
        rows = await self._store.read(lambda tx: tx.all(FLOW["of_conversation"], **place))
        found = [replace(flow_row(row), shard=opened.shard) for row in rows]
        if opened.shard in self._marks:
            self.waiting.renew(opened.tenant, opened.conversation, opened.shard, found)

    async def _read(self, since: dict[int, int]) -> None:
        """Take the flows of each shard that were written since then."""
        places: list[dict[str, object]] = [
            {"shard": shard, "at": at, "after": "", "limit": PAGE} for shard, at in since.items()
        ]
        while places:
            rows = await self._store.read(lambda tx: tx.each(FLOW["held"], places))  # noqa: B023
            self.waiting.take(await self._placed(rows))
            last: dict[int, Row] = {row["shard"]: row for row in rows}
            size = Counter(row["shard"] for row in rows)
            places = [
                {"shard": shard, "at": row["updated_at"], "after": row["id"], "limit": PAGE}
                for shard, row in last.items() if size[shard] >= PAGE
            ]  # fmt: skip

    async def _placed(self, rows: Sequence[Row]) -> list[FlowRow]:
        """*rows*; those that an older version wrote are given their shard."""
        found, moved = [], []
        for row in rows:
            flow = flow_row(row)
            channel = self._channels.get(flow.tenant, row["channel"] or "") if not flow.shard else None
            if channel is not None and channel.shard:
                flow = replace(flow, shard=channel.shard)
                moved.append({"tenant": flow.tenant, "id": flow.id, "shard": flow.shard})
            found.append(flow)
        if moved:
            await self._store.write(lambda tx: tx.many(FLOW["belongs"], moved))
        return found
