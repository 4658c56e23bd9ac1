"""Reads one member of a content and refuses it when it is missing or misshapen. Null is absent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from providers.twilio.simulator.errors import TwilioError

VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def wrong(what: str) -> TwilioError:
    """The refusal of a content."""
    return TwilioError(20001, what)


def only(holder: dict[str, Any], names: Iterable[str], where: str) -> None:
    """Refuse members of *holder* that are not among *names*."""
    known = set(names)
    if strange := next((key for key in holder if key not in known), None):
        raise wrong(f"{where} has no field {strange!r}")


def text(holder: dict[str, Any], name: str, limit: int, where: str, *, optional: bool = False) -> str:
    """A text of at most *limit* characters."""
    value = holder.get(name)
    if value is None or value == "":
        if optional:
            return ""
        raise wrong(f"{where}.{name} is required")
    if not isinstance(value, str) or not value.strip():
        raise wrong(f"{where}.{name} is not a text")
    if len(value) > limit:
        raise wrong(f"{where}.{name} has {len(value)} characters, allowed are {limit}")
    return value


def records(holder: dict[str, Any], name: str, least: int, most: int, where: str) -> list[dict[str, Any]]:
    """An array of *least* to *most* objects; null is an empty one."""
    values = holder.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise wrong(f"{where}.{name} is not an array of objects")
    if not least <= len(values) <= most:
        raise wrong(f"{where}.{name} has {len(values)} entries, allowed are {least} to {most}")
    return values


def links(holder: dict[str, Any], name: str, least: int, most: int, where: str) -> list[str]:
    """An array of addresses of files."""
    values = holder.get(name) or []
    if not isinstance(values, list):
        raise wrong(f"{where}.{name} is not an array")
    if not least <= len(values) <= most:
        raise wrong(f"{where}.{name} has {len(values)} entries, allowed are {least} to {most}")
    for value in values:
        link(value, f"{where}.{name}")
    return values


def link(value: Any, where: str) -> str:
    """An address, or a variable that becomes one."""
    if not isinstance(value, str) or not value.startswith(("http://", "https://", "{{")):
        raise wrong(f"{where} is not a URL")
    if len(value) > 2000:
        raise wrong(f"{where} has {len(value)} characters, allowed are 2000")
    return value


def one_of(holder: dict[str, Any], name: str, allowed: Iterable[str], where: str) -> str:
    """A text that is one of *allowed*."""
    value, words = holder.get(name), sorted(allowed)
    if not isinstance(value, str) or value not in words:
        raise wrong(f"{where}.{name} must be one of {', '.join(words)}")
    return value


def number(holder: dict[str, Any], name: str, least: float, most: float, where: str) -> None:
    """A number, in digits if it likes, or a variable that becomes one."""
    value = holder.get(name)
    if isinstance(value, str) and VARIABLE.fullmatch(value):
        return
    try:
        found = float(value) if isinstance(value, int | float | str) and value is not True else None
    except (ValueError, OverflowError):
        found = None
    if found is None or not least <= found <= most:
        raise wrong(f"{where}.{name} is not a number from {least:g} to {most:g}")


def unique(values: list[str], where: str) -> None:
    """No two of *values* are the same."""
    if len(set(values)) < len(values):
        raise wrong(f"{where} is used twice")
