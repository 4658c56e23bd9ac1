"""What statuses do to a conversation beside the message that they are about."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.clock import DAY
from gateway.pipeline.queries import STATUS
from gateway.pipeline.status import Folded
from gateway.pipeline.window import free_entry
from gateway.store.port import Tx


async def status_effects(tx: Tx, folded: Sequence[Folded], now: int) -> None:
    """Open free entry point windows, and note who wants no marketing for a day (error 131049)."""
    free, tired = [], []
    for one in folded:
        if not one.conversation:
            continue
        window = free_entry(one.event)
        key = {"tenant": one.channel.tenant, "conversation": one.conversation}
        if window is not None:
            free.append({**key, "until": window.until, "unless_after": window.unless_after})
        failure = one.event.failure
        if failure is not None and failure.kind == "ecosystem_limited":
            tired.append({**key, "until": (one.event.at or now) + DAY})
    if free:
        await tx.many(STATUS["free_until"], free)
    if tired:
        await tx.many(STATUS["marketing_after"], tired)
