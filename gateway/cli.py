"""The command line: `gateway COMMAND`. Each command is a module of `gateway.commands`.

A command's module has `NAME`, `HELP` (one line), `configure(parser)` and `run(args) -> exit code`, and
imports what is slow inside `run`. Exit codes: 0 done, 1 the answer is no (`check`), 2 it could not be
done (the reason is on stderr), 130 interrupted.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Protocol, cast

from gateway.errors import GatewayError

#: The commands, in the order of `gateway --help`.
COMMANDS = (
    "serve",
    "check",
    "doctor",
    "verify",
    "processes",
    "migrate",
    "backup",
    "restore",
    "restored",
    "plugins",
    "flows",
    "replay",
    "why",
    "jobs",
    "consent",
    "contact",
    "key",
    "audit",
    "tenant",
    "channel",
    "plugin",
    "retention",
    "templates",
    "fixtures",
    "new",
    "chat",
    "demo",
)

_EPILOG = """first steps:
  gateway demo --once                     see a conversation played against a simulated provider
  gateway new plugin shop                 write a plugin with tests; gateway chat talks with it
  gateway check                           look for mistakes in ./gateway.toml
  gateway serve --config gateway.toml     run it

`gateway COMMAND --help` explains a command, with an example. A plugin may bring commands of its own:
`gateway PLUGIN --help` lists them."""


class Command(Protocol):
    """What a module of `gateway.commands` has."""

    NAME: str
    HELP: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options; `parser.epilog` may hold an example."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the exit code. A `GatewayError` becomes a sentence on stderr and exit code 2."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    gc.set_threshold(20_000, 20, 20)  # what is imported is no garbage: a tenth of the start
    try:
        called = _of_a_plugin(words)
        if called is not None:
            code = called()
        else:
            args = _parser(words).parse_args(words)
            code = args.run(args)
        sys.stdout.flush()
    except SystemExit as error:  # argparse: --help, --version and usage errors
        return error.code if isinstance(error.code, int) else 2
    except GatewayError as error:
        print(f"gateway: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `gateway plugins | head`: nobody reads on, which is no failure of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


class _Contents(argparse.RawDescriptionHelpFormatter):
    """The table of contents: names in one column. argparse forgets how far commands are indented."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = 4 + max(map(len, COMMANDS))


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gateway",
        description="A gateway for WhatsApp business messaging: webhooks in, plugins, replies out.",
        epilog=_EPILOG,
        formatter_class=_Contents,
    )
    parser.add_argument("--version", action="version", version=f"gateway {version('channel-gateway')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in _needed(words):
        command = _load(name)
        sub = commands.add_parser(
            name,
            help=command.HELP,
            description=command.HELP,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(run=command.run)
        command.configure(sub)
    return parser


def _of_a_plugin(words: Sequence[str]) -> Callable[[], int] | None:
    """What *words* call of a plugin's. Plugins are loaded only for a word that is none of ours."""
    if not words or words[0] in COMMANDS or words[0].startswith("-"):
        return None
    from gateway.plugin_cli import plugin_command

    return plugin_command(words)


def _needed(words: Sequence[str]) -> Sequence[str]:
    """The commands to import: the one that is called, or all when help or an error has to name them."""
    if words and words[0] in COMMANDS:
        return words[:1]
    if words and words[0] == "--version":
        return ()
    return COMMANDS


def _load(name: str) -> Command:
    return cast(Command, import_module(f"gateway.commands.{name}"))
