"""Lists of messages: of the tenant, of a contact, of a conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import asdict

from gateway.api.cursor import Cursors
from gateway.api.paging import Paging
from gateway.api.route import Ask, Page
from gateway.api.strict import Moment
from gateway.item import MessageItem, items_of
from gateway.media.files import Files
from gateway.message import instant
from gateway.model.event import identity_kind
from gateway.pipeline.queries import MESSAGES
from gateway.store.port import Tx

#: Sorts behind every id of a message, whatever the database's order of signs is.
LAST = "g"


class Talk(Paging, frozen=True):
    """Which messages of a conversation: of a direction, taken in by the gateway from *after* on, until before
    *before*; *order* is newest first or oldest first."""

    direction: Literal["", "in", "out"] = ""
    after: Moment | None = None
    before: Moment | None = None
    order: Literal["newest", "oldest"] = "newest"


class MessageQuery(Paging, frozen=True):
    """Which messages: of a channel, of a contact (its id, phone or user id), of a conversation, of a
    direction; taken in by the gateway from *after* on, until before *before*."""

    channel: Annotated[str, Meta(max_length=64)] = ""
    contact: Annotated[str, Meta(max_length=256)] = ""
    conversation: Annotated[str, Meta(max_length=128)] = ""
    direction: Literal["", "in", "out"] = ""
    after: Moment | None = None
    before: Moment | None = None


async def page_of_messages(
    ask: Ask[None, Any], query: MessageQuery, cursors: Cursors, files: Files, *, oldest: bool = False
) -> Page[MessageItem]:
    """One page. *oldest* first is for a conversation only."""
    purpose = f"messages {query.conversation} {'oldest' if oldest else ''}".strip()
    window = _between(query)
    if told := cursors.open(query.cursor, ask.tenant, purpose):
        end = str(told[0])
        window = window.narrowed(after=end) if oldest else window.narrowed(before=end)

    async def read(tx: Tx) -> tuple[list[MessageItem], bool]:
        contact = await contact_of(tx, query.contact)
        rows = await tx.all(
            MESSAGES[_statement(query, oldest=oldest)], channel=query.channel, contact=contact,
            conversation=query.conversation, direction=query.direction, limit=query.limit + 1,
            **asdict(window),
        )  # fmt: skip
        return await items_of(tx, files, ask.tenant, rows[: query.limit]), len(rows) > query.limit

    items, more = await ask.scope.read(read)
    return Page(items, cursors.seal(ask.tenant, purpose, items[-1].id) if more else None)


def _statement(query: MessageQuery, *, oldest: bool) -> str:
    """The statement that walks an index for what was asked."""
    if query.contact:
        return "list_of_contact"
    if query.conversation:
        return "oldest_of_conversation" if oldest else "list_of_conversation"
    return "list"


async def contact_of(tx: Tx, asked: str) -> str:
    """A contact by id, phone or user id; one that nobody has finds nothing."""
    if not asked:
        return ""
    value = "+" + asked[1:] if asked[0] == " " else asked  # a "+" that was not escaped arrives as a space
    found = await tx.value(MESSAGES["contact_of"], kind=identity_kind(value), value=value)
    return str(found or asked)


class _Window(Struct, frozen=True):
    """Ids between these two."""

    after: str
    before: str

    def narrowed(self, *, after: str = "", before: str = LAST) -> _Window:
        return _Window(max(self.after, after), min(self.before, before))


def _between(query: MessageQuery) -> _Window:
    """The ids made within the times of *query*: an id begins with the millisecond of its making."""
    after = "" if query.after is None else _first_id(query.after)
    return _Window(after, LAST if query.before is None else _first_id(query.before))


def _first_id(at: datetime) -> str:
    """What sorts before every id that is made in the millisecond of *at* or later."""
    head = f"{max(0, instant(at)) // 1000:012x}"
    return f"{head[:8]}-{head[8:]}"
