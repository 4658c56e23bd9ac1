"""What a tenant of the database says of its policy and retention: kept as gateway.toml would have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Struct

from gateway.errors import SettingsError
from gateway.observe.logs import get_logger
from gateway.settings import durations
from gateway.settings.decode import decode
from gateway.store.port import Row

log = get_logger("gateway.tenants")

S = TypeVar("S", bound=Struct)
_object = msgspec.json.Decoder(dict[str, Any])


def said(row: Row, column: str) -> dict[str, Any]:
    """What the tenant of *row* says, nested as it was written."""
    return _object.decode(row[column] or "{}")


def readable(row: Row, column: str, shape: type[S]) -> S:
    """The same as *shape*. What this code cannot read (a newer one wrote it) is as if nobody had said it."""
    written, kept = said(row, column), dict[str, Any]()
    for name, value in written.items():
        try:
            decode({name: value}, shape, "")
        except SettingsError as error:
            log.error("tenant.unreadable", tenant=row["tenant"], where=f"{column}{error.where}")
        else:
            kept[name] = value
    return decode(kept, shape, "")


def given(form: Struct) -> dict[str, Any]:
    """What *form* says: no member that was left out, null where one is to be taken away."""
    values = {name: getattr(form, name) for name in form.__struct_fields__}
    return {name: _plain(value) for name, value in values.items() if value is not UNSET}


def _plain(value: Any) -> Any:
    if isinstance(value, Struct):
        return given(value)
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def merged(before: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """*before* with what *change* says, table by table; null takes a key away, and so is a table that is
    left empty."""
    made = dict(before)
    for name, value in change.items():
        old = made.get(name)
        if isinstance(value, dict):
            value = merged(old if isinstance(old, dict) else {}, value) or None
        if value is None:
            made.pop(name, None)
        else:
            made[name] = value
    return made


def shown(value: Any, shape: Any = None) -> Any:
    """A Struct of settings as a person writes it: lengths of time as texts."""
    if isinstance(value, Struct):
        types = {each.name: each.type for each in msgspec.structs.fields(value)}
        return {name: shown(getattr(value, name), kind) for name, kind in types.items()}
    if isinstance(value, tuple):
        return [shown(each) for each in value]
    if isinstance(value, float) and durations.MARK in getattr(shape, "__metadata__", ()):
        return durations.text(value)
    return value


def leaves(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Every value of nested tables by its name, "quiet.start"."""
    found: dict[str, Any] = {}
    for name, each in value.items():
        if isinstance(each, dict):
            found |= leaves(each, f"{prefix}{name}.")
        else:
            found[prefix + name] = each
    return found
