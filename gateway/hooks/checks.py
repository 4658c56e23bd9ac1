"""What a plugin must be, checked before it is registered; each refusal says where and what to write."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import msgspec
from msgspec import Struct

from gateway.errors import PluginError
from gateway.hooks.mark import no_such_hook
from gateway.hooks.offers import Offers
from gateway.hooks.plugin import Call, where
from gateway.hooks.specs import PROJECT, hook_arguments

#: What pluggy could do with a hook and we do not: our hooks run one by one, in the tenant's order.
_REFUSED_OPTIONS = ("wrapper", "hookwrapper", "tryfirst", "trylast")


class Implementation(Struct, frozen=True):
    """One hook of one plugin: the function as written, and what it takes in its own order."""

    hook: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]


def implementations(plugin: object, name: str) -> dict[str, Implementation]:
    """The hooks that *plugin* implements. Raises `PluginError` with the first thing that is wrong."""
    if inspect.isclass(plugin):
        raise PluginError(f"plugin '{name}' is a class; register an instance — did you forget the ()?")
    specs = hook_arguments()
    found: dict[str, Implementation] = {}
    for attribute, function in _routines(plugin):
        options = getattr(function, f"{PROJECT}_impl", None)
        if isinstance(options, dict):
            one = _check(name, options.get("specname") or attribute, function, options, specs)
            if one.hook in found:
                raise PluginError(
                    f"plugin '{name}' marks two functions as {one.hook}, {found[one.hook].function.__name__} "
                    f"and {function.__name__}; keep one and let it call the other ({where(function)})"
                )
            found[one.hook] = one
        elif attribute in specs and _written_here(plugin, function):
            raise PluginError(
                f"plugin '{name}': {attribute}() looks like a hook but is not marked; "
                f"add @hook.{attribute} ({where(function)})"
            )
    return found


def check_useful(name: str, found: Mapping[str, Implementation], offers: Offers) -> None:
    """Raise `PluginError` for a plugin with nothing in it."""
    if not (found or offers.flows or offers.jobs or offers.listeners or offers.collectors):
        raise PluginError(
            f"plugin '{name}' implements no hooks; hooks are {', '.join(hook_arguments())}; it has no @flow, "
            "@job, @hook.on or @hook.collect either (in a package, import their modules in __init__.py)"
        )


def settings_of(plugin: object, name: str) -> type[Struct] | None:
    """The Struct `Settings` that *plugin* declares, None when it declares none. Raises `PluginError` for one
    that is no Struct or cannot be described as JSON Schema."""
    declared = getattr(plugin, "Settings", None)
    if declared is None:
        return None
    if not (inspect.isclass(declared) and issubclass(declared, Struct)):
        raise PluginError(
            f"plugin '{name}': Settings must be a msgspec.Struct: class Settings(Struct, frozen=True)"
        )
    if not declared.__struct_config__.frozen:
        raise PluginError(
            f"plugin '{name}': Settings must be frozen, for all turns share them: "
            "class Settings(Struct, frozen=True)"
        )
    try:
        msgspec.json.schema(declared)
    except (TypeError, ValueError, NameError) as error:
        raise PluginError(f"plugin '{name}': Settings cannot be described as JSON Schema: {error}") from error
    return declared


def adapt(function: Callable[..., Any], taken: tuple[str, ...], given: tuple[str, ...]) -> Call:
    """*function* as something that is called with all of *given*, by position, whatever it takes itself."""
    if taken == given:
        return function
    if not taken:
        return lambda *values: function()
    if len(taken) == 1:
        index = given.index(taken[0])
        return lambda *values: function(values[index])
    order = tuple(given.index(argument) for argument in taken)
    return lambda *values: function(*[values[index] for index in order])


def _routines(plugin: object) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions and methods of *plugin*; properties are left alone."""
    for attribute in dir(plugin):
        if isinstance(inspect.getattr_static(plugin, attribute, None), property):
            continue
        value = getattr(plugin, attribute, None)
        if inspect.isroutine(value):
            yield attribute, value


def _written_here(plugin: object, function: Callable[..., Any]) -> bool:
    """False for what a module has only imported, such as a helper of the same name."""
    return not isinstance(plugin, ModuleType) or function.__module__ == plugin.__name__


def _check(
    name: str,
    hook: str,
    function: Callable[..., Any],
    options: Mapping[str, object],
    specs: Mapping[str, tuple[str, ...]],
) -> Implementation:
    """One marked function against its spec."""
    at = where(function)
    if hook not in specs:
        raise PluginError(f"plugin '{name}': {no_such_hook(hook)} ({at})")
    for option in _REFUSED_OPTIONS:
        if options.get(option):
            raise PluginError(
                f"plugin '{name}': {hook} is marked {option}; hooks run one by one in the order of "
                f"the tenant's plugins, mark it with @hook.{hook} alone ({at})"
            )
    if inspect.isasyncgenfunction(function):
        raise PluginError(
            f"plugin '{name}': {hook} is an async generator; write return instead of yield ({at})"
        )
    if hook.startswith("register_"):
        if inspect.iscoroutinefunction(function):
            raise PluginError(
                f"plugin '{name}': {hook} must be a plain 'def', it is called while loading ({at})"
            )
    elif not inspect.iscoroutinefunction(function):
        raise PluginError(
            f"plugin '{name}': {hook} must be 'async def', it would block every other tenant ({at})"
        )
    return Implementation(hook, function, _arguments(name, hook, function, specs[hook]))


def _arguments(name: str, hook: str, function: Callable[..., Any], spec: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments that *function* takes, in its order; all of them the spec's."""
    parameters = inspect.signature(function).parameters.values()
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.KEYWORD_ONLY):
            problem = f"name '{parameter.name}' plainly, without * or **"
        elif parameter.name not in spec:
            problem = f"it has no argument '{parameter.name}'"
        else:
            continue
        takes = f"({', '.join(spec)})"
        raise PluginError(f"plugin '{name}': hook {hook} takes {takes}; {problem} ({where(function)})")
    return tuple(parameter.name for parameter in parameters)
