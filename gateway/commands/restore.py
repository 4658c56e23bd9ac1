"""`gateway restore`: a backup back into a database, in the mode in which nothing is sent again unasked."""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.commands import add_config, load_config
from gateway.commands.backup import Progress, add_key

if TYPE_CHECKING:
    from gateway.settings import Settings

NAME = "restore"
HELP = "bring a backup back; what was to be sent waits for a person"

_EXAMPLE = """example:
  gateway restore /var/backups/gateway.gwbackup --key-file /etc/gateway/backup.key
  gateway restore FILE --replace --yes      what is there now is kept aside, under another name
  gateway restore FILE --into drill.db      a drill: into another file, or PostgreSQL database

No gateway may run on the target. The whole backup is checked first. What was open when it was taken is held:
`gateway restored` shows it. docs/backup.md is the drill, step by step."""


def configure(parser: argparse.ArgumentParser) -> None:
    """FROM, where to, and how sure."""
    parser.epilog = _EXAMPLE
    parser.add_argument("source", type=Path, metavar="FROM", help="the backup")
    add_key(parser)
    parser.add_argument("--into", metavar="NAME", default="", help="another file, or another database's name")
    parser.add_argument("--replace", action="store_true", help="the target is not empty: keep it aside")
    parser.add_argument("--yes", action="store_true", help="with --replace: yes")
    parser.add_argument("--no-media", action="store_true", help="leave the files out")
    parser.add_argument(
        "--accept-broken", action="store_true", help="also when gateway verify finds something in it"
    )
    add_config(parser)


def run(args: argparse.Namespace) -> int:
    """Restore."""
    from gateway.errors import GatewayError

    if args.replace and not args.yes:
        raise GatewayError(
            "--replace keeps the present database aside, and the backup takes its place: add --yes"
        )
    return asyncio.run(_restore(load_config(args), args))


async def _restore(settings: Settings, args: argparse.Namespace) -> int:
    from gateway.backup.keys import key_of
    from gateway.backup.restore import Plan, restore
    from gateway.hooks.host import Host

    host = Host.load(settings.plugin_paths)
    plan = Plan(
        args.source, key_of(args.key_file, args.key_env), args.into, args.replace, args.accept_broken,
        not args.no_media,
    )  # fmt: skip
    done = await restore(settings, plan, host.components, Progress("restore"))
    taken = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(done.manifest.taken_at / 1e6))
    print(f"restored to {taken}: {sum(done.manifest.rows.values()):,} rows, {done.end.files} files")
    if done.aside:
        print(f"what was there is kept as {done.aside}")
    for name in done.applied:
        print(f"applied  {name}")
    if done.end.missing:
        print(f"{len(done.end.missing)} files were missing when the backup was taken")
    print(
        f"{done.settled.held} messages are held: they may have been sent since. What comes of open webhooks, "
        "flows and jobs is held too."
    )
    print(
        "Start the gateway, then: gateway restored list. It needs the [server] secret of the backup's time."
    )
    return 0
