"""Noting events, in the transaction of the fact.

Collect the rows of a transaction and `write` them at once: they become one block of the log. They are
numbered in the order in which they were written, so a cause goes before its effects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from gateway.channels import Channel
from gateway.feed import facts
from gateway.feed.queries import FEED
from gateway.feed.record import BLOCK, Kind
from gateway.model.event import ChannelEvent
from gateway.model.ids import new_id

DbRow = dict[str, object]

#: Bytes of a notice's content that the log keeps.
LARGEST = 32_768


class Writes(Protocol):
    """A transaction, or a handle on one that binds the tenant itself."""

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int: ...


class Place(Protocol):
    """The contact and the conversation that something is about."""

    @property
    def contact(self) -> str: ...

    @property
    def conversation(self) -> str: ...


class Row(Struct, frozen=True, gc=False):
    """An event that is to be noted."""

    tenant: str
    kind: Kind
    at: int
    fact: facts.Fact


def row(tenant: str, kind: Kind, fact: facts.Fact, now: int) -> Row:
    """An event of *kind*; *now* is microseconds UTC. *tenant* is "" where the handle binds it."""
    return Row(tenant, kind, now, fact)


async def write(tx: Writes, rows: Sequence[Row]) -> None:
    """Note *rows*, which happened at one time. After the commit, stir the sequencer, or let it find them
    within half a second."""
    if not rows:
        return
    by_tenant: dict[str, list[Row]] = {}
    for each in rows:
        by_tenant.setdefault(each.tenant, []).append(each)
    blocks = [
        _block(tenant, some[start : start + BLOCK])
        for tenant, some in by_tenant.items()
        for start in range(0, len(some), BLOCK)
    ]
    await tx.many(FEED["note"], blocks)


def _block(tenant: str, rows: Sequence[Row]) -> DbRow:
    data = facts.encode([(each.kind, each.fact) for each in rows]).decode()
    block: DbRow = {"id": new_id(), "at": rows[0].at, "n": len(rows), "data": data}
    if tenant:  # a plugin's handle binds it itself
        block["tenant"] = tenant
    return block


def received(message: DbRow, now: int) -> Row:
    """A message came in; *message* is its row."""
    return row(
        str(message["tenant"]), "message.received", facts.MessageRef(str(message["id"]), "received"), now
    )


def created(message: DbRow, status: str, now: int) -> Row:
    """A message is to go out, or went out by the business's own app; *message* is its row."""
    return row(str(message["tenant"]), "message.created", facts.MessageRef(str(message["id"]), status), now)


def status(part: DbRow, now: int) -> Row:
    """A part is as far as its row in `part` says."""
    error = str(part["error"])
    fact = facts.MessageStatus(
        str(part["message"]),
        int(str(part["idx"])),
        str(part["status"]),
        str(part["provider_message_id"]) or None,
        msgspec.Raw(error.encode()) if error else None,
    )
    return row(str(part.get("tenant", "")), "message.status", fact, now)


def dead(letter: DbRow) -> list[Row]:
    """A dead letter, by its row; nothing for one that belongs to no tenant."""
    if not letter["tenant"]:
        return []
    names = ("id", "stage", "reason", "plugin", "ref")
    fact = facts.DeadLetter(*(str(letter[name]) for name in names))
    return [row(str(letter["tenant"]), "dead_letter.created", fact, int(str(letter["now"])))]


def contact_created(tenant: str, contact: str, channel: str | None, now: int) -> Row:
    """Somebody new; *channel* is None for one made through the API."""
    return row(tenant, "contact.created", facts.ContactMet(contact, channel), now)


def contact_changed(tenant: str, contact: str, what: Sequence[str], now: int) -> Row:
    """A contact is not as it was: profile, identities, address, attributes, erased."""
    return row(tenant, "contact.changed", facts.ContactChange(contact, list(what)), now)


def notice(channel: Channel, event: ChannelEvent, where: Place | None, now: int) -> Row:
    """The provider told *event* of *channel*. One too large for a log is told by its name alone."""
    content = facts.encode(event.content)
    if len(content) > LARGEST:
        content = facts.encode({"type": event.content.__struct_config__.tag})
    fact = facts.ChannelNotice(
        channel.id,
        event.name,
        msgspec.Raw(content),
        where.contact if where else None,
        (where.conversation or None) if where else None,
    )
    return row(channel.tenant, "channel.notice", fact, now)


def paused(tenant: str, channel: str, reason: str, now: int) -> Row:
    """Nothing is sent on *channel* for now."""
    return row(tenant, "channel.paused", facts.ChannelState(channel, reason), now)


def resumed(tenant: str, channel: str, now: int) -> Row:
    """*channel* sends again."""
    return row(tenant, "channel.resumed", facts.ChannelState(channel), now)
