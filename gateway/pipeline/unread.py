"""Open events that memory does not have, as the database has them: whole, or their ids first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from gateway.observe import get_logger
from gateway.pipeline.gaps import WHOLE, LaneKey
from gateway.pipeline.queries import REOPEN
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.reread import Reader
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.unread")

#: An event that is read: its id, and None where it waits: its channel is not in the configuration, or only a
#: newer version can read it.
Found = tuple[str, OpenEvent | None]
#: Of so many events that cannot be read each is told of in the log.
TOLD = 1000


class Unread:
    """Reads; what becomes of it is `gateway.pipeline.reopen`'s."""

    def __init__(self, store: Store, reader: Reader) -> None:
        self._store, self._reader = store, reader
        #: Those that cannot be read: said once each.
        self._told: set[str] = set()

    async def page(self, key: LaneKey, after: str, shards: Iterable[int], limit: int) -> list[Found]:
        """The next events of a tenant or a conversation behind the id *after*, as far as they are of
        *shards*."""
        tenant, conversation = key

        async def work(tx: Tx) -> list[Found]:
            place = {"tenant": tenant, "after": after, "limit": limit}
            if conversation == WHOLE:
                rows = await tx.all(REOPEN["of_tenant"], **place, shards=listed(shards))
            else:
                rows = await tx.all(REOPEN["of_conversation"], **place, conversation=conversation)
            return await self._decoded(tx, rows)

        return await self._store.read(work)

    async def some(self, keys: Sequence[tuple[str, str]]) -> list[Found]:
        """The events with these (tenant, id), as far as they are still open."""

        async def work(tx: Tx) -> list[Found]:
            found: list[Found] = []
            rows = await tx.each(REOPEN["one"], [{"tenant": tenant, "id": id} for tenant, id in keys])
            for tenant in sorted({row["tenant"] for row in rows}):
                found += await self._decoded(tx, [row for row in rows if row["tenant"] == tenant])
            return sorted(found, key=lambda one: one[0])

        return await self._store.read(work)

    async def tenants(self, shards: Iterable[int] | None = None) -> set[str]:
        """Who has open events, in *shards* or at all."""
        if shards is None:
            rows = await self._store.read(lambda tx: tx.all(REOPEN["tenants"]))
        else:
            rows = await self._each("tenants_of_shard", [{"shard": shard} for shard in shards])
        return {row["tenant"] for row in rows}

    async def newest(self, shards: Iterable[int]) -> str:
        """The newest id of what is open of *shards*, parts included; "" when nothing is."""
        rows = await self._each("newest_of_shard", [{"shard": shard} for shard in shards])
        return max((row["id"] or "" for row in rows), default="")

    async def fresh(self, marks: dict[int, str], limit: int) -> list[Row]:
        """Of each shard the ids behind its mark."""
        return await self._each(
            "fresh", [{"shard": shard, "after": mark, "limit": limit} for shard, mark in marks.items()]
        )

    async def left(self, places: dict[str, str], before: str, shards: Iterable[int], limit: int) -> list[Row]:
        """Of each tenant the ids behind its place and older than *before*, as far as they are of *shards*."""
        shared = {"before": before, "shards": listed(shards), "limit": limit}
        return await self._each(
            "left", [{"tenant": tenant, "after": after, **shared} for tenant, after in places.items()]
        )

    async def _each(self, query: str, rows: Sequence[dict[str, object]]) -> list[Row]:
        if not rows:
            return []
        return await self._store.read(lambda tx: tx.each(REOPEN[query], rows))

    async def _decoded(self, tx: Tx, rows: Sequence[Row]) -> list[Found]:
        """*rows* of one tenant, with what is done of each."""
        if not rows:
            return []
        ids = [row["id"] for row in rows]
        done: dict[str, dict[str, bool]] = {}
        span = {"tenant": rows[0]["tenant"], "first": min(ids), "last": max(ids)}
        for item in await tx.all(REOPEN["done"], **span):
            done.setdefault(item["event"], {})[item["plugin"]] = bool(item["handled"])
        return [(row["id"], self._read(row, done.get(row["id"], {}))) for row in rows]

    def _read(self, row: Row, done: dict[str, bool]) -> OpenEvent | None:
        try:
            return self._reader.event(row, done)
        except msgspec.DecodeError as error:  # the others go on without it
            if row["id"] not in self._told and len(self._told) < TOLD:
                self._told.add(row["id"])
                log.error(
                    "event.unreadable", event_id=row["id"], tenant=row["tenant"], problem=str(error),
                    hint="it waits for the version of the gateway that stored it; is an older one running?",
                )  # fmt: skip
            return None


def listed(shards: Iterable[int]) -> str:
    """*shards* as a text that SQL can look into."""
    return f",{','.join(map(str, sorted(shards)))},"
