"""A message on its way out: its record and its parts, whoever asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.channels import Channel
from gateway.model.ids import new_id
from gateway.model.menu import Menu
from gateway.model.outbound import Media, Outbound, templated
from gateway.pipeline.form import Formed
from gateway.pipeline.records import Part

_encode = msgspec.json.Encoder().encode


class Destination(Struct, frozen=True):
    """Where a message goes, and what caused it: *event* and *cause_at* are empty when nothing did."""

    channel: Channel
    conversation: str
    contact: str
    address: str
    event: str = ""
    cause_at: int = 0


class OutMessage(Struct):
    """A message that is to be sent: its row in `message`, and its parts. *due_at* is 0 for one that may go
    now; *reason* says why it waits when nobody asked for that."""

    row: dict[str, object]
    parts: list[Part]
    due_at: int = 0
    reason: str = ""
    #: It follows from something before a restore: a person decides (`gateway.pipeline.restored`).
    held: bool = False
    #: What the contact is asked to choose from.
    menu: Menu | None = None
    #: Rows of files that came with it.
    files: Sequence[dict[str, object]] = ()


def compose(
    to: Destination,
    message: Outbound,
    formed: Formed,
    cls: Literal["reply", "api"],
    *,
    identifier: str,
    origin: str,
    purpose: str,
    deadline: int,
    now: int,
) -> OutMessage:
    """*message* as rows. A template, also one that the provider makes (Direct Send), is its own
    class, whoever sends it: it is never sent again unasked. *purpose* is "" for a reply."""
    kind = "template" if templated(message) else cls
    parts = [
        Part(
            tenant=to.channel.tenant,
            id=new_id(),
            message=identifier,
            idx=idx,
            channel=to.channel.id,
            shard=to.channel.shard,
            conversation=to.conversation,
            address=to.address,
            cls=kind,
            body=_encode(body).decode(),
            purpose=purpose,
            deadline=deadline,
            created_at=now,
            cause_at=to.cause_at,
        )
        for idx, body in enumerate(formed.parts)
    ]
    row = _row(to, identifier, _light(message, formed), len(parts), origin, now) | {"purpose": purpose}
    return OutMessage(row, parts, menu=formed.menu, files=formed.files)


def _light(message: Outbound, formed: Formed) -> Outbound:
    """*message* with the id of its file in place of the bytes, which are kept elsewhere."""
    if isinstance(message, Media) and message.data and formed.files:
        return replace(message, data=b"", stored=str(formed.files[0]["id"]))
    return message


def _row(
    to: Destination, identifier: str, message: Outbound, parts: int, origin: str, now: int
) -> dict[str, object]:
    return {
        "tenant": to.channel.tenant,
        "id": identifier,
        "channel": to.channel.id,
        "conversation": to.conversation,
        "contact": to.contact,
        "direction": "out",
        "type": message.__struct_config__.tag,
        "content": _encode(message).decode(),
        "provider_message_id": "",
        "event": to.event,
        "origin": origin,
        "parts": parts,
        "at": now,
        "now": now,
        "raw": b"",
    }
