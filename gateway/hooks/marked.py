"""Listeners and collectors of a plugin: what `@hook.on` and `@hook.collect` marked."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from gateway.errors import PluginError
from gateway.hooks.checks import adapt
from gateway.hooks.failure import without
from gateway.hooks.mark import COLLECT, ON, OPTIONAL
from gateway.hooks.plugin import where

_LISTENER, _COLLECTOR = ("event", "chat"), ("question", "settings")


class AnswerFailed(PluginError):
    """A collector raised. *said* names what and where, and may be logged; the whole has its words too."""

    def __init__(self, said: str, whole: str) -> None:
        self.said = said
        super().__init__(whole)


def listeners(plugin: object, name: str) -> dict[str, Callable[..., Any]]:
    """By event, each called with ``(event, chat)``. Raises `PluginError`."""
    found: dict[str, Callable[..., Any]] = {}
    for event, function in _marked(plugin, ON):
        said = f'@hook.on("{event}")'
        if not inspect.iscoroutinefunction(function):
            raise PluginError(
                f"plugin '{name}': what {said} marks must be 'async def', it would block every other tenant "
                f"({where(function)})"
            )
        _once(name, said, found.get(event), function)
        found[event] = function
    return {event: _taking(name, f'@hook.on("{event}")', each, _LISTENER) for event, each in found.items()}


def optional(plugin: object) -> frozenset[str]:
    """The events to which it listens whether a plugin that tells them is installed or not."""
    return frozenset(event for event, _ in _marked(plugin, OPTIONAL))


def collectors(plugin: object, name: str) -> dict[str, Callable[..., Any]]:
    """By the name of the question, each called with ``(question, settings)``. Raises `PluginError`."""
    found: dict[str, Callable[..., Any]] = {}
    for asked, function in _marked(plugin, COLLECT):
        said = f'@hook.collect("{asked}")'
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            raise PluginError(
                f"plugin '{name}': what {said} marks must be a plain 'def', its answer is needed at once; "
                f"what has to wait is a job ({where(function)})"
            )
        _once(name, said, found.get(asked), function)
        found[asked] = function
    return {asked: _answering(name, f'@hook.collect("{asked}")', each) for asked, each in found.items()}


def _marked(plugin: object, attribute: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """What *attribute* marks in *plugin*; a function that goes by two names is one."""
    seen: set[int] = set()
    for name in dir(plugin):
        if isinstance(inspect.getattr_static(plugin, name, None), property):
            continue
        value = getattr(plugin, name, None)
        if not inspect.isroutine(value):
            continue
        code = id(getattr(value, "__func__", value))
        if code not in seen:
            seen.add(code)
            for marked in getattr(value, attribute, ()):
                yield str(marked), value


def _once(name: str, said: str, before: Callable[..., Any] | None, function: Callable[..., Any]) -> None:
    if before is not None:
        raise PluginError(
            f"plugin '{name}' marks two functions with {said}, {before.__name__} and {function.__name__}; "
            f"keep one and let it call the other ({where(function)})"
        )


def _answering(name: str, said: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The collector, with its own name on what it raises: the plugin that asked is not to blame."""
    call = _taking(name, said, function, _COLLECTOR)

    def answer(question: Any, settings: Any) -> Any:
        try:
            return call(question, settings)
        except Exception as error:
            raised, at = f"plugin '{name}' {said} raised {type(error).__name__}", where(function)
            text = f": {without(str(error), settings)}" if str(error) else ""
            raise AnswerFailed(f"{raised} ({at})", f"{raised}{text} ({at})") from error

    return answer


def _taking(name: str, said: str, function: Callable[..., Any], given: tuple[str, ...]) -> Callable[..., Any]:
    parameters = inspect.signature(function).parameters.values()
    for parameter in parameters:
        if parameter.kind is not parameter.POSITIONAL_OR_KEYWORD or parameter.name not in given:
            raise PluginError(
                f"plugin '{name}': what {said} marks takes ({', '.join(given)}) or fewer of them; it has no "
                f"argument '{parameter.name}' ({where(function)})"
            )
    return adapt(function, tuple(parameter.name for parameter in parameters), given)
