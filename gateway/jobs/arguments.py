"""What a job is called with: kept as JSON, given back as the types that its function names."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, get_type_hints

import msgspec

from gateway.jobs.job import Job


def read(job: Job[..., Any], kept: str) -> tuple[list[Any], dict[str, Any]]:
    """The arguments in *kept* (`JobOrder.args`) for *job*. Raises `TypeError` or `ValueError` when they do
    not fit its function any more."""
    positional, named = msgspec.json.decode(kept)
    parameters = list(inspect.signature(job.function).parameters.values())[1:]
    hints = _hints(job)
    return _positional(parameters, hints, positional), {
        name: _as(value, hints.get(name)) for name, value in named.items()
    }


def _positional(
    parameters: Sequence[inspect.Parameter], hints: Mapping[str, Any], values: Sequence[Any]
) -> list[Any]:
    names = [each.name for each in parameters if each.kind is not inspect.Parameter.KEYWORD_ONLY]
    return [_as(value, hints.get(names[n]) if n < len(names) else None) for n, value in enumerate(values)]


def _hints(job: Job[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(job.function)
    except Exception:  # a name that exists for the type checker only
        return {}


def _as(value: Any, hint: Any) -> Any:
    if hint is None or hint is Any:
        return value
    try:
        decode = msgspec.convert(value, hint)
    except TypeError:  # no type that JSON knows
        return value
    return decode
