"""`gateway fixtures`: webhooks from real traffic as test cases for the adapters."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

from gateway.commands import add_config, load_config

NAME = "fixtures"
HELP = "record stored webhooks as anonymous test cases, and check that they are still read the same way"

_EXAMPLE = """example:
  gateway fixtures record --last 20 --to tests/fixtures     the newest twenty stored webhooks
  gateway fixtures record 1837460012345344 --to tests/fixtures
  gateway fixtures check tests/fixtures                     after an upgrade; exits 1 when one differs

Fixtures are anonymous: names, words, numbers and ids are replaced by others of the same shape."""


def configure(parser: argparse.ArgumentParser) -> None:
    """record and check."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    record = actions.add_parser("record", help="write stored webhooks as fixtures")
    record.add_argument("ids", nargs="*", metavar="ID", help="ids of stored webhooks")
    record.add_argument("--last", type=int, default=0, metavar="N", help="the newest N (at most 1000)")
    record.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where to write them")
    add_config(record)
    check = actions.add_parser("check", help="read fixtures with this version")
    check.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of them")
    for action, act in ((record, _record), (check, _check)):
        action.set_defaults(act=act)


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _record(args: argparse.Namespace) -> int:
    """Ask for the webhooks, in whichever process owns the database, and write them here."""
    import msgspec

    from gateway.errors import GatewayError
    from gateway.fixtures.fixture import Fixture, save
    from gateway.operate import operate

    if not 0 <= args.last <= 1000 or not (args.ids or args.last):
        raise GatewayError("name webhooks by their ids, or the newest ones with --last N (1 to 1000)")
    asked = {"ids": args.ids, "last": args.last}
    answer: dict[str, Any] = asyncio.run(operate(load_config(args), "fixtures.record", asked))
    try:
        args.to.mkdir(parents=True, exist_ok=True)
        for each in answer["fixtures"]:
            path = args.to / f"{each['fixture']['provider']}-{each['id']}.json"
            save(msgspec.convert(each["fixture"], Fixture), path)
            print(f"wrote {path}: {len(each['fixture']['events'])} event(s)")
    except OSError as error:
        raise GatewayError(f"{args.to}: cannot be written to ({error.strerror}); name a folder") from error
    for problem in answer["problems"]:
        print(problem)
    if not answer["fixtures"] and not answer["problems"]:
        print("no webhook is stored yet")
    return 1 if answer["problems"] else 0


def _check(args: argparse.Namespace) -> int:
    """Read every fixture with today's adapters."""
    from gateway.channels import load_providers
    from gateway.commands.output import marks
    from gateway.fixtures.fixture import compare, load

    providers = load_providers()
    good, bad = marks()
    paths = [
        file for path in args.paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])
    ]
    changed = 0
    for path in paths:
        fixture = load(path)
        provider = providers.get(fixture.provider)
        lines = (
            [f"there is no provider {fixture.provider!r}"] if provider is None else compare(provider, fixture)
        )
        changed += bool(lines)
        print(f"{bad if lines else good} {path}")
        for line in lines:
            print(f"    {line}")
    print(f"{len(paths)} fixture(s), {changed} read differently")
    return 1 if changed or not paths else 0
