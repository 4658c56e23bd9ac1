"""How channels are: `gateway channel list`, `check` and `test`."""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import datetime
from typing import Any

from gateway.commands import load_config
from gateway.commands.asking import ask, told
from gateway.errors import GatewayError

Checked = list[dict[str, Any]]


def listed(args: argparse.Namespace) -> int:
    """Every channel, when it was last heard, whether it sends."""
    from gateway.commands.output import table

    answer = ask(args, "channel.list", tenant=args.tenant)
    head = ("ID", "TENANT", "PROVIDER", "NUMBER", "LAST WEBHOOK", "ORIGIN", "STATE")
    return told(args, answer, table(head, [_row(each) for each in answer["channels"]]))


def _row(channel: dict[str, Any]) -> tuple[str, ...]:
    state = {
        "sends": "sends" if channel["served"] else "not served yet",
        "held": "paused by hand",
        "paused": f"paused: {channel['reason']}",
        "refused": f"refused: {channel['problem']}",
    }[channel["state"]]
    heard = channel["last_webhook_at"]
    when = f"{datetime.fromisoformat(heard):%Y-%m-%d %H:%M} UTC" if heard else "never"
    names = (channel["id"], channel["tenant"], channel["provider"], channel["number"] or "-")
    return (*names, when, channel["origin"], state)


def check(args: argparse.Namespace) -> int:
    """Look how a channel is, or each; 1 when anything of any is wrong."""
    from msgspec import convert

    from gateway.commands.output import findings
    from gateway.model.finding import Finding

    try:
        known = ask(args, "channel.list")["channels"]
    except GatewayError as error:
        checked = asyncio.run(_without_database(args, error))
    else:
        checked = [
            ask(args, "channel.test", id=each["id"], tenant=each["tenant"]) for each in _chosen(args, known)
        ]
    good = all(finding.get("ok") for each in checked for finding in each["findings"])
    if args.json:
        print(json.dumps({"ok": good, "channels": checked}, indent=2))
    else:
        texts = [
            f"{each['channel']} of {each['tenant']}\n{findings(convert(each['findings'], list[Finding]))}"
            for each in checked
        ]
        print("\n\n".join(texts))
    return 0 if good else 1


def _chosen(args: argparse.Namespace, known: Checked) -> Checked:
    found = [
        each for each in known
        if args.id in ("", each["id"]) and args.tenant in ("", each["tenant"])
    ]  # fmt: skip
    if not found:
        what = f"channel {args.id!r}" if args.id else "channel"
        what += f" of tenant {args.tenant!r}" if args.tenant else ""
        names = ", ".join(each["id"] for each in known) or "none: gateway channel add ID makes one"
        raise GatewayError(f"there is no {what}; there are: {names}")
    return found


async def _without_database(args: argparse.Namespace, away: GatewayError) -> Checked:
    """What can be found out about the file's channels when the database cannot be asked."""
    from msgspec import to_builtins

    from gateway.channels import Channels, load_providers
    from gateway.clock import SystemClock
    from gateway.tenants import connecting

    settings = load_config(args)
    channels = connecting.chosen(Channels(settings, load_providers()), args.id, args.tenant)
    return [
        {
            "tenant": channel.tenant,
            "channel": channel.id,
            "findings": to_builtins(await connecting.check(settings, channel, away, SystemClock().now())),
        }
        for channel in channels
    ]
