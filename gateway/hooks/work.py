"""What `CliContext.work` asks for: a plugin's function, run as one transaction where the database is."""

from __future__ import annotations

import asyncio
import inspect
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from gateway.errors import GatewayError, PluginError, SerializationFailure
from gateway.hooks.failure import HookFailed
from gateway.hooks.isolate import run_hook
from gateway.hooks.plugin import Plugin, where
from gateway.store.port import Store, Tx

#: Seconds that the function may take, and for which it may keep others on SQLite from writing.
DEADLINE, HOLD = 30.0, 2.0
TRIES = 5


def name_of(plugin: Plugin, function: Callable[..., Any]) -> str:
    """How another process finds *function*: its file within the plugin, and its name. Raises `PluginError`
    for what is no ``async def`` at the top of one of the plugin's modules."""
    code = getattr(function, "__code__", None)
    name = getattr(function, "__qualname__", repr(function))
    if (
        code is None
        or not plugin.owns(code.co_filename)
        or "<" in name
        or not inspect.iscoroutinefunction(function)
    ):
        at = f" ({where(function)})" if code is not None else ""
        raise PluginError(
            f"plugin '{plugin.name}': work() takes an 'async def' at the top of one of the plugin's own "
            f"modules, such as async def put(db, rows); {name} is none{at}"
        )
    return f"{_inside(plugin, code.co_filename)}:{name}"


def find(plugin: Plugin, wanted: str) -> Callable[..., Awaitable[Any]]:
    """The function that `name_of` named. Raises `GatewayError`."""
    file, _, name = wanted.partition(":")
    ending = os.path.basename(file).lstrip(".")  # there are a thousand modules: most are no candidates
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if not isinstance(path, str) or not path.endswith(ending):
            continue
        if plugin.owns(os.path.abspath(path)) and _inside(plugin, path) == file:
            found = getattr(module, name, None)
            if inspect.iscoroutinefunction(found) and plugin.owns(found.__code__.co_filename):
                return found
    raise GatewayError(
        f"the gateway that runs has no {name} in its plugin '{plugin.name}': it is older than the file, "
        "restart it"
    )


async def run_work(
    store: Store, plugin: Plugin, tenant: str, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Any:
    """Run the plugin's function *name* as one transaction of *tenant*. Raises `GatewayError`."""
    function = find(plugin, name)
    tries = 0
    while True:
        try:
            return await _once(store, plugin, tenant, function, args, kwargs)
        except HookFailed as failure:
            raise GatewayError(failure.detail) from failure
        except SerializationFailure:
            tries += 1
            if tries > TRIES:
                raise
            await asyncio.sleep(0.01 * tries)


async def _once(
    store: Store, plugin: Plugin, tenant: str, function: Callable[..., Awaitable[Any]], args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> Any:  # fmt: skip
    unit = store.unit(tenant, hold=HOLD)
    try:
        call: Any = function(unit.db, *args, **kwargs)
        answer = await run_hook(plugin, function.__name__, call, deadline=DEADLINE)
        _check(plugin, function, answer)
        if unit.opened:
            await unit.commit(_nothing)
    except BaseException:
        await unit.rollback()
        raise
    await unit.rollback()
    return answer


async def _nothing(tx: Tx) -> None:
    """Beside what the function wrote there is nothing to keep."""


def _check(plugin: Plugin, function: Callable[..., Any], answer: Any) -> None:
    try:
        msgspec.json.encode(answer)
    except (TypeError, ValueError) as error:
        raise GatewayError(
            f"plugin '{plugin.name}': what {function.__name__} returns cannot be sent: {error} "
            f"({where(function)})"
        ) from None


def _inside(plugin: Plugin, filename: str) -> str:
    """The file's name within the plugin; the one file of a plugin is itself."""
    path = os.path.abspath(filename)
    return next((os.path.relpath(path, own) for own in plugin.files if plugin.owns(path)), "")
