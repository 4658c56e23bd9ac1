"""`gateway migrate`: bring the database's schema up to date, the plugins' tables included, or say what is
missing."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from gateway.commands import add_config, load_config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.settings import Settings
    from gateway.store.migrate import Component

NAME = "migrate"
HELP = "bring the database's schema up to date"

_EXAMPLE = """example:
  gateway migrate --list          what is applied and what is not; changes nothing
  gateway migrate                 apply what is not

The tables of every installed plugin are brought up to date too, whether or not a tenant uses it.
SQLite: `gateway serve` migrates by itself when it starts. PostgreSQL: run this before the new version
starts, with [store] migrate_url naming a role that may change tables; the old version keeps working."""


def configure(parser: argparse.ArgumentParser) -> None:
    """--config and --list."""
    parser.epilog = _EXAMPLE
    add_config(parser)
    parser.add_argument("--list", action="store_true", help="only list the migrations and their state")


def run(args: argparse.Namespace) -> int:
    """Apply or list."""
    from gateway.hooks.host import Host

    settings = load_config(args)
    host = Host.load(settings.plugin_paths)
    code = asyncio.run((_list if args.list else _apply)(settings, host.components))
    for name, reason in host.failed.items():
        print(f"left out {name}: {reason}", file=sys.stderr)
    return code


async def _list(settings: Settings, components: Sequence[Component]) -> int:
    from gateway.ownership import sqlite_file
    from gateway.store.migrate import pending
    from gateway.store.migrate.source import migrations

    waiting = set(await pending(settings.store, components))
    known = migrations(components, "postgres" if sqlite_file(settings) is None else "sqlite")
    for step in known:
        print(f"{'pending' if step.full_name in waiting else 'applied'}  {step.full_name}")
    return 0


async def _apply(settings: Settings, components: Sequence[Component]) -> int:
    from gateway.ownership import is_owned, sqlite_file
    from gateway.store import migrate

    database = sqlite_file(settings)
    if database is not None and is_owned(database):
        print(f"{database} is in use by a running gateway, and `gateway serve` migrates by itself when it")
        print("starts: there is nothing to do here. After an upgrade, restart it.")
        return 0
    applied = await migrate(settings.store, components)
    for name in applied:
        print(f"applied  {name}")
    print(f"The schema is up to date: {len(applied)} applied." if applied else "The schema is up to date.")
    return 0
