"""Bodies and queries, decoded strictly: what is unknown, missing or wrong is refused with its place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, cast

import msgspec
from msgspec import Meta

from gateway.api.problems import Problem

#: A moment, RFC 3339 with the offset of its zone.
Moment = Annotated[datetime, Meta(tz=True)]

_WORDS: dict[str, str] = {}


@cache
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)


def decode_body(body: bytes, shape: type[Any], words: Mapping[str, str] = _WORDS) -> Any:
    """*body* as *shape*. Raises `Problem`: 400 for what is no JSON, or says a field twice; 422 with a pointer
    for JSON of the wrong shape, or with a NUL, which not every database keeps. *words* are what to say
    instead of a pattern, by pointer."""
    try:
        made = _decoder(cast(Hashable, shape)).decode(body)
        read = json.loads(body.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise _undecodable(error, words) from None
    if b"\\u0000" in body and (pointer := _nul(read)) is not None:
        raise Problem(422, "invalid", "a text holds no NUL character", pointer=pointer or "/")
    return made


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose fields are there once: of two, another reader might take the other."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"it says {twice[:80]!r} twice")
    return made


def _nul(read: Any) -> str | None:
    """Where in *read* a text holds NUL, as a pointer; None when none does."""
    left: list[tuple[str, Any]] = [("", read)]
    while left:
        place, each = left.pop()
        if isinstance(each, str) and "\0" in each:
            return place
        if isinstance(each, list):
            left += [(f"{place}/{index}", one) for index, one in enumerate(each)]
        elif isinstance(each, dict):
            if any("\0" in name for name in each):
                return place
            left += [
                (f"{place}/{name.replace('~', '~0').replace('/', '~1')}", one) for name, one in each.items()
            ]
    return None


@cache
def _names(shape: Any) -> frozenset[str]:
    """The parameters that *shape* knows; none without one."""
    return frozenset(each.encode_name for each in msgspec.structs.fields(shape)) if shape else frozenset()


def decode_query(query: Mapping[str, str], shape: type[Any] | None) -> Any:
    """The parameters as *shape*; each is text, a number, or true and false. Raises `Problem` (400)."""
    if unknown := sorted(set(query) - _names(cast(Hashable, shape))):
        raise Problem(400, "unknown_parameter", f"there is no parameter {unknown[0][:80]!r}")
    if len(set(query)) < len(query):
        raise Problem(400, "repeated_parameter", "each parameter is there once")
    for name, value in query.items():
        if "\0" in value:
            raise Problem(400, "bad_parameter", "a parameter holds no NUL character", pointer=f"/{name}")
    if shape is None:
        return None
    try:
        return msgspec.convert(dict(query), shape, strict=False)
    except msgspec.ValidationError as error:
        words, pointer = told(error)
        name = pointer.strip("/")
        code = f"bad_{name}" if name else "bad_parameter"
        raise Problem(400, code, words, pointer=pointer) from None


def told(error: Exception) -> tuple[str, str]:
    """msgspec's words, and its place as a JSON pointer."""
    # What is wrong with a member's name is wrong with the object.
    words, _, path = str(error).replace(" - at `key` in `$", " - at `$").partition(" - at `$")
    # "[...]" stands for some member of an object: the object is as far as can be pointed.
    pointer = path.rstrip("`").partition("[...]")[0].replace("[", "/").replace("]", "").replace(".", "/")
    return words[:300], pointer or "/"


def _undecodable(error: Exception, known: Mapping[str, str]) -> Problem:
    if not isinstance(error, msgspec.ValidationError):
        return Problem(400, "bad_json", f"the body is not JSON that can be read: {str(error)[:200]}")
    words, pointer = told(error)
    return Problem(422, "invalid", known.get(pointer, words), pointer=pointer)
