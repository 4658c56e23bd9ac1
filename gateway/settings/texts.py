"""The texts of settings, which may be secrets, and words without them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct


def texts(value: Any) -> Iterator[str]:
    """Every text in *value*, however deep it lies in tables, lists and Structs; their keys are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from texts(each)
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from texts(getattr(value, name))


def without(words: str, secrets: Iterable[str]) -> str:
    """*words* with "***" in place of the *secrets*, the longest first: one may hold another."""
    for each in sorted(filter(None, secrets), key=len, reverse=True):
        words = words.replace(each, "***")
    return words
