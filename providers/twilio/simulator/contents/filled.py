"""The variables of a content, and the content with their values in place (wire.md §4.5)."""

from __future__ import annotations

import json
from typing import Any

from providers.twilio.simulator.contents.shapes import VARIABLE, wrong
from providers.twilio.simulator.errors import TwilioError


def names(value: Any) -> set[str]:
    """The variables that stand anywhere in *value*."""
    if isinstance(value, str):
        return set(VARIABLE.findall(value))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name for each in inner for name in names(each)}


def filled(value: Any, values: dict[str, str]) -> Any:
    """*value* with the *values* of its variables; one that has none stays as it is written."""
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: values.get(found[1], found[0]), value)
    if isinstance(value, dict):
        return {name: filled(inner, values) for name, inner in value.items()}
    return [filled(inner, values) for inner in value] if isinstance(value, list) else value


def check_names(types: dict[str, Any]) -> None:
    """Variables are numbers."""
    strange = sorted(name for name in names(types) if not (name.isascii() and name.isdigit()))
    if strange:
        raise wrong(f"variables are numbered, as in {{{{1}}}}; {{{{{strange[0]}}}}} is not")


def check_defaults(variables: Any) -> dict[str, str]:
    """`variables` of a content: what stands where a send gives nothing."""
    if not isinstance(variables, dict) or not all(isinstance(each, str) for each in variables.values()):
        raise wrong("variables is not an object of texts")
    return variables


def read_values(given: str) -> dict[str, str]:
    """`ContentVariables`: a JSON object of texts; `TwilioError` 21656."""
    if not given:
        return {}
    try:
        values = json.loads(given)
    except (ValueError, RecursionError):
        raise TwilioError(21656) from None
    if not isinstance(values, dict) or not all(isinstance(each, str) for each in values.values()):
        raise TwilioError(21656)
    return values
