"""Every kind of data that goes when it had its time, but for files (`gateway.media.sweep`)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from gateway.channel import SHARDS
from gateway.errors import SerializationFailure
from gateway.model.ids import smallest_id
from gateway.retention.queries import RETENTION
from gateway.retention.shelf import ById, ByTime, Due, Key, Page, Shelf
from gateway.store.port import Tx

#: How many open events of before are looked at together.
OPEN = 2000


class Journal(Struct, frozen=True):
    """What providers sent. A row that is still to be parsed stays. Ids are microseconds ×
    1024 + a process."""

    kind: str = "journal"
    start: int = 0

    async def look(self, tx: Tx, due: Due) -> Page:
        until = due.before << 10
        rows = await tx.all(RETENTION["journal_page"], after=due.mark, until=until, limit=due.limit)
        if not rows:
            return Page([], due.mark, False)
        ids = [row["id"] for row in rows]
        ids_open = await _open(tx, due.mark, ids[-1])
        return Page([{"id": id} for id in ids if id not in ids_open], ids[-1], len(rows) == due.limit)

    async def remove(self, tx: Tx, due: Due, keys: list[Key]) -> int:
        ids = [key["id"] for key in keys]
        ids_open = await _open(tx, ids[0] - 1, ids[-1])  # somebody may replay one meanwhile
        going = [key for key in keys if key["id"] not in ids_open]
        await tx.many(RETENTION["journal"], going)
        return len(going)


async def _open(tx: Tx, after: int, last: int) -> set[int]:
    asked = [{"shard": shard, "after": after, "last": last} for shard in range(SHARDS)]
    return {row["id"] for row in await tx.each(RETENTION["journal_open"], asked)}


class Seen(Struct, frozen=True):
    """Which events were there, of all tenants."""

    kind: str = "seen"
    start: int = 0

    async def look(self, tx: Tx, due: Due) -> Page:
        rows = await tx.all(RETENTION["seen_page"], before=due.before, limit=due.limit)
        keys = [{"tenant": row["tenant"], "key": row["key"]} for row in rows]
        return Page(keys, due.mark, len(rows) == due.limit)

    async def remove(self, tx: Tx, due: Due, keys: list[Key]) -> int:
        await tx.many(RETENTION["seen"], [{**key, "before": due.before} for key in keys])
        return len(keys)


class Messages(Struct, frozen=True):
    """Messages with their parts, and what was told of those. One of which something is open stays: a part, a
    time to come, an event, a dead letter, a file that is kept."""

    kind: str = "messages"
    start: str = ""

    async def look(self, tx: Tx, due: Due) -> Page:
        until = smallest_id(due.before)
        waits = await tx.all(RETENTION["open_events"], tenant=due.tenant, until=until, limit=OPEN)
        if len(waits) == OPEN:  # what is open behind these is not known: go no further
            until = min(until, str(waits[-1]["id"]))
        held = {row["message"] for row in waits}
        rows = await tx.all(RETENTION["messages_page"], **due.values(), after=due.mark, until=until)
        keys = [
            {"tenant": due.tenant, "message": row["id"], "conversation": row["conversation"]}
            for row in rows if not row["stays"] and row["id"] not in held
        ]  # fmt: skip
        return Page(keys, rows[-1]["id"] if rows else due.mark, len(rows) == due.limit)

    async def remove(self, tx: Tx, due: Due, keys: list[Key]) -> int:
        parts = [
            {"tenant": due.tenant, "part": row["id"], "channel": row["channel"],
             "provider_message_id": row["provider_message_id"]}
            for row in await tx.each(RETENTION["parts"], keys)
        ]  # fmt: skip
        await tx.many(RETENTION["attempts_of"], parts)
        await tx.many(RETENTION["statuses_of"], parts)
        for each in ("menus_of", "decisions_of", "unlink_media"):
            await tx.many(RETENTION[each], keys)
        gone = await tx.each(RETENTION["messages"], keys)
        if len(gone) < len(keys):
            raise SerializationFailure("something of a message was opened, or went, meanwhile")
        return len(gone)


class Events(Struct, frozen=True):
    """The log of events, from its beginning: it has no holes. What is still to be delivered stays, and
    with it what is behind it."""

    kind: str = "events"
    start: int = 0

    async def look(self, tx: Tx, due: Due) -> Page:
        rows = await tx.all(RETENTION["events_page"], tenant=due.tenant, limit=due.limit)
        if not rows or rows[0]["at"] >= due.before:
            return Page([], 0, False)
        last = rows[-1]["first"] + rows[-1]["n"] - 1
        wanted = await tx.value(RETENTION["events_wanted"], tenant=due.tenant, last=last)
        keys: list[Key] = []
        for row in rows:
            if row["at"] >= due.before or (wanted and row["first"] + row["n"] > wanted):
                return Page(keys, 0, False)
            keys.append({"tenant": due.tenant, "first": row["first"]})
        return Page(keys, 0, len(rows) == due.limit)

    async def remove(self, tx: Tx, due: Due, keys: list[Key]) -> int:
        await tx.many(RETENTION["events"], keys)
        return len(keys)


class Audit(Struct, frozen=True):
    """Who changed what, from its beginning. The chain goes on from the hash of the last row that went. The
    newest row stays: the next one builds on it."""

    kind: str = "audit"
    start: int = 0

    async def look(self, tx: Tx, due: Due) -> Page:
        rows = await tx.all(RETENTION["audit_page"], tenant=due.tenant, limit=due.limit + 1)
        keys: list[Key] = []
        for row in rows[: due.limit]:
            if row["at"] >= due.before:
                return Page(keys, 0, False)
            keys.append({"tenant": due.tenant, "seq": row["seq"], "hash": row["hash"]})
        more = len(rows) > due.limit
        return Page(keys if more else keys[: len(rows) - 1], 0, more)

    async def remove(self, tx: Tx, due: Due, keys: list[Key]) -> int:
        await tx.run(RETENTION["audit_begin"], **keys[-1], now=due.before)
        await tx.many(RETENTION["audit"], keys)
        return len(keys)


#: By name. A tenant's own are looked through in this order: an answer goes before the message that it names.
SHELVES: Mapping[str, Shelf] = {
    shelf.kind: shelf
    for shelf in (
        Journal(),
        Seen(),
        ByTime("idempotency", ("key",)),
        ById("dead_letters", "id"),
        Messages(),
        ByTime("statuses", ("channel", "provider_message_id", "status", "participant", "at")),
        ById("attempts", "part"),
        ById("decisions", "message"),
        Events(),
        ByTime("deliveries", ("endpoint", "seq")),
        ByTime("signals", ("name", "key", "id")),
        Audit(),
    )
}
