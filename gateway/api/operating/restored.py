"""`/api/v1/restored`: messages that are held after a restore, to be sent or discarded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from gateway.api.cursor import Cursors
from gateway.api.paging import Paging
from gateway.api.problems import missing
from gateway.api.route import Ask, Page, Route
from gateway.audit import note
from gateway.backup.person import DONE, Desk, Held
from gateway.channels import Channels
from gateway.clock import Clock, rfc3339
from gateway.store.port import Row, Store, Tx

NOUN = "held message"


class HeldItem(Struct, frozen=True):
    """A message that is held: it may have been sent between the backup and the restore. *words* are the first
    of its text, *to* whom it is for."""

    id: str
    message: str
    channel: str
    conversation: str
    to: str
    parts: int
    words: str
    at: str


class Decided(Struct, frozen=True):
    """The held message, and what was decided: released or discarded."""

    id: str
    decided: str


class RestoredApi:
    """The routes."""

    def __init__(self, store: Store, channels: Channels, clock: Clock, cursors: Cursors) -> None:
        self._desk, self._clock, self._cursors = Desk(store, channels, clock), clock, cursors

    def routes(self) -> list[Route]:
        """What is served."""
        read: dict[str, Any] = {"scope": "dead_letters:read"}
        write: dict[str, Any] = {"scope": "dead_letters:write", "noun": NOUN, "answer": Decided}
        return [
            Route(
                method="GET", path="/restored", handler=self.list, query=Paging, answer=Page[HeldItem],
                summary="List messages that are held after a restore", **read,
            ),
            Route(
                method="POST", path="/restored/{id}/release", handler=self.release,
                summary="Send a held message, once", **write,
            ),
            Route(
                method="POST", path="/restored/{id}/discard", handler=self.discard,
                summary="Never send a held message", **write,
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, Paging]) -> Page[HeldItem]:
        """What may have been sent since the backup that was restored, oldest first."""
        query = ask.query
        after = (self._cursors.open(query.cursor, ask.tenant, "restored") or [""])[0]
        found = await self._desk.list(ask.tenant, query.limit + 1, str(after))
        page = found[: query.limit]
        more = len(found) > len(page)
        cursor = self._cursors.seal(ask.tenant, "restored", page[-1].id) if more else None
        return Page([_item(each) for each in page], cursor)

    async def release(self, ask: Ask[None, None]) -> Decided:
        """Send it. Parts that a status has proved meanwhile are not sent again."""
        return await self._decide(ask, self._desk.release, "release")

    async def discard(self, ask: Ask[None, None]) -> Decided:
        """Cancel it: nobody sends it."""
        return await self._decide(ask, self._desk.discard, "discard")

    async def _decide(self, ask: Ask[None, None], act: Callable[..., Awaitable[bool]], what: str) -> Decided:
        async def beside(tx: Tx, row: Row) -> None:
            about, now = f"message:{row['ref']}", self._clock.now()
            await note(tx, ask.actor, row["tenant"], f"restored.{what}", about, now)

        if not await act(ask.tenant, ask.path["id"], beside):
            raise missing(NOUN)
        return Decided(ask.path["id"], DONE[what])


def _item(held: Held) -> HeldItem:
    return HeldItem(
        held.id, held.message, held.channel, held.conversation, held.address, held.parts, held.words,
        rfc3339(held.at),
    )  # fmt: skip
