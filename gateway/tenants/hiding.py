"""Settings as they may be shown: where a secret stands, that it is set is all that is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from gateway.settings.references import reference

#: A secret of at least this many characters may show its last four, to tell an old one from a new one.
LONG = 16


def shown(settings: Mapping[str, Any], secret: Collection[str] | None) -> dict[str, Any]:
    """*settings* with the values of the fields *secret* hidden; all of them when it is None."""
    return {
        key: hidden(value) if secret is None or key in secret or reference(value) else value
        for key, value in settings.items()
    }


def hidden(value: Any) -> Any:
    """What stands for a secret: one for each of a list, which a rotation has."""
    if isinstance(value, list | tuple):
        return [hidden(each) for each in value]
    if isinstance(value, str):
        last = {"last4": value[-4:]} if len(value) >= LONG else {}
        return {"set": bool(value), **last}
    return {"set": True}
