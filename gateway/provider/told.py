"""Reading of what a provider tells of itself, which may hold anything anywhere."""

from __future__ import annotations

from typing import Any


def text(told: Any, *path: str) -> str:
    """The text or number at *path* in an answer, 500 characters at most; "" when there is none."""
    for key in path:
        told = told.get(key) if isinstance(told, dict) else None
    if isinstance(told, bool) or not isinstance(told, str | int):
        return ""
    return str(told)[:500]


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a list in an answer."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
