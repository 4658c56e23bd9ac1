"""Mutes as they are kept: in the transaction of the turn that crossed the line."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway.feed import facts, note
from gateway.feed.record import Kind
from gateway.house.queries import HOUSE_SQL
from gateway.store.port import Tx


class Mute(Struct, frozen=True):
    """A contact is not answered since *since*, for *reason*; answered again when that is ""."""

    tenant: str
    contact: str
    reason: str
    channel: str
    conversation: str
    since: int


async def write(tx: Tx, mutes: Sequence[Mute], now: int) -> None:
    """Keep them, and note them in the log of events."""
    begun = [each for each in mutes if each.reason]
    over = [{"tenant": each.tenant, "contact": each.contact} for each in mutes if not each.reason]
    if begun:
        names = Mute.__struct_fields__
        await tx.many(HOUSE_SQL["mute"], [{name: getattr(each, name) for name in names} for each in begun])
        await note.write(tx, [_noted(each, now) for each in begun])
    if over:
        await tx.many(HOUSE_SQL["unmute"], over)


def _noted(mute: Mute, now: int) -> note.Row:
    kind: Kind = "conversation.looping" if mute.reason == "loop" else "contact.muted"
    fact = facts.Muted(mute.contact, mute.conversation, mute.channel)
    return note.row(mute.tenant, kind, fact, now)
