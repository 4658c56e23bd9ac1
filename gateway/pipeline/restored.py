"""After a restore to an earlier moment: what was caused before the restore leads to no send by itself.

The database is that of an earlier moment, but the world went on: what was open then may have been sent since.
So nothing that lies before the moment of the restore sends anything: its messages are held
(`gateway.pipeline.hold`) until a status or the provider's list proves them, or a person decides. Events run
and tables go on as ever. A cause is a time: when the webhook was received, when a flow or a job was due. What
a turn with an old cause leaves behind for later (events, jobs, flows) keeps that cause's time.
"""

from __future__ import annotations

from msgspec.structs import replace

from gateway.model.inside import Emitted
from gateway.pipeline.effects import Effects
from gateway.pipeline.queries import RESTORED
from gateway.pipeline.records import OpenEvent
from gateway.store.port import Store


class Restored:
    """Whether the database was restored, and when. Times are microseconds UTC, 0 when it was not, or when all
    of it is settled."""

    def __init__(self) -> None:
        self.at = self.taken_at = 0

    async def load(self, store: Store) -> None:
        """Ask the database. A restore needs that no gateway runs, so that one look at the start is enough to
        learn of it; later looks learn of its end."""
        row = await store.read(lambda tx: tx.one(RESTORED["open"]))
        self.at, self.taken_at = (row["at"], row["taken_at"]) if row is not None else (0, 0)

    def held(self, cause: int) -> bool:
        """Whether what was caused then sends nothing by itself."""
        return 0 < cause < self.at

    def since(self, cause: int, now: int) -> int:
        """The time of what follows now from something that was caused then."""
        return cause if self.held(cause) else now

    def judge(self, effects: Effects, cause: int, now: int) -> None:
        """Mark what *effects*, which follow now from what was caused then, may not do by themselves. What
        they order for later is due when it would have been: relative to its cause."""
        if not self.held(cause):
            return

        def would(due: int) -> int:
            """When it would have been due, had it been ordered in time; 0 when that is after the restore."""
            return at if (at := cause + max(0, due - now)) < self.at else 0

        for message in effects.messages:
            if would(message.due_at):
                message.held, message.due_at = True, cause
        effects.jobs = [
            replace(job, due_at=would(job.due_at)) if would(job.due_at) else job for job in effects.jobs
        ]
        for n, write in enumerate(effects.flows):
            if write.row.wake_at and (at := would(write.row.wake_at)):
                effects.flows[n] = replace(write, row=replace(write.row, wake_at=at))
        effects.emitted = [_then(opened, cause) for opened in effects.emitted]
        effects.heard = [_then(opened, cause) for opened in effects.heard]


def _then(opened: OpenEvent, cause: int) -> OpenEvent:
    event = opened.event
    if isinstance(event, Emitted):
        event = replace(event, at=cause)
    return replace(opened, received_at=cause, event=event)
