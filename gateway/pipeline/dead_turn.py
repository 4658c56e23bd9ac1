"""The dead letter of a turn: what a replay needs to open the event again."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from gateway.model.ids import new_id
from gateway.model.inside import Happening
from gateway.pipeline.bounds import keepable
from gateway.pipeline.records import OpenEvent

_encode = msgspec.json.Encoder().encode


class DeadTurn(Struct, frozen=True):
    """What a replay needs to open the event again."""

    channel: str
    conversation: str
    message: str
    received_at: int
    event: Happening


def dead_turn(opened: OpenEvent, plugin: str, reason: str, detail: str, now: int) -> dict[str, object]:
    """A dead letter for one plugin's turn. `ref` is the event, so that a replay can open it again."""
    channel = opened.channel.id if opened.channel else ""
    turn = DeadTurn(channel, opened.conversation, opened.message, opened.received_at, opened.event)
    return {
        "tenant": opened.tenant, "id": new_id(), "stage": "plugin", "ref": opened.id, "plugin": plugin,
        "reason": reason, "detail": keepable(detail), "journal": "", "body": _encode(turn), "now": now,
    }  # fmt: skip
