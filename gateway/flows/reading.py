"""How a field is let at an answer: in a flow, and beside one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gateway.desk import Desk
from gateway.flows.fields.field import Answer, Field, Invalid, Told
from gateway.flows.question import reading
from gateway.language.guess import region_of
from gateway.language.words import Words
from gateway.model.inbound import Text
from gateway.observe import get_logger

log = get_logger("gateway.flows")

T = TypeVar("T")


def value_of(field: Field[T], answer: Answer, key: str) -> T:
    """The value of *answer*. Raises `Invalid`, with no words when the field itself failed; *key* names the
    question in the log."""
    try:
        return field.read(answer)
    except Invalid as refusal:
        if refusal.__cause__ is not None:
            log.info("flow.unreadable", key=key, problem=type(refusal.__cause__).__name__)
        raise
    except Exception as error:
        log.warning("flow.field_failed", key=key, problem=type(error).__name__)
        raise Invalid("") from error


def refused(invalid: Invalid, words: Words) -> str:
    """What the contact is told of an answer that could not be read."""
    return invalid.say(words) or words.core("Sorry, I did not understand that.")


def read_beside(parse: Field[T] | Callable[[str], T], text: str, desk: Desk) -> T:
    """What *parse* reads in *text*, as if the contact had typed it at *desk*. Raises `Invalid`, whose words
    are what the contact is told."""
    words, tenant, contact = desk.words, desk.tenant, desk.contact
    country = region_of(contact.address) if contact is not None else ""
    answer = Answer(
        Text(text), text, at=desk.now(), language=words.language, country=country or tenant.country,
        time_zone=tenant.time_zone,
    )  # fmt: skip
    try:
        return value_of(reading(parse), answer, "chat.read")
    except Invalid as invalid:
        raise Told(refused(invalid, words)) from invalid
