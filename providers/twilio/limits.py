"""What Twilio takes of each text (wire.md §4.4, §4.5), and checks that name the field and its limit.

A field is named by its path in our message, such as `cards[1].buttons[0].title`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from gateway.errors import SendRefused
from gateway.model.capability import Limits
from providers.twilio.settings import NAME

#: A message has 1,600 characters, the body of what can be tapped 1,024; a list has ten items and no sections,
#: and the cards of a carousel have two buttons at most, as WhatsApp's templates do.
LIMITS = Limits(
    text=1600,
    caption=1024,
    interactive_body=1024,
    list_body=1024,
    button_id=200,
    sections=1,
    rows=10,
    row_title=24,
    row_description=72,
    row_id=200,
    card_buttons=2,
    card_button_id=200,
)


def refuse(field: str, problem: str) -> NoReturn:
    """Raise `SendRefused` for *field*."""
    raise SendRefused(f"{NAME}: {field} {problem}")


def most(field: str, text: str, limit: int) -> str:
    """*text*, when it has at most *limit* characters."""
    if len(text) > limit:
        refuse(field, f"has {len(text)} characters, Twilio takes {limit}")
    return text


def filled(field: str, text: str) -> str:
    """*text*, when it has something."""
    if not text.strip():
        refuse(field, "is empty, Twilio wants a value")
    return text


def needed(field: str, text: str, limit: int) -> str:
    """*text*, when it has something and at most *limit* characters."""
    return most(field, filled(field, text), limit)


def web(field: str, url: str, limit: int | None = LIMITS.url) -> str:
    """*url*, when it is a web address of at most *limit* characters; links to files may be longer."""
    if not url.startswith(("https://", "http://")) or not url.partition("://")[2].strip():
        refuse(field, "must start with https://")
    if any(sign.isspace() for sign in url):
        refuse(field, "holds white space; write it as %20")
    return url if limit is None else most(field, url, limit)


def count(field: str, items: Sequence[object], least: int, limit: int) -> None:
    """Whether there are *least* to *limit* of *items*."""
    if not least <= len(items) <= limit:
        refuse(field, f"has {len(items)} items, Twilio takes {least} to {limit}")


def unique(field: str, values: Sequence[str]) -> None:
    """Whether no value comes twice: a tap must tell which option was meant."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            refuse(field.replace("[]", f"[{index}]"), f"repeats {value!r}; they must be unique")
        seen.add(value)
