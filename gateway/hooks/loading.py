"""Where plugins come from: single files (or folders) named in the settings, and installed packages."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib import metadata
from pathlib import Path
from types import ModuleType

from msgspec import Struct

from gateway.errors import PluginError
from gateway.hooks.mark import Hook
from gateway.hooks.plugin import display, files_of

GROUP = "gateway.plugins"
SWITCH = "GATEWAY_PLUGINS"


class Loaded(Struct, frozen=True):
    """A plugin's object and the files that are its own, before any check."""

    plugin: object
    files: tuple[str, ...]
    version: str


class Candidate(Struct, frozen=True):
    """A plugin that could be loaded. *source* names its file or its distribution."""

    name: str
    source: str
    load: Callable[[], Loaded]


def from_paths(paths: Iterable[Path]) -> Iterator[Candidate]:
    """Files ``echo.py`` and folders with an ``__init__.py``, each named by its stem."""
    for path in paths:
        yield Candidate(path.stem, str(path), partial(_load_path, path))


def from_entry_points() -> Iterator[Candidate]:
    """What installed distributions offer under the group ``gateway.plugins``."""
    for point in metadata.entry_points(group=GROUP):
        version = point.dist.version if point.dist else ""
        source = f"{point.dist.name} {version} ({point.value})" if point.dist else point.value
        yield Candidate(point.name, source, partial(_load_point, point, version))


def switched(environment: Mapping[str, str] = os.environ) -> frozenset[str] | None:
    """The plugins that `GATEWAY_PLUGINS` ("shop,crm") leaves on, None when it is not set: all. An empty one
    leaves none: the switch for the day on which a plugin harms."""
    written = environment.get(SWITCH)
    if written is None:
        return None
    return frozenset(name for name in (each.strip() for each in written.split(",")) if name)


def why(name: str, error: BaseException) -> str:
    """The sentence for a plugin that could not be loaded. A refusal of ours already is one."""
    if isinstance(error, PluginError):
        return str(error)
    if isinstance(error, SyntaxError) and error.filename:
        at = display(error.filename, error.lineno or 0)
    else:
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if not frame.filename.startswith("<frozen ") and os.path.dirname(frame.filename) != _HERE
        ]
        at = display(frames[-1].filename, frames[-1].lineno or 0) if frames else "before its first line"
    text = error.msg if isinstance(error, SyntaxError) else str(error)  # which names the file once more
    if isinstance(error, ModuleNotFoundError) and error.name == name:
        instead = f"'from .module import …' in the place of 'from {name}.module import …'"
        text += f"; within the package write {instead}"
    if isinstance(error, AttributeError) and isinstance(error.obj, Hook):
        return f"plugin '{name}': {text} ({at})"  # @hook.on_mesage
    return f"plugin '{name}' cannot be loaded: {type(error).__name__}{': ' if text else ''}{text} ({at})"


_HERE = os.path.dirname(os.path.abspath(__file__))


def _load_path(path: Path) -> Loaded:
    """Run a file as a module of a private name; `sys.path` is not touched."""
    file = path / "__init__.py" if path.is_dir() else path
    if not file.is_file():
        raise PluginError(f"plugin '{path.stem}': there is no file {file}; mend plugin_paths")
    name = f"_gateway_plugin_{path.stem}_{hashlib.blake2b(bytes(file), digest_size=6).hexdigest()}"
    folders = [str(path)] if path.is_dir() else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=folders)
    if spec is None or spec.loader is None:
        raise PluginError(f"plugin '{path.stem}': {file} is not a Python file; name it {path.stem}.py")
    module = importlib.util.module_from_spec(spec)
    for old in [each for each in sys.modules if each.startswith(name + ".")]:
        del sys.modules[old]  # loaded again, a package's parts are read again too
    sys.modules[name] = module  # dataclasses and type hints look their module up
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return Loaded(module, files_of(module), str(getattr(module, "__version__", "")))


def _load_point(point: metadata.EntryPoint, version: str) -> Loaded:
    """Import what an entry point names: a module, or an instance in it."""
    plugin = point.load()
    module = plugin if isinstance(plugin, ModuleType) else sys.modules[point.module]
    return Loaded(plugin, files_of(module), version)
