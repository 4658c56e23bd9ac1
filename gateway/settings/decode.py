"""Strict decoding into Structs, with the exact place of what is wrong.

msgspec alone says ``$.tenants[...].id``: it names neither the element of a list nor the key that was
meant. So Structs, lists and tables are walked here, and msgspec judges the values in the leaves.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import FieldInfo

from gateway.errors import SettingsError
from gateway.settings import durations

S = TypeVar("S", bound=Struct)

_PLACE = re.compile(r" - at `\$(.*)`$")
_EXAMPLES: tuple[tuple[str, str], ...] = (
    ("bool", "true"),
    ("int", "1"),
    ("float", "1.5"),
    ("array", '["…"]'),
    ("object", "{ … }"),
    ("str", '"…"'),
)


def decode(data: Any, shape: type[S], where: str) -> S:
    """*data* as a *shape*: no unknown key, no missing key, no wrong type. Raises `SettingsError`.

    *where* is the path of *data* for the error, e.g. ``gateway.toml: tenants[0].channels[1].settings``.
    """
    if not isinstance(data, Mapping):
        raise SettingsError(
            where, f"expected a table, got {_kind(data)}", f"write it as a table: [{_last(where)}]"
        )
    fields = {each.encode_name: each for each in msgspec.structs.fields(shape)}
    for key in data:
        if key not in fields:
            raise SettingsError(f"{where}{_dot(where)}{key}", "unknown setting", suggest(str(key), fields))
    missing = [name for name, each in fields.items() if each.required and name not in data]
    if missing:
        raise SettingsError(
            f"{where}{_dot(where)}{missing[0]}", "missing", f"write {_example(fields[missing[0]])}"
        )
    values = {
        fields[key].name: _value(item, fields[key].type, f"{where}{_dot(where)}{key}")
        for key, item in data.items()
    }
    try:
        return shape(**values)
    except (ValueError, TypeError) as error:  # the Struct's own __post_init__
        at = _blamed(where, str(error), fields)
        raise SettingsError(at, str(error), f"write {_last(at)} anew") from None


def suggest(written: str, known: Iterable[str]) -> str:
    """The remedy for a name that nobody knows."""
    names = sorted(known)
    near = difflib.get_close_matches(written, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known here: {', '.join(names)}" if names else "nothing is known here"


def _value(value: Any, shape: Any, where: str) -> Any:
    if isinstance(shape, type) and issubclass(shape, Struct) and not shape.__struct_config__.tag:
        return decode(value, shape, where)
    if get_origin(shape) is Annotated and durations.MARK in get_args(shape)[1:]:
        return _duration(value, where)
    if isinstance(value, list):
        return _items(value, shape, where)
    if get_origin(shape) is dict and isinstance(value, dict):
        item = get_args(shape)[1]
        return {key: _value(each, item, f"{where}.{key}") for key, each in value.items()}
    return _leaf(value, shape, where)


def _items(value: list[Any], shape: Any, where: str) -> Any:
    """A list, also where the shape leaves the choice between one value and a list of them."""
    arms = get_args(shape) if get_origin(shape) in (Union, UnionType) else (shape,)
    for arm in arms:
        kind, inner = get_origin(arm), get_args(arm)
        if kind is list or (kind is tuple and inner[1:] == (...,)):
            return kind(_value(each, inner[0], f"{where}[{index}]") for index, each in enumerate(value))
    return _leaf(value, shape, where)


def _leaf(value: Any, shape: Any, where: str) -> Any:
    if isinstance(value, float) and value - value != 0:  # nan and inf, which TOML can write
        raise SettingsError(where, "must be a finite number", "write a number")
    try:
        return msgspec.convert(value, shape, dec_hook=_path)
    except msgspec.ValidationError as error:
        text = str(error)
        place = _PLACE.search(text)
        problem = text[: place.start()] if place else text
        at = where + (place[1] if place else "")
        if "matching regex" in problem and (meant := _meant(shape)):
            remedy = f'write {_last(at)} = "{meant.examples[0]}"' if meant.examples else ""
            raise SettingsError(at, f"{str(value)[:40]!r} is not {meant.description}", remedy) from None
        raise SettingsError(at, problem[:1].lower() + problem[1:], _remedy(problem, shape, at)) from None


def _path(shape: type, value: Any) -> Any:
    """A path, which TOML writes as a text."""
    if shape is Path and isinstance(value, str):
        return Path(value)
    raise ValueError("Expected a path as a text")


def _duration(value: Any, where: str) -> float:
    try:
        return durations.seconds(value)
    except ValueError as error:
        raise SettingsError(where, str(error), durations.REMEDY) from None


def _remedy(problem: str, shape: Any, where: str) -> str:
    if get_args(shape) and problem.startswith("Invalid enum value"):
        return "write one of " + ", ".join(f'"{each}"' for each in get_args(shape))
    expected = re.match(r"Expected `([a-z]+)", problem)
    for name, example in _EXAMPLES:
        if expected and expected[1] == name:
            also = ', or { env = "NAME" }' if name == "str" and "object" in problem else ""
            return f"write {_last(where)} = {example}{also}"
    return ""


def _meant(shape: Any) -> Meta | None:
    """What a text of a pattern is, in words, where its type says so."""
    return next((each for each in get_args(shape)[1:] if isinstance(each, Meta) and each.description), None)


def _example(field: FieldInfo) -> str:
    kind = {int: "1", float: "1.5", bool: "true"}.get(field.type, '"…"')
    return f"{field.encode_name} = {kind}"


def _blamed(where: str, message: str, fields: Mapping[str, FieldInfo]) -> str:
    """A Struct's own check names its field first ("app_secret must not be empty")."""
    words = re.findall(r"\w+", message)
    return f"{where}{_dot(where)}{words[0]}" if words and words[0] in fields else where


def _dot(where: str) -> str:
    return "" if where.endswith(" ") else "."


def _last(where: str) -> str:
    return re.sub(r"(\[\d*(\.\.\.)?\])+$", "", where).rpartition(".")[2].rpartition(" ")[2]


def _kind(value: Any) -> str:
    names = {str: "a string", list: "an array", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), f"a {type(value).__name__}")
