"""Reads one parameter of a decoded body and refuses it as Graph does when it is missing or misshapen."""

from __future__ import annotations

from typing import Any

from providers.meta_cloud.simulator.errors import GraphError, invalid, missing, too_long


def path(where: str, name: str) -> str:
    """The parameter's name as an error shows it."""
    return f"{where}.{name}" if where else name


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


def optional_text(holder: dict[str, Any], name: str, limit: int = 0, *, where: str = "") -> None:
    """A text that may be absent or empty."""
    if holder.get(name):
        text(holder, name, limit, where=where)


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
