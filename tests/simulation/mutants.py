"""Mistakes that the simulation must find: each is one that somebody could make in the pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp
import pytest

from gateway.cluster import register
from gateway.cluster.members import Members
from gateway.cluster.queries import cluster_queries
from gateway.pipeline import attempt, commit, parse
from gateway.pipeline.attempt import Attempts
from gateway.pipeline.call import CarefulRequest
from gateway.pipeline.journal import Journal
from gateway.pipeline.number import Number, SendLane
from gateway.pipeline.outcome import Outcome
from gateway.pipeline.parse import Parser
from gateway.pipeline.queries import JOURNAL, OUTBOX, RECORD, RECOVER, STATUS
from gateway.pipeline.record import take
from gateway.pipeline.records import OpenEvent, Part, RawWebhook
from gateway.pipeline.retry import Decision
from gateway.pipeline.shards import Open
from gateway.store.sql import Queries

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
    late = Attempts._attempt

    async def early(self: Attempts, number: Number, lane: SendLane, part: Part) -> bool:
        await self._outbox.settle(Outcome(part, "accepted", f"wamid.{part.correlation}.1"))
        return await late(self, number, lane, part)

    patch.setattr(Attempts, "_attempt", early)


def no_doubt(patch: pytest.MonkeyPatch) -> None:
    """What may have been sent is sent again at once."""
    decide = attempt.decide  # type: ignore[attr-defined]

    def bold(error: Any, *rest: Any) -> Decision:
        return Decision("retry", 0.1) if error.kind == "ambiguous" else decide(error, *rest)

    patch.setattr(attempt, "decide", bold)


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


def no_order(patch: pytest.MonkeyPatch) -> None:
    """A part is claimed although an older one of its conversation is open."""
    head, _ = OUTBOX["claim_in_order"].split("and not exists")
    patch.setitem(OUTBOX._found, "claim_in_order", head + "returning tenant, id")


def greedy(patch: pytest.MonkeyPatch) -> None:
    """Shards are taken from processes that live."""
    lives = "and not exists (select 1 from process p where p.id = shard.owner and p.stopped_at = 0)"
    without(patch, cluster_queries("sqlite"), "take_shard", lives)
    patch.setattr(register.Picture, "free", lambda self: sorted(self.shards))


def any_epoch(patch: pytest.MonkeyPatch) -> None:
    """A part is claimed by whoever believes to own its shard."""
    owned = "and exists (select 1 from shard s where s.id = :shard and s.epoch = :epoch)"
    for name in ("claim", "claim_in_order"):
        without(patch, OUTBOX, name, owned)


def any_outcome(patch: pytest.MonkeyPatch) -> None:
    """Outcomes count whichever attempt and epoch they belong to."""
    for name in ("take", "put_back", "unsent", "doubt"):
        without(patch, OUTBOX, name, "and attempt = :attempt and epoch = :epoch")


def no_lease(patch: pytest.MonkeyPatch) -> None:
    """A process does not ask its clock whether its lease still runs."""
    patch.setattr(Members, "may_send", lambda self, shard, epoch: epoch > 0)


def no_last_look(patch: pytest.MonkeyPatch) -> None:
    """Nor does it ask again when it has its connection."""

    async def bold(self: CarefulRequest, conn: Any) -> aiohttp.ClientResponse:
        return await super(CarefulRequest, self).send(conn)

    patch.setattr(CarefulRequest, "send", bold)


def no_fence(patch: pytest.MonkeyPatch) -> None:
    """What keeps outcomes and claims apart, and the last look, left out at once."""
    for made in (any_epoch, any_outcome, no_last_look):
        made(patch)


def parse_again(patch: pytest.MonkeyPatch) -> None:
    """Webhooks are parsed although another process has taken their open rows."""

    async def greedy(tx: Any, fence: str, process: str, rows: list[Open]) -> list[Open]:
        await take(tx, fence, process, rows)
        return rows

    patch.setattr(parse, "take", greedy)


def no_second_thought(patch: pytest.MonkeyPatch) -> None:
    """What a commit stored whose answer was lost is left to be found later."""
    keep = Parser._keep

    async def forgetful(self: Parser, tx: Any, rows: list[Open], parsed: Any, made: list[Any]) -> Any:
        return await keep(self, tx, rows, parsed, [])

    patch.setattr(Parser, "_keep", forgetful)


def stay_open(patch: pytest.MonkeyPatch) -> None:
    """The open rows of webhooks are not deleted."""
    bold = JOURNAL["take"].replace("delete from journal_open", "update journal_open set starts = starts")
    patch.setitem(JOURNAL._found, "take", bold)


def any_owner(patch: pytest.MonkeyPatch) -> None:
    """A process that has lost a shard goes on to parse for it."""
    fence = "select :shard as id where :process = :process"
    patch.setattr(parse, "journal_queries", lambda dialect: {"fence": fence})


def orphans_left(patch: pytest.MonkeyPatch) -> None:
    """A new owner leaves what the last one was sending as it is."""
    bold = RECOVER["doubt_orphans"].replace("epoch < :epoch", "epoch < 0 and :epoch = :epoch")
    patch.setitem(RECOVER._found, "doubt_orphans", bold)


def without(patch: pytest.MonkeyPatch, queries: Queries, name: str, condition: str) -> None:
    """Leave *condition* out of the statement *name*."""
    found = queries[name]
    assert condition in found, f"{name} has no {condition!r} any more"
    patch.setitem(queries._found, name, found.replace(condition, ""))


#: By name: the mutation, the processes that it takes to show, and a seed from which on it is found soon.
MUTANTS: dict[str, tuple[Mutation, int, int]] = {
    made.__name__: (made, processes, seed)
    for made, processes, seed in (
        (acknowledge_early, 1, 4),
        (settle_first, 1, 4),
        (no_doubt, 1, 10),
        (no_lanes, 3, 5),
        (any_rank, 1, 0),
        (seen_again, 1, 11),
        (any_attempt, 1, 4),
        (no_guard, 3, 11),
        (no_order, 3, 69),
        (greedy, 3, 0),
        (stay_open, 3, 0),
        (orphans_left, 3, 11),
        (no_lease, 3, 2073),
    )
}
#: Mistakes behind which another fence stands: alone they have not been seen to break a promise.
SPARE: dict[str, Mutation] = {
    made.__name__: made
    for made in (
        any_epoch, any_outcome, no_last_look, no_fence, parse_again, no_second_thought, any_owner,
    )
}  # fmt: skip


def mistake(name: str) -> Mutation:
    """The one of that name."""
    return SPARE[name] if name in SPARE else MUTANTS[name][0]
