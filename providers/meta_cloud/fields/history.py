"""The chats that were on the business's phone before (wire.md §1.8): chunks of threads of messages.

    {"metadata": {"phase": 0, "chunk_order": 1, "progress": 55}, "threads": [{"id": "34600111222",
      "messages": [{"from": "34600111222", "id": "wamid.SDE=", "timestamp": "1794891000", "type": "text",
        "text": {"body": "old question"}, "history_context": {"status": "READ"}}]}]}

Files come without their ids (type "media_placeholder"). The ids follow in webhooks of their own, with the
messages straight in the value; so a message is one event for each type in which it comes.
"""

from __future__ import annotations

from functools import partial

import msgspec
from msgspec import Raw, Struct

from gateway.model import notice
from gateway.model.event import ChannelEvent, Person
from providers.meta_cloud import wire
from providers.meta_cloud.clean import Unreadable, decode, integer, moment
from providers.meta_cloud.fields.account import read_error
from providers.meta_cloud.fields.base import (
    Change,
    canonical,
    digits,
    elements,
    event,
    read_other,
    someone,
)
from providers.meta_cloud.found import BAD, Found
from providers.meta_cloud.kinds import read_content
from providers.meta_cloud.people import person


class Progress(Struct):
    """Where a chunk stands."""

    phase: wire.Number = None
    chunk_order: wire.Number = None
    progress: wire.Number = None


class Chunk(Struct):
    """One of `history`; with `errors` alone when the business shares nothing."""

    metadata: Raw = Raw()
    threads: Raw = Raw()
    errors: list[wire.Error] | None = None


class ThreadContext(Struct):
    """Other names of the contact."""

    wa_id: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None
    username: str | None = None


class Thread(Struct):
    """The messages with one contact, whose phone is *id*."""

    id: str | None = None
    context: ThreadContext | None = None
    messages: Raw = Raw()


class HistoryContext(Struct):
    """`{"status": "READ"}`; `from_me` is (observed)."""

    status: str | None = None
    from_me: bool | None = None


class Old(wire.Message, kw_only=True):
    """A message. `to` is there when the business wrote it."""

    to: str | None = None
    to_user_id: str | None = None
    to_parent_user_id: str | None = None
    history_context: HistoryContext | None = None


_CHUNK = msgspec.json.Decoder(Chunk)
_PROGRESS = msgspec.json.Decoder(Progress)
_THREAD = msgspec.json.Decoder(Thread)
_OLD = msgspec.json.Decoder(Old)


def read_history(change: Change, found: Found) -> None:
    """Every message of every thread, and for each chunk how far it has come."""
    news = Found()
    chunks = elements(change.members.get("history"), news)
    for chunk in chunks:
        _chunk(bytes(chunk), change, news)
    loose = elements(change.members.get("messages"), news)
    for raw in loose:
        news.add(partial(_message, change=change, thread=None), raw)
    errors = elements(change.members.get("errors"), news)
    for raw in errors:
        news.add(partial(read_error, change=change), raw)
    if chunks or loose or errors:
        found.take(news)
    else:
        read_other(change, found)


def _chunk(raw: bytes, change: Change, found: Found) -> None:
    try:
        chunk = decode(_CHUNK, raw)
        if not (chunk.metadata or chunk.threads or chunk.errors):
            raise Unreadable("a piece of history without metadata, threads and errors")
    except BAD as error:
        return found.fail(error, raw)
    count, before = 0, len(found.events) + len(found.failures)
    for thread in elements(chunk.threads, found):
        count += _thread(bytes(thread), change, found)
    if chunk.metadata or chunk.errors or before == len(found.events) + len(found.failures):
        own = bytes(chunk.metadata) if chunk.metadata else raw
        try:
            found.events.append(_progress(chunk, count, own, canonical(raw), change))
        except BAD as error:
            found.fail(error, own)
    return None


def _progress(chunk: Chunk, count: int, own: bytes, key: str, change: Change) -> ChannelEvent:
    """Known by all that the chunk holds: the same phase may be sent again after a second start."""
    at = decode(_PROGRESS, own) if chunk.metadata else Progress()
    error = chunk.errors[0] if chunk.errors else wire.Error()
    content = notice.HistoryProgress(
        phase=integer(at.phase),
        chunk=integer(at.chunk_order),
        progress=integer(at.progress),
        messages=count,
        code=integer(error.code),
        text=error.details or error.title or error.message or "",
    )
    return event(change, content, own, key)


def _thread(raw: bytes, change: Change, found: Found) -> int:
    """Read a thread; how many messages it has."""
    try:
        thread = decode(_THREAD, raw)
    except BAD as error:
        found.fail(error, raw)
        return 0
    messages = elements(thread.messages, found)
    for message in messages:
        found.add(partial(_message, change=change, thread=thread), message)
    return len(messages)


def _from_business(found: Old, change: Change, contact: str) -> bool:
    """Whether the business wrote it: by its own number, else by whom the message went to."""
    sender = digits(found.sender)
    if sender and sender in (change.display, contact):
        return sender == change.display
    if found.history_context is not None and found.history_context.from_me is not None:
        return found.history_context.from_me
    return bool(found.to or found.to_user_id)


def _contact(found: Old, thread: Thread | None, change: Change, *, ours: bool) -> Person:
    """The thread's contact; of a message without a thread, the other side."""
    if thread is not None and (thread.id or thread.context):
        also = thread.context or ThreadContext()
        phone = also.wa_id or thread.id
        who = person(change.account, change.contacts, phone, also.user_id, also.parent_user_id)
        return msgspec.structs.replace(who, username=who.username or also.username or "")
    if ours:
        return person(change.account, change.contacts, found.to, found.to_user_id, found.to_parent_user_id)
    ids = found.from_user_id, found.from_parent_user_id
    return person(change.account, change.contacts, found.sender, *ids)


def _message(raw: bytes, change: Change, thread: Thread | None) -> ChannelEvent:
    found = decode(_OLD, raw)
    if not found.id or found.timestamp is None:
        raise Unreadable("an old message without id or timestamp")
    ours = _from_business(found, change, digits(thread.id) if thread else "")
    who = someone(_contact(found, thread, change, ours=ours), change, "an old message")
    status = (found.history_context.status or "") if found.history_context else ""
    content = notice.HistoryMessage(found.id, read_content(found.type, raw), ours, status)
    return event(change, content, raw, found.id, found.type, at=moment(found.timestamp), person=who)
