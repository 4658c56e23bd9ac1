"""`gateway channel`: list the channels, register their webhooks at the provider, look how they are."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

from gateway.commands import add_config, load_config

if TYPE_CHECKING:
    from gateway.channels import Channel
    from gateway.model.finding import Finding
    from gateway.registry import State
    from gateway.settings import Settings

NAME = "channel"
HELP = "list the channels, register their webhooks, look how they are"

_EXAMPLE = """example:
  gateway channel list
  gateway channel register duka-main     the provider sends its webhooks to [server] public_url from now on
  gateway channel check                  token, number, webhook, last webhook; exits 1 when one is wrong

All of them work while `gateway serve` runs, and `register` needs it to: the provider calls back."""


def configure(parser: argparse.ArgumentParser) -> None:
    """list, register and check."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="every channel, when it was last heard, whether it sends")
    register = actions.add_parser("register", help="have the provider send its webhooks here")
    register.add_argument("channel", metavar="CHANNEL", help="the channel's id in gateway.toml")
    check = actions.add_parser("check", help="token, number, account, webhook and intake of a channel")
    check.add_argument("channel", metavar="CHANNEL", nargs="?", default="", help="default: every channel")
    for action, act in ((listing, _list), (register, _register), (check, _check)):
        add_config(action)
        action.add_argument("--tenant", default="", help="only this tenant's")
        action.add_argument("--json", action="store_true", help="print JSON")
        action.set_defaults(act=act)


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _chosen(settings: Settings, args: argparse.Namespace) -> list[Channel]:
    from gateway.channels import Channels, load_providers
    from gateway.tenants.connecting import chosen

    return chosen(Channels(settings, load_providers()), getattr(args, "channel", ""), args.tenant)


async def _states(settings: Settings) -> dict[tuple[str, str], State]:
    """How the channels fare, by tenant and id. Raises `GatewayError`."""
    from msgspec import convert

    from gateway.operate import operate
    from gateway.registry import State

    told = await operate(settings, "channel.states", {})
    return {
        (tenant, state.id): state for tenant, rows in told.items() for state in convert(rows, list[State])
    }


def _list(args: argparse.Namespace) -> int:
    from gateway.commands.output import table

    settings = load_config(args)
    channels = _chosen(settings, args)
    states = asyncio.run(_states(settings))
    lines = [_line(channel, states.get((channel.tenant, channel.id))) for channel in channels]
    if args.json:
        print(json.dumps({"channels": lines}, indent=2))
    else:
        print(table(("ID", "TENANT", "PROVIDER", "NUMBER", "LAST WEBHOOK", "STATE"), _rows(lines)))
    return 0


def _line(channel: Channel, state: State | None) -> dict[str, Any]:
    return {
        "id": channel.id,
        "tenant": channel.tenant,
        "provider": channel.provider.name,
        "number": channel.number,
        "served": state is not None,
        "webhook_at": state.webhook_at if state else 0,
        "paused_at": state.paused_at if state else 0,
        "paused_reason": state.paused_reason if state else "",
    }


def _rows(lines: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    from gateway.commands.output import moment

    rows: list[tuple[str, ...]] = []
    for line in lines:
        state = "sends" if line["served"] else "not served yet"
        if line["paused_at"]:
            state = f"paused since {moment(line['paused_at'])}: {line['paused_reason']}"
        heard = moment(line["webhook_at"])
        rows.append((line["id"], line["tenant"], line["provider"], line["number"] or "-", heard, state))
    return rows


def _register(args: argparse.Namespace) -> int:
    """Register; what would make the provider's handshake fail is said first."""
    from gateway.tenants.connecting import callback

    settings = load_config(args)
    (channel,) = _chosen(settings, args)
    url = callback(settings, channel)
    warning, done = asyncio.run(_registered(channel, url))
    if args.json:
        told = {"channel": channel.id, "callback": url, "warning": warning, "done": done}
        print(json.dumps(told, indent=2))
    else:
        print("\n".join(done))
    return 0


async def _registered(channel: Channel, url: str) -> tuple[str, list[str]]:
    from gateway.tenants.connecting import knock, register

    problem = await knock(channel, url)
    warning = f"{url}: {problem}; the provider's handshake will fail" if problem else ""
    if warning:
        print(f"gateway: warning: {warning}", file=sys.stderr)
    return warning, list(await register(channel, url))


def _check(args: argparse.Namespace) -> int:
    """1 when anything of any channel is wrong."""
    from msgspec import to_builtins

    from gateway.commands.output import findings

    settings = load_config(args)
    checked = asyncio.run(_checked(settings, _chosen(settings, args)))
    good = all(finding.ok for _, found in checked for finding in found)
    if args.json:
        told = [
            {"tenant": channel.tenant, "channel": channel.id, "findings": to_builtins(found)}
            for channel, found in checked
        ]
        print(json.dumps({"ok": good, "channels": told}, indent=2))
    else:
        texts = [f"{channel.id} of {channel.tenant}\n{findings(found)}" for channel, found in checked]
        print("\n\n".join(texts))
    return 0 if good else 1


async def _checked(settings: Settings, channels: list[Channel]) -> list[tuple[Channel, list[Finding]]]:
    from gateway.clock import SystemClock
    from gateway.tenants.connecting import check
    from gateway.errors import GatewayError
    from gateway.registry import State

    away: GatewayError | None = None
    states: dict[tuple[str, str], State] = {}
    try:
        states = await _states(settings)
    except GatewayError as error:
        away = error
    checked = []
    for channel in channels:
        state = away or states.get((channel.tenant, channel.id)) or State(channel.id, 0, "", 0)
        checked.append((channel, await check(settings, channel, state, SystemClock().now())))
    return checked
