"""`gateway <plugin> <command>`: the commands that plugins bring, found when a word is none of ours."""

from __future__ import annotations

import argparse
import asyncio
import base64
import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from gateway.errors import GatewayError
from gateway.hooks.clicontext import CliContext
from gateway.hooks.failure import raised
from gateway.hooks.host import Host
from gateway.hooks.loading import switched
from gateway.hooks.offers import CliCommand
from gateway.hooks.plugin import Plugin
from gateway.hooks.work import name_of
from gateway.operate import operate
from gateway.provider import StoredFile
from gateway.settings import Settings, load

#: Bytes of what one call of `CliContext.work` may send, and the seconds that it may take.
MOST, PATIENCE = 3 * 1024 * 1024, 60.0
#: Bytes of a file of `CliContext.keep`: written as text they fit into one request to a gateway that runs.
LARGEST = 5 * 1024 * 1024


def plugin_command(words: Sequence[str]) -> Callable[[], int] | None:
    """What *words* call, when the first of them names an installed plugin; None when it does not. Raises
    `GatewayError` for a plugin that cannot be loaded or has no commands."""
    name, config = words[0], _config(words)
    try:
        settings = load(config)
    except GatewayError:  # told as soon as it is known that a plugin was meant
        settings = None
    left = switched()
    only = {name} if left is None else left & {name}
    host = Host.load(settings.plugin_paths if settings else (), only=only)
    if name in host.failed:
        raise GatewayError(host.failed[name])
    plugin = host.plugins.get(name)
    if plugin is None and settings is not None and any(name in each.plugins for each in settings.tenants):
        raise GatewayError(
            f"there is no plugin '{name}', though {config} has a tenant that uses it: install it, or name "
            "its file or folder in plugin_paths"
        )
    if plugin is None:
        return None
    if not plugin.offers.cli:
        raise GatewayError(
            f"the plugin '{name}' has no commands; those of the gateway are in `gateway --help`"
        )
    return partial(_parse_and_run, plugin, host, settings, config, words[1:])


def run_beside(host: Host, settings: Settings, tenant: str, words: Sequence[str]) -> int:
    """Run *words* ("shop import products.csv") of a plugin of *host* beside the gateway that has it, in a
    thread of its own; the exit code. Raises `GatewayError`."""
    plugin = host.plugins.get(words[0]) if words else None
    if plugin is None or not plugin.offers.cli:
        used = next((each.plugins for each in settings.tenants if each.id == tenant), tuple(host.plugins))
        has = {name: host.plugins[name].offers.cli for name in used if name in host.plugins}
        known = [f"{name} {each.name}" for name, commands in has.items() for each in commands]
        raise GatewayError(f"plugins' commands are: {', '.join(known) or 'none'}")
    named = [each.name for each in plugin.offers.cli]
    whose = ("--tenant", tenant) if words[1:2] and words[1] in named and "--tenant" not in words else ()
    try:
        return _parse_and_run(plugin, host, settings, settings.path, [*words[1:], *whose])
    except SystemExit as error:  # argparse: --help and usage errors
        return error.code if isinstance(error.code, int) else 2


def _config(words: Sequence[str]) -> Path:
    """What --config names, wherever it stands."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--config":
            return Path(following)
        if word.startswith("--config="):
            return Path(word.partition("=")[2])
    return Path("gateway.toml")


def _parse_and_run(
    plugin: Plugin, host: Host, settings: Settings | None, config: Path, words: Sequence[str]
) -> int:
    parser = argparse.ArgumentParser(
        prog=f"gateway {plugin.name}",
        description=" ".join(("commands of the plugin", plugin.name, plugin.version)).rstrip(),
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in plugin.offers.cli:
        line = command.help.replace("%", "%%")  # argparse would fill it in
        sub = commands.add_parser(command.name, help=line, description=command.help)
        sub.add_argument("--config", metavar="FILE", type=Path, help="default: gateway.toml")
        sub.add_argument("--tenant", default="", help="whose (default: the only tenant's)")
        sub.set_defaults(_command=command)
        if command.configure is not None:
            _configured(plugin, command, sub)
    args = parser.parse_args(list(words))
    command = vars(args).pop("_command")
    if settings is None:
        settings = load(config)  # says what is missing
    send = partial(_send, plugin, host, settings, args.tenant)
    put = partial(_put, plugin, settings, args.tenant)
    context = CliContext(settings.path, args.tenant, send, put)
    return _run(plugin, command, args, context)


def _configured(plugin: Plugin, command: CliCommand, parser: argparse.ArgumentParser) -> None:
    assert command.configure is not None
    try:
        command.configure(parser)
    except Exception as error:
        failure = raised(plugin, f"configure of `gateway {plugin.name} {command.name}`", error)
        raise GatewayError(f"{failure.detail}; --config and --tenant are there already") from error


def _run(plugin: Plugin, command: CliCommand, args: argparse.Namespace, context: CliContext) -> int:
    try:
        code: Any = command.run(args, context)
        if inspect.isawaitable(code):
            code = asyncio.run(_awaited(code))
    except (GatewayError, KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        failure = raised(plugin, f"`gateway {plugin.name} {command.name}`", error)
        raise GatewayError(failure.detail) from error
    return code if isinstance(code, int) else 0


async def _awaited(code: Any) -> Any:
    return await code


async def _send(
    plugin: Plugin, host: Host, settings: Settings, tenant: str, function: Callable[..., Any],
    args: Sequence[Any], kwargs: Mapping[str, Any],
) -> Any:  # fmt: skip
    """Run *function* where the database is."""
    name = name_of(plugin, function)
    try:
        sent = msgspec.json.encode([list(args), dict(kwargs)])
    except (TypeError, ValueError) as error:
        raise GatewayError(
            f"plugin '{plugin.name}': what {function.__name__} is called with cannot be sent: {error}"
        ) from None
    if len(sent) > MOST:
        raise GatewayError(
            f"plugin '{plugin.name}': {function.__name__} is called with {len(sent)} bytes, and {MOST} are "
            "the most; send fewer rows at a time"
        )
    given = msgspec.json.decode(sent)
    values = {"tenant": tenant, "plugin": plugin.name, "work": name, "args": given[0], "kwargs": given[1]}
    answer = await operate(settings, "plugin.work", values, timeout=PATIENCE, host=host)
    return answer["answer"]


async def _put(
    plugin: Plugin, settings: Settings, tenant: str, data: bytes, filename: str, public: bool
) -> StoredFile:
    """Keep *data* where the database is."""
    if not isinstance(data, bytes | bytearray):
        raise GatewayError(f"plugin '{plugin.name}': keep() takes bytes, not a {type(data).__name__}")
    if len(data) > LARGEST:
        raise GatewayError(
            f"plugin '{plugin.name}': keep() was given a file of {len(data)} bytes, and {LARGEST} are the "
            "most that a command hands to a gateway that runs; send larger ones to POST /api/v1/media"
        )
    values = {
        "tenant": tenant, "data": base64.b64encode(data).decode(), "filename": filename, "public": public,
    }  # fmt: skip
    answer = await operate(settings, "plugin.keep", values, timeout=PATIENCE)
    return msgspec.convert(answer["file"], StoredFile)
