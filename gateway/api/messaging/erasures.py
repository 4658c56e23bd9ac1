"""`/api/v1/contacts/{id}/erase` and `/export`: forgetting a contact, and what is known of one; both are
followed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from gateway.api.problems import missing
from gateway.api.route import Answer, Ask, Route
from gateway.audit import Actor
from gateway.clock import Clock
from gateway.erasure import request
from gateway.erasure.queries import ERASURE
from gateway.erasure.record import ErasureItem, ExportItem, erasure_item, export_item
from gateway.media.files import Files
from gateway.store.port import Row, Tx

Begin = Callable[[Tx, str, str, Actor, int], Awaitable[str | None]]


class Begun(Struct, frozen=True):
    """What was begun; GET it by its *id* to see how far it is."""

    id: str


class Erasures:
    """The routes."""

    def __init__(self, files: Files, clock: Clock) -> None:
        self._files, self._clock = files, clock

    def routes(self) -> list[Route]:
        """What is served."""
        begin: dict[str, Any] = {
            "method": "POST", "scope": "contacts:write", "noun": "contact", "answer": Begun, "status": 202,
        }  # fmt: skip
        return [
            Route(path="/contacts/{id}/erase", handler=self.erase, summary="Erase a contact", **begin),
            Route(
                method="GET", path="/erasures/{id}", handler=self.erasure, scope="contacts:read",
                noun="erasure", summary="Look at an erasure", answer=ErasureItem,
            ),
            Route(
                path="/contacts/{id}/export", handler=self.export,
                summary="Make a file of what is known of a contact", **begin,
            ),
            Route(
                method="GET", path="/exports/{id}", handler=self.exported, scope="contacts:write",
                noun="export", summary="Look at an export", answer=ExportItem,
            ),
        ]  # fmt: skip

    async def erase(self, ask: Ask[None, None]) -> Answer:
        """Remove everything about a contact: what was said both ways, files, what plugins hold, and what
        webhooks, dead letters and the log of events tell of it. It cannot be undone. What remains is a
        keyed hash of the names, so that nothing is sent to them unasked. Asked again while it is under way,
        it is the same erasure."""
        return Answer(Begun(await self._begin(ask, request.erase)), 202)

    async def export(self, ask: Ask[None, None]) -> Answer:
        """Collect everything about a contact in a zip: JSON for each table, the files, and a page for a
        person. It is there for 24 hours, then it is removed."""
        return Answer(Begun(await self._begin(ask, request.export)), 202)

    async def erasure(self, ask: Ask[None, None]) -> ErasureItem:
        """How far an erasure is, and when it was done."""
        return erasure_item(await self._row(ask, "one", "erasure"))

    async def exported(self, ask: Ask[None, None]) -> ExportItem:
        """An export; once it is done, with a signed link to the file."""
        row = await self._row(ask, "export_one", "export")
        there = row["state"] == "done" and row["expires_at"] > self._clock.now()
        return export_item(
            row, self._files.lasting(ask.tenant, row["media"], row["expires_at"]) if there else None
        )

    async def _begin(self, ask: Ask[Any, Any], begin: Begin) -> str:
        now = self._clock.now()
        begun = await ask.scope.write(lambda tx: begin(tx, ask.tenant, ask.path["id"], ask.actor, now))
        if begun is None:
            raise missing("contact")
        return begun

    async def _row(self, ask: Ask[Any, Any], query: str, noun: str) -> Row:
        row = await ask.scope.read(lambda tx: tx.one(ERASURE[query], tenant=ask.tenant, id=ask.path["id"]))
        if row is None:
            raise missing(noun)
        return row
