"""Whether what was asked for can be meant: the rules of gateway.toml, told with JSON pointers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from gateway.errors import SettingsError
from gateway.settings import TenantSettings, durations
from gateway.settings.checks import check_tenant
from gateway.settings.networks import REMEDY, Networks
from gateway.settings.references import reference
from gateway.tenants.errors import Invalid

#: Bytes of a channel's or plugin's settings as JSON, and how deep they may be nested.
LARGEST, DEEPEST = 32 * 1024, 8
#: Seconds of silence at most: a year.
LONGEST = 366 * 86_400.0


def judge_tenant(settings: TenantSettings, name: str) -> None:
    """Raise `Invalid` for a language, country or time zone that there is not."""
    judge_name(name)
    try:
        check_tenant(settings, "")
    except SettingsError as error:
        raise Invalid(pointer(error.where), error.problem, error.remedy) from None


def judge_name(name: str) -> None:
    """Raise `Invalid` for a name that cannot be printed."""
    if not name.isprintable():
        raise Invalid("/name", "holds a character that cannot be printed", "write plain text")


def seconds(silence: str | float) -> float:
    """The *silence* of a channel. Raises `Invalid`."""
    try:
        found = durations.seconds(silence)
    except ValueError as error:
        raise Invalid("/silence", str(error), durations.REMEDY) from None
    if found > LONGEST:
        raise Invalid(
            "/silence", "is longer than a year", 'write a shorter time, such as "6h", or 0 for never'
        )
    return found


def judge_sources(sources: Iterable[str]) -> None:
    """Raise `Invalid` for what is no range of addresses."""
    for index, each in enumerate(sources):
        try:
            Networks([each])
        except ValueError as error:
            raise Invalid(f"/sources/{index}", str(error), REMEDY) from None


def merged(before: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """*before* with what *change* says; null takes a key away."""
    return {key: value for key, value in {**before, **change}.items() if value is not None}


def judge_plain(settings: Mapping[str, Any]) -> None:
    """Raise `Invalid` for references, which would read the operator's environment and files for whoever
    may write settings, and for what is too large."""
    for key, value in settings.items():
        at = f"/settings/{_escaped(key)}"
        for found, depth in _walk(value, 1):
            if depth > DEEPEST:
                raise Invalid(at, f"is nested more than {DEEPEST} levels deep", "write it flatter")
            if kind := reference(found):
                problem = (
                    f"a reference to {'a variable' if kind == 'env' else 'a file'} is gateway.toml's alone"
                )
                raise Invalid(at, problem, "send the value itself: it is kept encrypted")
    if (size := len(msgspec.json.encode(settings))) > LARGEST:
        raise Invalid("/settings", f"has {size} bytes; {LARGEST} are the most", "leave out what is large")


def judge_addresses(settings: Iterable[str], trusted: bool) -> None:
    """Raise `Invalid` for *settings* that name the server to call (`api_base`), unless an operator writes
    them: with one of their own, a tenant would have the gateway call addresses inside our network."""
    for key in settings:
        if key.endswith("_base") and not trusted:
            raise Invalid(f"/settings/{_escaped(key)}", "is for operators to set", "leave it out")


def pointer(where: str) -> str:
    """A place as `gateway.settings.decode` names it ("settings.shared_key[1].id") as a JSON pointer."""
    return "/" + re.sub(r"\[(\d+)\]", r".\1", where).strip(".").replace("~", "~0").replace("/", "~1").replace(
        ".", "/"
    )


def invalid(error: SettingsError, instead: str) -> Invalid:
    """*error* of settings decoded at "settings"; one that is elsewhere is told at *instead*."""
    if error.where.startswith("settings"):
        return Invalid(pointer(error.where), error.problem, error.remedy)
    return Invalid(instead, f"{error.where} is {error.problem}", error.remedy)


def _walk(value: Any, depth: int) -> Iterator[tuple[Any, int]]:
    """*value* and all in it, with the depth; no deeper than is refused anyway."""
    yield value, depth
    if depth > DEEPEST:
        return
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for each in inside:
        yield from _walk(each, depth + 1)


def _escaped(key: str) -> str:
    return key[:100].replace("~", "~0").replace("/", "~1")
