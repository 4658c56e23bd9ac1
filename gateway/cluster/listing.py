"""The processes of a database, for people."""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct

from gateway.clock import SECOND, Clock
from gateway.cluster.queries import cluster_queries
from gateway.cluster.setup import Difference, Setup, differences, read
from gateway.store.port import Row, Store, Tx


class ProcessItem(Struct, frozen=True):
    """One process that is there. *since* is in microseconds UTC; *lease* is for how many seconds it still has
    its shards without renewing, None where nobody else could take them (SQLite)."""

    id: str
    number: int
    host: str
    version: str
    since: int
    lease: float | None
    shards: int
    leads: bool
    takes: bool
    #: The ids of its shards.
    owns: tuple[int, ...] = ()
    #: In what it differs from the process that leads (or the oldest): `what`, `problem`, `hint`.
    differs: tuple[Difference, ...] = ()


class Processes(Struct, frozen=True):
    """Who is there, the oldest first, and how many shards nobody owns."""

    processes: list[ProcessItem]
    free: int


async def processes_of(store: Store, clock: Clock) -> Processes:
    """Look once."""
    sql = cluster_queries(store.dialect)

    async def work(tx: Tx) -> Processes:
        now = await tx.value(sql["database_time"], now=clock.now())
        live, shards = await tx.all(sql["live_processes"]), await tx.all(sql["shards"])
        owned = defaultdict[str, list[int]](list)
        for row in shards:
            owned[row["owner"]].append(row["id"])
        leader = next((row["owner"] for row in shards if row["id"] == 0), "")
        first = next((row["setup"] for row in live if row["id"] == leader), live[0]["setup"] if live else "")
        found = [_item(row, now, owned[row["id"]], row["id"] == leader, read(first)) for row in live]
        return Processes(found, len(shards) - sum(item.shards for item in found))

    return await store.read(work)


def _item(row: Row, now: int, shards: list[int], leads: bool, first: Setup | None) -> ProcessItem:
    setup = read(row["setup"])
    differs = tuple(differences(first, setup)) if first is not None and setup is not None else ()
    lease = round((row["lease_until"] - now) / SECOND, 1) if row["lease_until"] else None
    return ProcessItem(
        row["id"], row["number"], row["host"], row["version"], row["started_at"], lease, len(shards), leads,
        bool(row["takes"]), tuple(sorted(shards)), differs,
    )  # fmt: skip
