"""`/api/v1/dead-letters`: what could not be done, and doing it again; `/operator/dead-letters` for what
belongs to no tenant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.api.cursor import Cursors
from gateway.api.operating.deadletter_items import (
    LetterItem,
    LetterQuery,
    LetterWhole,
    Replayed,
    ReplayMany,
    ReplayOne,
    Replays,
    item_of,
    replayed_of,
    whole_of,
)
from gateway.api.problems import Problem, missing
from gateway.api.route import Ask, Page, Route
from gateway.audit import note
from gateway.channels import Channels
from gateway.clock import Clock
from gateway.pipeline.replay import Replay
from gateway.store.port import Row, Store, Tx
from gateway.store.sql import load_queries

SQL = load_queries(Path(__file__).with_suffix(".sql"))

#: Sorts behind every id, in every collation: ids are hexadecimal.
LAST = "g"
NOUN = "dead letter"


class DeadLetters:
    """The routes. *store* is for what `Replay` opens again, and for letters of no tenant."""

    def __init__(self, store: Store, channels: Channels, clock: Clock, cursors: Cursors) -> None:
        self._store, self._clock, self._cursors = store, clock, cursors
        self._replay = Replay(store, channels, clock)

    def routes(self) -> list[Route]:
        """What is served."""
        read: dict[str, Any] = {"scope": "dead_letters:read"}
        write: dict[str, Any] = {"scope": "dead_letters:write"}
        operator: dict[str, Any] = {"whose": "operator"}
        return [
            Route(
                method="GET", path="/dead-letters", handler=self.list, summary="List dead letters",
                query=LetterQuery, answer=Page[LetterItem], **read,
            ),
            Route(
                method="GET", path="/dead-letters/{id}", handler=self.one, noun=NOUN,
                summary="Look at a dead letter", answer=LetterWhole, **read,
            ),
            Route(
                method="POST", path="/dead-letters/{id}/replay", handler=self.replay, noun=NOUN,
                summary="Replay a dead letter", body=ReplayOne, answer=Replayed, problems=(409, 422), **write,
            ),
            Route(
                method="POST", path="/dead-letters/replay", handler=self.replay_many,
                summary="Replay many dead letters", body=ReplayMany, answer=Replays, problems=(422,), **write,
            ),
            Route(
                method="GET", path="/operator/dead-letters", handler=self.list_all, query=LetterQuery,
                summary="List dead letters of no tenant", answer=Page[LetterItem], **operator, **read,
            ),
            Route(
                method="GET", path="/operator/dead-letters/{id}", handler=self.one_of_all, noun=NOUN,
                summary="Look at a dead letter of no tenant", answer=LetterWhole, **operator, **read,
            ),
            Route(
                method="POST", path="/operator/dead-letters/{id}/replay", handler=self.replay_of_all,
                noun=NOUN, summary="Replay a dead letter of no tenant", body=ReplayOne, answer=Replayed,
                problems=(409, 422), **operator, **write,
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, LetterQuery]) -> Page[LetterItem]:
        """The tenant's dead letters, newest first."""
        values = self._values(ask.query, ask.tenant)
        return self._page(
            await ask.scope.read(lambda tx: tx.all(SQL["list"], **values)), ask.query, ask.tenant
        )

    async def one(self, ask: Ask[None, None]) -> LetterWhole:
        """One letter, with what it holds."""
        return whole_of(await self._mine(ask))

    async def replay(self, ask: Ask[ReplayOne, None]) -> Replayed:
        """Do again what could not be done: run the plugin for the event, or send the message's parts. Without
        *apply* it only says what would happen. 409 for one that was replayed before."""
        return await self._again(ask, await self._mine(ask))

    async def replay_many(self, ask: Ask[ReplayMany, None]) -> Replays:
        """Replay open letters, oldest first. One that cannot be replayed says why, and the others go on."""
        body = ask.body
        rows = await ask.scope.read(
            lambda tx: tx.all(
                SQL["oldest"], stage=body.stage, plugin=body.plugin, reason=body.reason, limit=body.limit
            )
        )
        return Replays([await self._report(ask, row) for row in rows])

    async def list_all(self, ask: Ask[None, LetterQuery]) -> Page[LetterItem]:
        """Letters of no tenant: webhooks that nobody can read, and numbers that no channel has."""
        values = self._values(ask.query, "") | {"tenant": ""}
        return self._page(await self._store.read(lambda tx: tx.all(SQL["list"], **values)), ask.query, "")

    async def one_of_all(self, ask: Ask[None, None]) -> LetterWhole:
        """One letter of no tenant, with what it holds."""
        return whole_of(await self._nobodys(ask))

    async def replay_of_all(self, ask: Ask[ReplayOne, None]) -> Replayed:
        """Read the stored webhook once more. What is stored already is left alone."""
        return await self._again(ask, await self._nobodys(ask))

    async def _mine(self, ask: Ask[Any, Any]) -> Row:
        row = await ask.scope.read(lambda tx: tx.one(SQL["one"], id=ask.path["id"]))
        if row is None or row["tenant"] != ask.tenant:
            raise missing(NOUN)
        return row

    async def _nobodys(self, ask: Ask[Any, Any]) -> Row:
        row = await self._store.read(lambda tx: tx.one(SQL["one"], tenant="", id=ask.path["id"]))
        if row is None:
            raise missing(NOUN)
        return row

    async def _again(self, ask: Ask[ReplayOne, None], row: Row) -> Replayed:
        if row["resolved_at"]:
            raise _replayed()
        report = await self._report(ask, row)
        if ask.body.apply and not report.applied and report.error is None:
            raise _replayed()  # by somebody else, at this moment
        if ask.body.apply and report.error is not None:
            raise Problem(422, "cannot_be_replayed", report.error)
        return report

    async def _report(self, ask: Ask[Any, Any], row: Row) -> Replayed:
        """Replay one letter, noted in the transaction that opens it again."""

        async def beside(tx: Tx, dead: Row) -> None:
            await note(
                tx, ask.actor, dead["tenant"], "dead_letter.replay", f"dead_letter:{dead['id']}",
                self._clock.now(), stage=dead["stage"], reason=dead["reason"],
            )  # fmt: skip

        report = await self._replay.letter(row, apply=ask.body.apply, beside=beside)
        return replayed_of(row, report, row["tenant"])

    def _values(self, query: LetterQuery, tenant: str) -> dict[str, Any]:
        before = (self._cursors.open(query.cursor, tenant, "dead_letters") or [LAST])[0]
        resolved = 2 if query.resolved is None else int(query.resolved)
        return {
            "before": before, "stage": query.stage, "plugin": query.plugin, "reason": query.reason,
            "resolved": resolved, "limit": query.limit + 1,
        }  # fmt: skip

    def _page(self, rows: Sequence[Row], query: LetterQuery, tenant: str) -> Page[LetterItem]:
        page = [item_of(row) for row in rows[: query.limit]]
        more = len(rows) > len(page)
        return Page(page, self._cursors.seal(tenant, "dead_letters", page[-1].id) if more else None)


def _replayed() -> Problem:
    return Problem(409, "already_replayed", "this letter was replayed before")
