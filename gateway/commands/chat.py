"""`gateway chat`: talk with your plugin in the terminal."""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from gateway.errors import SettingsError

if TYPE_CHECKING:
    from gateway.demo.backstage import ShiftedClock
    from gateway.demo.folder import Package
    from gateway.demo.program import Program
    from gateway.demo.screen import Screen
    from gateway.demo.simulators import Simulator
    from gateway.settings import Settings

NAME = "chat"
HELP = "talk with your plugins in the terminal"

_EXAMPLE = """example:
  gateway chat --plugin echo.py             one plugin file, nothing else needed
  gateway chat                              the plugin that is written in this folder, or the plugins of the
                                            first tenant of ./gateway.toml
  echo hello | gateway chat --plugin echo.py

Save a file of the plugin, and the next message meets the new code. /help lists what can be typed. The
provider is simulated and the database temporary: nothing reaches anybody, nothing is kept."""

CONTACT = "+254700000001"


def configure(parser: argparse.ArgumentParser) -> None:
    """--config, --plugin and --provider."""
    parser.epilog = _EXAMPLE
    parser.add_argument("--config", metavar="FILE", type=Path, help="whose first tenant's plugins answer")
    parser.add_argument(
        "--plugin",
        metavar="FILE",
        type=Path,
        help="a plugin's file, or its package's folder; it answers first",
    )
    parser.add_argument("--provider", help="which provider to simulate (default: meta_cloud)")


def run(args: argparse.Namespace) -> int:
    """Chat until the input ends."""
    from gateway.demo.folder import package_in
    from gateway.demo.loglines import LogLines
    from gateway.demo.screen import Screen
    from gateway.observe import configure_logging

    package = package_in(Path())
    config = args.config or (Path("gateway.toml") if Path("gateway.toml").is_file() else None)
    if args.plugin is not None and args.config is None:
        config = None
    own = own_settings(config, args.plugin, package)
    screen = Screen(sys.stdout)
    configure_logging("warning", LogLines(screen, without={"plugin.failed"}))  # told in full below
    return asyncio.run(_chat(screen, own, _plugin(args.plugin, package), package, args.provider, config))


def own_settings(config: Path | None, plugin: Path | None, package: Package | None = None) -> Settings | None:
    """The configuration to take plugins from; None when *plugin* or the folder's *package* is enough."""
    from gateway.settings import load

    if plugin is not None and not (plugin.is_file() or (plugin / "__init__.py").is_file()):
        raise SettingsError(str(plugin), "there is no such file", "name a plugin's .py file with --plugin")
    if config is not None:
        return load(config)
    if plugin is None and not (package and (package.names or package.stands_in)):
        raise SettingsError("chat", "there is nothing to chat with", "name a plugin's file with --plugin")
    return None


def _plugin(named: Path | None, package: Package) -> Path | str | None:
    """The plugin that answers first: its path, or its name when it is installed; None for those of
    gateway.toml."""
    if named is not None:
        return named
    for name in package.names:  # the folder's own, before what gateway.toml says
        return package.plugins.get(name, name)
    return None


def _shown(plugin: Path | str | None, own: Settings | None) -> Program | None:
    """What answers where there is no plugin, as in a provider's folder: the demo."""
    from gateway.demo.program import program

    if plugin is not None or (own and own.tenants and own.tenants[0].plugins):
        return None
    return program()


async def _chat(
    screen: Screen, own: Settings | None, plugin: Path | str | None, package: Package, wanted: str | None,
    config: Path | None,
) -> int:  # fmt: skip
    from gateway.channels import load_providers
    from gateway.demo.backstage import Backstage, ShiftedClock
    from gateway.demo.code import Code
    from gateway.demo.folder import load_provider
    from gateway.demo.settings import for_chat
    from gateway.demo.terminal import Terminal
    from gateway.settings import load

    providers = {**load_providers(), **{name: load_provider(package, name) for name in package.providers}}
    clock = ShiftedClock()
    name, simulator = _simulated(providers, wanted or next(iter(package.stands_in), None), clock)
    with tempfile.TemporaryDirectory(prefix="gateway-") as folder:
        await simulator.start()  # its addresses go into the settings
        try:
            shown = _shown(plugin, own)
            settings = for_chat(Path(folder), name, simulator, own, plugin, shown)
            code = Code(settings.plugin_paths, settings.tenants[0].plugins, [config] if config else [])

            def reread() -> Settings:
                again = load(config) if config else own
                found = for_chat(Path(folder), name, simulator, again, plugin, shown)
                return replace(settings, plugin_paths=found.plugin_paths, tenants=found.tenants)

            def failed(words: str) -> None:
                screen.line(f"  ! {words}", "red")

            async with Backstage(settings, code, simulator, name, providers, clock, reread, failed) as behind:
                for words in shown.commands if shown is not None else ():
                    await behind.run(shlex.split(words))
                answers = ", ".join(code.names) or "no plugin"
                screen.line(
                    f"{answers}, as {CONTACT} on a simulated {name}. /help says how, /quit leaves.", "dim"
                )
                for remark in behind.remarks():
                    failed(remark)
                await Terminal(simulator, CONTACT, screen, sys.stdin, behind).run()
        finally:
            await simulator.stop()
    return 0


def _simulated(providers: Any, wanted: str | None, clock: ShiftedClock) -> tuple[str, Simulator]:
    """The simulator of the provider *wanted*, or of the first one."""
    from gateway.demo.backstage import timed
    from gateway.demo.simulators import simulators

    offered = simulators(providers, lambda make: timed(make, clock))
    name = wanted or ("meta_cloud" if "meta_cloud" in offered else next(iter(offered)))
    if name not in offered:
        raise SettingsError("--provider", f"{name!r} has no simulator", f"choose one of {', '.join(offered)}")
    return name, offered[name]
