"""What a plugin offers, gathered when it is loaded: what its `register_<nouns>` return, and the flows, jobs,
listeners and folders that are found in its own modules."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from msgspec import Struct

from gateway.errors import PluginError
from gateway.flows.flow import Flow
from gateway.hooks.checks import Implementation
from gateway.hooks.marked import collectors, listeners, optional
from gateway.hooks.naming import check_component, check_name
from gateway.hooks.offers import Offers
from gateway.hooks.plugin import where
from gateway.hooks.returned import Returned
from gateway.jobs.job import Job
from gateway.language.catalogue import read
from gateway.store.migrate.source import Component

#: A conversation or a job, and what its function's first argument is called.
_FIRST: Mapping[type[Any], tuple[str, str, str]] = {
    Flow: ("flow", "conversation", "chat"),
    Job: ("job", "job", "job"),
}


Found = Flow[..., Any] | Job[..., Any]


def offering(plugin: object, name: str, files: Sequence[str], found: Mapping[str, Implementation]) -> Offers:
    """Everything that *plugin* offers. Raises `PluginError`."""
    flows: dict[str, dict[str, Flow[..., Any]]] = {}
    jobs: dict[str, Job[..., Any]] = {}
    for value in _values(plugin, files):
        _check_function(name, value)
        if isinstance(value, Flow):
            versions = flows.setdefault(value.name, {})
            _check_once(name, versions.get(value.version), value, f"version {value.version} of ")
            versions[value.version] = value
        else:
            _check_once(name, jobs.get(value.name), value, "")
            jobs[value.name] = value
    returned = Returned(name, found)
    return Offers(
        flows=flows,
        jobs=jobs,
        recurring=returned.recurring(jobs),
        routes=returned.routes(),
        metrics=returned.metrics(),
        cli=returned.cli(),
        commands=returned.commands(),
        personal=returned.personal(),
        events=returned.events(),
        listeners=listeners(plugin, name),
        optional=optional(plugin),
        collectors=collectors(plugin, name),
        requires=_requires(plugin, name),
        migrations=_migrations(name, files),
        locales=(locales := _folder(files, "locales")),
        catalogues=read(locales, name),
        templates=_templates(name, files),
        static=_folder(files, "static"),
    )


def _templates(name: str, files: Sequence[str]) -> Path | None:
    """The folder of its templates, each of which can be read."""
    folder = _folder(files, "templates")
    if folder is not None:
        from gateway.pages.templates import readable  # who has no pages does not wait for jinja2

        readable(name, folder)
    return folder


def event_name(shape: type[Struct]) -> str:
    """The tag of an event's struct."""
    return str(shape.__struct_config__.tag)


def _check_function(name: str, value: Found) -> None:
    """A flow and a job are made of an ``async def`` whose first argument is theirs."""
    mark, what, first = _FIRST[type(value)]
    function, at = value.function, where(value.function)
    if not inspect.iscoroutinefunction(function):
        raise PluginError(
            f"plugin '{name}': @{mark} is on {value.__name__}, which must be 'async def' for a {what} ({at})"
        )
    if not inspect.signature(function).parameters:
        raise PluginError(
            f"plugin '{name}': the {what} {value.__name__} takes no argument; write "
            f"async def {value.__name__}({first}) ({at})"
        )


def _check_once(
    name: str,
    before: Flow[..., Any] | Job[..., Any] | None,
    value: Flow[..., Any] | Job[..., Any],
    which: str,
) -> None:
    if before is not None:
        mark, what, _ = _FIRST[type(value)]
        raise PluginError(
            f"plugin '{name}' has two {what}s that are {which}'{value.name}' ({where(before.function)} and "
            f'{where(value.function)}); name one of them: @{mark}(name="…")'
        )


def _values(plugin: object, files: Sequence[str]) -> Iterator[Found]:
    """The flows and jobs that the plugin's own modules, and the plugin itself, hold by name; each once."""
    seen: set[int] = set()
    for value in _held(plugin, files):
        if isinstance(value, Flow | Job) and id(value) not in seen:
            seen.add(id(value))
            yield value


def _held(plugin: object, files: Sequence[str]) -> Iterator[object]:
    home = plugin if isinstance(plugin, ModuleType) else sys.modules.get(type(plugin).__module__)
    for module in [each for each in list(sys.modules.values()) if home and _owned(each, home, files)]:
        for value in list(vars(module).values()):
            if getattr(value, "__module__", None) == module.__name__:
                yield value
    if not isinstance(plugin, ModuleType):
        for name in dir(plugin):
            yield inspect.getattr_static(plugin, name, None)


def _owned(module: object, home: ModuleType, files: Sequence[str]) -> bool:
    """Whether *module* belongs to the plugin of *home*: below its package and in its files, tests left out.
    The same file may be loaded under a second name, by a test or another gateway: that is not this plugin."""
    name, file = getattr(module, "__name__", ""), getattr(module, "__file__", None)
    package = home.__package__ or home.__name__
    if name not in (home.__name__, package) and not name.startswith(package + "."):
        return False
    if not isinstance(file, str):
        return False
    file = os.path.abspath(file)
    return any(
        file == own
        or (file.startswith(own + os.sep) and not file.startswith(os.path.join(own, "tests") + os.sep))
        for own in files
    )


def _requires(plugin: object, name: str) -> tuple[str, ...]:
    """The plugins without which this one cannot work."""
    written = getattr(plugin, "requires", ())
    if isinstance(written, str) or not isinstance(written, Sequence):
        raise PluginError(
            f"plugin '{name}': requires must name plugins in a tuple: requires = (\"commerce\",)"
        )
    for each in written:
        if not isinstance(each, str):
            raise PluginError(
                f"plugin '{name}': requires holds {each!r}; name plugins by their names, as texts"
            )
        check_name(each)
    if name in written:
        raise PluginError(f"plugin '{name}' requires itself; take it out of requires")
    return tuple(written)


def _migrations(name: str, files: Sequence[str]) -> Path | None:
    folder = _folder(files, "migrations")
    if folder is not None:
        check_component(Component(name, folder))
    return folder


def _folder(files: Sequence[str], name: str) -> Path | None:
    """The plugin's folder *name*: in its package, or beside a single file as ``<stem>_<name>``."""
    for own in map(Path, files):
        folder = own / name if own.is_dir() else own.with_name(f"{own.stem}_{name}")
        if folder.is_dir():
            return folder
    return None
