"""A file that the provider accepted and then could not deliver: its words and a link go after it.

A provider often fetches and judges a file only after it took the message (wire.md §0, trap 8), so the refusal
comes as a status. The text is stored in the transaction that records the status, so it is said once.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.model.ids import new_id
from gateway.model.outbound import STORED, Media, Outbound
from gateway.pipeline.effects import add_messages
from gateway.pipeline.form import INSTEAD, Formed, in_words, instead_of
from gateway.pipeline.outgoing import Destination, OutMessage, compose
from gateway.pipeline.queries import REFUSED, RESTORED
from gateway.pipeline.records import Part
from gateway.pipeline.status import Folded
from gateway.store.port import Row, Tx

_outbound: msgspec.json.Decoder[Outbound] = msgspec.json.Decoder(Outbound)


async def replace_files(tx: Tx, folded: Sequence[Folded], now: int) -> list[Part]:
    """Enqueue what goes in place of the files that *folded* say were refused; the parts."""
    messages = []
    for one in folded:
        failure = one.event.failure
        if not one.moved or failure is None or failure.kind != "media":
            continue
        row = await tx.one(REFUSED["message"], tenant=one.channel.tenant, part=one.part)
        if row is not None and row["window_until"] > now and (made := _text(one, row, now)):
            restored = await tx.one(RESTORED["open"])
            if restored is not None and one.event.at < restored["at"]:  # it may have been said since
                made.held, made.due_at = True, now
            messages.append(made)
    if messages:
        await add_messages(tx, messages, now)
    return [part for message in messages if not message.held for part in message.parts]


def _text(one: Folded, row: Row, now: int) -> OutMessage | None:
    message = _outbound.decode(row["content"])
    instead = instead_of(message) if isinstance(message, Media) else None
    if instead is None:
        return None
    if row["parts"] > 1:
        instead["text"] = ""  # its words have come already
    to = Destination(one.channel, row["conversation"], row["contact"], row["address"])
    link = "" if instead["link"].startswith(STORED) else instead["link"]
    words = in_words(instead, link, one.channel.provider.capabilities.limits.text)
    if words is None:
        return None
    return compose(
        to, words, Formed(({INSTEAD: instead},)), "reply",
        identifier=new_id(), origin=f"instead:{row['message']}", purpose=row["purpose"],
        deadline=row["window_until"], now=now,
    )  # fmt: skip
