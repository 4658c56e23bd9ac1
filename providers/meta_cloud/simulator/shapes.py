"""Reads one parameter of a decoded body and refuses it as Graph does when it is missing or misshapen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from providers.meta_cloud.simulator.errors import GraphError, invalid, missing, too_long, unexpected

BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)


def path(where: str, name: str) -> str:
    """The parameter's name as an error shows it."""
    return f"{where}.{name}" if where else name


def only(holder: dict[str, Any], names: Iterable[str], where: str = "") -> None:
    """Refuse members of *holder* that are not among *names*."""
    known = set(names)
    if strange := next((key for key in holder if key not in known), None):
        raise unexpected(str(strange), where)


def text(holder: dict[str, Any], name: str, limit: int = 0, *, where: str = "") -> str:
    """A required text that is not blank, of at most *limit* characters (0: any)."""
    value = holder.get(name)
    if value is None or value == "":
        raise missing(path(where, name))
    if not isinstance(value, str) or not value.strip():
        raise invalid(path(where, name), "is not a text")
    if limit and len(value) > limit:
        raise too_long(path(where, name), limit)
    return value


def optional_text(holder: dict[str, Any], name: str, limit: int = 0, *, where: str = "") -> str:
    """A text that may be absent or empty."""
    return text(holder, name, limit, where=where) if holder.get(name) else ""


def record(holder: Any, name: str, *, where: str = "") -> dict[str, Any]:
    """A required object."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if value is None:
        raise missing(path(where, name))
    if not isinstance(value, dict):
        raise GraphError(100, f"Parameter {path(where, name)} is not an object.")
    return value


def array(holder: dict[str, Any], name: str, least: int, most: int, *, where: str = "") -> list[Any]:
    """A required array of *least* to *most* entries."""
    value = holder.get(name)
    if value is None:
        raise missing(path(where, name))
    if not isinstance(value, list):
        raise GraphError(100, f"Parameter {path(where, name)} is not an array.")
    if not least <= len(value) <= most:
        raise invalid(path(where, name), f"has {len(value)} entries, allowed are {least} to {most}")
    return value


def records(
    holder: dict[str, Any], name: str, least: int, most: int, *, where: str = ""
) -> list[dict[str, Any]]:
    """A required array of objects."""
    values = array(holder, name, least, most, where=where)
    if not all(isinstance(value, dict) for value in values):
        raise GraphError(100, f"Parameter {path(where, name)} is not an array of objects.")
    return values


def flag(holder: dict[str, Any], name: str, *, where: str = "") -> None:
    """A boolean that may be absent."""
    if not isinstance(holder.get(name, False), bool):
        raise invalid(path(where, name), "is not true or false")


def whole(holder: dict[str, Any], name: str, least: int, most: int, *, where: str = "") -> int:
    """A required whole number, as a number or in digits."""
    value = holder.get(name)
    if value is None:
        raise missing(path(where, name))
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise invalid(path(where, name), f"is not a whole number from {least} to {most}")
    return value


def one_of(holder: dict[str, Any], name: str, allowed: Iterable[str], *, where: str = "") -> str:
    """A required text that is one of *allowed*."""
    value, words = text(holder, name, where=where), sorted(allowed)
    if value not in words:
        raise invalid(path(where, name), f"must be one of {', '.join(words)}")
    return value


def unique(values: list[Any], name: str) -> None:
    """No two of *values* are the same."""
    if len(set(values)) < len(values):
        raise invalid(name, "is used twice")


def url(holder: dict[str, Any], name: str, limit: int = 2000, *, where: str = "") -> str:
    """A required http(s) address."""
    value = text(holder, name, limit, where=where)
    if not value.startswith(("http://", "https://")):
        raise invalid(path(where, name), "is not a http(s) URL")
    return value
