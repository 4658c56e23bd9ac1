"""Flows wake by themselves: when their time is over, and when the event has come that they wait for.

Whoever takes the flow's mark away (`wake_at`, the row in `flow_wait`) writes the event that resumes it, in
one transaction: a process that dies in between, or a second one, wakes nobody twice and forgets nobody. What
is emitted at the very moment in which a flow begins to wait is found by the next look. One process looks for
all, the leader; two who believe it do no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.cluster.port import Cluster
from gateway.model.ids import new_id
from gateway.model.inside import Emitted, Woke
from gateway.observe import get_logger
from gateway.outage import Outage
from gateway.pipeline.queries import FLOW, RECORD, STATUS
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.rows import event_row
from gateway.store.port import Row, Store, Tx
from gateway.tasks import stirred

log = get_logger("gateway.wakes")

TICK = 1.0
PAGE = 200


class Wakes:
    """Looks once a second, and at once when an event was emitted. *found* gets the events that it writes."""

    def __init__(
        self, store: Store, channels: Channels, cluster: Cluster, clock: Clock,
        found: Callable[[OpenEvent], object],
    ) -> None:  # fmt: skip
        self._store, self._channels, self._cluster, self._clock = store, channels, cluster, clock
        self._found = found
        #: The time of what follows now from what was due then (`gateway.pipeline.restored`).
        self.since: Callable[[int, int], int] = lambda cause, now: now
        cluster.heard.append(self._heard)
        self._stirred = asyncio.Event()
        self._outage = Outage(log, "wakes.store_away", "wakes.store_back")

    def stir(self) -> None:
        """An event was emitted that flows may wait for."""
        if self._cluster.leads:
            self._stirred.set()
        else:
            self._cluster.tell((0,))

    def _heard(self, shards: frozenset[int]) -> None:
        """Another process has something for the leader."""
        if 0 in shards:
            self._stirred.set()

    async def run(self) -> None:
        """Look for ever."""
        while True:
            while self._cluster.leads:
                with self._outage:
                    if await self.sweep() >= PAGE:
                        continue
                break
            await stirred(self._stirred, TICK)
            self._stirred.clear()

    async def sweep(self) -> int:
        """Wake a page of each kind; how many that was at most of one."""
        now = self._clock.now()
        due, met = await self._store.read(lambda tx: _over(tx, now))
        if due or met:
            for opened in await self._store.write(lambda tx: self._wake(tx, due, met, now)):
                self._found(opened)
        return max(len(due), len(met))

    async def _wake(self, tx: Tx, due: list[Row], met: list[Row], now: int) -> list[OpenEvent]:
        opens = []
        rang = await tx.each(
            FLOW["rang"], [{"tenant": row["tenant"], "id": row["id"], "now": now} for row in due]
        )
        ours = {(row["tenant"], row["id"]) for row in rang}
        for row in due:
            if (row["tenant"], row["id"]) in ours:
                woke = Woke(row["plugin"], row["id"], "timeout", row["pending"], now)
                opens.append(await self._open(tx, row, woke, self.since(row["wake_at"], now)))
        first = {(row["tenant"], row["id"]): row for row in reversed(met)}
        answered = await tx.each(
            FLOW["answered"],
            [{"tenant": row["tenant"], "id": row["id"], "op": row["op"]} for row in first.values()],
        )
        for key in answered:
            row = first[key["tenant"], key["id"]]
            payload = msgspec.Raw(row["payload"].encode())
            woke = Woke(
                row["plugin"], row["id"], "event", row["op"], row["at"], payload, signal=row["signal"]
            )
            opens.append(await self._open(tx, row, woke, self.since(row["at"], now)))
        await tx.many(RECORD["add_event"], [event_row(opened) for opened in opens])
        return opens

    async def _open(self, tx: Tx, row: Row, woke: Woke, now: int) -> OpenEvent:
        return await inside_event(tx, self._channels, row["tenant"], row["conversation"], woke, now)


async def _over(tx: Tx, now: int) -> tuple[list[Row], list[Row]]:
    """Flows whose time is over, and flows for which something has come."""
    return await tx.all(FLOW["due"], now=now, limit=PAGE), await tx.all(FLOW["met"], limit=PAGE)


async def inside_event(
    tx: Tx, channels: Channels, tenant: str, conversation: str, event: Emitted | Woke, now: int
) -> OpenEvent:
    """*event* for the lane of *conversation*, with what plugins are told of it."""
    row = await tx.one(STATUS["conversation"], tenant=tenant, conversation=conversation)
    if row is None:
        return OpenEvent(tenant, new_id(), None, event, now)
    return OpenEvent(
        tenant, new_id(), channels.get(tenant, row["channel"]), event, now, conversation, row["contact"],
        row["name"] or "", row["address"], row["window_until"], free_until=row["free_until"],
        username=row["username"] or "", language=row["language"] or "",
    )  # fmt: skip
