"""`/api/v1/conversations`: who wrote last, what was said, answer, mark as read."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import asdict

from gateway.api.body import WORDS, Reply
from gateway.api.cursor import Cursors
from gateway.api.messaging.listing import LAST, MessageQuery, Talk, contact_of, page_of_messages
from gateway.api.messaging.sending import Planned, Taken, take
from gateway.api.messaging.talk import CONVERSATIONS, ConversationItem, address_of, items_of
from gateway.api.paging import Paging
from gateway.api.problems import Problem, missing
from gateway.api.route import Answer, Ask, Page, Route
from gateway.api.strict import Moment
from gateway.channels import Channels
from gateway.clock import Clock
from gateway.item import MessageItem
from gateway.media.files import Files
from gateway.message import instant
from gateway.pipeline.enqueue import Enqueue
from gateway.pipeline.queries import TURN
from gateway.pipeline.signals import Signals
from gateway.pipeline.window import CLOSING
from gateway.store.port import Row, Tx

#: Later than any moment, in microseconds.
_NEVER = 2**62


class ConversationQuery(Paging, frozen=True):
    """Which conversations: on a channel, with a contact (its id, phone or user id), with unread messages or
    without, with a window that is open, closing or closed; last heard of from *since* on, until before
    *until*."""

    channel: Annotated[str, Meta(max_length=64)] = ""
    contact: Annotated[str, Meta(max_length=256)] = ""
    unread: bool | None = None
    window: Literal["", "open", "closing", "closed"] = ""
    since: Moment | None = None
    until: Moment | None = None


class MarkRead(Struct, frozen=True, forbid_unknown_fields=True):
    """What was read: all up to the contact's last message, or up to *message* (our id of it). With *typing*,
    the contact also sees that an answer is being written, for 25 seconds at most."""

    message: Annotated[str, Meta(max_length=128)] = ""
    typing: bool = False


class Read(Struct, frozen=True):
    """*receipt* is whether the contact is told: not every provider has receipts."""

    unread: int
    receipt: bool


class Conversations:
    """The routes."""

    def __init__(
        self, channels: Channels, enqueue: Enqueue, signals: Signals, clock: Clock, cursors: Cursors,
        files: Files,
    ) -> None:  # fmt: skip
        self._channels, self._enqueue, self._signals = channels, enqueue, signals
        self._clock, self._cursors, self._files = clock, cursors, files

    def routes(self) -> list[Route]:
        """What is served."""
        noun, path = "conversation", "/conversations/{id}"
        return [
            Route(
                method="GET", path="/conversations", handler=self.list, scope="conversations:read",
                summary="List conversations, newest activity first", query=ConversationQuery,
                answer=Page[ConversationItem],
            ),
            Route(
                method="GET", path=path, handler=self.one, scope="conversations:read", noun=noun,
                summary="Look at a conversation", answer=ConversationItem,
            ),
            Route(
                method="GET", path=f"{path}/messages", handler=self.messages, scope="messages:read",
                noun=noun, summary="List what was said in a conversation", query=Talk,
                answer=Page[MessageItem],
            ),
            Route(
                method="POST", path=f"{path}/messages", handler=self.send, scope="messages:write",
                noun=noun, summary="Answer in a conversation", body=Reply, answer=Taken, status=202,
                also={200: Planned}, problems=(409, 422), idempotent=True, words=WORDS,
            ),
            Route(
                method="POST", path=f"{path}/read", handler=self.read, scope="conversations:write",
                noun=noun, summary="Mark a conversation as read", body=MarkRead, answer=Read,
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, ConversationQuery]) -> Page[ConversationItem]:
        """The tenant's conversations, newest activity first. One in which something happens between two
        pages moves to the front: it is not shown twice."""
        query, now = ask.query, self._clock.now()
        values = _wanted(query, now)
        if told := self._cursors.open(query.cursor, ask.tenant, "conversations"):
            end = {"last_at": told[0], "before": told[1]}
            values |= end if (int(told[0]), str(told[1])) < (values["last_at"], values["before"]) else {}

        async def read(tx: Tx) -> tuple[list[Row], list[ConversationItem]]:
            contact = await contact_of(tx, query.contact)
            statement = CONVERSATIONS["list_of_contact" if contact else "list"]
            rows = await tx.all(statement, contact=contact, limit=query.limit + 1, **values)
            return rows, await items_of(tx, rows[: query.limit], now)

        rows, items = await ask.scope.read(read)
        if len(rows) <= len(items):
            return Page(items, None)
        last = rows[len(items) - 1]
        return Page(items, self._cursors.seal(ask.tenant, "conversations", last["last_at"], last["id"]))

    async def one(self, ask: Ask[None, None]) -> ConversationItem:
        """One conversation, as in the list."""

        async def read(tx: Tx) -> ConversationItem:
            return (await items_of(tx, [await _found(tx, ask)], self._clock.now()))[0]

        return await ask.scope.read(read)

    async def messages(self, ask: Ask[None, Talk]) -> Page[MessageItem]:
        """What was said, both ways; newest first, or oldest first with order=oldest, to follow it."""
        await ask.scope.read(lambda tx: _found(tx, ask))
        told = asdict(ask.query)
        oldest = told.pop("order") == "oldest"
        query = MessageQuery(conversation=ask.path["id"], **told)
        return await page_of_messages(ask, query, self._cursors, self._files, oldest=oldest)

    async def send(self, ask: Ask[Reply, None]) -> Answer:
        """Enqueue a message into this conversation, to where the contact or group is reached now. As a POST
        to /messages in all else."""
        row = await ask.scope.read(lambda tx: _found(tx, ask))
        channel = self._channels.get(ask.tenant, row["channel"])
        if channel is None:
            raise Problem(
                409, "channel_gone", f"the conversation's channel {row['channel']!r} is not in use any more"
            )
        return await take(ask, self._enqueue, self._clock, channel, address_of(row), into=row["id"])

    async def read(self, ask: Ask[MarkRead, None]) -> Read:
        """Nothing is unread any more. Where the provider has receipts, the contact sees it, if all goes well:
        it is tried once."""

        async def work(tx: Tx) -> tuple[Row, Row | None]:
            row = await _found(tx, ask)
            query = CONVERSATIONS["said" if ask.body.message else "heard"]
            heard = await tx.one(query, conversation=row["id"], id=ask.body.message)
            if heard is None and ask.body.message:
                raise Problem(
                    422, "no_such_message", "the contact sent no message of this id here", pointer="/message"
                )
            await tx.run(TURN["mark_read"], conversation=row["id"])
            return row, heard

        row, heard = await ask.scope.write(work)
        channel = self._channels.get(ask.tenant, row["channel"])
        if channel is None or heard is None or not heard["provider_message_id"]:
            return Read(0, False)
        told = self._signals.mark_read(channel, heard["provider_message_id"], typing=ask.body.typing)
        return Read(0, told)


async def _found(tx: Tx, ask: Ask[Any, Any]) -> Row:
    """The conversation that the address names."""
    row = await tx.one(CONVERSATIONS["one"], id=ask.path["id"])
    if row is None:
        raise missing("conversation")
    return row


def _wanted(query: ConversationQuery, now: int) -> dict[str, Any]:
    """The values of the list's statement."""
    opens = {"": (-1, _NEVER), "open": (now + CLOSING, _NEVER), "closing": (now, now + CLOSING)}
    after, until = opens.get(query.window, (-1, now))
    return {
        "channel": query.channel,
        "unread": -1 if query.unread is None else int(query.unread),
        "open_after": after,
        "open_until": until,
        "since": 0 if query.since is None else instant(query.since),
        "last_at": _NEVER if query.until is None else instant(query.until),
        "before": LAST if query.until is None else "",
    }
