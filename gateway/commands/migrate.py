"""`gateway migrate`: bring the database's schema up to date, or say what is missing."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from gateway.commands import add_config, load_config

if TYPE_CHECKING:
    from gateway.settings import Settings

NAME = "migrate"
HELP = "bring the database's schema up to date"

_EXAMPLE = """example:
  gateway migrate --list          what is applied and what is not; changes nothing
  gateway migrate                 apply what is not

SQLite: `gateway serve` migrates by itself when it starts. PostgreSQL: run this before the new version
starts, with [store] migrate_url naming a role that may change tables; the old version keeps working."""


def configure(parser: argparse.ArgumentParser) -> None:
    """--config and --list."""
    parser.epilog = _EXAMPLE
    add_config(parser)
    parser.add_argument("--list", action="store_true", help="only list the migrations and their state")


def run(args: argparse.Namespace) -> int:
    """Apply or list."""
    settings = load_config(args)
    return asyncio.run(_list(settings) if args.list else _apply(settings))


async def _list(settings: Settings) -> int:
    from gateway.ownership import sqlite_file
    from gateway.store.migrate import CORE, pending
    from gateway.store.migrate.source import migrations

    waiting = set(await pending(settings.store))
    known = migrations((CORE,), "postgres" if sqlite_file(settings) is None else "sqlite")
    for step in known:
        print(f"{'pending' if step.full_name in waiting else 'applied'}  {step.full_name}")
    return 0


async def _apply(settings: Settings) -> int:
    from gateway.ownership import is_owned, sqlite_file
    from gateway.store import migrate

    database = sqlite_file(settings)
    if database is not None and is_owned(database):
        print(f"{database} is in use by a running gateway, and `gateway serve` migrates by itself when it")
        print("starts: there is nothing to do here. After an upgrade, restart it.")
        return 0
    applied = await migrate(settings.store)
    for name in applied:
        print(f"applied  {name}")
    print(f"The schema is up to date: {len(applied)} applied." if applied else "The schema is up to date.")
    return 0
