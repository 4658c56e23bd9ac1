"""A question as messages, and a message as its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from gateway.errors import FlowMisused
from gateway.flows import taps
from gateway.flows.fields.field import Answer, Invalid
from gateway.flows.ops import Ask
from gateway.flows.question import Option
from gateway.flows.reading import refused, value_of
from gateway.language.guess import region_of
from gateway.language.words import Words
from gateway.message import text_of
from gateway.model import inbound
from gateway.model.event import MessageReceived
from gateway.model.outbound import Button, Buttons, Carousel, List, Outbound, Row, Section, Text
from gateway.pipeline.turn import Turn

#: As many options as are shown as buttons.
BUTTONS = 3
_TAPS = (inbound.ButtonReply, inbound.ListReply)
_OWN_OPTIONS = (Buttons, List, Carousel)


def messages(op: Ask, flow: str, words: Words, before: str = "") -> list[Outbound]:
    """The question *op* of the flow with the id *flow*; *before* stands in front of it."""
    question = Text(op.question) if isinstance(op.question, str) else op.question
    lead: list[Outbound] = []
    text = getattr(question, "text", None)
    if before and isinstance(text, str) and text:
        question = replace(question, text=f"{before}\n{text}")
    elif before:
        lead.append(Text(before))
    options = op.rules.options
    if options and not isinstance(question, _OWN_OPTIONS):
        if isinstance(question, Text):
            question = _menu(question.text, options, op.rules.button or words.core("Choose"))
        else:
            lead.append(question)
            question = _menu(words.core("Please choose."), options, op.rules.button or words.core("Choose"))
    return [*lead, taps.own(question, flow, op.key)]


def _menu(text: str, options: Sequence[Option], button: str) -> Outbound:
    if len(options) <= BUTTONS and not any(option.description for option in options):
        return Buttons(text, [Button(option.id, option.title) for option in options])
    rows = [Row(option.id, option.title, option.description) for option in options]
    return List(text, button=button, sections=[Section("", rows)])


def written_text(content: inbound.Inbound) -> str:
    """What the contact wrote, also where an older menu took it for a choice."""
    if isinstance(content, _TAPS):
        return content.typed or content.title
    return text_of(content)


def answer_of(turn: Turn, flow: str, key: str) -> Answer:
    """The message of *turn* as the answer to the question *key*."""
    opened = turn.opened
    event = opened.event
    if not isinstance(event, MessageReceived):
        raise FlowMisused("only a message answers a question")
    content, reply_id = event.content, ""
    if isinstance(content, _TAPS):
        tap = taps.read(content.id)
        if tap is None:
            reply_id = "" if content.typed else content.id
        elif tap.answers(flow, key):
            reply_id = tap.option
    return Answer(
        content=content, text=written_text(content), reply_id=reply_id, at=opened.received_at,
        language=turn.words.language, country=region_of(opened.address) or turn.tenant.country,
        time_zone=turn.tenant.time_zone, message=opened.message,
    )  # fmt: skip


def reading(op: Ask, answer: Answer) -> Any:
    """The value of *answer*. Raises `Invalid`, with no words when the field itself failed."""
    return value_of(op.rules.field, answer, op.key)


def refusal(op: Ask, invalid: Invalid, words: Words) -> str:
    """What the contact is told of an answer that could not be read."""
    return op.rules.otherwise or refused(invalid, words)
