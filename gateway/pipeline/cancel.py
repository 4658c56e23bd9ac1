"""Taking a message back before anything of it was handed to the provider.

Whether a part is being claimed at this moment is decided by its row: the cancellation takes all rows of
the message first, looks at them, and deletes them only when none was ever claimed. A claim that comes
later finds nothing, one that came before makes the message `being_sent`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from msgspec import Struct

from gateway.clock import Clock
from gateway.feed import note
from gateway.model.ids import new_id
from gateway.model.status import RANK
from gateway.pipeline.enqueue import again
from gateway.pipeline.later import bodies_of
from gateway.pipeline.outbox import Outbox
from gateway.pipeline.queries import OUTBOX, SCHEDULE
from gateway.store.port import Row, Store, Tx

Verdict = Literal["cancelled", "unknown", "being_sent", "already_sent", "already_failed"]

_ERROR = '{"kind":"cancelled","title":"it was cancelled before it was sent"}'


class Cancelled(Struct, frozen=True):
    """What came of it. *parts* are the ids of the rows that the sender may know."""

    verdict: Verdict
    parts: tuple[str, ...] = ()


class Bound(Protocol):
    """A transaction that binds the tenant itself: a plugin's handle, or a scope's."""

    async def one(self, sql: str, /, **values: Any) -> Row | None: ...

    async def all(self, sql: str, /, **values: Any) -> list[Row]: ...

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int: ...


class Canceller:
    """Cancels for the API."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock) -> None:
        self._store, self._outbox, self._clock = store, outbox, clock

    async def cancel(self, tenant: str, message: str) -> Verdict:
        """Take *message* back, or say why that cannot be done. Doing it again changes nothing."""

        async def work(tx: Tx) -> Cancelled:
            return await cancel(tx, message, self._clock.now())

        done = await again(lambda: self._store.scope(tenant).write(work))
        self._outbox.withdraw(tenant, done.parts)
        return done.verdict


async def cancel(db: Bound, message: str, now: int) -> Cancelled:
    """Take *message* back in this transaction, whole or not at all."""
    known = await db.one(SCHEDULE["message"], message=message)
    if known is None or known["direction"] != "out":
        return Cancelled("unknown")
    waiting = await db.all(SCHEDULE["withdraw"], message=message)
    if waiting:
        parts = [cancelled(waiting[0], new_id(), idx, now) for idx in range(len(bodies_of(waiting[0])))]
        await keep(db, parts, now)
        return Cancelled("cancelled")
    rows = await db.all(SCHEDULE["hold_open"], message=message)
    if not rows:
        return Cancelled(_past(await db.all(SCHEDULE["known"], message=message)))
    if len(rows) < known["parts"]:
        return Cancelled("already_sent")
    if any(row["state"] != "ready" or row["attempt"] for row in rows):
        return Cancelled("being_sent")
    await db.all(SCHEDULE["drop_open"], message=message)
    await keep(db, [cancelled(row, row["id"], row["idx"], now) for row in rows], now)
    return Cancelled("cancelled", tuple(row["id"] for row in rows))


async def keep(db: Bound, parts: Sequence[dict[str, object]], now: int) -> None:
    """The *parts* are known to be cancelled, and whoever follows the log hears of it."""
    await db.many(OUTBOX["add_part"], parts)
    await note.write(db, [note.status(part, now) for part in parts])


def _past(parts: Sequence[Row]) -> Verdict:
    """What became of a message of which nothing is open."""
    told = {row["status"] for row in parts}
    if not told:  # its rows have just moved: refused for today, or released at this very moment
        return "being_sent"
    if told == {"cancelled"}:
        return "cancelled"
    return "already_failed" if told == {"failed"} else "already_sent"


def cancelled(row: Row, identifier: str, idx: int, now: int, error: str = _ERROR) -> dict[str, object]:
    """The `part` row of a part that was never sent; *row* is what waited, *error* why it does no more."""
    return {
        "id": identifier,
        "message": row["message"],
        "idx": idx,
        "channel": row["channel"],
        "conversation": row["conversation"],
        "provider_message_id": "",
        "status": "cancelled",
        "rank": RANK["cancelled"],
        "attempt": 0,
        "resent": 0,
        "claimed_at": 0,
        "now": now,
        "error": error,
    }
