"""What `gateway tenant`, `channel` and `plugin` share: asking the gateway, settings from the command line,
being sure."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import os
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from gateway.commands import add_config, load_config
from gateway.commands.output import as_json
from gateway.errors import GatewayError

#: Seconds that a gateway may take which asks a provider meanwhile.
PATIENCE = 180.0

SETTINGS_HELP = """values of --set:
  KEY=VALUE         as it stands; given twice, KEY is a list of both (two secrets, while one is rotated)
  KEY=@env:NAME     what the variable NAME holds now
  KEY=@file:PATH    what the file holds now
  KEY=-             asked for, or read from standard input: a line each
A secret is never a word of the command: it would be in the shell's history and in the list of processes."""


def common(action: argparse.ArgumentParser, act: Any) -> None:
    """--config, --json, and what to run."""
    add_config(action)
    action.add_argument("--json", action="store_true", help="print JSON")
    action.set_defaults(act=act)


def settings_options(action: argparse.ArgumentParser, example: str, *, unset: bool) -> None:
    """--set, --set-json and --unset, and an *example*."""
    action.epilog = f"example: {example}\n\n{SETTINGS_HELP}"
    action.formatter_class = argparse.RawDescriptionHelpFormatter
    action.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="a setting (see below)"
    )
    action.add_argument(
        "--set-json", metavar="KEY=JSON", action="append", default=[], help="one that is no text, as JSON"
    )
    if unset:
        action.add_argument("--unset", metavar="KEY", action="append", default=[], help="take a setting away")


def ask(args: argparse.Namespace, command: str, **values: Any) -> dict[str, Any]:
    """Have the gateway do *command*, or do it here when none runs. Raises `GatewayError`."""
    from gateway.operate import operate

    return asyncio.run(operate(load_config(args), command, values, timeout=PATIENCE))


def given(args: argparse.Namespace, names: Iterable[str]) -> dict[str, Any]:
    """Those of the options *names* that were given."""
    return {name: getattr(args, name) for name in names if getattr(args, name) is not None}


def settings(args: argparse.Namespace, secret: Collection[str]) -> dict[str, Any]:
    """The settings of --set, --set-json and --unset; null stands for what is taken away. Raises
    `GatewayError` for one of *secret* that was written out."""
    found: dict[str, Any] = dict.fromkeys(getattr(args, "unset", ()))
    several: dict[str, list[str]] = {}
    for written in args.set:
        key, value = _value(written, secret)
        several.setdefault(key, []).append(value)
    found |= {key: values[0] if len(values) == 1 else values for key, values in several.items()}
    for written in args.set_json:
        key, value = _value(written, secret)
        try:
            found[key] = json.loads(value)
        except ValueError as error:
            raise GatewayError(f"--set-json {key}: not JSON: {error}") from None
    return found


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """{"quiet.start": x} as {"quiet": {"start": x}}. Raises `GatewayError` for a key within what is none."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        *tables, key = name.split(".")
        inside = made
        for each in tables:
            inside = inside.setdefault(each, {})
            if not isinstance(inside, dict):
                raise GatewayError(f"{each} and {name} cannot be said at once")
        if isinstance(inside.get(key), dict):
            raise GatewayError(f"{name} and what is in it cannot be said at once")
        inside[key] = value
    return made


def _value(written: str, secret: Collection[str]) -> tuple[str, str]:
    key, sign, value = written.partition("=")
    if not sign or not key:
        raise GatewayError(f"write a setting as KEY=VALUE, not {key[:40]!r}")
    if value == "-":
        return key, _asked(key)
    kind, _, name = value.partition(":")
    if kind == "@env":
        if not os.environ.get(name):
            raise GatewayError(f"{key}: the environment variable {name} is not set")
        return key, os.environ[name].strip()
    if kind == "@file":
        try:
            return key, Path(name).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise GatewayError(f"{key}: cannot read {name}: {error}") from None
    if key in secret and value:
        raise GatewayError(f"{key} is a secret: write --set {key}=@env:NAME, {key}=@file:PATH or {key}=-")
    return key, value


def _asked(key: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{key}: ")
    line = sys.stdin.readline().strip()
    if not line:
        raise GatewayError(f"{key}: nothing was read from standard input")
    return line


def sure(args: argparse.Namespace, words: str) -> None:
    """Have somebody confirm *words*, unless --yes was given. Raises `GatewayError` when nobody does."""
    if args.yes:
        return
    if not sys.stdin.isatty():
        raise GatewayError(f"{words} Add --yes if that is meant.")
    if input(f"{words} Type {args.id} to go on: ").strip() != args.id:
        raise GatewayError("nothing was done")


def told(args: argparse.Namespace, answer: Mapping[str, Any], text: str) -> int:
    """Print *answer* as JSON when that was asked for, else *text*."""
    if args.json:
        return as_json(answer)
    print(text)
    return 0


def plain(answer: Mapping[str, Any]) -> str:
    """One thing, a line for each of its members."""
    lines = []
    for name, value in answer.items():
        if isinstance(value, dict | list):
            value = json.dumps(value, ensure_ascii=False) if value else "-"
        lines.append((f"{name}:", "-" if value in ("", None) else str(value)))
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in lines)
