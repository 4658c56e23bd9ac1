"""`gateway backup`: the database and the files in one file, beside a running gateway."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.commands import add_config, load_config

if TYPE_CHECKING:
    from gateway.backup.archive import Told
    from gateway.settings import Settings

NAME = "backup"
HELP = "write the database and all files into one file; check one"

_EXAMPLE = """example:
  gateway backup /var/backups/gateway.gwbackup --key-file /etc/gateway/backup.key
  gateway backup                            into [backup] folder, and drop there what is older than keep
  gateway backup verify /var/backups/gateway.gwbackup --key-file /etc/gateway/backup.key

It works beside `gateway serve`. gateway.toml and its secrets are NOT in the backup: keep [server] secret
apart, for without it nobody can open the settings of channels that the backup holds. docs/backup.md."""


def configure(parser: argparse.ArgumentParser) -> None:
    """TO, the key, --no-media."""
    parser.epilog = _EXAMPLE
    parser.add_argument("to", nargs="?", default="", metavar="TO", help='the file to write, or "verify"')
    parser.add_argument("file", nargs="?", default="", metavar="FILE", help="with verify: the backup to read")
    add_key(parser)
    parser.add_argument("--no-media", action="store_true", help="leave the files out")
    add_config(parser)


def add_key(parser: argparse.ArgumentParser) -> None:
    """Where the key of an encrypted backup is."""
    key = parser.add_mutually_exclusive_group()
    key.add_argument("--key-file", metavar="FILE", help="32 bytes in base64, or a passphrase")
    key.add_argument("--key-env", metavar="NAME", help="the environment variable that holds it")


def run(args: argparse.Namespace) -> int:
    """Take a backup, or read one."""
    from gateway.backup.keys import key_of
    from gateway.errors import GatewayError

    key = key_of(args.key_file, args.key_env)
    if args.to == "verify":
        if not args.file:
            raise GatewayError("gateway backup verify FILE: name the backup")
        return _verify(Path(args.file), key)
    if args.file:
        raise GatewayError('gateway backup takes one name; to read a backup: "gateway backup verify FILE"')
    return asyncio.run(_take(load_config(args), args, key))


def _verify(path: Path, key: object) -> int:
    from gateway.backup.archive import checked
    from gateway.backup.scratch import plainly

    with plainly(f"{path} cannot be read"):
        manifest, end = checked(path, key, Progress("verify"))  # type: ignore[arg-type]
    rows = sum(manifest.rows.values())
    print(f"{path} is whole: {manifest.dialect}, {rows:,} rows, {end.files} files")
    print(f"taken {_moment(manifest.taken_at)} by version {manifest.version}")
    _missing(end.missing)
    return 0


async def _take(settings: Settings, args: argparse.Namespace, key: object) -> int:
    from gateway.backup.age import ENDING, outdated
    from gateway.backup.take import take
    from gateway.errors import GatewayError

    folder = settings.backup.folder
    if not args.to and not folder:
        raise GatewayError("say where: gateway backup TO, or write folder under [backup] in gateway.toml")
    to = (
        Path(args.to)
        if args.to
        else Path(folder) / f"gateway-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}{ENDING}"
    )
    taken = await take(settings, to, key, Progress("backup"), media=not args.no_media)  # type: ignore[arg-type]
    print(f"{to}: {taken.size:,} bytes, {sum(taken.manifest.rows.values()):,} rows, {taken.end.files} files")
    _missing(taken.end.missing)
    if key is None:
        print("It is not encrypted: give a key with --key-file or --key-env.")
    print("gateway.toml is not in it: keep [server] secret apart, or sealed settings stay closed.")
    if not args.to:
        for old in outdated(Path(folder), settings.backup.keep, time.time()):
            old.unlink(missing_ok=True)
            print(f"removed {old.name}, which had its time")
    return 0


def _missing(names: list[str]) -> None:
    for name in names[:20]:
        print(f"missing: {name} is in the database, and its file is nowhere")
    if len(names) > 20:
        print(f"and {len(names) - 20} more are missing")


def _moment(at: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at / 1e6))


class Progress:
    """Who waits is told how far it is, every two seconds."""

    def __init__(self, what: str) -> None:
        self._what, self._at = what, time.monotonic()

    def __call__(self, stage: str, done: int, files: int) -> None:
        if time.monotonic() - self._at >= 2.0:
            self._at = time.monotonic()
            size = f"{done / 1e6:,.0f} MB, {files:,} files so far"
            print(f"{self._what}, {stage}: {size} …", file=sys.stderr, flush=True)


if TYPE_CHECKING:
    _: Told = Progress("")
