"""Plugins hear of consent that changed: an event of the contact's conversation, `notice.ConsentChanged`."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import msgspec

from gateway.channel import SHARDS
from gateway.consent.change import Changed
from gateway.consent.queries import CONSENT
from gateway.feed.record import Block
from gateway.model.event import ChannelEvent
from gateway.model.ids import new_id
from gateway.model.notice import ConsentChanged
from gateway.store.port import Tx

NAME = "consent_changed"
#: Whoever writes is heard anyway, and that is how nearly all begin.
_SILENT = ("first_message",)

_NOTED, _UNHEARD = '"consent.changed"', '"source":"first_message"'

_encode = msgspec.json.Encoder().encode


async def tell(tx: Tx, changed: Sequence[Changed], now: int) -> None:
    """Write the events; whoever owns the number finds them when the log has numbered the change (`Told`). Of
    a contact without a conversation nobody is told: there is no chat to tell it in."""
    told = [each for each in changed if each.change.source not in _SILENT]
    if not told:
        return
    asked = {(each.change.tenant, each.change.contact, each.change.channel): "" for each in told}
    names = ("tenant", "contact", "channel")
    rows = await tx.each(CONSENT["home"], [dict(zip(names, key, strict=True)) for key in asked])
    homes = {(row["tenant"], row["contact"], row["asked"]): row for row in rows}
    events = []
    for each in told:
        change = each.change
        home = homes.get((change.tenant, change.contact, change.channel))
        if home is None:
            continue
        content = ConsentChanged(
            change.purpose, change.state, each.before, change.source, change.proof, change.channel
        )
        identifier = new_id()
        event = ChannelEvent(NAME, identifier, min(change.at or now, now), "", content=content)
        events.append(
            {
                "tenant": change.tenant,
                "id": identifier,
                "channel": home["channel"],
                "shard": zlib.crc32(home["channel"].encode()) % SHARDS,
                "conversation": home["id"],
                "body": _encode(event),
                "now": now,
            }
        )
    if events:
        await tx.many(CONSENT["tell"], events)


class Told:
    """Has the new events looked for. Changes come from everywhere, and all of them go through the log."""

    def __init__(self, *look: Callable[[frozenset[int]], None]) -> None:
        """*look* looks for what is new of these shards, here and in other processes."""
        self._look = look

    def noted(self, blocks: Sequence[Block]) -> None:
        """*blocks* of the log are durable."""
        if any(block.data.count(_NOTED) > block.data.count(_UNHEARD) for block in blocks):
            for look in self._look:
                look(frozenset(range(SHARDS)))
