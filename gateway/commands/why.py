"""`gateway why MESSAGE`: why a message was sent, waits, or was not sent."""

from __future__ import annotations

import argparse
import asyncio

from gateway.commands import add_config, load_config

NAME = "why"
HELP = "why a message was sent, waits, or was not sent"

_EXAMPLE = """example:
  gateway why 0192f0c1-7e55-7000-8000-3f2a9b1c4d5e
  gateway why 0192f0c1-7e55-7000-8000-3f2a9b1c4d5e --tenant duka --json

Who asked for it and what for, each decision about it with its facts, and what the provider said of it. It
works while `gateway serve` runs. docs/policy.md has all reasons, and what to do about each."""


def configure(parser: argparse.ArgumentParser) -> None:
    """The message."""
    parser.epilog = _EXAMPLE
    parser.add_argument("message", metavar="MESSAGE", help="the message's id, as the API and logs have it")
    parser.add_argument("--tenant", default="", help="whose it is (default: whoever has it)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_config(parser)


def run(args: argparse.Namespace) -> int:
    """Print the timeline; 1 when nobody has such a message."""
    from gateway.commands.output import as_json
    from gateway.operate import operate

    asked = {"message": args.message, "tenant": args.tenant}
    told = asyncio.run(operate(load_config(args), "why", asked))
    if args.json:
        as_json(told)
    elif not told:
        print(f"there is no message {args.message}")
    else:
        for each in told["timeline"]:
            print(f"{each['at']}  {each['text']}")
    return 0 if told else 1
