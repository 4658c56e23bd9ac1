"""One loaded plugin, as the rest of the gateway sees it."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Mapping
from types import CodeType, CoroutineType, ModuleType
from typing import Any

from msgspec import Struct

from gateway.hooks.offers import Offers

#: A hook's implementation, called with all the arguments of its spec in the spec's order.
#: The result is the plugin's; for `on_message` it is `Handled` or None, for the others it says nothing.
Call = Callable[..., "CoroutineType[Any, Any, Any]"]


class Plugin(Struct, frozen=True):
    """A plugin that passed every check. *files* are its own files, or the folder of its package; *settings*
    is the Struct of its settings, None when it declares none."""

    name: str
    source: str
    version: str
    files: tuple[str, ...]
    hooks: Mapping[str, Call]
    #: Where each implementation is written, and its code, by which a running hook is recognised.
    lines: Mapping[str, str]
    codes: Mapping[CodeType, str]
    settings: type[Struct] | None = None
    offers: Offers = Offers()

    def owns(self, filename: str) -> bool:
        """Whether *filename* is part of this plugin."""
        return any(filename == own or filename.startswith(own + os.sep) for own in self.files)


def display(filename: str, line: int) -> str:
    """``path:line``, the path relative to the working directory when it lies below it."""
    relative = os.path.relpath(filename) if filename.startswith(os.getcwd() + os.sep) else filename
    return f"{relative}:{line}"


def where(function: Callable[..., Any]) -> str:
    """``path:line`` of the line that defines *function*, as `display` writes it."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return display(code.co_filename, code.co_firstlineno) if code else "no source"


def files_of(owner: object) -> tuple[str, ...]:
    """The folder of the package that *owner* (a module, or an object) belongs to, or its one file."""
    module = owner if isinstance(owner, ModuleType) else sys.modules.get(type(owner).__module__)
    if module is None:
        return ()
    package = sys.modules.get(module.__package__ or "")
    for home in (module, package):  # a namespace package has a path but no file, and is nobody's own
        if home is not None and hasattr(home, "__path__") and getattr(home, "__file__", None):
            return tuple(os.path.abspath(path) for path in home.__path__)
    file = getattr(module, "__file__", None)
    return (os.path.abspath(file),) if file else ()
