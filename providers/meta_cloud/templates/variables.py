"""The variables in a template's texts: `{{1}}` or `{{first_name}}`."""

from __future__ import annotations

import re

_VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}", re.ASCII)


def variables(text: str) -> list[str]:
    """The names of *text*'s variables, each once, in the order in which they come."""
    return list(dict.fromkeys(_VARIABLE.findall(text)))


def named(*texts: str) -> bool:
    """Whether the variables of *texts* have names, not numbers."""
    return any(not name.isdigit() for text in texts for name in variables(text))
