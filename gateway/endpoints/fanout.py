"""Queues events for the endpoints that want them, in the transaction that gives the events their numbers:
an event is in the log and queued, or neither."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gateway.clock import Clock
from gateway.endpoints.queries import ENDPOINTS
from gateway.endpoints.record import Key, types_of, wants
from gateway.feed.record import Block
from gateway.store.port import Tx


class FanOut:
    """What the sequencer calls. After its commit, `take` tells which endpoints have got something."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._fresh: set[Key] = set()

    async def __call__(self, tx: Tx, blocks: Sequence[Block]) -> None:
        """Queue the events in *blocks* of any tenants."""
        tenants = dict.fromkeys(block.tenant for block in blocks)
        wanting = {
            tenant: [
                (str(row["id"]), types_of(row["types"]))
                for row in await tx.all(ENDPOINTS["wanting"], tenant=tenant)
            ]
            for tenant in tenants
        }
        now = self._clock.now()
        rows = [
            {"tenant": event.tenant, "endpoint": endpoint, "seq": event.seq, "event": event.id,
             "type": event.kind, "now": now}
            for block in blocks
            if wanting[block.tenant]
            for event in block.events()
            for endpoint, types in wanting[event.tenant]
            if wants(types, event.kind)
        ]  # fmt: skip
        if rows:
            await tx.many(ENDPOINTS["queue"], rows)
            self._fresh.update((str(row["tenant"]), str(row["endpoint"])) for row in rows)

    def take(self, tenants: Collection[str]) -> set[Key]:
        """The endpoints of *tenants* that have got something."""
        taken = {key for key in self._fresh if key[0] in tenants}
        self._fresh -= taken
        return taken
