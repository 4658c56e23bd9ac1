"""`/api/v1/messages`: send, plan, schedule, take back, look."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from gateway.api.body import WORDS, NewMessage
from gateway.api.cursor import Cursors
from gateway.api.messaging.listing import MessageQuery, page_of_messages
from gateway.api.messaging.raw import RawPieces, raw_of
from gateway.api.messaging.sending import Planned, Taken, take
from gateway.api.messaging.whole import MessageWhole, whole_of
from gateway.api.problems import Problem, missing
from gateway.api.route import Answer, Ask, Page, Route
from gateway.channels import Channels
from gateway.clock import Clock
from gateway.item import MessageItem
from gateway.media.files import Files
from gateway.pipeline.cancel import Canceller
from gateway.pipeline.enqueue import Enqueue
from gateway.policy.why import Why, why

#: Why a message cannot be taken back.
_TOO_LATE = {
    "being_sent": "it is being sent right now; see its status in a moment",
    "already_sent": "the provider has it, or a part of it",
    "already_failed": "it has failed, so there is nothing to cancel",
}


class Cancelled(Struct, frozen=True):
    """A message that was taken back."""

    id: str
    status: Literal["cancelled"] = "cancelled"


class Messages:
    """The routes."""

    def __init__(
        self, channels: Channels, enqueue: Enqueue, canceller: Canceller, clock: Clock, cursors: Cursors,
        files: Files,
    ) -> None:  # fmt: skip
        self._channels, self._files, self._cursors = channels, files, cursors
        self._enqueue, self._canceller, self._clock = enqueue, canceller, clock

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="POST", path="/messages", handler=self.send, scope="messages:write",
                summary="Send a message", body=NewMessage, answer=Taken, status=202, also={200: Planned},
                problems=(404, 422), idempotent=True, words=WORDS,
            ),
            Route(
                method="GET", path="/messages", handler=self.list, scope="messages:read",
                summary="List messages, newest first", query=MessageQuery, answer=Page[MessageItem],
            ),
            Route(
                method="GET", path="/messages/{id}", handler=self.one, scope="messages:read", noun="message",
                summary="Look at a message, its parts and what became of them", answer=MessageWhole,
            ),
            Route(
                method="GET", path="/messages/{id}/raw", handler=self.raw, scope="messages:read",
                noun="message", summary="See what the provider sent of a message", answer=RawPieces,
            ),
            Route(
                method="GET", path="/messages/{id}/why", handler=self.why, scope="messages:read",
                noun="message", summary="See why a message was sent, waits, or was not sent", answer=Why,
            ),
            Route(
                method="DELETE", path="/messages/{id}", handler=self.cancel, scope="messages:write",
                noun="message", summary="Take a message back", answer=Cancelled, problems=(409,),
            ),
        ]  # fmt: skip

    async def send(self, ask: Ask[NewMessage, None]) -> Answer:
        """Enqueue one message: 202 with its id. With an Idempotency-Key, once per key. A dry run: 200."""
        channel = self._channels.get(ask.tenant, ask.body.channel)
        if channel is None:
            raise Problem(
                404, "no_such_channel", f"there is no channel {ask.body.channel!r}", pointer="/channel"
            )
        return await take(ask, self._enqueue, self._clock, channel, ask.body.to)

    async def list(self, ask: Ask[None, MessageQuery]) -> Page[MessageItem]:
        """The tenant's messages, newest first."""
        return await page_of_messages(ask, ask.query, self._cursors, self._files)

    async def one(self, ask: Ask[None, None]) -> MessageWhole:
        """One message as in the list, and: when it is due, its parts, what the provider told of each, and
        what was tried."""
        found = await ask.scope.read(lambda tx: whole_of(tx, self._files, ask.tenant, ask.path["id"]))
        if found is None:
            raise missing("message")
        return found

    async def raw(self, ask: Ask[None, None]) -> RawPieces:
        """What came of the message in webhooks, in the provider's own bytes and without headers: the message,
        and each of its statuses."""
        found = await ask.scope.read(lambda tx: raw_of(tx, ask.path["id"]))
        if found is None:
            raise missing("message")
        return found

    async def why(self, ask: Ask[None, None]) -> Why:
        """Its timeline in sentences: who asked for it and what for, each decision about it with what that
        hung on, and what the provider said."""
        found = await ask.scope.read(lambda tx: why(tx, ask.tenant, ask.path["id"]))
        if found is None:
            raise missing("message")
        return found

    async def cancel(self, ask: Ask[None, None]) -> Cancelled:
        """Take a message back of which nothing was handed to the provider; again is the same."""
        verdict = await self._canceller.cancel(ask.tenant, ask.path["id"])
        if verdict == "unknown":
            raise missing("message")
        if verdict != "cancelled":
            raise Problem(409, verdict, _TOO_LATE[verdict])
        return Cancelled(ask.path["id"])
