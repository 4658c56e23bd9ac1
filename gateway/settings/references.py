"""Secrets that stand elsewhere: ``{ env = "NAME" }`` and ``{ file = "path" }`` in place of a value."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gateway.errors import SettingsError
from gateway.stamps import stamp

#: Bytes; a secret is short, and a file that is not one (a device, a log) must not be read whole.
MAX_SECRET_FILE = 64 * 1024


def resolve(value: Any, where: str) -> Any:
    """*value* with every reference in it looked up. Raises `SettingsError` naming what is not there."""
    if isinstance(value, list | tuple):
        return [resolve(each, f"{where}[{index}]") for index, each in enumerate(value)]
    kind = reference(value)
    if kind == "env":
        return _environment(value["env"], where)
    if kind == "file":
        return _content(Path(value["file"]), where)
    if isinstance(value, Mapping):
        return {key: resolve(each, f"{where}.{key}") for key, each in value.items()}
    return value


def reference(value: Any) -> str:
    """ "env" or "file" when *value* is a reference, otherwise ""."""
    if isinstance(value, Mapping) and len(value) == 1:
        (key, target), *_ = value.items()
        if key in ("env", "file") and isinstance(target, str):
            return str(key)
    return ""


def anchored(value: Any, base: Path) -> Any:
    """*value* with the paths of its file references made absolute, relative to *base*."""
    if isinstance(value, list):
        return [anchored(each, base) for each in value]
    if reference(value) == "file":
        return {"file": str(base / value["file"])}
    if isinstance(value, dict):
        return {key: anchored(each, base) for key, each in value.items()}
    return value


class References:
    """Which references a value holds, and a stamp that changes when one of them does."""

    __slots__ = ("_names", "_paths")

    def __init__(self, value: Any) -> None:
        found = tuple(_walk(value))
        self._names = tuple(target for kind, target in found if kind == "env")
        self._paths = tuple(target for kind, target in found if kind == "file")

    def __bool__(self) -> bool:
        """Whether there is anything to look up again."""
        return bool(self._names or self._paths)

    def stamp(self, get: Callable[[str], str | None] = os.environ.get) -> tuple[object, ...]:
        """The variables' values and the files' times; cheap enough for every send."""
        if not self._paths:
            return tuple([get(name) for name in self._names])
        return (*(get(name) for name in self._names), *map(stamp, self._paths))


def _walk(value: Any) -> Iterator[tuple[str, str]]:
    kind = reference(value)
    if kind:
        yield kind, value[kind]
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _walk(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _walk(each)


def _environment(name: str, where: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise SettingsError(
            where, f"the environment variable {name} is not set", f"set {name} and start again"
        )
    if not value.strip():
        raise SettingsError(where, f"the environment variable {name} is empty", f"set {name} and start again")
    return value.strip()


def _content(path: Path, where: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_SECRET_FILE + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SettingsError(where, f"cannot read {path}: {why}", "write the secret into that file") from None
    try:
        value = raw.decode().strip()
    except UnicodeDecodeError:
        raise SettingsError(where, f"{path} is not UTF-8 text", "write the secret alone into it") from None
    if not value or len(raw) > MAX_SECRET_FILE:
        problem = "is empty" if not value else f"has more than {MAX_SECRET_FILE} bytes"
        raise SettingsError(where, f"{path} {problem}", "write the secret alone into it")
    return value
