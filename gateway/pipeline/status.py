"""What became of a part: the forward-only fold of statuses, and the proof that a doubtful send arrived.

A part's state is the greatest rank that was ever told of it, so the fold may see the statuses in any
order and any number of times. A status that carries our correlation also proves that the provider took
the part, even when its answer to us was lost. A status for a message that we do not know yet stays in
the `status` table, where the outcome of the send finds it.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from gateway.channels import Channel
from gateway.feed import note
from gateway.model.event import StatusReceived
from gateway.model.status import RANK
from gateway.pipeline.queries import OUTBOX, STATUS
from gateway.pipeline.records import part_of
from gateway.store.port import Row, Tx

_encode = msgspec.json.Encoder().encode


class Folded(Struct, gc=False):
    """What one status did. *proved* when it resolved an open outbox row; *moved* when the rank grew;
    *doubled* when it names another provider id than the one that was accepted for the same part; *matched*
    when a part of ours was found at all."""

    channel: Channel
    event: StatusReceived
    part: str
    new: bool = False
    message: str = ""
    idx: int = 0
    conversation: str = ""
    moved: bool = False
    proved: bool = False
    doubled: bool = False
    matched: bool = False
    claimed_at: int = 0
    accepted_at: int = 0


async def fold(tx: Tx, statuses: list[tuple[Channel, StatusReceived]], now: int) -> list[Folded]:
    """Log each status, and raise the part that it is about."""
    fresh = await _log(tx, statuses, now)
    if not fresh:
        return []
    await match(tx, fresh, now)
    return fresh


async def _log(tx: Tx, statuses: list[tuple[Channel, StatusReceived]], now: int) -> list[Folded]:
    """Append to the status log; only what is new goes on."""
    rows = await tx.each(
        STATUS["add"], [_row(n, channel, event, now) for n, (channel, event) in enumerate(statuses)]
    )
    fresh = [statuses[row["n"]] for row in rows]
    return [Folded(channel, event, part_of(event.correlation), new=True) for channel, event in fresh]


def _row(n: int, channel: Channel, event: StatusReceived, now: int) -> dict[str, object]:
    return {
        "n": n,
        "tenant": channel.tenant,
        "channel": channel.id,
        "provider_message_id": event.message_id,
        "status": event.status,
        "participant": event.participant,
        "at": event.at,
        "rank": RANK[event.status],
        "correlation": event.correlation,
        "error": error_of(event),
        "pricing": _encode(event.pricing).decode() if event.pricing else "",
        "now": now,
        "raw": event.raw,
    }


def error_of(event: StatusReceived) -> str:
    """The failure as stored JSON, or ""."""
    return _encode(event.failure).decode() if event.failure else ""


async def recall(tx: Tx, since: int, now: int) -> int:
    """Fold what was logged after *since* and never folded, because the process ended between the two."""
    rows = await tx.all(STATUS["forgotten"], since=since, limit=10_000)
    names = ("tenant", "part", "status", "rank", "error", "provider_message_id")
    raises = [{**{name: row[name] for name in names}, "n": n, "now": now} for n, row in enumerate(rows)]
    return len(await _raised(tx, raises, now))


async def overtaken(tx: Tx, parts: list[dict[str, object]], now: int) -> None:
    """Raise new *parts* of messages that we did not send ourselves: a status may have come before them."""
    told = await tx.each(STATUS["early"], [{**part, "n": n} for n, part in enumerate(parts)])
    if told:
        names = ("n", "status", "rank", "error")
        rows = [{name: row[name] for name in names} for row in told]
        ids = ("tenant", "provider_message_id")
        raises = [
            {
                **row,
                **{name: parts[row["n"]][name] for name in ids},
                "part": parts[row["n"]]["id"],
                "now": now,
            }
            for row in rows
        ]
        await _raised(tx, raises, now)


async def _raised(tx: Tx, raises: list[dict[str, object]], now: int) -> list[Row]:
    """Raise parts, and note what moved; the rows of those."""
    rows = await tx.each(STATUS["raise"], raises)
    told = {row["n"]: row for row in raises}
    await note.write(
        tx,
        [note.status({**told[row["n"]], "message": row["message"], "idx": row["idx"]}, now) for row in rows],
    )
    return rows


async def match(tx: Tx, fresh: list[Folded], now: int) -> None:
    """Raise the part that each status is about, best status first; most move forward at once."""
    best = _best(fresh)
    theirs = [(n, f) for n, f in best.items() if not f.part]
    if theirs:
        for row in await tx.each(STATUS["find_part_by_provider"], [_find(n, f) for n, f in theirs]):
            _note(best[row["n"]], row)
    ours = {n: f for n, f in best.items() if f.part}
    await _lift(tx, ours, now)
    still = {n: f for n, f in ours.items() if not f.moved}
    if still:
        await _stood(tx, still, now)


async def _lift(tx: Tx, ours: dict[int, Folded], now: int) -> None:
    """Raise what can be raised."""
    for row in await _raised(tx, [_raise(n, f, now) for n, f in ours.items()], now):
        _note(ours[row["n"]], row)
        ours[row["n"]].moved = True


async def _stood(tx: Tx, still: dict[int, Folded], now: int) -> None:
    """Statuses that moved nothing: their part is as far already, or its acceptance is news to us.

    On PostgreSQL the outcome of the send may be stored at this very moment, between any two of our
    statements: then a part is there that was not there before, and it is raised after all.
    """
    late: dict[int, Folded] = {}
    for row in await tx.each(STATUS["find_part"], [_find(n, f) for n, f in still.items()]):
        folded = still.pop(row["n"])
        _note(folded, row)
        if row["rank"] < RANK[folded.event.status]:
            late[row["n"]] = folded
    if still:
        await _prove(tx, list(still.items()), now)
    late |= {n: folded for n, folded in still.items() if not folded.matched}
    if late:
        await _lift(tx, late, now)


def _best(fresh: list[Folded]) -> dict[int, Folded]:
    """One status per sent message of this batch: the one with the highest rank. The rest is in the log."""
    best: dict[tuple[str, str, str], int] = {}
    for n, folded in enumerate(fresh):
        key = (folded.channel.tenant, folded.part, folded.event.message_id)
        other = best.get(key)
        if other is None or RANK[fresh[other].event.status] < RANK[folded.event.status]:
            best[key] = n
    return {n: fresh[n] for n in best.values()}


def _find(n: int, folded: Folded) -> dict[str, object]:
    return {
        "n": n,
        "tenant": folded.channel.tenant,
        "channel": folded.channel.id,
        "part": folded.part,
        "provider_message_id": folded.event.message_id,
    }


def _note(folded: Folded, row: Row) -> None:
    folded.message, folded.idx, folded.conversation = row["message"], row["idx"], row["conversation"]
    folded.part, folded.matched = row["id"], True
    folded.claimed_at, folded.accepted_at = row["claimed_at"], row["accepted_at"]
    known = row["provider_message_id"]
    folded.doubled = known not in ("", folded.event.message_id)


def _raise(n: int, folded: Folded, now: int) -> dict[str, object]:
    return {
        "n": n,
        "tenant": folded.channel.tenant,
        "part": folded.part,
        "status": folded.event.status,
        "rank": RANK[folded.event.status],
        "error": error_of(folded.event),
        "provider_message_id": folded.event.message_id,
        "now": now,
    }


async def _prove(tx: Tx, open_: list[tuple[int, Folded]], now: int) -> None:
    """The provider speaks of a part whose answer we never stored: it was accepted."""
    by_n = dict(open_)
    rows = await tx.each(STATUS["prove"], [_find(n, folded) for n, folded in open_])
    # What was told of this message without our id is only in the log so far, and may be further on.
    logged = await tx.each(STATUS["early"], [_find(row["n"], by_n[row["n"]]) for row in rows])
    best = {row["n"]: row for row in logged}
    parts = []
    for row in rows:
        folded = by_n[row["n"]]
        folded.message, folded.conversation = row["message"], row["conversation"]
        folded.claimed_at, folded.accepted_at = row["claimed_at"], now
        folded.proved = folded.moved = folded.matched = True
        parts.append(
            {
                "tenant": folded.channel.tenant,
                "id": row["id"],
                "message": row["message"],
                "idx": row["idx"],
                "channel": folded.channel.id,
                "conversation": row["conversation"],
                "provider_message_id": folded.event.message_id,
                "status": best[row["n"]]["status"],
                "rank": best[row["n"]]["rank"],
                "attempt": row["attempt"],
                "resent": row["resent"],
                "claimed_at": row["claimed_at"],
                "now": now,
                "error": best[row["n"]]["error"],
            }
        )
    if parts:
        await tx.many(OUTBOX["add_part"], parts)
        await note.write(tx, [note.status(part, now) for part in parts])
