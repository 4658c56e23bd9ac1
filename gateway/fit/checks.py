"""What is wrong with a message on every channel, in whatever form it goes: refused, naming the field.

Limits of a form are not looked at here: another form may have room.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from gateway.errors import SendRefused
from gateway.model.capability import Limits

#: What WhatsApp itself takes: an id that is longer would work on no channel but those with text alone.
WHATSAPP = Limits()


def refuse(field: str, problem: str) -> NoReturn:
    """Raise `SendRefused` for *field*."""
    raise SendRefused(f"{field} {problem}")


def filled(field: str, text: str) -> str:
    """*text*, when it has something."""
    if not text.strip():
        refuse(field, "is empty, WhatsApp wants a value")
    return text


def ids(fields: Sequence[str], values: Sequence[str], limit: int) -> None:
    """Whether *values* are filled, within *limit* characters and all different; *fields* are their paths.
    What is over a channel's own limit, and within WhatsApp's, takes another form."""
    seen: dict[str, str] = {}
    for field, value in zip(fields, values, strict=True):
        filled(field, value)
        if len(value) > limit:
            refuse(field, f"has {len(value)} characters, WhatsApp takes {limit}")
        if value in seen:
            refuse(field, f"repeats that of {seen[value]}; WhatsApp wants them unique")
        seen[value] = field.rpartition(".")[0]


def web(field: str, url: str) -> str:
    """*url*, when it is a web address."""
    if not url.startswith(("https://", "http://")) or not url.partition("://")[2].strip():
        refuse(field, "must start with https://")
    if any(sign.isspace() for sign in url):
        refuse(field, "holds white space; write it as %20")
    return url
