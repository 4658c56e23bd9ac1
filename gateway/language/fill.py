"""A text with ``{names}``, filled in. Only names are: a translation reaches nothing inside a value, and a
name that nobody gave stays as it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAME = re.compile(r"\{\{|\}\}|\{([^\W\d]\w*)\}")


def fill(text: str, values: Mapping[str, object]) -> str:
    """*text* with *values* for its names; ``{{`` is a brace. Without values it is left alone."""
    if not values or ("{" not in text and "}" not in text):
        return text

    def one(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return found[0][0]
        return str(values[name]) if name in values else found[0]

    return _NAME.sub(one, text)


def names(text: str) -> frozenset[str]:
    """The names that *text* has."""
    return frozenset(found[1] for found in _NAME.finditer(text) if found[1])
