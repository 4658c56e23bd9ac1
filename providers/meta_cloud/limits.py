"""Checks against the documented limits (wire.md §2.2): a refusal names the field and the limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from gateway.errors import SendRefused
from gateway.model.capability import Limits

LIMITS = Limits()


def refuse(field: str, problem: str) -> NoReturn:
    """Raise `SendRefused` for *field*."""
    raise SendRefused(f"meta_cloud: {field} {problem}")


def most(field: str, text: str, limit: int) -> str:
    """*text*, when it has at most *limit* characters."""
    if len(text) > limit:
        refuse(field, f"has {len(text)} characters, WhatsApp takes {limit}")
    return text


def needed(field: str, text: str, limit: int) -> str:
    """*text*, when it has something and at most *limit* characters."""
    if not text.strip():
        refuse(field, f"is empty, WhatsApp wants 1 to {limit} characters")
    return most(field, text, limit)


def count(field: str, items: Sequence[object], least: int, limit: int) -> None:
    """Whether there are *least* to *limit* of *items*."""
    if not least <= len(items) <= limit:
        refuse(field, f"has {len(items)} items, WhatsApp takes {least} to {limit}")


def unique(field: str, values: Sequence[str]) -> None:
    """Whether no value comes twice."""
    for index, value in enumerate(values):
        if value in values[:index]:
            refuse(field, f"repeats {value!r}; WhatsApp wants them unique")
