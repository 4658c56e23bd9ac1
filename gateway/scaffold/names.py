"""Which names a new plugin or provider can have: they become packages, commands, tables and addresses."""

from __future__ import annotations

import importlib.util
import keyword
import re
import sys
from importlib import metadata
from typing import Literal

from gateway.errors import SettingsError
from gateway.store.migrate.confine import check_names
from gateway.store.migrate.source import Component

Kind = Literal["plugin", "provider"]

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 41
#: Folders and packages that are there already, or will be.
_TAKEN = frozenset({"gateway", "plugins", "providers", "tests", "test", "src"})


def checked(kind: Kind, name: str, commands: tuple[str, ...]) -> str:
    """*name*, if a new *kind* can have it. Raises `SettingsError` with what to write instead; *commands* are
    those of `gateway`."""
    remedy = f"such as: gateway new {kind} {_nearest(name, kind)}"
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        problem = f"is 1 to {_LONGEST} of a-z, 0-9 and single _ between them, and begins with a letter"
        raise SettingsError(f"the name of a {kind}", f"{problem}; {name[:60]!r} does not fit", remedy)
    if reason := _reason(kind, name, commands):
        raise SettingsError(f"the name of a {kind}", f"cannot be '{name}': {reason}", "choose another name")
    return name


def _reason(kind: Kind, name: str, commands: tuple[str, ...]) -> str:
    """Why *name* cannot be had; "" when it can."""
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        return "it is a word of Python"
    if name in _TAKEN:
        return "packages of this name are the gateway's, or a project's tests"
    if name in sys.stdlib_module_names:
        return "Python's standard library has a module of this name"
    if kind == "plugin" and name in commands:
        return f"`gateway {name}` is a command already"
    if kind == "plugin" and (taken := _tables(name)):
        return taken
    for point in metadata.entry_points(group=f"gateway.{kind}s"):
        if point.name == name:
            owner = f" by {point.dist.name}" if point.dist else ""
            return f"a {kind} of this name is installed{owner}"
    if importlib.util.find_spec(name) is not None:
        return "a package of this name is installed, and would be imported in its place"
    return ""


def _tables(name: str) -> str:
    """Why the tables of a plugin *name* could not be told from the core's; "" when they can."""
    from pathlib import Path

    try:
        check_names([Component(name, Path())])
    except SettingsError as error:
        return error.problem
    return ""


def _nearest(name: str, kind: Kind) -> str:
    """What *name* could be."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    near = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_").lstrip("0123456789_")[:_LONGEST].strip("_")
    return near or f"my_{kind}"
