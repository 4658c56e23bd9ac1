"""What `gateway templates` asks of a gateway: JSON in, JSON out, for `gateway.operate`.

Each act is short enough for one request over the control socket: a file is applied template by template.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import to_builtins

from gateway.channels import Channel, Channels
from gateway.clock import SystemClock
from gateway.errors import GatewayError
from gateway.provider import ProviderError, TemplateDirectory
from gateway.store.port import Store, Tx
from gateway.templates.account import known_of
from gateway.templates.apply import Applier, spoken
from gateway.templates.file import read_file, samples
from gateway.templates.plan import plan
from gateway.templates.queries import TEMPLATE
from gateway.templates.registry import account_of
from gateway.templates.sync import accounts, directory_of, session, sync

Args = dict[str, Any]


async def list_all(store: Store, channels: Channels, args: Args) -> dict[str, Any]:
    """The templates of the channel's account; read from the provider first when *sync*."""
    channel, _ = _chosen(channels, args)
    report = await _synced(store, channel) if args.get("sync") else None
    synced_at = await _synced_at(store, channel)
    known = await known_of(store, channel)
    return {
        "channel": channel.id,
        "account": account_of(channel),
        "synced_at": synced_at,
        "vanished": report["vanished"] if report else 0,
        "templates": [to_builtins(one.definition) | {"whole": one.whole} for one in known],
    }


async def plan_file(store: Store, channels: Channels, args: Args) -> dict[str, Any]:
    """Read the account anew, and say what applying the file would do."""
    channel, _ = _chosen(channels, args)
    definitions = read_file(Path(args["file"]))
    for definition in definitions:
        samples(definition, Path(args["file"]).parent)
    await _synced(store, channel)
    steps = plan(definitions, await known_of(store, channel))
    told = [to_builtins(step) | {"acts": step.acts} for step in steps]
    return {"channel": channel.id, "account": account_of(channel), "steps": told}


async def apply_one(store: Store, channels: Channels, args: Args) -> dict[str, Any]:
    """Apply the file's template *name* in *language*."""
    channel, directory = _chosen(channels, args)
    path = Path(args["file"])
    wanted = [one for one in read_file(path) if (one.name, one.language) == (args["name"], args["language"])]
    if not wanted:
        raise GatewayError(f"{path.name} has no {args['name']} in {args['language']} any more")
    [step] = plan(wanted, await known_of(store, channel))
    if not step.acts:
        told: dict[str, Any] = to_builtins(step)
        return told | {"error": step.reason if step.action == "refused" else ""}
    async with session() as http:
        applier = Applier(store, http, channel, directory, SystemClock())
        outcome = await applier.apply(step, samples(step.definition, path.parent))
    return {"action": step.action, "logical": step.logical, **to_builtins(outcome)}


async def delete(store: Store, channels: Channels, args: Args) -> dict[str, Any]:
    """Delete *name*, in *language* or in all that there are. With *dry_run* only say which they are."""
    channel, directory = _chosen(channels, args)
    name, language = str(args["name"]), str(args.get("language", ""))
    if args.get("dry_run"):
        await _synced(store, channel)
    there = [one.definition for one in await known_of(store, channel) if one.definition.status != "DELETED"]
    found = [one for one in there if one.name == name and language in ("", one.language)]
    if not found:
        names = ", ".join(sorted({one.name for one in there})) or "none"
        which = f"{name} in {language}" if language else name
        raise GatewayError(f"account {account_of(channel)} has no template {which}; it has {names}")
    if args.get("dry_run"):
        return {"templates": to_builtins(found)}
    async with session() as http:
        applier = Applier(store, http, channel, directory, SystemClock())
        return {"outcomes": [to_builtins(await applier.delete(one)) for one in found]}


def _chosen(channels: Channels, args: Args) -> tuple[Channel, TemplateDirectory]:
    """The channel that is meant: the one that is named, or the only account there is."""
    wanted = str(args.get("channel", ""))
    found = [each for each in channels if each.id == wanted] if wanted else []
    if not wanted:
        found = [channel for _, channel in accounts(channels)]
    if len(found) != 1:
        names = ", ".join(each.id for each in channels) or "none"
        problem = f"there is no channel {wanted!r}" if wanted else "name a channel with --channel"
        raise GatewayError(f"{problem}; there are: {names}")
    directory = directory_of(found[0])
    if directory is None:
        raise GatewayError(
            f"channel {found[0].id} names no account with templates; set it in the channel's settings "
            "(Meta: waba_id)"
        )
    return found[0], directory


async def _synced(store: Store, channel: Channel) -> dict[str, Any]:
    async with session() as http:
        try:
            report: dict[str, Any] = to_builtins(await sync(store, http, channel, SystemClock()))
        except ProviderError as error:
            raise GatewayError(f"the templates of account {account_of(channel)}: {spoken(error)}") from None
        return report


async def _synced_at(store: Store, channel: Channel) -> int:
    async def work(tx: Tx) -> int:
        rows = await tx.all(TEMPLATE["syncs"], tenant=channel.tenant)
        return next((row["synced_at"] for row in rows if row["account"] == account_of(channel)), 0)

    return await store.read(work)
