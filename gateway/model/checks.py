"""Checks of what an author wrote: a refusal names the field, and the limit that it is over.

A field is named by its path in our message, such as `cards[1].buttons[0].title`. Whose limit it is stands
before the refusal: whoever renders or fits for a provider adds its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from gateway.errors import SendRefused
from gateway.model.capability import Limits

#: What WhatsApp itself takes.
WHATSAPP = Limits()


def refuse(field: str, problem: str) -> NoReturn:
    """Raise `SendRefused` for *field*."""
    raise SendRefused(f"{field} {problem}")


def most(field: str, text: str, limit: int) -> str:
    """*text*, when it has at most *limit* characters."""
    if len(text) > limit:
        refuse(field, f"has {len(text)} characters, WhatsApp takes {limit}")
    return text


def filled(field: str, text: str) -> str:
    """*text*, when it has something."""
    if not text.strip():
        refuse(field, "is empty, WhatsApp wants a value")
    return text


def needed(field: str, text: str, limit: int) -> str:
    """*text*, when it has something and at most *limit* characters."""
    if not text.strip():
        refuse(field, f"is empty, WhatsApp wants 1 to {limit} characters")
    return most(field, text, limit)


def given(field: str, text: str, limit: int) -> dict[str, str]:
    """{*field*'s last name: *text*} when there is any text, within *limit*; else {}."""
    return {field.rpartition(".")[2]: needed(field, text, limit)} if text else {}


def web(field: str, url: str, limit: int | None = WHATSAPP.url) -> str:
    """*url*, when it is a web address of at most *limit* characters. Files have no limit (None): WhatsApp
    names none, and signed links are long."""
    if not url.startswith(("https://", "http://")) or not url.partition("://")[2].strip():
        refuse(field, "must start with https://")
    if any(sign.isspace() for sign in url):
        refuse(field, "holds white space; write it as %20")
    return url if limit is None else most(field, url, limit)


def count(field: str, items: Sequence[object], least: int, limit: int) -> None:
    """Whether there are *least* to *limit* of *items*."""
    if not least <= len(items) <= limit:
        refuse(field, f"has {len(items)} items, WhatsApp takes {least} to {limit}")


def unique(field: str, values: Sequence[str]) -> None:
    """Whether no value comes twice: a tap must tell which option was meant. *field* has one `[]`, which is
    filled with the place of the second."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            refuse(field.replace("[]", f"[{index}]"), f"repeats {value!r}; WhatsApp wants them unique")
        seen.add(value)
