"""`gateway chat`: talk with your plugin in the terminal."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.errors import SettingsError

if TYPE_CHECKING:
    from gateway.demo.screen import Screen
    from gateway.settings import Settings

NAME = "chat"
HELP = "talk with your plugins in the terminal"

_EXAMPLE = """example:
  gateway chat --plugin echo.py             one plugin file, nothing else needed
  gateway chat                              the plugins of the first tenant of ./gateway.toml
  echo hello | gateway chat --plugin echo.py

The provider is simulated and the database temporary: nothing reaches anybody, nothing is kept."""

CONTACT = "+254700000001"


def configure(parser: argparse.ArgumentParser) -> None:
    """--config, --plugin and --provider."""
    parser.epilog = _EXAMPLE
    parser.add_argument("--config", metavar="FILE", type=Path, help="whose first tenant's plugins answer")
    parser.add_argument("--plugin", metavar="FILE", type=Path, help="a plugin in one file; it answers first")
    parser.add_argument("--provider", help="which provider to simulate (default: the first one)")


def run(args: argparse.Namespace) -> int:
    """Chat until the input ends."""
    from gateway.demo.loglines import LogLines
    from gateway.demo.screen import Screen
    from gateway.observe import configure_logging

    own = own_settings(args.config, args.plugin)
    screen = Screen(sys.stdout)
    configure_logging("warning", LogLines(screen))
    return asyncio.run(_chat(screen, own, args.plugin, args.provider))


def own_settings(config: Path | None, plugin: Path | None) -> Settings | None:
    """The configuration to take plugins from; None when *plugin* is enough."""
    from gateway.settings import load

    if plugin is not None and not plugin.is_file():
        raise SettingsError(str(plugin), "there is no such file", "name a plugin's .py file with --plugin")
    if config is None and Path("gateway.toml").is_file() and plugin is None:
        config = Path("gateway.toml")
    if config is not None:
        return load(config)
    if plugin is None:
        raise SettingsError("chat", "there is nothing to chat with", "name a plugin's file with --plugin")
    return None


async def _chat(screen: Screen, own: Settings | None, plugin: Path | None, wanted: str | None) -> int:
    from gateway.channels import load_providers
    from gateway.demo.settings import for_chat
    from gateway.demo.simulators import simulators
    from gateway.demo.stage import stage
    from gateway.demo.terminal import Terminal

    offered = simulators(load_providers())
    name = wanted or next(iter(offered))
    if name not in offered:
        remedy = f"choose one of {', '.join(offered)}"
        raise SettingsError("--provider", f"{name!r} has no simulator", remedy)
    simulator = offered[name]

    def settings_in(folder: Path) -> Settings:
        return for_chat(folder, name, simulator, own, plugin)

    async with stage({name: simulator}, settings_in, strict=True) as running:
        names = ", ".join(running.settings.tenants[0].plugins) or "no plugin"
        screen.line(f"{names}, as {CONTACT} on a simulated {name}. /help says how, /quit leaves.", "dim")
        await Terminal(simulator, CONTACT, screen, sys.stdin).run()
    return 0
