"""Calls of plugins' functions that are kept as JSON: what went through it becomes again the types that a
function says it takes and returns."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from types import FunctionType
from typing import Any, TypeVar, get_type_hints

import msgspec


def _hints(function: Callable[..., Any]) -> Mapping[str, Any]:
    while isinstance(function, partial):
        function = function.func
    if isinstance(function, FunctionType) and function.__closure__ is None:
        return _hints_of(function)  # the same at each replay
    return _found(function)


@lru_cache(maxsize=1024)
def _hints_of(function: FunctionType) -> Mapping[str, Any]:
    return _found(function)


def _found(function: Callable[..., Any]) -> Mapping[str, Any]:
    try:
        return get_type_hints(inspect.unwrap(function))
    except Exception:  # names that exist for the type checker only
        return {}


def returned(function: Any) -> Any:
    """The type that *function* says it returns; Any when it says nothing of use."""
    shape = _hints(function).get("return", Any)
    return Any if isinstance(shape, TypeVar) else shape


def shaped(raw: bytes | msgspec.Raw, shape: Any) -> Any:
    """What *raw* holds, as *shape*. Raises `msgspec.ValidationError`."""
    if shape is Any:
        return msgspec.json.decode(raw)
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError:
        raise
    except TypeError:  # a type that no JSON can be read as: as it stands
        return msgspec.json.decode(raw)


def arguments(args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
    """What is kept of a call, before it is JSON."""
    return [list(args), dict(kwargs)]


def called(function: Callable[..., Any], raw: str, lead: int = 1) -> tuple[Sequence[Any], Mapping[str, Any]]:
    """The arguments that *raw* (`arguments` as JSON) holds for *function*, each as its annotation
    says; its first *lead* are not among them. Raises `msgspec.ValidationError` and TypeError."""
    args, kwargs = msgspec.json.decode(raw, type=tuple[list[msgspec.Raw], dict[str, msgspec.Raw]])
    signature, hints = inspect.signature(function), _hints(function)
    signature.bind(*([None] * lead), *args, **kwargs)
    positional = list(signature.parameters.values())[lead:]
    made: list[Any] = []
    for index, raw_one in enumerate(args):
        name = positional[min(index, len(positional) - 1)].name
        made.append(shaped(raw_one, _plain(hints.get(name, Any))))
    return made, {name: shaped(each, _plain(hints.get(name, Any))) for name, each in kwargs.items()}


def _plain(shape: Any) -> Any:
    return Any if isinstance(shape, TypeVar) else shape
