"""The ids behind a question's options: of one question of one flow, so that a tap on an old one is known.

An id is ``f.<flow>.<question>.<the option's own id>``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

from msgspec import Struct
from msgspec.structs import replace

from gateway.errors import FlowMisused
from gateway.model.outbound import Buttons, Carousel, List, Outbound, QuickReply, Template

#: What stands in the question's place on the button that goes on with a parked flow.
RESUME = "resume"
LONGEST = 170


class Tap(Struct, frozen=True):
    """A tapped id, read."""

    flow: str
    question: str
    option: str

    def of(self, flow: str) -> bool:
        """Whether it belongs to the flow with the id *flow*."""
        return flow.endswith(self.flow)

    def answers(self, flow: str, key: str) -> bool:
        """Whether it is an option of the question *key* of *flow*."""
        return self.of(flow) and self.question == _question(key)


def _question(key: str) -> str:
    return f"{crc32(key.encode()):08x}"


def _flow(id: str) -> str:
    return id[-12:]


def read(reply_id: str) -> Tap | None:
    """*reply_id* as the id of a flow's option; None when it is something else."""
    pieces = reply_id.split(".", 3)
    if len(pieces) != 4 or pieces[0] != "f" or len(pieces[1]) != 12:
        return None
    return Tap(pieces[1], pieces[2], pieces[3])


def resume_id(flow: str) -> str:
    """The id of the button that goes on with *flow*."""
    return f"f.{_flow(flow)}.{RESUME}."


def own(message: Outbound, flow: str, key: str) -> Outbound:
    """*message* with the ids of its options made those of the question *key* of *flow*."""
    head = f"f.{_flow(flow)}.{_question(key)}."

    def named(id: str) -> str:
        if len(id) > LONGEST:
            raise FlowMisused(
                f"the option id {id[:40]}… is longer than {LONGEST} characters: give a shorter one"
            )
        return head + id

    def all_named(options: Sequence[Any]) -> list[Any]:
        return [replace(each, id=named(each.id)) for each in options]

    if isinstance(message, Buttons):
        return replace(message, buttons=all_named(message.buttons))
    if isinstance(message, List):
        sections = [replace(each, rows=all_named(each.rows)) for each in message.sections]
        return replace(message, sections=sections)
    if isinstance(message, Carousel):
        cards = [replace(card, buttons=all_named(card.buttons)) for card in message.cards]
        return replace(message, cards=cards)
    if isinstance(message, Template):
        buttons = [
            replace(each, payload=named(each.payload)) if isinstance(each, QuickReply) else each
            for each in message.buttons
        ]
        return replace(message, buttons=buttons)
    return message
