"""What a plugin offers, gathered when it is loaded: what its `register_<nouns>` return, and the flows, jobs,
listeners and folders that are found in its own modules."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from msgspec import Struct

from gateway.flows.flow import Flow
from gateway.hooks.checks import Implementation, adapt
from gateway.hooks.mark import COLLECT, ON
from gateway.hooks.offers import Offers
from gateway.jobs.job import Job


def offering(plugin: object, name: str, files: Sequence[str], found: Mapping[str, Implementation]) -> Offers:
    """Everything that *plugin* offers. Raises `PluginError`."""
    flows: dict[str, dict[str, Flow[..., Any]]] = {}
    jobs: dict[str, Job[..., Any]] = {}
    for value in _values(plugin, files):
        if isinstance(value, Flow):
            flows.setdefault(value.name, {})[value.version] = value
        elif isinstance(value, Job):
            jobs[value.name] = value
    listeners = dict(_marked(plugin, ON))
    collectors = dict(_marked(plugin, COLLECT))
    return Offers(
        flows=flows,
        jobs=jobs,
        recurring=_returned(found, "register_jobs"),
        routes=_returned(found, "register_routes"),
        metrics=_returned(found, "register_metrics"),
        cli=_returned(found, "register_cli"),
        commands=_returned(found, "register_commands"),
        events={event_name(shape): shape for shape in _returned(found, "register_events")},
        listeners={event: _listener(function) for event, function in listeners.items()},
        collectors=collectors,
        requires=tuple(getattr(plugin, "requires", ())),
        migrations=_folder(files, "migrations"),
        locales=_folder(files, "locales"),
        templates=_folder(files, "templates"),
    )


def event_name(shape: type[Struct]) -> str:
    """The tag of an event's struct."""
    return str(shape.__struct_config__.tag)


def _returned(found: Mapping[str, Implementation], hook: str) -> tuple[Any, ...]:
    one = found.get(hook)
    return tuple(one.function()) if one is not None else ()


def _listener(function: Callable[..., Any]) -> Callable[..., Any]:
    import inspect

    return adapt(function, tuple(inspect.signature(function).parameters), ("event", "chat"))


def _marked(plugin: object, attribute: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name in dir(plugin):
        value = getattr(plugin, name, None)
        if callable(value) and (event := getattr(value, attribute, None)):
            yield str(event), value


def _values(plugin: object, files: Sequence[str]) -> Iterator[object]:
    """What the plugin's own modules, and the plugin itself, hold by name."""
    own = [module for module in list(sys.modules.values()) if _owned(module, files)]
    for module in own:
        for value in list(vars(module).values()):
            if getattr(value, "__module__", None) == module.__name__:
                yield value
    if not isinstance(plugin, ModuleType):
        for name in dir(type(plugin)):
            yield getattr(type(plugin), name, None)


def _owned(module: object, files: Sequence[str]) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and any(file == own or file.startswith(own + "/") for own in files)


def _folder(files: Sequence[str], name: str) -> Path | None:
    """The plugin's folder *name*: in its package, or beside a single file as ``<stem>_<name>``."""
    for own in map(Path, files):
        folder = own / name if own.is_dir() else own.with_name(f"{own.stem}_{name}")
        if folder.is_dir():
            return folder
    return None
