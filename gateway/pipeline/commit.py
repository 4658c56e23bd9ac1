"""T1: the effects of turns become durable, together with the fact that they are done.

The guard is the event row itself: the last plugin's turn deletes it, an earlier one marks itself done.
When the guard finds nothing, another process has done this turn, and nothing of ours is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.pipeline.effects import Effects, write_effects
from gateway.pipeline.queries import TURN
from gateway.pipeline.records import OpenEvent
from gateway.store.port import Tx


class TurnResult(Effects):
    """What one turn leaves behind. *final* when no other plugin has to see the event."""

    opened: OpenEvent
    plugin: str
    final: bool
    handled: bool = False
    #: Whether rows in `done` exist that must go with the event.
    had_done: bool = False
    #: The epoch of its shard under which the turn began.
    epoch: int = 0


class GuardFailed(Exception):
    """Another process has done this turn; what the plugin wrote beside it must be undone."""


async def commit_turns(tx: Tx, results: Sequence[TurnResult], now: int) -> list[bool]:
    """Store *results*; for each, whether it was ours to store."""
    kept = await _guard(tx, results)
    await write_effects(tx, [result for result, ok in zip(results, kept, strict=True) if ok], now)
    return kept


async def commit_one(tx: Tx, result: TurnResult, now: int) -> None:
    """Store *result* inside the plugin's own transaction; raises `GuardFailed` to undo it all."""
    (kept,) = await commit_turns(tx, [result], now)
    if not kept:
        raise GuardFailed


async def _guard(tx: Tx, results: Sequence[TurnResult]) -> list[bool]:
    final = [{"tenant": r.opened.tenant, "event": r.opened.id} for r in results if r.final]
    partial = [
        {"tenant": r.opened.tenant, "event": r.opened.id, "plugin": r.plugin, "handled": int(r.handled)}
        for r in results
        if not r.final
    ]
    rows = await tx.each(TURN["finish_event"], final) if final else []
    if partial:
        rows = [*rows, *await tx.each(TURN["mark_done"], partial)]
    forget = [{"tenant": r.opened.tenant, "event": r.opened.id} for r in results if r.final and r.had_done]
    if forget:
        await tx.many(TURN["forget_done"], forget)
    ours = {(row["tenant"], row["id"]) for row in rows}
    return [(result.opened.tenant, result.opened.id) in ours for result in results]
