"""Mistakes that the simulation must find: each is one that somebody could make in the pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from gateway.pipeline import commit, send
from gateway.pipeline.journal import Journal
from gateway.pipeline.number import Number
from gateway.pipeline.outcome import Outcome
from gateway.pipeline.queries import RECORD, RECOVER, STATUS
from gateway.pipeline.records import OpenEvent, Part, RawWebhook
from gateway.pipeline.retry import Decision
from gateway.pipeline.send import Sender

Mutation = Callable[[pytest.MonkeyPatch], None]


def no_guard(patch: pytest.MonkeyPatch) -> None:
    """A turn is kept also when its event was done before."""
    guard = commit._guard

    async def always(tx: Any, results: Sequence[Any]) -> list[bool]:
        await guard(tx, results)
        return [True] * len(results)

    patch.setattr(commit, "_guard", always)


def acknowledge_early(patch: pytest.MonkeyPatch) -> None:
    """A webhook is answered 200 before it is durable."""
    put = Journal.put

    def at_once(self: Journal, raw: RawWebhook, future: asyncio.Future[int]) -> None:
        put(self, raw, asyncio.get_running_loop().create_future())
        future.set_result(200)

    patch.setattr(Journal, "put", at_once)


def settle_first(patch: pytest.MonkeyPatch) -> None:
    """The outcome is stored before the socket is written to."""
    attempt = Sender._attempt

    async def early(self: Sender, number: Number, part: Part) -> bool:
        await self._outbox.settle(Outcome(part, "accepted", f"wamid.{part.correlation}.1"))
        return await attempt(self, number, part)

    patch.setattr(Sender, "_attempt", early)


def no_doubt(patch: pytest.MonkeyPatch) -> None:
    """What may have been sent is sent again at once."""
    decide = send.decide

    def bold(error: Any, *rest: Any) -> Decision:
        return Decision("retry", 0.1) if error.kind == "ambiguous" else decide(error, *rest)

    patch.setattr(send, "decide", bold)


def no_lanes(patch: pytest.MonkeyPatch) -> None:
    """Events of one conversation run side by side."""
    patch.setattr(OpenEvent, "lane", property(lambda self: (self.tenant, self.id)))


def any_rank(patch: pytest.MonkeyPatch) -> None:
    """A status counts although a later one came before it."""
    patch.setitem(STATUS._found, "raise", STATUS["raise"].replace("and rank < :rank", ""))


def seen_again(patch: pytest.MonkeyPatch) -> None:
    """A repeated webhook counts as new."""
    forgetful = RECORD["see"].replace("do nothing", "(tenant, key) do update set at = excluded.at")
    patch.setitem(RECORD._found, "see", forgetful)


def any_attempt(patch: pytest.MonkeyPatch) -> None:
    """Parts that an earlier process was sending are simply sent again."""
    bold = RECOVER["doubt_orphans"].replace("'in_doubt'", "'ready'")
    patch.setitem(RECOVER._found, "doubt_orphans", bold)


#: By name: the mutation, and the processes that it takes to show.
MUTANTS: dict[str, tuple[Mutation, int]] = {
    made.__name__: (made, processes)
    for made, processes in (
        (acknowledge_early, 1),
        (settle_first, 1),
        (no_doubt, 1),
        (no_lanes, 1),
        (any_rank, 1),
        (seen_again, 1),
        (any_attempt, 1),
    )
}
