"""A conversation as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from gateway.clock import rfc3339, stamp
from gateway.message import WORDS
from gateway.model.event import GROUP
from gateway.pipeline import window
from gateway.pipeline.window import WindowState
from gateway.store.port import Row, Tx
from gateway.store.sql import load_queries

CONVERSATIONS = load_queries(Path(__file__).parent / "conversations.sql")

#: So much of a message's words is shown in a list.
PREVIEW = 200

_content = msgspec.json.Decoder(dict[str, Any]).decode


class Who(Struct, frozen=True):
    """Whom the conversation is with. *address* is what replies go to: "+254…" or a user id; *phone* is it
    when it is a phone."""

    id: str
    name: str
    username: str
    address: str
    phone: str | None


class Preview(Struct, frozen=True):
    """What was said last. *text* is the beginning of its words, "" when it has none."""

    id: str
    direction: Literal["in", "out"]
    type: str
    text: str
    at: str


class WindowItem(Struct, frozen=True):
    """Whether free-form messages may be sent: open, closing in its last two hours, closed. *until* is its
    end, null when the contact never wrote. *free_until* is until when all is free of charge, null when it is
    not."""

    state: WindowState
    until: str | None
    free_until: str | None


class ConversationItem(Struct, frozen=True):
    """One contact on one channel, or a group: then *contact* is null and *group* is the provider's id of it.
    *unread* counts the contact's messages since it was last marked read. *last_at* is when the gateway last
    heard of the conversation."""

    id: str
    channel: str
    contact: Who | None
    group: str | None
    last: Preview | None
    unread: int
    window: WindowItem
    last_at: str
    created_at: str


async def items_of(tx: Tx, rows: Sequence[Row], now: int) -> list[ConversationItem]:
    """The conversations of *rows*, each with what was said last."""
    asked = [{"conversation": row["id"]} for row in rows]
    last = {row["conversation"]: row for row in await tx.each(CONVERSATIONS["last"], asked)}
    return [_item(row, last.get(row["id"]), now) for row in rows]


def address_of(row: Row) -> str:
    """What to send to, as in a `NewMessage`."""
    return f"{GROUP}{row['grp']}" if row["grp"] else str(row["address"])


def _item(row: Row, last: Row | None, now: int) -> ConversationItem:
    until, free = row["window_until"], row["free_until"]
    return ConversationItem(
        row["id"], row["channel"], None if row["grp"] else _who(row), row["grp"] or None,
        None if last is None else _preview(last), row["unread"],
        WindowItem(window.state(until, now), stamp(until), stamp(free) if free > now else None),
        rfc3339(row["last_at"]), rfc3339(row["created_at"]),
    )  # fmt: skip


def _who(row: Row) -> Who:
    address = str(row["address"])
    phone = address if address.startswith("+") else None
    return Who(row["contact"], row["name"] or "", row["username"] or "", address, phone)


def _preview(row: Row) -> Preview:
    told = _content(row["content"])
    text = next((told[name] for name in (*WORDS, "emoji") if told.get(name)), "")
    words = text if isinstance(text, str) else ""
    return Preview(row["id"], row["direction"], row["type"], words[:PREVIEW], rfc3339(row["at"]))
